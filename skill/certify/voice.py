"""How the skill talks: what it answers to everything there is to say, in every locale.

https://developer.amazon.com/en-US/docs/alexa/custom-skills/voice-interface-and-user-experience-testing-for-a-custom-skill.html."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from skill.alexa.manifest import EVENTS, subscriptions
from skill.alexa.request import SCREEN
from skill.certify.check import Candidate, Fault
from skill.certify.scratch import Turn, all_intents, size
from skill.certify.till import with_cart
from skill.devtools.replay import ASKS
from skill.speech.locale import Prompt, table
from skill.speech.render import MAX_CARD

# Bytes and letters of one answer: https://developer.amazon.com/en-US/docs/alexa/custom-skills/request-and-response-json-reference.html.
MAX_RESPONSE, MAX_SPEECH = 120_000, 8_000
_BUG = "this is a fault of Sayso: report it with the request"
_PREFIX = re.compile(r"<(/?)(amazon|alexa):")
_HOLE = re.compile(r"\{\w+\}")
_APL = "Alexa.Presentation.APL"
# An intent no model of ours has.
_UNKNOWN = "AnIntentOfTomorrow"
_PRODUCT = "product"


def response_problems(turn: Turn) -> Iterator[str]:
    """What Alexa would not take of an answer, or a tester would object to."""
    yield from _speech_problems(turn)
    if size(turn.response) > MAX_RESPONSE:
        yield f"the response has {size(turn.response)} bytes; {MAX_RESPONSE} may be"
    if sum(len(str(text)) for text in turn.card.values()) > MAX_CARD:
        yield f"the card has more than {MAX_CARD} letters"
    device = turn.request.get("context", {}).get("System", {}).get("device", {})
    if SCREEN not in device.get("supportedInterfaces", {}):
        drawn = (one.get("type", "") for one in turn.directives)
        yield from (f"{name} is sent to a device without a screen" for name in drawn if name.startswith(_APL))


def _speech_problems(turn: Turn) -> Iterator[str]:
    if not turn.speech:
        yield "nothing is said"
    if len(turn.ssml) > MAX_SPEECH:
        yield f"the speech has {len(turn.ssml)} letters; {MAX_SPEECH} may be"
    try:
        ElementTree.fromstring(_PREFIX.sub(r"<\1\2_", turn.ssml))
    except ElementTree.ParseError:
        yield "the speech is no SSML"
    if not turn.ended and not turn.speech.endswith(ASKS):
        yield "the session stays open without a question"
    if not turn.ended and not turn.reprompt:
        yield "the session stays open without a reprompt"
    if turn.ended and turn.reprompt:
        yield "the session ends with a reprompt"


def says(speech: str, key: str, locale: str) -> bool:
    """Whether a prompt was said, whatever its values: the words around them stand there in their order."""
    name, _, prompt = key.partition(".")
    return any(_holds(speech, wording) for wording in _wordings(table(name, locale).prompts[prompt]))


def answers_valid(candidate: Candidate) -> Iterator[Fault]:
    """Every intent, with and without a product, alone and with a full cart, gets a valid answer: open turns
    end in a question and are asked again, closed ones are not."""
    for locale in candidate.locales:
        for name, turn in _walk(candidate, locale):
            for problem in response_problems(turn):
                yield Fault(f"{locale}: {name}: {problem}: {turn.speech[-80:]!r}", _BUG)


def launch(candidate: Candidate) -> Iterator[Fault]:
    """Opened without a wish, the shop says who it is, what can be done, and asks."""
    for locale in candidate.locales:
        turn = candidate.scratch.talk(locale).open()
        yield from _valid(turn, locale, "opened")
        if candidate.facts.called(locale) not in turn.speech:
            yield Fault(f"{locale}: opened, the shop does not say its name: {turn.speech!r}", _BUG)
        if turn.ended:
            yield Fault(f"{locale}: opened, the shop hangs up", _BUG)


def launch_with_cart(candidate: Candidate) -> Iterator[Fault]:
    """A session that ended with a cart: the next one mentions it."""
    for locale in candidate.locales:
        turn = with_cart(candidate, locale).open()
        yield from _valid(turn, locale, "opened with a cart")
        keys = ("launch.cart_waiting", "launch.cart_with_news")
        if not any(says(turn.speech, key, locale) for key in keys):
            yield Fault(f"{locale}: what waits in the cart is not mentioned: {turn.speech!r}", _BUG)


def helped(candidate: Candidate) -> Iterator[Fault]:
    """Help says what can be done, and goes on."""
    for locale in candidate.locales:
        talk = candidate.scratch.talk(locale)
        talk.open()
        turn = talk.intend("Help")
        yield from _valid(turn, locale, "help")
        if turn.ended:
            yield Fault(f"{locale}: help hangs up", _BUG)
        if not says(turn.speech, "help.begin", locale):
            yield Fault(f"{locale}: help does not say what can be done: {turn.speech!r}", _BUG)


def stopped(candidate: Candidate) -> Iterator[Fault]:
    """Stop and cancel end the session."""
    for locale in candidate.locales:
        for word in ("Stop", "Cancel"):
            talk = candidate.scratch.talk(locale)
            talk.open()
            turn = talk.intend(word)
            yield from _valid(turn, locale, word)
            if not turn.ended:
                yield Fault(f"{locale}: {word} does not end the session: {turn.speech!r}", _BUG)


def not_understood(candidate: Candidate) -> Iterator[Fault]:
    """What is not understood, or unknown, is asked again, three times over, and always with a way on."""
    for locale in candidate.locales:
        for intent in ("Fallback", _UNKNOWN):
            talk, said = candidate.scratch.talk(locale), set[str]()
            talk.open()
            for turn in (talk.intend(intent) for _ in range(3)):
                yield from _valid(turn, locale, intent)
                if turn.ended:
                    yield Fault(f"{locale}: {intent} hangs up", _BUG)
                said.add(turn.speech)
            if len(said) < 3:
                yield Fault(f"{locale}: {intent} is answered the same way again", _BUG)


def session_ended(candidate: Candidate) -> Iterator[Fault]:
    """Nothing is said to a session that has ended, whatever the reason."""
    for reason in ("USER_INITIATED", "ERROR", "EXCEEDED_MAX_REPROMPTS", "A_REASON_OF_TOMORROW"):
        yield from _silent(candidate, "SessionEndedRequest", reason=reason)


def events_heeded(candidate: Candidate) -> Iterator[Fault]:
    """What happens to an account is subscribed to and taken without a word; a skill that was disabled forgets
    the shopper."""
    told = candidate.package.manifest.get("events", {}).get("subscriptions", ())
    subscribed = {str(one.get("eventName")) for one in told}
    for name in sorted({*subscriptions(candidate.facts)} - subscribed):
        yield Fault(
            f"{name} is not subscribed to", "write the manifest anew, with --endpoint: sayso manifest"
        )
    for name in sorted(subscribed - EVENTS.keys()):
        yield Fault(f"{name} is subscribed to and means nothing to the skill", "write the manifest anew")
    for request in EVENTS.values():
        yield from _silent(candidate, request)
    locale = candidate.locales[0]
    talk = with_cart(candidate, locale)
    # The event says when it happened; the one who comes back is a stranger.
    talk.tell(EVENTS["SKILL_DISABLED"])
    if not says(talk.open().speech, "launch.first_time", locale):
        yield Fault("a shopper who disabled the skill is not forgotten", _BUG)


def screens(candidate: Candidate) -> Iterator[Fault]:
    """A device with a screen is drawn on, and the manifest says so."""
    custom = candidate.package.manifest.get("apis", {}).get("custom", {})
    declared = {str(one.get("type")) for one in custom.get("interfaces", ())}
    if "ALEXA_PRESENTATION_APL" not in declared:
        yield Fault("the skill draws, and does not declare it", "write the manifest anew: sayso manifest")
    for name in sorted(declared - {"ALEXA_PRESENTATION_APL"}):
        yield Fault(f"{name} is declared and not used", "write the manifest anew: sayso manifest")
    for locale in candidate.locales:
        turn = candidate.scratch.talk(locale, screen=True).intend("ShowOffers")
        yield from _valid(turn, locale, "on a screen")
        turn = with_cart(candidate, locale, screen=True).intend("ReviewCart")
        yield from _valid(turn, locale, "the cart on a screen")
        if not any(str(one.get("type", "")).startswith(_APL) for one in turn.directives):
            yield Fault(f"{locale}: the cart is not drawn on a device with a screen", _BUG)


def _walk(candidate: Candidate, locale: str) -> Iterator[tuple[str, Turn]]:
    """Every intent by itself, with a product, and with something in the cart."""
    popular = candidate.catalogue.popular(limit=1)
    name = popular[0].name(locale) if popular else "x"
    for intent in all_intents():
        yield intent, candidate.scratch.talk(locale).intend(intent)
        yield f"{intent} of a product", candidate.scratch.talk(locale).intend(intent, **{_PRODUCT: name})
        full = with_cart(candidate, locale)
        full.open()
        yield f"{intent} with a cart", full.intend(intent)


def _valid(turn: Turn, locale: str, what: str) -> Iterator[Fault]:
    for problem in response_problems(turn):
        yield Fault(f"{locale}: {what}: {problem}: {turn.speech[-80:]!r}", _BUG)


def _silent(candidate: Candidate, type: str, **more: str) -> Iterator[Fault]:
    talk = candidate.scratch.talk(candidate.locales[0])
    talk.open()
    if body := talk.tell(type, **more).body:
        yield Fault(f"{type} is answered: {dict(body)}", _BUG)


def _wordings(prompt: Prompt) -> tuple[str, ...]:
    if isinstance(prompt, str):
        return (prompt,)
    return prompt if isinstance(prompt, tuple) else tuple(prompt.values())


def _holds(speech: str, wording: str) -> bool:
    at = 0
    for part in _HOLE.split(wording):
        found = speech.find(part.strip(), at)
        if found < 0:
            return False
        at = found + len(part.strip())
    return True

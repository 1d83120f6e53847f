"""Typed words through the whole skill: words → envelope → the handler Alexa calls → its response.

What a real device does around the skill is done here: the session's attributes are handed back, a slot
that was asked for takes the next words, slots are filled and dialogs played as `typed_slots` and
`typed_dialog` have it, and who says nothing is asked once more."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from skill.alexa.entities import PRODUCT
from skill.alexa.typed_dialog import Asking, Under, answered, dialog_state, left, wanted
from skill.alexa.typed_model import Model, deployed
from skill.alexa.typed_session import Session as Session
from skill.alexa.typed_session import alexa_name as alexa_name
from skill.alexa.typed_session import envelope as envelope
from skill.alexa.typed_session import opening, spoken, touched
from skill.alexa.typed_session import session_ended as session_ended
from skill.alexa.typed_session import session_from as session_from
from skill.alexa.typed_session import session_json as session_json
from skill.alexa.typed_session import timed_out as timed_out
from skill.alexa.typed_slots import NUMBERS, Dynamic, as_said, resolved
from skill.dialogue.guard import CODE, is_digits
from skill.dialogue.turn import Slot
from skill.speech.locale import data
from skill.speech.render import plain
from skill.speech.utterances import Match, Matcher

Send = Callable[[dict[str, Any]], dict[str, Any]]
LAUNCH = Match("LaunchRequest", {}, 0.0)
_INTENT = "IntentRequest"
# Requests whose answer may bring names to listen for.
# Slots of these types are asked for, and filled, in any words.
_ANY_WORDS = frozenset({"ListName", "Remark"})
_NAMING = frozenset({_INTENT, "LaunchRequest"})
# A skill that always hands the dialog back is not waited for without end.
_MOST_STEPS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """What came of one sentence: what was understood, what was said, and both envelopes (empty where nothing
    was sent). `resolved`: what each filled slot came to, as `typed_slots.resolved` tells it."""

    text: str
    intent: str
    slots: Mapping[str, str]
    speech: str
    reprompt: str | None
    ended: bool
    request: dict[str, Any]
    response: dict[str, Any]
    resolved: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "heard": {"intent": self.intent, "slots": dict(self.slots), "resolved": dict(self.resolved)},
            "speech": self.speech,
            "reprompt": self.reprompt,
            "sessionEnded": self.ended,
            "response": self.response,
        }


def turn(
    text: str,
    *,
    session: Session,
    matcher: Matcher,
    send: Send,
    now: datetime,
    request_id: str,
    invocation: str,
) -> tuple[Turned, Session]:
    """Say one sentence in a session. Opening the shop by its name and "!launch" launch; anything else is
    matched."""
    match = understood(text, session=session, matcher=matcher, now=now, invocation=invocation)
    return meant(match, text=text, session=session, send=send, now=now, request_id=request_id)


def meant(
    match: Match,
    *,
    session: Session,
    send: Send,
    now: datetime,
    request_id: str,
    text: str = "",
    model: Model | None = None,
) -> tuple[Turned, Session]:
    """Mean something in a session, whatever the words for it were. A dialog may take several requests, of
    which the last one counts, or none as long as Alexa has something to ask by itself. `model`: another than
    the one that is deployed."""
    if opening(match):
        request = envelope(match, session=session, now=now, request_id=request_id)
        return _turned(text, match.intent, session, request=request, send=send)
    model, asking = model or deployed(session.locale), session.asking
    under = Under(
        intent=alexa_name(match.intent), slots={name: slot.text for name, slot in match.slots.items()}
    )
    begun = asking is not None and asking.under.intent == under.intent
    if asking and asking.confirm and match.intent in ("Yes", "No"):
        under, begun = answered(asking, yes=match.intent == "Yes"), True
        match = Match(under.intent, spoken(under.slots), match.score)
    elif asking and begun:
        under = replace(under, confirmed=asking.under.confirmed)
    dialog = model.dialogs.get(under.intent)
    if dialog and (dialog.own or (asking and begun and asking.prompt)) and (ask := left(under, model=model)):
        return _asked(ask, text, match, session)
    turned = None
    for step in range(_MOST_STEPS):
        request = envelope(
            match,
            session=session,
            now=now,
            request_id=request_id if not step else f"{request_id}.{step}",
            confirmed=under.confirmed,
            dialog_state=dialog_state(under, model=model, begun=begun),
            model=model,
        )
        turned, session = _turned(text, match.intent, session, request=request, send=send, model=model)
        sent = request["request"].get("intent") or {}
        wish = wanted(turned.response.get("response") or {}, sent, model=model)
        if not isinstance(wish, Under) or turned.ended:
            break
        if ask := left(wish, model=model):
            said = " ".join(filter(None, (turned.speech, ask.prompt)))
            return (
                replace(turned, speech=said, reprompt=ask.prompt),
                replace(session, asking=ask, reprompt=ask.prompt),
            )
        under, begun = wish, True
        match = Match(under.intent, spoken(under.slots), match.score)
    assert turned is not None
    return turned, session


def touch(
    arguments: Sequence[Any], *, session: Session, send: Send, now: datetime, request_id: str
) -> tuple[Turned, Session]:
    """Touch something on the device's screen: `arguments` are those of what was drawn there."""
    request = touched(arguments, session=session, now=now, request_id=request_id)
    return _turned("", "Touch", session, request=request, send=send)


def silence(session: Session, *, send: Send, now: datetime, request_id: str) -> tuple[Turned, Session]:
    """Say nothing while the device listens: the reprompt is heard once, and after it the session ends. Where
    no session is open nothing happens."""
    nothing = _nothing("", "")
    if session.new:
        return nothing, session
    if session.reprompt and not session.asked_again:
        again = replace(nothing, speech=session.reprompt, reprompt=session.reprompt, ended=False)
        return again, replace(session, asked_again=True)
    request = session_ended("EXCEEDED_MAX_REPROMPTS", session=session, now=now, request_id=request_id)
    return replace(nothing, request=request, response=send(request)), session


def words(spoken: Mapping[str, Any]) -> str:
    """What a response's body, or its reprompt, lets be heard, without markup."""
    speech = spoken.get("outputSpeech") or {}
    return plain(speech.get("ssml") or speech.get("text") or "").strip()


def following(
    session: Session,
    response: Mapping[str, Any],
    *,
    to: str = _INTENT,
    sent: Mapping[str, Any] | None = None,
    model: Model | None = None,
) -> Session:
    """The session as the device takes it up after this response `to` a request of that type, for the intent
    `sent`."""
    body = response.get("response") or {}
    wish = wanted(body, sent or {}, model=model or deployed(session.locale)) if to == _INTENT else None
    return replace(
        session,
        new=False,
        attributes=response.get("sessionAttributes") or {},
        asking=wish if isinstance(wish, Asking) else None,
        dynamic=_names(session.dynamic, body) if to in _NAMING else session.dynamic,
        reprompt=words(body.get("reprompt") or {}),
        asked_again=False,
    )


def opens(text: str, *, locale: str, invocation: str) -> bool:
    """Whether these words open the shop, without a wish."""
    said = _bare_words(text)
    phrases: list[str] = data("skill", locale)["opening"]["launch"]
    return said == "!launch" or any(said == phrase.format(shop=invocation) for phrase in phrases)


def understood(text: str, *, session: Session, matcher: Matcher, now: datetime, invocation: str) -> Match:
    """The intent and slots of a sentence, as a device would send them."""
    if opens(text, locale=session.locale, invocation=invocation):
        return LAUNCH
    phrases: list[str] = data("skill", session.locale)["opening"]["ask"]
    asked = (phrase.format(shop=invocation) + " " for phrase in phrases)
    if first := next((phrase for phrase in asked if _bare_words(text).startswith(phrase)), ""):
        text = text.strip()[len(first) :]
    match, model = matcher.match(text, today=now.date()), deployed(session.locale)
    if match:
        types = model.slots.get(alexa_name(match.intent), {})
        match = replace(match, slots=as_said(match.slots, text, types=types, model=model))
    if session.elicit is None:
        if match is None or match.score <= 0:
            # A name that was sent for this session goes before what is only somewhat like another sentence.
            match = _sent(text, session, matcher, model, now) or match
        return match or Match("Fallback", {}, 0.0)
    if match is None or match.score <= 0:
        # An answer to what was asked goes before what is only somewhat like another sentence.
        intent, slot = session.elicit
        match = matcher.fitting(text, intent=intent, slot=slot, today=now.date()) or match
    return _filling(text, match, session, model)


def _sent(text: str, session: Session, matcher: Matcher, model: Model, now: datetime) -> Match | None:
    """The words as one of the names that the skill sent; None when they are none."""
    name = matcher.fitting(text, intent="NameProduct", slot="product", today=now.date())
    known = model.indexed(session.dynamic.get(PRODUCT, []))
    return name if name and model.look_up(name.slots["product"].text, known) else None


def _bare_words(text: str) -> str:
    return text.strip().lower().rstrip(".!?؟")


def _filling(text: str, match: Match | None, session: Session, model: Model) -> Match:
    """The words as the slot that was asked for; what they mean besides, where they are no answer."""
    assert session.asking is not None
    intent, slot = session.asking.under.intent, session.asking.slot
    if slot == CODE:
        # A device that waits for four digits takes them as such, and hears any other wish as that.
        if match is None or is_digits(text, language=session.locale[:2]):
            return Match(intent, {CODE: Slot(text.strip())}, 0.0)
        return match
    if match and match.score <= 0 and model.slots.get(intent, {}).get(slot) in _ANY_WORDS:
        # Whatever is said fills it, unless it is said just so to mean something else.
        match = None
    if match and match.intent not in ("NameProduct", "SayNumber", intent):
        return match
    number = model.slots.get(intent, {}).get(slot) in NUMBERS
    inner = match.slots if match and match.intent == intent else {}
    if match and number and slot not in inner and match.intent != "SayNumber":
        # Whatever is no number is none for Alexa either.
        return match
    value = inner.get(slot) or _bare(match, number) or Slot(text.strip())
    return Match(intent, {**spoken(session.asking.under.slots), **inner, slot: value}, 0.0)


def _bare(match: Match | None, number: bool) -> Slot | None:
    """A number or name said alone, as the value of the slot that was asked for."""
    if match is None:
        return None
    if match.intent == "SayNumber":
        return match.slots.get("quantity") if number else None
    return match.slots.get("product") if match.intent == "NameProduct" else None


def _turned(
    text: str,
    intent: str,
    session: Session,
    *,
    request: dict[str, Any],
    send: Send,
    model: Model | None = None,
) -> tuple[Turned, Session]:
    response = send(request)
    body, asked = response.get("response") or {}, request["request"]
    sent = asked.get("intent") or {}
    slots = sent.get("slots") or {}
    types = model.slots.get(sent.get("name", ""), {}) if model else {}
    turned = Turned(
        text=text,
        intent=intent,
        slots={name: slot["value"] for name, slot in slots.items() if "value" in slot},
        speech=words(body),
        reprompt=words(body.get("reprompt") or {}) or None,
        ended=body.get("shouldEndSession") is not False,
        request=request,
        response=response,
        resolved=resolved(slots, types),
    )
    return turned, following(session, response, to=asked["type"], sent=sent, model=model)


def _asked(asking: Asking, text: str, match: Match, session: Session) -> tuple[Turned, Session]:
    """Alexa asks by itself: the skill hears nothing of it."""
    turned = replace(
        _nothing(text, match.intent),
        slots=dict(asking.under.slots),
        speech=asking.prompt,
        reprompt=asking.prompt,
        ended=False,
    )
    return turned, replace(session, new=False, asking=asking, reprompt=asking.prompt, asked_again=False)


def _nothing(text: str, intent: str) -> Turned:
    return Turned(
        text=text, intent=intent, slots={}, speech="", reprompt=None, ended=True, request={}, response={}
    )


def _names(known: Dynamic, body: Mapping[str, Any]) -> Dynamic:
    """The names in force from the next turn on."""
    for directive in body.get("directives") or []:
        if directive.get("type") == "Dialog.UpdateDynamicEntities":
            types = directive.get("types") or [] if directive.get("updateBehavior") == "REPLACE" else []
            known = {one["name"]: one["values"] for one in types}
    return known

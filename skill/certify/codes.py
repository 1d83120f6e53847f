"""The voice code: when it is offered, that it is asked for, and that it locks.

https://developer.amazon.com/en-US/docs/alexa/custom-skills/requirements-for-skills-that-allow-purchases.html,
and security-testing-for-an-alexa-skill.html there."""

from __future__ import annotations

from collections.abc import Iterator

from skill.certify.check import ByHand, Candidate, Fault, Finding
from skill.certify.scratch import Talk, Turn
from skill.certify.till import at_till, basket
from skill.certify.voice import says
from skill.commerce.money import Money
from skill.speech.spoken import money

# From here on a voice code must be offered: US dollars, in cents.
_OFFERED_FROM = 10_000
_CODE, _WRONG = "4826", "1111"
_TRIES = 3
_BUG = "this is a fault of Sayso: report it with what was said"


def threshold(candidate: Candidate) -> Iterator[Finding]:
    """Orders of 100 US dollars or more are offered a voice code."""
    terms = candidate.facts.terms
    if terms.currency != "USD":
        yield ByHand(
            f"Orders from {_limit(candidate)} on are offered a voice code. Make sure that this is no more "
            "than 100 US dollars; it is [orders] code_from in the shop file."
        )
    elif terms.code_from > _OFFERED_FROM:
        yield Fault(
            f"a voice code is offered from {_limit(candidate)} on; Amazon asks for it from $100.00 on",
            f"write [orders] code_from = {_OFFERED_FROM} in the shop file, or less",
        )


def _limit(candidate: Candidate) -> str:
    """From which total on a voice code is offered, as it is said."""
    terms = candidate.facts.terms
    return money(Money(terms.code_from, terms.currency), locale=candidate.locales[0])


def offered(candidate: Candidate) -> Iterator[Fault]:
    """After a large order a voice code is offered, and four digits said twice set it."""
    for locale in candidate.locales:
        if _guarded(candidate, locale) is None:
            yield Fault(f"{locale}: a voice code is not offered after a large order, or cannot be set", _BUG)


def asked(candidate: Candidate) -> Iterator[Fault]:
    """Whoever has a voice code is asked for it before a large order; the right one places it."""
    for locale in candidate.locales:
        talk = _guarded(candidate, locale)
        if talk is None:
            yield Fault(f"{locale}: no voice code could be set", _BUG)
            continue
        turn = _again(candidate, talk, locale)
        if len(talk.orders) > 1:
            yield Fault(f"{locale}: a large order was placed without the voice code", _BUG)
        elif not says(turn.speech, "set_voice_code.say_yours", locale):
            yield Fault(f"{locale}: the voice code is not asked for: {turn.speech!r}", _BUG)
        elif talk.answer(_CODE) is None or len(talk.orders) != 2:
            yield Fault(f"{locale}: the right voice code does not place the order", _BUG)


def locked(candidate: Candidate) -> Iterator[Fault]:
    """After three wrong tries the right code fails too, and it is said how to reset it."""
    for locale in candidate.locales:
        talk = _guarded(candidate, locale)
        if talk is None:
            yield Fault(f"{locale}: no voice code could be set", _BUG)
            continue
        _again(candidate, talk, locale)
        turns = [talk.answer(_WRONG) for _ in range(_TRIES)]
        last = turns[-1]
        if last is None or not says(last.speech, "set_voice_code.locked", locale):
            yield Fault(f"{locale}: three wrong tries at the voice code do not lock it", _BUG)
            continue
        if last.card.get("type") != "LinkAccount" or not last.ended:
            yield Fault(f"{locale}: who is locked out is not told how to reset the code", _BUG)
        _again(candidate, talk, locale)
        talk.answer(_CODE)
        if len(talk.orders) != 1:
            yield Fault(f"{locale}: after three wrong tries the right code still places the order", _BUG)


def _again(candidate: Candidate, talk: Talk, locale: str) -> Turn:
    """Whoever ordered before orders the same once more; what is answered to the yes."""
    talk.put(*basket(candidate, locale))
    talk.open()
    talk.intend("Checkout")
    return talk.intend("Yes")


def _guarded(candidate: Candidate, locale: str) -> Talk | None:
    """Somebody who was offered a voice code after an order, and set it; None where that fails."""
    talk, _ = at_till(candidate, locale, code_from=1)
    if not says(talk.intend("Yes").speech, "set_voice_code.offer", locale):
        return None
    talk.intend("Yes")
    talk.answer(_CODE)
    again = talk.answer(_CODE)
    return talk if again is not None and says(again.speech, "set_voice_code.is_set", locale) else None

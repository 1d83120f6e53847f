"""The door: one envelope of Alexa's, as raw JSON, to the response's JSON.

Nothing of the ask-sdk is needed for that: `skill.alexa.sdk` is the same skill as the SDK knows it, for
whoever brings handlers or an adapter of theirs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from skill.alexa.request import (
    Kind,
    MalformedRequest,
    account_event,
    application_id,
    attributes,
    kind,
    left,
    trouble,
    turn,
)
from skill.alexa.response import respond
from skill.alexa.slots import can_fulfill
from skill.dialogue.turn import AccountEvent, Left, Turn
from skill.intents import everything
from skill.logs import fault
from skill.operations.turn import noted
from skill.speech.locale import nearest
from skill.speech.render import Answer, Spoken, apology

log = logging.getLogger("sayso")
MAX_LOGGED = 80


class Serving(Protocol):
    """A shop ready to talk: `respond` to a turn; `happened` is told what happened to an account, and what it
    raises is raised, so that the event is not taken for received; `ended`, which conversation was left."""

    @property
    def respond(self) -> Callable[[Turn], Answer]: ...

    @property
    def happened(self) -> Callable[[AccountEvent], None]: ...

    @property
    def ended(self) -> Callable[[Left], None]: ...


# Nothing may be said to these.
_UNSPOKEN = frozenset({Kind.SILENCE, Kind.ACCOUNT})
ShopOf = Callable[[str], Serving | None]


@dataclass(frozen=True, slots=True)
class Skill:
    """The shops of a deployment behind one door. `shop_of` tells the shop an application id stands for, None:
    a request for it is refused."""

    shop_of: ShopOf
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Answered:
    """A response's JSON, and what the session is to remember (None: nothing)."""

    response: dict[str, Any]
    attributes: Mapping[str, Any] | None = None


def ask(skill: Skill, raw: Any) -> dict[str, Any]:
    """Answer one parsed envelope. Raises MalformedRequest, and whatever stood in the way of an event that
    Alexa is to send again."""
    if not isinstance(raw, Mapping):
        raise MalformedRequest("the body is not a JSON object")
    try:
        answered = answer(skill, raw)
    except MalformedRequest:
        raise
    except Exception as error:
        answered = after(error, raw)
    if answered.attributes is None or not isinstance(raw.get("session"), Mapping):
        return {"version": "1.0", "response": answered.response}
    return {"version": "1.0", "sessionAttributes": dict(answered.attributes), "response": answered.response}


def answer(skill: Skill, raw: Mapping[str, Any]) -> Answered:
    """Envelope → turn → answer. Raises MalformedRequest, and anything that was not expected."""
    shop, wanted = skill.shop_of(application_id(raw)), kind(raw)
    if shop is None:
        log.warning("request %s for another skill refused", request_id(raw))
        if wanted in _UNSPOKEN:
            return Answered({}, attributes(raw))
        if wanted is Kind.CAN_FULFILL:
            return Answered({"canFulfillIntent": can_fulfill(raw, intents={})})
        return Answered(respond(_sorry(raw, "unsupported", end=True)))
    match wanted:
        case Kind.SILENCE:
            if told := trouble(raw):
                log.warning("Alexa says %s; request %s", told, request_id(raw))
            if gone := left(raw, now=skill.clock()):
                shop.ended(gone)
            return Answered({}, attributes(raw))
        case Kind.ACCOUNT:
            shop.happened(account_event(raw, now=skill.clock()))
            return Answered({}, attributes(raw))
        case Kind.CAN_FULFILL:
            return Answered({"canFulfillIntent": can_fulfill(raw, intents=everything())})
        case Kind.NOBODY:
            log.warning("request %s names no user", request_id(raw))
            return Answered(respond(_sorry(raw, "fault_closed", end=True)))
        case Kind.UNSUPPORTED:
            return Answered(respond(_sorry(raw, "unsupported")), attributes(raw))
        case Kind.TURN:
            said = shop.respond(turn(raw, now=skill.clock()))
            response = respond(
                said.spoken,
                intents=everything() if raw["request"]["type"] == "IntentRequest" else {},
                screen=said.screen,
                names=said.names,
            )
            return Answered(response, said.attributes)


def after(error: Exception, raw: Mapping[str, Any]) -> Answered:
    """Whatever was not expected: logged once with the request's id, never with what was said; the shopper
    hears a sentence and the open question survives. An event is not to be answered, so `error` is raised
    again: Alexa then sends it again, for an hour, and nobody's wish to be forgotten is lost."""
    log.error("turn failed: %s; request %s", fault(error), request_id(raw))
    wanted = kind(raw)
    if wanted is Kind.ACCOUNT:
        raise error
    if wanted is Kind.SILENCE:
        return Answered({}, attributes(raw))
    return Answered(respond(_sorry(raw, "fault")), attributes(raw))


def refusal(raw: Any) -> dict[str, Any]:
    """The answer to an envelope we cannot read, for doors that must answer: a closed, valid response, and
    silence where nobody listens."""
    with suppress(MalformedRequest):
        if isinstance(raw, Mapping) and kind(raw) in _UNSPOKEN:
            return {"version": "1.0", "response": {}}
    spoken = _sorry(raw if isinstance(raw, Mapping) else {}, "fault_closed", end=True)
    return {"version": "1.0", "response": respond(spoken)}


def request_id(raw: Mapping[str, Any]) -> str:
    """The request's id for the log, cut short; empty when there is none."""
    request = raw.get("request")
    return str(request.get("requestId", ""))[:MAX_LOGGED] if isinstance(request, Mapping) else ""


def _sorry(raw: Mapping[str, Any], key: str, *, end: bool = False) -> Spoken:
    noted(outcome=key)
    request = raw.get("request")
    locale = request.get("locale") if isinstance(request, Mapping) else ""
    return apology(key, locale=nearest(locale if isinstance(locale, str) else ""), end=end)

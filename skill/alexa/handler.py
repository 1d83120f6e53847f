"""The skill as the ask-sdk knows it: one handler for every request, one for what goes wrong.

The SDK keeps what it is good at (envelope, response builder); the conversation is dispatched by our
engine. Around its deserialiser stands a guard: an envelope it cannot read is still answered."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, Protocol

from ask_sdk_core.dispatch_components import AbstractExceptionHandler, AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_core.skill import CustomSkill
from ask_sdk_core.skill_builder import SkillBuilder
from ask_sdk_model import RequestEnvelope, Response, Session
from ask_sdk_model.canfulfill import CanFulfillIntent

from skill.alexa.request import (
    Kind,
    MalformedRequest,
    account_event,
    application_id,
    attributes,
    kind,
    trouble,
    turn,
)
from skill.alexa.response import respond
from skill.alexa.slots import can_fulfill
from skill.dialogue.turn import AccountEvent, Turn
from skill.intents import everything
from skill.logs import fault
from skill.speech.locale import nearest
from skill.speech.render import Answer, Spoken, apology

log = logging.getLogger("sayso")
MAX_LOGGED = 80


class Serving(Protocol):
    """A shop ready to talk: `respond` to a turn; `happened` is told what happened to an account, and what it
    raises is raised, so that the event is not taken for received."""

    @property
    def respond(self) -> Callable[[Turn], Answer]: ...

    @property
    def happened(self) -> Callable[[AccountEvent], None]: ...


# Nothing may be said to these.
_UNSPOKEN = frozenset({Kind.SILENCE, Kind.ACCOUNT})
_SDK = DefaultSerializer()
ShopOf = Callable[[str], Serving | None]


class GuardedSerializer(DefaultSerializer):  # type: ignore[misc]
    """The SDK's serialiser, never at a loss: the raw JSON always comes along, and an envelope with types,
    enum values or dates the SDK does not know becomes an empty one instead of an exception."""

    def deserialize(self, payload: str, obj_type: Any) -> Any:
        """The typed envelope with the raw JSON as `raw`. Raises MalformedRequest when the payload is no
        JSON object."""
        if obj_type is not RequestEnvelope:
            return super().deserialize(payload, obj_type)
        try:
            raw = json.loads(payload)
        except (ValueError, RecursionError) as error:
            raise MalformedRequest("the body is not JSON") from error
        if not isinstance(raw, dict):
            raise MalformedRequest("the body is not a JSON object")
        try:
            envelope = super().deserialize(payload, obj_type)
        except Exception:
            # A session stays one: what is remembered in it must come back.
            session = Session() if isinstance(raw.get("session"), dict) else None
            envelope = RequestEnvelope(version="1.0", session=session)
        if envelope.session:
            envelope.session.attributes = attributes(raw)
        envelope.raw = raw
        return envelope


class AnyRequest(AbstractRequestHandler):  # type: ignore[misc]
    """Every request: envelope → turn → answer → response."""

    def __init__(self, shop_of: ShopOf, *, clock: Callable[[], datetime]) -> None:
        self._shop_of = shop_of
        self._clock = clock
        self._intents = everything()

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return True

    def handle(self, handler_input: HandlerInput) -> Response:
        raw = raw_of(handler_input)
        shop = self._shop_of(application_id(raw))
        if shop is None:
            log.warning("request %s for another skill refused", request_id(raw))
            if kind(raw) in _UNSPOKEN:
                return Response()
            if kind(raw) is Kind.CAN_FULFILL:
                return _able(can_fulfill(raw, intents={}))
            return respond(_sorry(raw, "unsupported", end=True), handler_input, intents={}, in_intent=False)
        match kind(raw):
            case Kind.SILENCE:
                if told := trouble(raw):
                    log.warning("Alexa says %s; request %s", told, request_id(raw))
                return Response()
            case Kind.ACCOUNT:
                shop.happened(account_event(raw, now=self._clock()))
                return Response()
            case Kind.CAN_FULFILL:
                return _able(can_fulfill(raw, intents=self._intents))
            case Kind.NOBODY:
                log.warning("request %s names no user", request_id(raw))
                sorry = _sorry(raw, "fault_closed", end=True)
                return respond(sorry, handler_input, intents={}, in_intent=False)
            case Kind.UNSUPPORTED:
                return respond(
                    _sorry(raw, "unsupported"), handler_input, intents=self._intents, in_intent=False
                )
            case Kind.TURN:
                said = turn(raw, now=self._clock())
                answer = shop.respond(said)
                if handler_input.request_envelope.session:
                    handler_input.attributes_manager.session_attributes = dict(answer.attributes)
                in_intent = raw["request"]["type"] == "IntentRequest"
                return respond(
                    answer.spoken,
                    handler_input,
                    intents=self._intents,
                    in_intent=in_intent,
                    screen=answer.screen,
                    names=answer.names,
                )


class AnyFault(AbstractExceptionHandler):  # type: ignore[misc]
    """Whatever was not expected: logged once with the request's id, never with what was said; the
    shopper hears a sentence and the open question survives. A malformed request is the door's to
    refuse."""

    def can_handle(self, handler_input: HandlerInput, exception: Exception) -> bool:
        return not isinstance(exception, MalformedRequest)

    def handle(self, handler_input: HandlerInput, exception: Exception) -> Response:
        raw = raw_of(handler_input)
        log.error("turn failed: %s; request %s", fault(exception), request_id(raw))
        if kind(raw) is Kind.ACCOUNT:
            # Not to be answered: Alexa then sends it again, for an hour, and nobody's wish to be forgotten
            # is lost.
            raise exception
        if kind(raw) is Kind.SILENCE:
            return Response()
        keep_session(handler_input, raw)
        return respond(_sorry(raw, "fault"), handler_input, intents={}, in_intent=False)


def build_skill(shop_of: ShopOf, *, clock: Callable[[], datetime]) -> CustomSkill:
    """The ask-sdk skill around the shops of a deployment; `invoke` it, or hand it to an adapter. `shop_of`
    tells the shop an application id stands for, None: a request for it is refused."""
    builder = SkillBuilder()
    builder.add_request_handler(AnyRequest(shop_of, clock=clock))
    builder.add_exception_handler(AnyFault())
    skill = builder.create()
    skill.serializer = GuardedSerializer()
    return skill


def ask(skill: CustomSkill, raw: Any) -> dict[str, Any]:
    """Hand one envelope to the skill and take its response back as JSON. Raises MalformedRequest."""
    try:
        payload = json.dumps(raw)
    except (ValueError, RecursionError) as error:
        raise MalformedRequest("the envelope goes too deep") from error
    envelope = skill.serializer.deserialize(payload, RequestEnvelope)
    answer: dict[str, Any] = skill.serializer.serialize(skill.invoke(request_envelope=envelope, context=None))
    return answer


def refusal(raw: Any) -> dict[str, Any]:
    """The answer to an envelope we cannot read, for doors that must answer: a closed, valid response, and
    silence where nobody listens."""
    with suppress(MalformedRequest):
        if isinstance(raw, Mapping) and kind(raw) in _UNSPOKEN:
            return {"version": "1.0", "response": {}}
    spoken = _sorry(raw if isinstance(raw, Mapping) else {}, "fault_closed", end=True)
    return {
        "version": "1.0",
        "response": {
            "outputSpeech": {"type": "SSML", "ssml": f"<speak>{spoken.speech}</speak>"},
            "shouldEndSession": True,
        },
    }


def raw_of(handler_input: HandlerInput) -> Mapping[str, Any]:
    """The envelope's JSON as it arrived."""
    return getattr(handler_input.request_envelope, "raw", {})


def request_id(raw: Mapping[str, Any]) -> str:
    """The request's id for the log, cut short; empty when there is none."""
    request = raw.get("request")
    return str(request.get("requestId", ""))[:MAX_LOGGED] if isinstance(request, Mapping) else ""


def keep_session(handler_input: HandlerInput, raw: Mapping[str, Any]) -> None:
    """Give the session its attributes back untouched, so that an open question stays open."""
    if handler_input.request_envelope.session:
        handler_input.attributes_manager.session_attributes = attributes(raw)


def _able(told: Mapping[str, Any]) -> Response:
    return Response(can_fulfill_intent=_SDK.deserialize(json.dumps(told), CanFulfillIntent))


def _sorry(raw: Mapping[str, Any], key: str, *, end: bool = False) -> Spoken:
    request = raw.get("request")
    locale = request.get("locale") if isinstance(request, Mapping) else ""
    return apology(key, locale=nearest(locale if isinstance(locale, str) else ""), end=end)

"""The same skill as the ask-sdk knows it: for flask-ask-sdk's adapter, and for whoever adds request handlers,
exception handlers or interceptors of their own.

    builder = ShopSkillBuilder(shops.of, clock=clock)
    builder.add_request_handler(Horoscope())
    lambda_handler = builder.lambda_handler()

Handlers added so are asked before ours, which takes every request that is left; interceptors run around
both. The envelope's raw JSON is `handler_input.request_envelope.raw`. Nothing of this is loaded by a
deployment that does without: `skill.alexa.handler` answers from the raw JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from ask_sdk_core.dispatch_components import AbstractExceptionHandler, AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_core.skill import CustomSkill
from ask_sdk_core.skill_builder import SkillBuilder
from ask_sdk_model import RequestEnvelope, Response, Session
from ask_sdk_runtime.dispatch_components import GenericRequestHandlerChain

from skill.alexa.handler import Answered, ShopOf, Skill, after, answer, refusal
from skill.alexa.request import MalformedRequest, attributes


class GuardedSerializer(DefaultSerializer):  # type: ignore[misc]
    """The SDK's serialiser, never at a loss: the raw JSON always comes along, and an envelope with types,
    enum values or dates the SDK does not know becomes one that holds the session alone instead of an
    exception."""

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
    """Every request, answered as the door answers it."""

    def __init__(self, skill: Skill) -> None:
        self._skill = skill

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return True

    def handle(self, handler_input: HandlerInput) -> Response:
        return _told(answer(self._skill, raw_of(handler_input)), handler_input)


class AnyFault(AbstractExceptionHandler):  # type: ignore[misc]
    """Whatever was not expected, as the door says it. A malformed request is the door's to refuse."""

    def can_handle(self, handler_input: HandlerInput, exception: Exception) -> bool:
        return not isinstance(exception, MalformedRequest)

    def handle(self, handler_input: HandlerInput, exception: Exception) -> Response:
        return _told(after(exception, raw_of(handler_input)), handler_input)


class ShopSkillBuilder(SkillBuilder):  # type: ignore[misc]
    """The SDK's builder of the skill around the shops of a deployment; `shop_of` as in `Skill`. What a
    developer adds before it is built is asked first, the shop last."""

    def __init__(self, shop_of: ShopOf, *, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._skill = Skill(shop_of, clock)

    @property
    def skill_configuration(self) -> Any:
        configuration = super().skill_configuration
        ours = GenericRequestHandlerChain(request_handler=AnyRequest(self._skill))
        configuration.request_mappers[0].add_request_handler_chain(ours)
        configuration.exception_mapper.add_exception_handler(AnyFault())
        return configuration

    def create(self) -> CustomSkill:
        """The skill, to be invoked or handed to an adapter."""
        skill = super().create()
        skill.serializer = GuardedSerializer()
        return skill

    def lambda_handler(self) -> Callable[[Any, object], dict[str, Any]]:
        """A handler for AWS Lambda: a valid response to every envelope, also to one that cannot be read."""
        skill = self.create()

        def handler(event: Any, context: object) -> dict[str, Any]:
            try:
                return ask(skill, event, context=context)
            except MalformedRequest:
                return refusal(event)

        return handler


def build_skill(shop_of: ShopOf, *, clock: Callable[[], datetime]) -> CustomSkill:
    """The skill without anything of a developer's own."""
    return ShopSkillBuilder(shop_of, clock=clock).create()


def ask(skill: CustomSkill, raw: Any, *, context: object = None) -> dict[str, Any]:
    """Hand one parsed envelope to a skill of the SDK's and take its response back as JSON. Raises
    MalformedRequest, and what `skill.alexa.handler.ask` raises."""
    try:
        payload = json.dumps(raw)
    except (ValueError, RecursionError) as error:
        raise MalformedRequest("the envelope goes too deep") from error
    envelope = skill.serializer.deserialize(payload, RequestEnvelope)
    told: dict[str, Any] = skill.serializer.serialize(
        skill.invoke(request_envelope=envelope, context=context)
    )
    return told


def raw_of(handler_input: HandlerInput) -> Mapping[str, Any]:
    """The envelope's JSON as it arrived."""
    return getattr(handler_input.request_envelope, "raw", {})


def _told(answered: Answered, handler_input: HandlerInput) -> Response:
    """The SDK's objects of an answer, so that interceptors can go on with them."""
    if handler_input.request_envelope.session:
        kept = answered.attributes
        handler_input.attributes_manager.session_attributes = None if kept is None else dict(kept)
    return DefaultSerializer().deserialize(json.dumps(answered.response), Response)

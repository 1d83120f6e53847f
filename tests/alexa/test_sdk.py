"""The ask-sdk's surface: the same answers, and room for a developer's own handlers and interceptors."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from types import ModuleType
from typing import Any

import pytest
from ask_sdk_core.dispatch_components import (
    AbstractExceptionHandler,
    AbstractRequestHandler,
    AbstractRequestInterceptor,
    AbstractResponseInterceptor,
)
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_core.utils import is_intent_name
from ask_sdk_model import Response
from flask import Flask

from skill.alexa.bridge import skill_adapter
from skill.alexa.handler import ask as door_asks
from skill.alexa.request import MalformedRequest
from skill.alexa.sdk import ShopSkillBuilder, ask, build_skill, raw_of
from skill.alexa.typed import envelope
from skill.dialogue.turn import AccountEvent, Left, Turn
from skill.speech.render import Answer
from skill.speech.utterances import Match
from tests.talk import NOW, ROOT, Talk

CASES = {
    file.stem: json.loads(file.read_text("utf-8"))
    for file in sorted((ROOT / "tests" / "requests").glob("*.json"))
}
every_request = pytest.mark.parametrize("name", CASES)
SAID = (
    "open saffron wagon",
    "find oat milk",
    "the first one",
    "add M&M's",
    "add eggs",
    "help",
    "check out",
    "yes",
    "where is my order",
    "stop",
)
Send = Callable[[dict[str, Any]], dict[str, Any]]


def by_sdk(door: ModuleType) -> Send:
    return partial(ask, build_skill(door.shops.of, clock=door.app.clock))


def settled(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Without the SDK's name for itself."""
    return {name: value for name, value in answer.items() if name != "userAgent"}


def outcome(send: Send, request: dict[str, Any]) -> Any:
    try:
        return settled(send(request))
    except MalformedRequest as error:
        return str(error)


@every_request
def test_a_request_is_answered_as_the_door_answers_it(door: ModuleType, name: str) -> None:
    request = CASES[name]["request"]
    # The same request twice: a repeat, so the second answer must be the first.
    first = outcome(partial(door_asks, door.skill), request)
    assert outcome(by_sdk(door), request) == first


@pytest.mark.parametrize("screen", [False, True], ids=["voice", "screen"])
def test_a_whole_conversation_is_the_same(door: ModuleType, screen: bool) -> None:
    def both(request: dict[str, Any]) -> dict[str, Any]:
        first = door_asks(door.skill, request)
        assert settled(ask(skill, request)) == first
        return first

    skill = build_skill(door.shops.of, clock=door.app.clock)
    talk = Talk(both, screen=screen)
    drawn = {directive["type"] for said in SAID for directive in directives(talk.say(said).response)}
    assert "Dialog.UpdateDynamicEntities" in drawn
    assert ("Alexa.Presentation.APL.RenderDocument" in drawn) is screen


def directives(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answer["response"].get("directives", [])
    return found


def test_every_part_of_an_answer_has_a_type_in_the_sdk(door: ModuleType) -> None:
    serializer = DefaultSerializer()
    talk = Talk(partial(door_asks, door.skill), screen=True)
    for said in SAID:
        response = talk.say(said).response["response"]
        typed = serializer.deserialize(json.dumps(response), Response)
        assert serializer.serialize(typed) == response


class Horoscope(AbstractRequestHandler):  # type: ignore[misc]
    """What the shop knows nothing of."""

    def can_handle(self, handler_input: HandlerInput) -> bool:
        asked: bool = is_intent_name("Horoscope")(handler_input)
        return asked

    def handle(self, handler_input: HandlerInput) -> Response:
        stars = raw_of(handler_input)["request"]["intent"]["slots"]["sign"]["value"]
        return handler_input.response_builder.speak(f"{stars} will buy milk.").response


class Before(AbstractRequestInterceptor):  # type: ignore[misc]
    def __init__(self) -> None:
        self.seen: list[str] = []

    def process(self, handler_input: HandlerInput) -> None:
        self.seen.append(handler_input.request_envelope.request.object_type)


class Signature(AbstractResponseInterceptor):  # type: ignore[misc]
    """Changes what is said, as the SDK's own types let it."""

    def process(self, handler_input: HandlerInput, response: Response) -> None:
        response.output_speech.ssml = response.output_speech.ssml.replace("<speak>", "<speak>Ahem. ")


def said(answer: Mapping[str, Any]) -> str:
    text: str = answer["response"]["outputSpeech"]["ssml"]
    return text


def test_a_handler_of_a_developers_own_is_asked_first_and_the_shop_for_the_rest(door: ModuleType) -> None:
    builder = ShopSkillBuilder(door.shops.of, clock=door.app.clock)
    handler = builder.lambda_handler()
    request = json.loads(json.dumps(CASES["unknown_intent"]["request"]))
    request["request"]["intent"] = {"name": "Horoscope", "slots": {"sign": {"name": "sign", "value": "Leo"}}}
    assert "Leo" not in said(handler(request, None))
    builder.add_request_handler(Horoscope())
    handler = builder.lambda_handler()
    assert said(handler(request, None)) == "<speak>Leo will buy milk.</speak>"
    assert "Saffron Wagon" in said(handler(CASES["launch"]["request"], None))


def test_interceptors_run_around_the_shops_own_handler(door: ModuleType) -> None:
    builder, before = ShopSkillBuilder(door.shops.of, clock=door.app.clock), Before()
    builder.add_global_request_interceptor(before)
    builder.add_global_response_interceptor(Signature())
    answer = builder.lambda_handler()(CASES["launch"]["request"], None)
    assert before.seen == ["LaunchRequest"]
    assert said(answer).startswith("<speak>Ahem. ")


def test_a_handler_for_faults_of_a_developers_own_is_asked_first() -> None:
    class Shrug(AbstractExceptionHandler):  # type: ignore[misc]
        def can_handle(self, handler_input: HandlerInput, exception: Exception) -> bool:
            return isinstance(exception, ZeroDivisionError)

        def handle(self, handler_input: HandlerInput, exception: Exception) -> Response:
            return handler_input.response_builder.speak("Oh well.").response

    builder = ShopSkillBuilder(lambda _: Broken(), clock=lambda: NOW)
    builder.add_exception_handler(Shrug())
    assert said(builder.lambda_handler()(CASES["launch"]["request"], None)) == "<speak>Oh well.</speak>"


class Broken:
    """A shop whose every part fails."""

    def respond(self, turn: Turn) -> Answer:
        raise ZeroDivisionError

    def happened(self, event: AccountEvent) -> None:
        raise ZeroDivisionError

    def ended(self, left: Left) -> None:
        raise ZeroDivisionError


def test_a_fault_is_apologised_for_and_the_question_stays_open() -> None:
    skill = build_skill(lambda _: Broken(), clock=lambda: NOW)
    request = json.loads(json.dumps(CASES["find"]["request"]))
    request["session"] = {"new": False, "sessionId": "s", "attributes": {"v": 1, "turns": 3}}
    answer = ask(skill, request)
    assert answer["sessionAttributes"] == {"v": 1, "turns": 3}
    assert answer["response"]["shouldEndSession"] is False
    with pytest.raises(ZeroDivisionError):
        ask(skill, CASES["account_linked"]["request"])


def test_what_the_sdk_cannot_read_keeps_its_session(talk: Talk, door: ModuleType) -> None:
    talk.say("add eggs")
    heard = Match("Help", {}, 0.0)
    request = envelope(heard, session=talk.session, now=NOW, request_id="odd")
    request["request"]["dialogState"] = "DREAMING"
    request["request"]["timestamp"] = "the day before yesterday"
    answer = by_sdk(door)(request)
    assert answer["sessionAttributes"]["turns"] == talk.session.attributes["turns"] + 1


@pytest.mark.parametrize("event", [None, [], "text", {"request": {}}])
def test_a_lambda_handler_of_the_sdk_refuses_what_is_no_request(event: Any) -> None:
    handler = ShopSkillBuilder(lambda _: None, clock=lambda: datetime.now(UTC)).lambda_handler()
    assert handler(event, None)["response"]["shouldEndSession"] is True


@every_request
def test_the_adapter_of_flask_ask_sdk_answers_like_the_door(door: ModuleType, name: str) -> None:
    case = CASES[name]
    if case["answer"].get("malformed"):
        return
    web = Flask(__name__)
    # Signatures are verified before, on the raw body: skill.alexa.verifier.
    web.config.update(ASK_SDK_VERIFY_SIGNATURE=False, ASK_SDK_VERIFY_TIMESTAMP=False)
    skill = build_skill(door.shops.of, clock=door.app.clock)
    adapter = skill_adapter()(skill=skill, skill_id="shop", app=web)
    adapter.register(app=web, route="/alexa")
    answer = web.test_client().post("/alexa", json=case["request"])
    assert answer.status_code == 200
    assert settled(answer.get_json()) == door_asks(door.skill, case["request"])

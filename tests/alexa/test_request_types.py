"""Every type of request Amazon documents, and some it does not, through both doors: an answer Alexa takes, or
silence where silence is right."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from skill.server import create_app
from tests.alexa.request_types import FULFILLABLE, SILENT, SPOKEN, TYPES
from tests.fuzz.answers import faults
from tests.talk import USER, Send, Talk, furnish, kept, lambda_door, send_through

APPLICATION = {"applicationId": "amzn1.ask.skill.00000000-0000-0000-0000-000000000000"}
ATTRIBUTES: dict[str, Any] = {"v": 1, "turns": 2, "said": "Anything else?", "asked": "Anything else?"}
# What may differ from an ordinary envelope, now or later.
DIFFERENT: Mapping[str, Callable[[dict[str, Any]], object]] = {
    "nothing": lambda raw: None,
    "no session": lambda raw: raw.pop("session"),
    "a session that is null": lambda raw: raw.update(session=None),
    "a session of nobody": lambda raw: raw["session"].pop("user"),
    "no context": lambda raw: raw.pop("context"),
    "a context that is null": lambda raw: raw.update(context=None),
    "a system of nobody": lambda raw: raw["context"]["System"].pop("user"),
    "no device": lambda raw: raw["context"]["System"].pop("device"),
    "nobody at all": lambda raw: (raw.pop("session"), raw.pop("context")),
    "version 2.0": lambda raw: raw.update(version="2.0"),
    "no version": lambda raw: raw.pop("version"),
    "no locale": lambda raw: raw["request"].pop("locale"),
    "a locale nobody speaks": lambda raw: raw["request"].update(locale="xx-YY"),
    "a locale that is a number": lambda raw: raw["request"].update(locale=7),
    "no time": lambda raw: raw["request"].pop("timestamp"),
    "a time in another form": lambda raw: raw["request"].update(timestamp=1700000000000),
    "no id": lambda raw: raw["request"].pop("requestId"),
    "attributes that are null": lambda raw: raw["session"].update(attributes=None),
    "attributes of another format": lambda raw: raw["session"].update(attributes={"v": 99, "x": [1]}),
    "fields of tomorrow": lambda raw: _more(raw),
    "nothing of its own": lambda raw: _less(raw),
}


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory, catalogues: Path) -> Iterator[ModuleType]:
    """One shop for all these requests: none of them needs it untouched."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAYSO_CATALOGUES", str(catalogues))
        opened = lambda_door(f"sqlite:{tmp_path_factory.mktemp('types') / 'shop.db'}", monkeypatch=patch)
        furnish(opened)
        yield opened


@pytest.fixture(scope="module")
def web(door: ModuleType) -> Send:
    """The Flask door of the same shop."""
    client = create_app(door.app, verify=None).test_client()

    def send(raw: dict[str, Any]) -> dict[str, Any]:
        answer = client.post("/alexa", data=json.dumps(raw), content_type="application/json")
        assert answer.status_code == 200, answer.get_data(as_text=True)
        found: dict[str, Any] = answer.get_json()
        return found

    return send


@pytest.fixture(params=["lambda", "web"])
def send(request: pytest.FixtureRequest, door: ModuleType, web: Send) -> Send:
    return web if request.param == "web" else send_through(door)


def envelope(type_: str, *, attributes: Any = None, **body: Any) -> dict[str, Any]:
    """A request of this type within a session, as Alexa sends it."""
    return {
        "version": "1.0",
        "session": {
            "new": False,
            "sessionId": "session",
            "application": APPLICATION,
            "attributes": copy.deepcopy(ATTRIBUTES) if attributes is None else attributes,
            "user": {"userId": USER},
        },
        "context": {
            "System": {
                "application": APPLICATION,
                "user": {"userId": USER},
                "device": {"deviceId": "device", "supportedInterfaces": {}},
                "apiEndpoint": "http://127.0.0.1:9",
            }
        },
        "request": {
            "type": type_,
            "requestId": f"request.{type_}",
            "timestamp": "2026-11-21T15:00:00Z",
            "locale": "en-US",
            **copy.deepcopy(dict(TYPES.get(type_, {}))),
            **body,
        },
    }


@pytest.mark.parametrize("different", DIFFERENT)
def test_every_type_gets_an_answer_alexa_takes_whatever_is_different(send: Send, different: str) -> None:
    wrong = []
    for type_ in TYPES:
        raw = envelope(type_)
        DIFFERENT[different](raw)
        wrong += [f"{type_}: {fault}" for fault in faults(raw, send(raw))]
    assert not wrong


def test_a_silent_answer_leaves_the_conversation_as_it_was(send: Send) -> None:
    for type_ in SILENT:
        answer = send(envelope(type_))
        assert answer["response"] == {}
        assert answer["sessionAttributes"] == ATTRIBUTES


def test_a_field_sdks_do_not_know_does_not_end_the_conversation(send: Send) -> None:
    raw = envelope("IntentRequest", dialogState="FUTURE_STATE")
    raw["request"]["intent"]["confirmationStatus"] = "LATER"
    assert send(raw)["sessionAttributes"]["turns"] == ATTRIBUTES["turns"] + 1


def test_whoever_waits_for_an_answer_gets_one_and_may_go_on(send: Send) -> None:
    for type_ in SPOKEN:
        response = send(envelope(type_))["response"]
        assert response["outputSpeech"]["ssml"]
        assert response["shouldEndSession"] is False


@pytest.mark.parametrize("id", ["\0", "x" * 9_000, 7, {}, ""])
def test_an_application_of_no_name_at_all_is_answered(send: Send, id: object) -> None:
    raw = envelope("LaunchRequest")
    for place in (raw["session"], raw["context"]["System"]):
        place["application"] = {"applicationId": id}
    assert not faults(raw, send(raw))


def test_half_a_character_in_the_name_of_an_application_is_answered_on_lambda(door: ModuleType) -> None:
    # The web door does not read what cannot be written again: tests/hostile.
    raw = envelope("LaunchRequest")
    for place in (raw["session"], raw["context"]["System"]):
        place["application"] = {"applicationId": "\ud800"}
    assert not faults(raw, send_through(door)(raw))


def test_a_shopper_nobody_names_is_told_so_and_no_more(door: ModuleType, send: Send) -> None:
    raw = envelope("LaunchRequest")
    DIFFERENT["nobody at all"](raw)
    response = send(raw)["response"]
    assert response["shouldEndSession"] is True
    assert "try again" in response["outputSpeech"]["ssml"]


@pytest.mark.parametrize("code", ["200", 200, "400", "500", None])
@pytest.mark.parametrize("type_", ["SessionResumedRequest", "Connections.Response"])
def test_who_comes_back_hears_again_what_was_asked(door: ModuleType, type_: str, code: object) -> None:
    talk = Talk(send_through(door), user="amzn1.ask.account.BACK")
    asked = talk.say("find oat milk")
    status = {"status": {"code": code, "message": "m"}}
    body = {"cause": {"type": "ConnectionCompleted", "token": "t", **status}, "name": "AskFor", **status}
    raw = envelope(type_, attributes=asked.response["sessionAttributes"], **body)
    again = send_through(door)(raw)
    assert again["response"]["outputSpeech"] == asked.response["response"]["outputSpeech"]
    raw["session"]["new"] = True
    assert "Welcome" in send_through(door)(raw)["response"]["outputSpeech"]["ssml"]


def test_a_task_of_a_link_may_look_for_something(door: ModuleType) -> None:
    task = {"name": f"{APPLICATION['applicationId']}.FindProduct", "version": "1"}
    raw = envelope("LaunchRequest", task={**task, "input": {"product": "goat milk"}})
    raw["session"]["new"] = True
    assert "goat milk" in send_through(door)(raw)["response"]["outputSpeech"]["ssml"]


@pytest.mark.parametrize(
    "task",
    [
        {"name": "AMAZON.PrintPDF", "version": "1", "input": {"product": "goat milk"}},
        {"name": "amzn1.ask.skill.x.AddToCart", "version": "1", "input": {"product": "goat milk"}},
        {"name": "amzn1.ask.skill.x.FindProduct", "version": "1", "input": {"product": " "}},
        {"name": "amzn1.ask.skill.x.FindProduct", "version": "1", "input": None},
        {"name": 3},
        "FindProduct",
        None,
    ],
)
def test_any_other_task_opens_the_shop_and_does_nothing(door: ModuleType, task: Any) -> None:
    user = "amzn1.ask.account.TASK"
    raw = envelope("LaunchRequest", task=task)
    raw["context"]["System"]["user"]["userId"] = user
    assert "Welcome" in send_through(door)(raw)["response"]["outputSpeech"]["ssml"]
    assert kept(door, user)["cart"] == {}


def test_no_type_is_told_twice_what_it_may_be_answered_with() -> None:
    assert not SPOKEN.keys() & SILENT.keys()
    assert TYPES.keys() == SPOKEN.keys() | SILENT.keys() | FULFILLABLE.keys()


@pytest.mark.parametrize(
    ("type_", "body", "expected"),
    [
        ("System.ExceptionEncountered", {}, "an answer could not be used: INVALID_RESPONSE"),
        ("SessionEndedRequest", {}, "a session broke off: INVALID_RESPONSE"),
        ("Alexa.Presentation.APL.RuntimeError", {}, "a screen could not be drawn: LIST_ERROR"),
        ("Alexa.DataStore.Error", {}, "a data store failed: STORAGE_LIMIT_EXCEEDED"),
        ("System.ExceptionEncountered", {"error": {"type": "my dear aunt"}}, "of an unknown kind"),
        ("System.ExceptionEncountered", {"error": None}, "of an unknown kind"),
    ],
)
def test_what_amazon_reports_is_logged_by_its_kind_alone(
    door: ModuleType, caplog: pytest.LogCaptureFixture, type_: str, body: dict[str, Any], expected: str
) -> None:
    caplog.clear()
    send_through(door)(envelope(type_, **body))
    assert expected in caplog.text
    assert "not valid" not in caplog.text
    assert "aunt" not in caplog.text


@pytest.mark.parametrize("type_", ["SessionEndedRequest", "Alexa.Presentation.HTML.Message"])
def test_what_is_no_fault_is_not_logged_as_one(
    door: ModuleType, caplog: pytest.LogCaptureFixture, type_: str
) -> None:
    caplog.clear()
    send_through(door)(envelope(type_, reason="USER_INITIATED", error=None))
    assert caplog.text == ""


def _more(raw: Any) -> None:
    """Fields nobody knows yet, everywhere."""
    for inner in list(raw.values()) if isinstance(raw, dict) else raw if isinstance(raw, list) else ():
        _more(inner)
    if isinstance(raw, dict) and raw is not ATTRIBUTES:
        raw["tomorrow"] = {"x": [1, None, {}]}


def _less(raw: dict[str, Any]) -> None:
    """Nothing in the request but what all requests have."""
    for name in list(raw["request"]):
        if name not in ("type", "requestId", "timestamp", "locale"):
            raw["request"][name] = None

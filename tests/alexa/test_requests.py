"""Request envelopes, ordinary and odd, through both doors: Lambda and Flask answer alike."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from skill.server import create_app
from tests.talk import ROOT, kept, send_through

FILES = sorted((ROOT / "tests" / "requests").glob("*.json"))


@pytest.fixture(params=FILES, ids=lambda file: file.stem)
def case(request: pytest.FixtureRequest) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(Path(request.param).read_text("utf-8"))
    return loaded


def test_the_lambda_door_answers_every_request_as_it_deserves(door: ModuleType, case: dict[str, Any]) -> None:
    expected = case["answer"]
    response = send_through(door)(case["request"])["response"]
    if expected.get("malformed"):
        assert response["shouldEndSession"] is True
        assert response["outputSpeech"]["ssml"]
        return
    assert ("outputSpeech" in response) is expected["speech"]
    if "open" in expected:
        assert response["shouldEndSession"] is not expected["open"]
        assert ("reprompt" in response) is expected["open"]
    if "can" in expected:
        assert response["canFulfillIntent"]["canFulfill"] == expected["can"]
    if "directive" in expected:
        assert [directive["type"] for directive in response["directives"]] == [expected["directive"]]
    if "cart" in expected:
        assert kept(door)["cart"] == expected["cart"]


def test_flask_answers_like_lambda(door: ModuleType, case: dict[str, Any]) -> None:
    client = create_app(door.app, verify=None).test_client()
    # The same request twice, once through each door: a repeat, so the second answer must be the first.
    web = client.post("/alexa", json=case["request"])
    if case["answer"].get("malformed"):
        assert web.status_code == 400
        assert "missing" in web.get_json()["error"]
        return
    assert web.status_code == 200
    over_lambda = send_through(door)(case["request"])
    assert _settled(web.get_json()) == _settled(over_lambda)


def _settled(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key != "userAgent"}

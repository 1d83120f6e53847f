"""Whatever arrives, the Lambda door answers: envelopes with parts knocked out, slots full of anything."""

from __future__ import annotations

import copy
import json
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skill.intents import everything
from tests.talk import ROOT, send_through

ENVELOPES = [
    json.loads(file.read_text("utf-8"))["request"]
    for file in sorted((ROOT / "tests" / "requests").glob("*.json"))
]
JUNK: st.SearchStrategy[Any] = st.sampled_from([None, 1, True, "x", [], {}, ["x"], {"type": 3}])
WORDS = st.text(max_size=40) | st.sampled_from(
    [
        "oat milk",
        "?",
        "2",
        "99999999999",
        "half a pound",
        "M&M's <b>",
        "milk and eggs and",
        "between five and",
        " · ",
    ]
)
IDS = st.none() | st.sampled_from(["1", "last", "cheaper", "organic", "milk-goat-nannybrook-qt", "bogus"])
quiet = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a JSON value that can be replaced, as container and key."""
    found: list[tuple[Any, Any]] = []
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        found += [(value, key), *places(inner)]
    return found


@quiet
@given(data=st.data())
def test_an_envelope_with_parts_knocked_out_is_answered(
    door: ModuleType, caplog: pytest.LogCaptureFixture, data: st.DataObject
) -> None:
    caplog.clear()
    envelope = copy.deepcopy(data.draw(st.sampled_from(ENVELOPES)))
    for _ in range(data.draw(st.integers(1, 3))):
        container, key = data.draw(st.sampled_from(places(envelope) or [({}, "x")]))
        # A copy: the next knock may land inside it.
        container[key] = copy.deepcopy(data.draw(JUNK))
    answer = send_through(door)(envelope)
    assert answer["version"] == "1.0"
    assert "turn failed" not in caplog.text


def asked(intent: str, slots: dict[str, Any], *, request: str, attributes: dict[str, Any]) -> dict[str, Any]:
    """The envelope of an intent with these slots."""
    user = {"userId": "amzn1.ask.account.FUZZ"}
    return {
        **copy.deepcopy(ENVELOPES[0]),
        "session": {"new": False, "sessionId": "s", "attributes": attributes, "user": user},
        "context": {"System": {"user": user, "application": {"applicationId": "a"}}},
        "request": {
            "type": "IntentRequest",
            "requestId": request,
            "timestamp": "2026-11-21T15:00:00Z",
            "locale": "en-US",
            "intent": {"name": intent, "slots": slots},
        },
    }


@quiet
@given(data=st.data())
def test_a_session_of_arbitrary_intents_and_slots_never_fails(
    door: ModuleType, caplog: pytest.LogCaptureFixture, data: st.DataObject
) -> None:
    caplog.clear()
    attributes: dict[str, Any] = {}
    for count in range(data.draw(st.integers(1, 5))):
        intent = data.draw(st.sampled_from(list(everything().values())))
        slots = {}
        for name in intent.slots:
            if data.draw(st.booleans()):
                slots[name] = slot(name, data.draw(WORDS), data.draw(IDS))
        request = f"request-{data.draw(st.integers(0, 9))}-{count}"
        answer = send_through(door)(asked(intent.name, slots, request=request, attributes=attributes))
        assert answer["response"].get("outputSpeech")
        attributes = answer.get("sessionAttributes", {})
    assert "turn failed" not in caplog.text


def test_a_model_of_another_day_may_know_values_that_this_shop_does_not(
    door: ModuleType, caplog: pytest.LogCaptureFixture
) -> None:
    failing = []
    found = send_through(door)(
        asked("FindProduct", {"query": slot("query", "milk", None)}, request="found", attributes={})
    )
    for intent in everything().values():
        alone = [{name: slot(name, "milk", "unheard-of")} for name in intent.slots]
        together = {name: value for each in alone for name, value in each.items()}
        for count, slots in enumerate([*alone, together]):
            caplog.clear()
            request = f"{intent.name}-{count}"
            attributes = found["sessionAttributes"]
            send_through(door)(asked(intent.name, slots, request=request, attributes=attributes))
            failing += [(intent.name, [*slots])] if "turn failed" in caplog.text else []
    assert failing == []


def slot(name: str, value: str, id: str | None) -> dict[str, Any]:
    raw: dict[str, Any] = {"name": name, "value": value}
    if id:
        match = {"status": {"code": "ER_SUCCESS_MATCH"}, "values": [{"value": {"name": id, "id": id}}]}
        raw["resolutions"] = {"resolutionsPerAuthority": [match]}
    return raw

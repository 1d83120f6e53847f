"""A part of the fuzz of the Lambda door, and that it could find what it looks for."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.alexa.test_request_types import envelope
from tests.fuzz import envelopes
from tests.fuzz.answers import faults
from tests.fuzz.grammar import Shopper
from tests.fuzz.mutations import NASTY, mutate

SAID = {"type": "SSML", "ssml": "<speak>Oat milk. Anything else?</speak>"}
GOOD: dict[str, Any] = {
    "version": "1.0",
    "sessionAttributes": {"v": 1},
    "response": {
        "outputSpeech": SAID,
        "reprompt": {"outputSpeech": SAID},
        "card": {"type": "Simple", "title": "List", "content": "Oat milk"},
        "shouldEndSession": False,
    },
}
NAMES = [{"id": str(n), "name": {"value": "x", "synonyms": []}} for n in range(101)]
# What may be wrong with an answer to an intent, and a word of what is said of it.
WRONG: dict[str, Callable[[Any], object]] = {
    "another version": lambda raw: raw.update(version="2.0"),
    "unknown fields": lambda raw: raw.update(more=1),
    "no response": lambda raw: raw.pop("response"),
    "attributes are no object": lambda raw: raw.update(sessionAttributes=[]),
    "no JSON": lambda raw: raw["sessionAttributes"].update(x="\ud800"),
    "not JSON compliant": lambda raw: raw["sessionAttributes"].update(x=float("nan")),
    "bytes": lambda raw: raw["sessionAttributes"].update(x="x" * 130_000),
    "of the response": lambda raw: raw["response"].update(speech="x"),
    "is null": lambda raw: raw["response"].update(card=None),
    "nothing is said": lambda raw: raw["response"].pop("outputSpeech"),
    "without a reprompt": lambda raw: raw["response"].pop("reprompt"),
    "with a reprompt": lambda raw: raw["response"].update(shouldEndSession=True),
    "neither open": lambda raw: raw["response"].pop("shouldEndSession"),
    "without a question": lambda raw: _say(raw, "<speak>Oat milk.</speak>"),
    "not well-formed": lambda raw: _say(raw, "<speak>M&M's?</speak>"),
    "Alexa does not know": lambda raw: _say(raw, "<speak><script/>?</speak>"),
    "says nothing": lambda raw: _say(raw, "<speak> </speak>"),
    "characters": lambda raw: _say(raw, f"<speak>{'x' * 9_000}?</speak>"),
    "is left in it": lambda raw: _say(raw, "<speak>{product}?</speak>"),
    "no SSML": lambda raw: raw["response"].update(outputSpeech={"type": "SSML"}),
    "an empty card": lambda raw: raw["response"]["card"].update(content=""),
    "a card Alexa": lambda raw: raw["response"]["card"].update(type="Large"),
    "a card of": lambda raw: raw["response"]["card"].update(content="x" * 9_000),
    "left in a card": lambda raw: raw["response"]["card"].update(content="{count} items"),
    "asks for nothing": lambda raw: raw["response"].update(card={"type": "AskForPermissionsConsent"}),
    "canFulfillIntent, which": lambda raw: raw["response"].update(canFulfillIntent={"canFulfill": "YES"}),
    "an unknown directive": lambda raw: _direct(raw, {"type": "Dialog.Later"}),
    "no list": lambda raw: raw["response"].update(directives={}),
    "without a screen": lambda raw: _direct(raw, {"type": "Alexa.Presentation.APL.RenderDocument"}),
    "no document": lambda raw: _direct(raw, {"type": "Alexa.Presentation.APL.RenderDocument"}),
    "that the intent lacks": lambda raw: _direct(raw, {"type": "Dialog.ElicitSlot", "slotToElicit": "x"}),
    "a directive twice": lambda raw: raw["response"].update(directives=[{"type": "x"}, {"type": "x"}]),
    "101 names": lambda raw: _direct(
        raw,
        {
            "type": "Dialog.UpdateDynamicEntities",
            "updateBehavior": "REPLACE",
            "types": [{"name": "x", "values": NAMES}],
        },
    ),
}


def test_a_thousand_requests_in_made_up_sessions_are_all_answered() -> None:
    with envelopes.opened() as send:
        found = envelopes.run(send, count=1_000, seed=1)
    assert not [f"shopper {where}: {fault}" for fault, where, _ in found.faults]
    assert found.types["IntentRequest"] > 400
    assert len(found.types) > 40


def test_the_same_numbers_make_the_same_requests() -> None:
    first, second = (Shopper(Random("7-3"), name="7-3") for _ in range(2))
    for _ in range(30):
        # As text: numbers that are none are unlike themselves.
        one, other = first.next_request(), second.next_request()
        assert json.dumps(one) == json.dumps(other)
        for shopper in (first, second):
            shopper.hear(GOOD, attributes={"v": 1})


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_envelope_is_json_still_and_leaves_the_whole_one_as_it_was(seed: int) -> None:
    raw = envelope("IntentRequest")
    before = copy.deepcopy(raw)
    damaged = mutate(raw, Random(seed), times=6)
    assert raw == before
    assert json.dumps(json.loads(json.dumps(damaged))) == json.dumps(damaged)
    assert json.dumps(damaged) != json.dumps(raw)


def test_the_checker_has_nothing_to_say_of_a_good_answer() -> None:
    assert faults(envelope("IntentRequest"), GOOD) == []


@pytest.mark.parametrize("fault", WRONG)
def test_the_checker_finds(fault: str) -> None:
    answer = copy.deepcopy(GOOD)
    WRONG[fault](answer)
    request = envelope("IntentRequest")
    if fault == "no document":
        request["context"]["System"]["device"]["supportedInterfaces"] = {"Alexa.Presentation.APL": {}}
    assert any(fault in told for told in faults(request, answer))


@pytest.mark.parametrize("type_", ["SessionEndedRequest", "AudioPlayer.PlaybackStarted", "Of.Tomorrow"])
def test_the_checker_finds_words_where_silence_is_right(type_: str) -> None:
    assert any("is answered with" in told for told in faults(envelope(type_), GOOD))
    assert faults(envelope(type_), {"version": "1.0", "response": {}}) == []


@pytest.mark.parametrize(
    ("response", "wrong"),
    [
        ({"canFulfillIntent": {"canFulfill": "YES"}}, False),
        ({"canFulfillIntent": {"canFulfill": "SURE"}}, True),
        ({"canFulfillIntent": {"canFulfill": "YES", "slots": {"x": {"canUnderstand": "YES"}}}}, True),
        ({"canFulfillIntent": {"canFulfill": "YES"}, "shouldEndSession": True}, True),
        ({}, True),
    ],
)
def test_the_checker_finds_what_answers_no_question_for_abilities(response: Any, wrong: bool) -> None:
    answer = {"version": "1.0", "response": response}
    assert bool(faults(envelope("CanFulfillIntentRequest"), answer)) is wrong


def test_an_exception_at_the_door_is_found(tmp_path: Path) -> None:
    def send(raw: Any) -> Any:
        raise RuntimeError("out of order")

    found = envelopes.run(send, count=5, seed=1, keep=tmp_path / "kept.jsonl")
    assert [fault for fault, _, _ in found.faults] == ["raised RuntimeError: out of order"] * 5


def test_a_placeholder_the_shopper_said_is_no_hole() -> None:
    answer = copy.deepcopy(GOOD)
    _say(answer, "<speak>No {count} here. Anything else?</speak>")
    slots = {"product": {"name": "product", "value": NASTY[NASTY.index("{count}")]}}
    assert faults(envelope("IntentRequest", intent={"name": "FindProduct", "slots": slots}), answer) == []


def _say(answer: Any, ssml: str) -> None:
    answer["response"]["outputSpeech"] = {"type": "SSML", "ssml": ssml}


def _direct(answer: Any, directive: Any) -> None:
    answer["response"]["directives"] = [directive]

"""What a session remembers, handed back by others: of an older version, meddled with, or far too much."""

from __future__ import annotations

import json
from types import ModuleType
from typing import Any

import pytest

from skill.alexa.request import MAX_ATTRIBUTES, attributes
from skill.dialogue.conversation import decode
from skill.intents import everything
from tests.alexa.test_request_types import envelope
from tests.fuzz.answers import faults
from tests.talk import Talk, send_through

QUESTION = {"intent": "AnythingElse", "awaiting": "confirmed"}
ODD: dict[str, Any] = {
    "of the version before": {"v": 0, "cart": ["oat milk"]},
    "of a version to come": {"v": 2, "question": {"kind": "later"}},
    "another skill's": {"state": "_GUESSMODE", "endedSessionCount": 3},
    "a name for a type": {"v": 1, "listing": "oat milk"},
    "numbers that are none": {"v": 1, "turns": float("nan"), "misses": float("inf")},
    "halves of characters": {"v": 1, "said": "\ud800", "\udfff": 1},
    "markup": {"v": 1, "said": "<speak><audio src='x'/>?", "asked": "</speak>?", "question": QUESTION},
    "the end of what never began": {"v": 1, "said": "]]>?", "asked": "]]>?", "question": QUESTION},
    "an entity nobody knows": {"v": 1, "said": "&nbsp;?", "asked": "&nbsp;?", "question": QUESTION},
    "a question without words": {"v": 1, "question": QUESTION},
    "an endless sentence": {"v": 1, "said": "why? " * 4_000, "asked": "why? " * 4_000, "question": QUESTION},
    "more than fits": {"v": 1, "usual": ["x" * 200] * 900},
    "far below nothing": {
        "v": 1,
        "turns": -(10**30),
        "misses": -5,
        "listing": {"start": -7, "shown": 10**12},
    },
    "a catalogue no folder is called": {"v": 1, "listing": {"catalogue": "\0", "skus": ["x"]}},
    "a catalogue elsewhere": {"v": 1, "listing": {"catalogue": "../../..", "skus": ["x"]}},
    "an intent nobody has": {"v": 1, "asked": "What?", "question": {"intent": "Fly", "awaiting": "wings"}},
}


def nested(depth: int) -> Any:
    inner: Any = {}
    for _ in range(depth):
        inner = {"x": inner}
    return {"v": 1, "listing": inner}


@pytest.mark.parametrize("how", ODD)
def test_odd_attributes_cost_the_thread_and_never_the_turn(
    door: ModuleType, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    for name in ("AMAZON.YesIntent", "AMAZON.RepeatIntent", "MoreResults", "NameProduct", "ReviewCart"):
        raw = envelope("IntentRequest", attributes=ODD[how], intent={"name": name, "slots": {}})
        assert not faults(raw, send_through(door)(raw))
    for type_ in ("LaunchRequest", "SessionEndedRequest", "Display.ElementSelected", "SessionResumedRequest"):
        raw = envelope(type_, attributes=ODD[how])
        assert not faults(raw, send_through(door)(raw))
    assert "turn failed" not in caplog.text


def test_more_than_was_ever_given_out_is_forgotten(door: ModuleType) -> None:
    raw = envelope("SessionEndedRequest", attributes=ODD["more than fits"])
    assert "usual" not in send_through(door)(raw).get("sessionAttributes", {})


@pytest.mark.parametrize("depth", [50, 900])
def test_what_goes_deep_is_forgotten(door: ModuleType, depth: int) -> None:
    raw = envelope("LaunchRequest", attributes=nested(depth))
    assert "Welcome" in send_through(door)(raw)["response"]["outputSpeech"]["ssml"]


@pytest.mark.parametrize("size", [MAX_ATTRIBUTES, MAX_ATTRIBUTES + 1])
def test_attributes_are_held_to_their_size_in_bytes(size: int) -> None:
    kept = {"x": "é" * ((size - 9) // 2) + "y" * ((size - 9) % 2)}
    assert len(json.dumps(kept, ensure_ascii=False).encode()) == size
    assert bool(attributes(envelope("LaunchRequest", attributes=kept))) is (size <= MAX_ATTRIBUTES)


def test_a_new_session_remembers_nothing_whatever_it_is_handed() -> None:
    raw = envelope("LaunchRequest", attributes={"v": 1, "turns": 4})
    assert attributes(raw)
    raw["session"]["new"] = True
    assert attributes(raw) == {}


def test_a_long_talk_stays_small(talk: Talk) -> None:
    sizes = []
    for count in range(40):
        turned = talk.say(
            ("find milk", "more", "the first one", "add two cheddar", "what is in my cart")[count % 5]
        )
        sizes.append(len(json.dumps(turned.response["sessionAttributes"])))
    assert max(sizes[20:]) <= max(sizes[:20]) * 1.1
    assert max(sizes) < MAX_ATTRIBUTES / 4


def test_what_is_asked_again_was_said_by_us(talk: Talk) -> None:
    assert "AnythingElse" in everything()
    kept = {
        "v": 1,
        "said": 'Order <say-as interpret-as="characters">93218</say-as>, M&amp;M. Well?',
        "asked": "Well?",
    }
    assert decode(kept).said == kept["said"]
    assert decode({**kept, "said": kept["said"].replace("&amp;", "&")}).said == ""

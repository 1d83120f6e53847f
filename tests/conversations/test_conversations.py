"""Recorded conversations are heard again word for word, and keep the rules of a good answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from skill.alexa.typed import Turned
from tests.conversations.replay import FOLDER, play

FILES = sorted(FOLDER.glob("*-*/*.json"))
MAX_WORDS = 45


@pytest.fixture(params=FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def conversation(request: pytest.FixtureRequest) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(request.param.read_text("utf-8"))
    return loaded


def test_a_recorded_conversation_is_heard_again(
    conversation: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns, end = play(conversation, folder=tmp_path, monkeypatch=monkeypatch)
    heard = [
        {"say": turn.text, "intent": turn.intent, "hears": turn.speech, "ends": turn.ended} for turn in turns
    ]
    expected = [
        {
            "say": turn["say"],
            "intent": turn["intent"],
            "hears": turn["hears"],
            "ends": turn.get("ends", False),
        }
        for turn in conversation["turns"]
    ]
    assert heard == expected
    assert end == conversation["at_the_end"]
    for turn in turns:
        assert_a_good_answer(turn)


def assert_a_good_answer(turn: Turned) -> None:
    """One breath; an open turn asks and has a reprompt, a closed one has none."""
    assert len(turn.speech.split()) <= MAX_WORDS, turn.speech
    assert turn.speech.endswith(("?", "؟")) is not turn.ended, turn.speech
    assert (turn.reprompt is None) is turn.ended

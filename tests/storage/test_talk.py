"""Whole conversations on DynamoDB, over the wire: word for word what SQLite gives."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from skill.storage.open import prepare
from tests.conversations.replay import FOLDER, play


@pytest.mark.parametrize(
    "name", ["first_order", "undo", "reorder", "cancel_order", "sold_out_and_limits", "person"]
)
def test_a_conversation_is_the_same_on_dynamodb(
    name: str, ministack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = json.loads((FOLDER / "en-US" / f"{name}.json").read_text("utf-8"))
    store = f"dynamodb:talk-{name.replace('_', '-')}@{ministack}"
    prepare(store)
    turns, end = play(conversation, folder=tmp_path, monkeypatch=monkeypatch, store=store)
    assert [turn.speech for turn in turns] == [turn["hears"] for turn in conversation["turns"]]
    assert end == conversation["at_the_end"]

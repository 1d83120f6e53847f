"""Recorded conversations are heard again word for word, and keep the rules of a good answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from skill.devtools.recording_form import read_recording
from skill.devtools.replay import differences
from tests.conversations.replay import FOLDER, played_by_lambda

FILES = sorted(FOLDER.glob("*-*/*.json"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_a_recorded_conversation_is_heard_again(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording, _ = read_recording(file)
    played = played_by_lambda(recording, folder=tmp_path, monkeypatch=monkeypatch)
    assert differences(recording, played) == []
    # One breath; an open turn asks and has a reprompt, a closed one has none.
    assert played.broken == ()

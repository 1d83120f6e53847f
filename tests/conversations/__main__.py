"""Record conversations anew: python -m tests.conversations [FILE…]. Each file keeps what is said and
gets what is heard; look at the difference before you commit it."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import pytest

from tests.conversations.replay import FOLDER, play


def record(file: Path) -> None:
    conversation = json.loads(file.read_text("utf-8"))
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        turns, end = play(conversation, folder=Path(folder), monkeypatch=patch)
    for turn, turned in zip(conversation["turns"], turns, strict=True):
        turn.pop("hears", None)
        turn.pop("ends", None)
        turn["intent"] = turned.intent
        turn["hears"] = turned.speech
        if turned.ended:
            turn["ends"] = True
    conversation["at_the_end"] = end
    file.write_text(json.dumps(conversation, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:] or map(str, sorted(FOLDER.glob("*-*/*.json"))):
        record(Path(name))
        print(name)

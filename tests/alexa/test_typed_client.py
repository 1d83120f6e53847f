"""Our slots beside those of another's client: virtual-alexa, driven by ../shared/tools/drive.js."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from skill.alexa.typed import Session, following
from skill.alexa.typed_model import deployed
from skill.alexa.typed_slots import slots_of
from skill.dialogue.turn import Slot
from tests.bench import ROOT, NotReady, node_tools, served_sample

# Each with what it fills; the first one makes the skill send names.
MEANT: tuple[tuple[str, dict[str, str]], ...] = (
    ("FindProduct", {"query": "oat milk"}),
    ("AddToCart", {"product": "oatwick", "quantity": "two"}),
    ("AddToCart", {"product": "unicorn dust", "quantity": "banana"}),
    ("AddToCart", {"product": "oat milk", "trait": "cheapest"}),
    ("ChangeQuantity", {"quantity": "twenty five"}),
    ("NameProduct", {"position": "number two"}),
    ("AskShop", {"topic": "refunds"}),
    ("SayNumber", {"quantity": "?"}),
)


def said_by_the_client(folder: Path) -> list[dict[str, Any]]:
    """Requests and responses of a session in which all of it is meant."""
    model = str(ROOT / "interaction_models" / "en-US.json")
    wishes = [
        f"!intent {name} " + " ".join(f'{slot}="{text}"' for slot, text in slots.items())
        for name, slots in MEANT
    ]
    out = folder / "out.jsonl"
    with served_sample() as server:
        command = ["node", "--no-warnings", str(node_tools() / "drive.js"), "--quiet", "--model", model]
        command += ["--url", server.url, "--out", str(out), *wishes]
        subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    return [row for row in rows if "request" in row]


def without_made_ids(part: Any, like: Any) -> Any:
    """Without ids that the client leaves out: Alexa makes one for a value that the model gives none."""
    if isinstance(part, dict):
        return {
            name: without_made_ids(value, like.get(name) if isinstance(like, dict) else None)
            for name, value in part.items()
            if not (name == "id" and isinstance(like, dict) and "id" not in like)
        }
    if isinstance(part, list):
        others = like if isinstance(like, list) and len(like) == len(part) else [None] * len(part)
        return [without_made_ids(one, other) for one, other in zip(part, others, strict=True)]
    return part


def test_our_slots_are_those_of_another_client(tmp_path: Path) -> None:
    try:
        rows = said_by_the_client(tmp_path)
    except NotReady as missing:
        pytest.skip(str(missing))
    session, model = Session(id="s", user="u", locale="en-US"), deployed("en-US")
    names = 0
    for row, (intent, said) in zip(rows, MEANT, strict=True):
        theirs = row["request"]["request"]["intent"]["slots"]
        slots = {name: Slot(text) for name, text in said.items()}
        ours = slots_of(intent, slots, model=model, dynamic=session.dynamic)
        assert without_made_ids(ours, theirs) == theirs
        session = following(replace(session, new=False), row["response"])
        names += len(session.dynamic)
    assert names

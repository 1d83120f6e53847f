"""What a process does when Lambda is to keep it for later, and what it must not do."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import snapshot_restore_py

from skill.snapshot import fill, is_taken
from tests.bench import find, launch
from tests.talk import ROOT

# The door, and then two requests; tells what of ours was loaded before them and by them, and the answers.
PROGRAM = """
import json, sys
from importlib import import_module
door = import_module("lambda.handler").lambda_handler
before = set(sys.modules)
answers = [json.dumps(door(json.loads(raw), None)) for raw in sys.argv[1:]]
print(json.dumps([len(before), sorted(set(sys.modules) - before), answers]))
"""


def woken(store: str, **settings: str) -> tuple[int, list[str], list[str]]:
    requests = [json.dumps(launch(user="anybody")), json.dumps(find("oat milk", user="anybody"))]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *requests],
        cwd=ROOT,
        env={**os.environ, "SAYSO_STORE": store, **settings},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded, late, answers = json.loads(done.stdout)
    return loaded, late, answers


def rows(path: Path) -> list[str]:
    with sqlite3.connect(path) as database:
        return sorted(database.iterdump())


@pytest.mark.parametrize("how", ["snap-start", "provisioned-concurrency"])
def test_a_process_that_is_kept_has_nothing_left_to_load(door: ModuleType, tmp_path: Path, how: str) -> None:
    store = f"sqlite:{tmp_path / 'shop.db'}"
    _, late, plain = woken(store, AWS_LAMBDA_INITIALIZATION_TYPE="on-demand")
    assert {"skill.intents.launch", "skill.intents.find_product"} <= set(late)
    _, late, answers = woken(store, AWS_LAMBDA_INITIALIZATION_TYPE=how)
    assert late == []
    assert "Saffron Wagon" in answers[0]
    assert "oat milk" in answers[1]
    assert answers == plain


def test_making_it_ready_writes_nothing(door: ModuleType, tmp_path: Path) -> None:
    before = rows(tmp_path / "shop.db")
    fill(door.app)
    assert rows(tmp_path / "shop.db") == before


def test_a_store_that_does_not_answer_keeps_no_function_from_starting(tmp_path: Path) -> None:
    store = "dynamodb:sayso@http://127.0.0.1:9"
    _, _, answers = woken(store, AWS_LAMBDA_INITIALIZATION_TYPE="snap-start")
    assert [json.loads(answer)["version"] for answer in answers] == ["1.0", "1.0"]


def test_only_what_lambda_starts_ahead_is_made_ready() -> None:
    assert is_taken({"AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start"})
    assert not is_taken({"AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand"})
    assert not is_taken({})


def test_who_is_restored_from_one_snapshot_does_not_draw_the_same(door: ModuleType) -> None:
    there = len(snapshot_restore_py.get_after_restore())
    fill(door.app)
    registered = snapshot_restore_py.get_after_restore()[there:]
    assert len(registered) == 1
    state = random.getstate()
    drawn = set()
    for _ in range(2):
        random.setstate(state)
        again, arguments, named = registered[0]
        again(*arguments, **named)
        drawn.add(random.random())
    assert len(drawn) == 2

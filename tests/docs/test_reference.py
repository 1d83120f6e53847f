"""What is made of the code is as the code is now, and what is told of settings is what holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from skill.settings import from_environment
from skill.speech.locale import locales
from tests.docs import talks
from tests.docs.picture import ABOUT, picture
from tests.docs.reference import DEFAULTS, commands, made, variables
from tests.talk import ROOT
from tests.test_architecture import ROWS

MADE = made()
_READ = re.compile(r'"((?:SAYSO|PROMETHEUS)_[A-Z_]+|PORT)"')


@pytest.mark.parametrize("path", MADE, ids=lambda path: path.name)
def test_a_page_that_is_made_is_made_anew(path: Path) -> None:
    assert path.read_text("utf-8") == MADE[path], "make it anew: make docs"


def test_nothing_old_lies_among_them() -> None:
    assert set((ROOT / "docs" / "reference").iterdir()) == {
        path for path in MADE if path.parent.name == "reference"
    }


def test_every_command_is_told_of() -> None:
    told = MADE[ROOT / "docs" / "reference" / "commands.md"]
    paths = [path for path, _ in commands()]
    assert len(paths) > 30
    assert all(f"\n## {path}\n" in told for path in paths)


def test_every_variable_that_is_read_is_told_of_and_no_other() -> None:
    read = {
        name for path in (ROOT / "skill").rglob("*.py") for name in _READ.findall(path.read_text("utf-8"))
    }
    assert read == set(variables())


def test_what_holds_otherwise_is_what_the_code_has() -> None:
    told = variables()
    assert {name: told[name]["default"] for name in DEFAULTS} == DEFAULTS


def test_every_example_can_be_set() -> None:
    examples = {name: told["example"] for name, told in variables().items()}
    assert from_environment(examples).mail == examples["SAYSO_MAIL"]


def test_the_picture_shows_every_layer_and_what_it_is_for() -> None:
    drawn = picture()
    assert {names[0] for names in ROWS} == set(ABOUT)
    assert all(
        f">{name.removeprefix('skill.').strip('_')}</text>" in drawn for names in ROWS for name in names
    )


def test_every_conversation_of_the_journey_is_linked_to() -> None:
    recorded = {(path.parent.name, path.stem) for path in talks.FOLDER.glob("*/journey_*.json")}
    assert recorded <= set(talks.linked())
    assert {locale for locale, _ in talks.linked()} == set(locales())

"""The guide to a first intent (CONTRIBUTING.md), followed to the letter in a copy of the sources: files are
written and commands typed as they stand there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import blocks
from tests.talk import ROOT

GUIDE = ROOT / "CONTRIBUTING.md"
COPIED = ("skill", "tests", "lambda", "docs", "interaction_models", "skill-package")
FILES = ("Makefile", "pyproject.toml", "README.md", "CONTRIBUTING.md", "CHANGELOG.md")
# A first intent that takes longer than this on a loaded machine is broken.
PATIENCE = 400
SAID = {"en": "There is one store.", "de": "Es gibt einen Laden.", "ar": "عندنا فرع واحد."}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources as somebody has them who cloned them and ran make once."""
    folder = tmp_path_factory.mktemp("clone")
    for name in COPIED:
        shutil.copytree(
            ROOT / name,
            folder / name,
            symlinks=True,
            ignore=shutil.ignore_patterns("__pycache__", ".hypothesis"),
        )
    for name in FILES:
        shutil.copyfile(ROOT / name, folder / name)
    (folder / ".venv").mkdir()
    for part in ("bin", "lib", "pyvenv.cfg"):
        (folder / ".venv" / part).symlink_to(Path(sys.prefix) / part)
    for mark in (".local", ".dev"):
        (folder / ".venv" / mark).touch()
    return folder


def typed(text: str, copy: Path) -> str:
    """What a block of commands says, run by the shell."""
    kept_out = ("SAYSO_", "PYTEST_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(kept_out)}
    environment["PATH"] = f"{copy / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    # The commands' own sources are those of the copy.
    environment["PYTHONPATH"] = str(copy)
    done = subprocess.run(
        ["bash", "-euc", text],
        cwd=copy,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, f"{text}\n{done.stdout}"
    return done.stdout


def test_the_guide_ends_with_an_intent_that_answers_in_every_locale(copy: Path) -> None:
    outputs, written = [], []
    for block in blocks(GUIDE):
        if block.title:
            file = copy / block.title
            assert not file.exists(), f"{block.title}: the guide's intent is there already"
            file.write_text(block.text, "utf-8")
            written.append(block.title)
        else:
            assert block.language == "sh", block
            outputs.append(typed(block.text, copy))
    tried, judged = outputs
    for sentence in SAID.values():
        assert sentence in tried
    # One file, one table in each language, one conversation.
    kinds = [name.split("/")[1] for name in written]
    assert kinds == ["intents", "locales", "locales", "locales", "conversations"]
    for locale in ("en-US", "de-DE", "ar-SA"):
        model = json.loads((copy / "interaction_models" / f"{locale}.json").read_text("utf-8"))
        names = {intent["name"] for intent in model["interactionModel"]["languageModel"]["intents"]}
        assert "CountStores" in names
    assert "## CountStores" in (copy / "docs" / "reference" / "intents.md").read_text("utf-8")
    recorded = json.loads((copy / written[-1]).read_text("utf-8"))
    assert recorded["turns"][0]["intent"] == "CountStores"
    assert recorded["turns"][0]["hears"].startswith(SAID["en"])
    assert "failed" not in judged

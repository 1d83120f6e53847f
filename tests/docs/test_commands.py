"""Every command of the pages: ours are run in a shop that is thrown away, in the order they stand; what is
another program's, or would reach AWS and Amazon, is held against what those programs take."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.docs.desk import Desk
from tests.docs.pages import PAGES, Block, all_blocks, blocks, spans
from tests.docs.programs import held_to, knows
from tests.docs.reference import variables
from tests.docs.shell import Command, commands
from tests.talk import ROOT

WITH_COMMANDS = [page for page in PAGES if any(block.language == "sh" for block in blocks(page))]
# Run by tests of their own: one goes on until it is stopped, the other holds many conversations.
ELSEWHERE = {("serve",): "tests/test_server.py", ("certify",): "tests/certify"}
# Commands of the guide run in a copy of the sources: tests/docs/test_first_intent.py.
GUIDE = "CONTRIBUTING.md"


def by_name(page: Path) -> str:
    return page.name


def typed(page: Path) -> list[tuple[Block, Command]]:
    return [
        (block, command)
        for block in blocks(page)
        if block.language == "sh"
        for command in commands(block.text)
    ]


def is_ours(command: Command) -> bool:
    return command.words[:1] in (("sayso",), (".venv/bin/sayso",))


def left_to_others(command: Command) -> bool:
    return any(set(words) <= set(command.words) for words in ELSEWHERE)


@pytest.mark.parametrize("page", [page for page in WITH_COMMANDS if page.name != GUIDE], ids=by_name)
def test_a_page_can_be_followed_command_by_command(page: Path, desk: Desk) -> None:
    for block, command in typed(page):
        if command.words[:1] == ("curl",):
            assert desk.fetch(command) == 200, block
        if not is_ours(command) or left_to_others(command):
            continue
        done = desk.run(command)
        assert done.exit_code == 0, f"{block}: {' '.join(command.words)}\n{done.output}"


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=by_name)
def test_every_program_takes_what_it_is_given(page: Path) -> None:
    for block, command in typed(page):
        if command.words:
            program, *words = command.words
            try:
                held_to(program, words)
            except AssertionError as error:
                raise AssertionError(f"{block}: {error}") from error


@pytest.mark.parametrize("page", PAGES, ids=by_name)
def test_a_command_named_in_a_sentence_is_one(page: Path) -> None:
    for line, text in spans(page):
        if " " not in text or not knows(re.sub(r"^(\w+=\S+ )+", "", text).split(" ")[0]):
            continue
        # What stands between brackets may be left out.
        for command in commands(re.sub(r"(?<= )\[|(?<=\w)\](?=$| )|…", "", text)):
            try:
                held_to(command.words[0], command.words[1:])
            except AssertionError as error:
                raise AssertionError(f"{page.name}:{line}: {error}") from error


@pytest.mark.parametrize("block", all_blocks("sh"), ids=str)
def test_the_shell_takes_it(block: Block) -> None:
    done = subprocess.run(["bash", "-n"], input=block.text, text=True, capture_output=True, check=False)
    assert done.returncode == 0, f"{block}: {done.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=by_name)
def test_every_variable_is_one_that_is_read(page: Path) -> None:
    named = set(re.findall(r"\bSAYSO_[A-Z_]*[A-Z]\b", page.read_text("utf-8")))
    # A merchant's own, named in their shop file, and those of tests and benchmarks.
    theirs = {"SAYSO_CARDS", "SAYSO_LINKING"}
    bench = {name for name in named if name.startswith("SAYSO_BENCH_")}
    assert named - theirs - bench <= variables().keys(), page.name


def test_commands_run_elsewhere_have_their_test() -> None:
    assert all((ROOT / path).exists() for path in ELSEWHERE.values())

"""docs/deploy.md: what it tells to type is there to be typed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

import click

from skill.cli import main
from tests.talk import ROOT

PAGE = (ROOT / "docs" / "deploy.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
# What test_built and test_sam run, as it stands on the page; of sam's other commands each asks AWS.
RUN = {"make package", "sam validate --lint", "sam build"}
NOT_HERE = {"deploy", "delete"}
BLOCKS = re.findall(r"^```\w*\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def typed() -> Iterator[str]:
    """Every command of the page, in a block or in a line of text; one that goes on is one."""
    outside = re.sub(r"^```\w*\n.*?^```", "", PAGE, flags=re.MULTILINE | re.DOTALL)
    lines = [line for block in BLOCKS for line in block.replace("\\\n", " ").splitlines()]
    for line in [*lines, *re.findall(r"`([^`]+)`", outside)]:
        yield from (" ".join(part.split("#")[0].split()) for part in line.split("&&"))


def called(program: str) -> list[list[str]]:
    """The words after a program's name, wherever it is called; settings may stand before it."""
    found = []
    for command in typed():
        words = re.sub(r"^(\w+=\S* )*", "", command).split()
        if words[:1] == [program]:
            found.append(words[1:])
    return found


def test_every_parameter_it_sets_is_one_of_the_template(template: dict[str, Any]) -> None:
    named = {found for command in typed() for found in re.findall(r"(?:^|\s)([A-Z][a-z]\w+)=", command)}
    assert named
    assert named <= template["Parameters"].keys()


def test_every_target_of_make_is_one() -> None:
    targets = {words[0] for words in called("make") if words}
    assert targets
    assert targets <= set(re.findall(r"^([a-zA-Z][\w-]*)(?: [\w-]+)*:", MAKEFILE, re.MULTILINE)) | {
        *re.findall(r"build-\w+", MAKEFILE)
    }


def test_every_command_of_sayso_is_one_and_has_the_options_it_is_given() -> None:
    commands = called("sayso")
    assert commands
    for words in commands:
        command: click.Command = main
        while isinstance(command, click.Group) and words:
            name, *words = words
            found = command.get_command(click.Context(command), name)
            assert found is not None, f"sayso has no {name}"
            command = found
        known = {option for each in command.params for option in each.opts}
        assert {word.split("=")[0] for word in words if word.startswith("--")} <= known


def test_what_can_be_run_here_is_run_by_a_test() -> None:
    for words in called("sam"):
        assert words[0] in NOT_HERE or shlex.join(["sam", *words]) in RUN
    for block in BLOCKS:
        for line in block.splitlines():
            assert not line.startswith("make package") or line in RUN


def test_every_output_it_reads_is_one_of_the_template(template: dict[str, Any]) -> None:
    named = set(re.findall(r"\$\(out (\w+)", PAGE)) | set(re.findall(r"[Oo]utput `(\w+)`", PAGE))
    assert named
    assert named <= template["Outputs"].keys()

"""What a reader types, taken apart: the commands of a block, each as words, with the settings before it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

# Between them stand commands.
_BETWEEN = {"&&", "||", ";", "|", "{", "}", "(", ")"}
_INNER = re.compile(r"\$\(([^()]*)\)")
_SETTING = re.compile(r"([A-Z][A-Z0-9_]*)=(.*)", re.DOTALL)
_FUNCTION = re.compile(r"^\w+\(\)\s*\{", re.MULTILINE)
# What stands where the output of an inner command would.
OUTPUT = "OUTPUT-OF"


@dataclass(frozen=True, slots=True)
class Command:
    """`words`: the program and what it is given; `settings`: variables set for it alone; empty words: for
    whatever follows."""

    words: tuple[str, ...]
    settings: Mapping[str, str]


def commands(text: str) -> Iterator[Command]:
    """The commands in the order they run, inner ones first."""
    for line in _FUNCTION.sub("", text.replace("\\\n", " ")).splitlines():
        yield from _line(line)


def _line(line: str) -> Iterator[Command]:
    while inner := _INNER.search(line):
        yield from _line(inner[1])
        program = inner[1].split()
        line = line[: inner.start()] + "-".join([OUTPUT, *program[:2]]) + line[inner.end() :]
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    # A comment begins after a space, as in the shell: not in the middle of a word.
    lexer.commenters, lexer.whitespace_split = "", True
    words: list[str] = []
    for word in lexer:
        if word.startswith("#"):
            break
        if word in _BETWEEN:
            yield from _command(words)
            words = []
        else:
            words.append(word)
    yield from _command(words)


def _command(words: list[str]) -> Iterator[Command]:
    if words[:1] == ["export"]:
        words = words[1:]
    settings = {}
    while words and (found := _SETTING.fullmatch(words[0])):
        settings[found[1]] = found[2]
        words = words[1:]
    words = _without_redirection(words)
    if words or settings:
        yield Command(tuple(words), settings)


def _without_redirection(words: list[str]) -> list[str]:
    return words[: words.index(">")] if ">" in words else words

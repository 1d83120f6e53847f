"""The table of docs/search-benchmarks.md: a run replaces the lines of its own commands, no others."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs" / "search-benchmarks.md"
BEGIN, END = "<!-- search-benchmarks: begin -->", "<!-- search-benchmarks: end -->"
HEAD = (
    "| What | Sayso | FTS5 | bm25s | Sayso to the better of them | Target | Day | Command |",
    "|---|---|---|---|---|---|---|---|",
)
PARTS = ("quality", "speed", "life")
_COMMAND = re.compile(r"`python -m tests\.bench\.search ([^`]+)` \|$")
_NOTE = re.compile(r"- `([^`]+)`: ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the table. `against` is how ours compares with the better of the two others in the same
    run; `target` is what the issue asks of ours."""

    what: str
    ours: str
    fts5: str = ""
    bm25s: str = ""
    against: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What one command found: `command` is what follows `python -m tests.bench.search`."""

    command: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()


def merged(text: str, parts: Iterable[Part], *, day: str) -> str:
    """The document with these parts' lines and notes. Raises ValueError when it has lost its markers."""
    before, _, rest = text.partition(BEGIN)
    old, found, after = rest.partition(END)
    if not found:
        raise ValueError(f"the document has lost its markers {BEGIN} and {END}")
    lines: dict[str, list[str]] = {}
    notes: dict[str, list[str]] = {}
    for line in old.splitlines():
        if command := _COMMAND.search(line):
            lines.setdefault(command[1], []).append(line)
        elif note := _NOTE.match(line):
            notes.setdefault(note[1], []).append(line)
    for part in parts:
        lines[part.command] = [row(line, command=part.command, day=day) for line in part.lines]
        notes[part.command] = [f"- `{part.command}`: {note}" for note in part.notes]
    return f"{before}{BEGIN}\n" + "\n".join(block(lines, notes)) + f"\n{END}{after}"


def row(line: Line, *, command: str, day: str) -> str:
    """A line of the table as Markdown."""
    cells = (line.what, line.ours, line.fts5, line.bm25s, line.against, line.target, day)
    return "| " + " | ".join((*cells, f"`python -m tests.bench.search {command}`")) + " |"


def block(lines: dict[str, list[str]], notes: dict[str, list[str]]) -> Sequence[str]:
    """All between the markers: parts in their order, sizes from small to large."""
    machine = f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}"
    said = [each for command in sorted(notes, key=_place) for each in notes[command]]
    rows = [each for command in sorted(lines, key=_place) for each in lines[command]]
    return [f"Machine: {machine}; one thread.", "", *HEAD, *rows, *([""] if said else []), *said]


def rewrite(parts: Iterable[Part], *, day: str) -> None:
    """Bring the document up to date."""
    DOCUMENT.write_text(merged(DOCUMENT.read_text("utf-8"), parts, day=day), "utf-8")


def _place(command: str) -> tuple[int, int, str]:
    name, *rest = command.split()
    number = next((int(word) for word in rest if word.isdecimal()), 0)
    return (PARTS.index(name) if name in PARTS else len(PARTS), number, command)

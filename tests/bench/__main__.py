"""Run benchmarks, print their table, and bring the table of docs/benchmarks.md up to date."""

from __future__ import annotations

import os
import platform
import re
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import import_module
from subprocess import SubprocessError

from tests.bench import ROOT, NotReady, Outcome, WrongAnswer

NAMES = (
    *("utterances", "confusion", "errands", "corpus", "hostile", "turns", "throughput", "cold"),
    *("linking", "chorus_feed", "imports", "page", "month", "faq", "together"),
)
DOCUMENT = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- benchmarks: begin -->", "<!-- benchmarks: end -->"
HEAD = ("| What | Sayso | Beside it, same run | Ratio | Day | Command |", "|---|---|---|---|---|---|")


def main(arguments: Sequence[str]) -> int:
    """The command line: names of benchmarks, none for all of them."""
    unknown = [name for name in arguments if name not in NAMES]
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(NAMES)}", file=sys.stderr)
        return 2
    done: dict[str, Outcome] = {}
    failed = False
    for name in arguments or NAMES:
        started = time.monotonic()
        try:
            done[name] = import_module(f"tests.bench.{name}").run()
        except NotReady as reason:
            print(f"{name}: left out: {reason}", file=sys.stderr)
            continue
        except (WrongAnswer, SubprocessError) as fault:
            print(f"{name}: FAILED: {fault}", file=sys.stderr)
            failed = True
            continue
        print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr)
    today = datetime.now(UTC).date().isoformat()
    lines = {name: rows(name, outcome, day=today) for name, outcome in done.items()}
    notes = {name: [f"- `{name}`: {note}" for note in outcome.notes] for name, outcome in done.items()}
    block = table(lines, notes)
    print("\n".join(block))
    sections = {name: outcome.section for name, outcome in done.items() if outcome.section}
    print(*sections.values(), sep="\n")
    if done:
        rewrite(lines, notes)
        DOCUMENT.write_text(sectioned(DOCUMENT.read_text("utf-8"), sections), "utf-8")
    # What was left out was said above; where ../shared is absent that is no failure.
    return 1 if failed or not done else 0


def rows(name: str, outcome: Outcome, *, day: str) -> list[str]:
    """A benchmark's lines of the table."""
    command = f"`python -m tests.bench {name}`"
    return [
        "| " + " | ".join((row.what, row.ours, row.peer, row.ratio, day, command)) + " |"
        for row in outcome.rows
    ]


def table(lines: Mapping[str, Sequence[str]], notes: Mapping[str, Sequence[str]]) -> list[str]:
    """The whole block, benchmarks in their fixed order."""
    machine = f"Machine: {os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}."
    body = [line for name in NAMES for line in lines.get(name, ())]
    return [machine, "", *HEAD, *body, "", *(note for name in NAMES for note in notes.get(name, ()))]


def rewrite(lines: Mapping[str, Sequence[str]], notes: Mapping[str, Sequence[str]]) -> None:
    """Put these benchmarks' rows and notes between the markers of the document; what was not run stays."""
    text = DOCUMENT.read_text("utf-8") if DOCUMENT.exists() else ""
    before, _, rest = text.partition(BEGIN)
    old, found, after = rest.partition(END)
    if not found:
        raise SystemExit(f"{DOCUMENT.relative_to(ROOT)} has lost its markers {BEGIN} and {END}")
    kept = old.splitlines()
    all_lines = {name: lines.get(name) or [k for k in kept if f"tests.bench {name}`" in k] for name in NAMES}
    all_notes = {name: notes.get(name, [k for k in kept if re.match(rf"- `{name}`:", k)]) for name in NAMES}
    block = "\n".join(table(all_lines, all_notes))
    DOCUMENT.write_text(f"{before}{BEGIN}\n{block}\n{END}{after}", "utf-8")


def sectioned(text: str, sections: Mapping[str, str]) -> str:
    """The document with these benchmarks' own sections between their markers; the rest stays. Raises
    SystemExit when a marker is gone."""
    for name, section in sections.items():
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        before, _, rest = text.partition(begin)
        _, found, after = rest.partition(end)
        if not found:
            raise SystemExit(f"{DOCUMENT.relative_to(ROOT)} has lost its markers {begin} and {end}")
        text = f"{before}{begin}\n{section}\n{end}{after}"
    return text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

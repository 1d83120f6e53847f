"""Search measured: python -m tests.bench.search [quality|speed|life] [options], without a part all three.

Prints the table and brings that of docs/search-benchmarks.md up to date. A labelled set of one's own
(`quality --set DIR`) is printed alone.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from subprocess import SubprocessError

from tests.bench import NotReady, WrongAnswer, search_life, search_plot, search_quality, search_speed
from tests.bench.search_table import HEAD, PARTS, Part, rewrite, row


def main(arguments: Sequence[str]) -> int:
    """The command line. 2 when something needed is not there, 1 when a measured thing failed."""
    asked = _parser().parse_args(arguments)
    status = 0
    done: list[Part] = []
    for name, run in _runs(asked).items():
        try:
            done += run()
        except NotReady as reason:
            print(f"{name}: left out: {reason}", file=sys.stderr)
            status = max(status, 2)
        except (WrongAnswer, SubprocessError) as fault:
            print(f"{name}: FAILED: {fault}", file=sys.stderr)
            status = 1
    day = datetime.now(UTC).date().isoformat()
    print("\n".join(HEAD))
    for part in done:
        print("\n".join(row(line, command=part.command, day=day) for line in part.lines))
    for part in done:
        print("\n".join(f"- `{part.command}`: {note}" for note in part.notes))
    if done and not getattr(asked, "set", None) and not asked.dry:
        rewrite(done, day=day)
        if any(part.command.startswith("speed") for part in done):
            search_plot.draw(search_speed.remembered())
    return status


def _runs(asked: argparse.Namespace) -> dict[str, Callable[[], list[Part]]]:
    runs: dict[str, Callable[[], list[Part]]] = {
        "quality": lambda: [
            search_quality.run(
                folder=getattr(asked, "set", None),
                depth=getattr(asked, "depth", search_quality.DEPTH),
                per_query=getattr(asked, "per_query", False),
            )
        ],
        "speed": lambda: search_speed.run(
            sizes=getattr(asked, "sizes", search_speed.SIZES), fresh=getattr(asked, "fresh", False)
        ),
        "life": lambda: [
            search_life.run(
                count=getattr(asked, "size", search_life.COUNT), fresh=getattr(asked, "fresh", False)
            )
        ],
    }
    return {asked.part: runs[asked.part]} if asked.part else runs


def _parser() -> argparse.ArgumentParser:
    shared_options = argparse.ArgumentParser(add_help=False)
    shared_options.add_argument("--dry", action="store_true", help="print only; leave docs alone")
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.search", description=__doc__, parents=[shared_options]
    )
    parts = parser.add_subparsers(dest="part", metavar="|".join(PARTS))
    quality = parts.add_parser("quality", parents=[shared_options], help="how good the rankings are")
    quality.add_argument("--set", type=Path, metavar="DIR", help="a labelled set; nothing but it is measured")
    quality.add_argument("--depth", type=int, default=search_quality.DEPTH, help="of judged-only rankings")
    quality.add_argument("--per-query", action="store_true", help="list every query, our worst losses first")
    speed = parts.add_parser("speed", parents=[shared_options], help="what a search costs")
    speed.add_argument("--sizes", type=_sizes, default=search_speed.SIZES, metavar="1000,10000")
    life = parts.add_parser("life", parents=[shared_options], help="what an update takes")
    life.add_argument("--size", type=int, default=search_life.COUNT)
    for part in (speed, life):
        part.add_argument("--fresh", action="store_true", help="build the catalogues again")
    return parser


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(part.replace("_", "")) for part in text.split(","))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What is measured in a process of its own: it imports nothing that the measured thing does not.

    python -P tests/bench/search_probe.py open|memory FOLDER QUERIES
    python -m tests.bench.search_probe time ENGINE PLACE QUERIES ROUNDS

Each writes one JSON object. QUERIES is a file with one query a line.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SEARCHES = 200
K = 10


def first(folder: Path, queries: Sequence[str]) -> dict[str, Any]:
    """Milliseconds to import the search, open a catalogue and answer; and of it, the import alone."""
    started = time.perf_counter()
    from skill.catalogue.search import CatalogueIndex
    from skill.catalogue.words import load, understand

    imported = time.perf_counter()
    index = CatalogueIndex(folder)
    opened = time.perf_counter()
    hits = index.search(
        understand(queries[0], words=load(index.manifest.language), now=datetime.now(UTC)), limit=K
    )
    answered = time.perf_counter()
    return {
        "all": (answered - started) * 1e3,
        "import": (imported - started) * 1e3,
        "open": (opened - imported) * 1e3,
        "hits": len(hits),
    }


def memory(folder: Path, queries: Sequence[str]) -> dict[str, Any]:
    """Megabytes resident after SEARCHES searches, the most there ever were, and of the former what is not
    backed by a file."""
    from skill.catalogue.search import CatalogueIndex
    from skill.catalogue.words import load, understand

    index = CatalogueIndex(folder)
    words, now = load(index.manifest.language), datetime.now(UTC)
    for number in range(SEARCHES):
        index.search(understand(queries[number % len(queries)], words=words, now=now), limit=K)
    kilobytes = {}
    for line in Path("/proc/self/status").read_text("utf-8").splitlines():
        name, _, value = line.partition(":")
        if name in ("VmRSS", "VmHWM", "RssAnon"):
            kilobytes[name] = int(value.split()[0])
    return {
        "steady": kilobytes["VmRSS"] / 1024,
        "peak": kilobytes["VmHWM"] / 1024,
        "own": kilobytes["RssAnon"] / 1024,
    }


def spent(engine: str, place: Path, queries: Sequence[str], *, rounds: int) -> dict[str, Any]:
    """CPU milliseconds of each query, one list a round, after a round that warms up: of ours by what is
    called, of another engine as "search"."""
    from tests.bench.peers import NOW, Bm25s, Fts5, Ours

    if engine == "ours":
        from skill.catalogue.words import load, understand

        index = Ours(place).index
        words = load(index.manifest.language)
        understood = {text: understand(text, words=words, now=NOW) for text in queries}
        return {
            "find": _rounds(lambda text: index.find(understand(text, words=words, now=NOW)), queries, rounds),
            "search": _rounds(lambda text: index.search(understood[text], limit=K), queries, rounds),
        }
    peer = Fts5(place) if engine == "fts5" else Bm25s(folder=place)
    return {"search": _rounds(lambda text: peer.ranked(text, limit=K), queries, rounds)}


def _rounds(call: Callable[[str], object], queries: Sequence[str], rounds: int) -> list[list[float]]:
    for text in queries:
        call(text)
    return [[_cpu_ms(call, text) for text in queries] for _ in range(rounds)]


def _cpu_ms(call: Callable[[str], object], text: str) -> float:
    before = time.process_time_ns()
    call(text)
    return (time.process_time_ns() - before) / 1e6


def main(arguments: Sequence[str]) -> None:
    """The command line of the head of this file."""
    if arguments[0] == "time":
        _, engine, place, file, rounds = arguments
        result = spent(engine, Path(place), _lines(file), rounds=int(rounds))
    else:
        what, folder, file = arguments
        result = {"open": first, "memory": memory}[what](Path(folder), _lines(file))
    print(json.dumps(result))


def _lines(file: str) -> list[str]:
    return [line for line in Path(file).read_text("utf-8").splitlines() if line]


if __name__ == "__main__":
    main(sys.argv[1:])

"""What a search costs and how that grows: time, memory, bytes and build over scale catalogues."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

from tests.bench import ROOT, WrongAnswer, environment, percentile, search_cache, shared
from tests.bench.known_items import known_items
from tests.bench.labelled import HEARD, THIN, TYPED, read_records, read_set
from tests.bench.scale import BASES
from tests.bench.search_cache import CACHE
from tests.bench.search_table import Line, Part

SIZES = (1_000, 10_000, 100_000, 1_000_000)
ROUNDS = 3
STARTS = 11
ITEMS = 150
# bm25s holds everything in memory; from here on it is left out.
MOST_FOR_BM25S = 100_000
FIGURES = CACHE / "figures.json"
SEED = 20261122
_PATIENCE = 3600
_TARGETS = {
    100_000: {"p50": ".5 ms (.3)", "p99": "3 ms (1.5)", "memory": "90 MB"},
    1_000_000: {"p50": "1.5 ms (1)", "p99": "10 ms (6)", "memory": "300 MB", "build": "3 min"},
}
_ANYWHERE = {"wire": "120 (80)", "open": "90 ms (40)"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one size costs; times in CPU milliseconds, memory in megabytes. None was not measured."""

    count: int
    find: tuple[float, float]
    search: tuple[float, float]
    fts5: tuple[float, float]
    bm25s: tuple[float, float] | None
    steady: float
    peak: float
    own: float
    first: float
    imported: float
    opened: float
    process: float
    wire: float
    seconds: float


def run(*, sizes: Sequence[int] = SIZES, fresh: bool = False) -> list[Part]:
    """Measure these sizes and draw the plot of all that were ever measured. Raises NotReady."""
    file = CACHE / "queries.txt"
    CACHE.mkdir(exist_ok=True)
    asked = queries()
    file.write_text("\n".join(asked), "utf-8")
    parts = []
    for count in sizes:
        folder, built = search_cache.ours(count, fresh=fresh)
        figures = _measured(count, folder, file, built, fresh=fresh)
        _remember(figures)
        parts.append(_part(figures, built, queries=len(asked)))
    return parts


def queries() -> list[str]:
    """What is asked for: typed and heard, electronics and groceries, in one fixed mixture."""
    labelled = read_set(shared("data/search/chorus_icecat"))
    texts = [
        text
        for variant in (TYPED, THIN, HEARD)
        for each in labelled.asked.get(variant, {}).values()
        for text in each
    ]
    for item in known_items(read_records(shared(BASES[1])), count=ITEMS):
        texts += [item.spoken, item.noised]
    kept = [text for text in texts if text.strip()]
    Random(SEED).shuffle(kept)
    return kept


def remembered() -> list[dict[str, Any]]:
    """The figures of every size measured so far, small to large."""
    if not FIGURES.exists():
        return []
    return sorted(json.loads(FIGURES.read_text("utf-8")).values(), key=lambda each: int(each["count"]))


def _measured(count: int, folder: Path, file: Path, built: search_cache.Built, *, fresh: bool) -> Figures:
    ours = _timed("ours", folder, file)
    fts5 = _timed("fts5", search_cache.fts5(count, fresh=fresh), file)
    bm25s = None
    if count <= MOST_FOR_BM25S:
        bm25s = _timed("bm25s", search_cache.bm25s(count, fresh=fresh), file)
    memory, _ = _alone("memory", folder, file)
    starts = [_alone("open", folder, file) for _ in range(STARTS + 1)][1:]

    def middle(name: str) -> float:
        return statistics.median(start[name] for start, _ in starts)

    return Figures(
        count=count,
        find=ours["find"],
        search=ours["search"],
        fts5=fts5["search"],
        bm25s=bm25s["search"] if bm25s else None,
        steady=memory["steady"],
        peak=memory["peak"],
        own=memory["own"],
        first=middle("all"),
        imported=middle("import"),
        opened=middle("open"),
        process=statistics.median(whole for _, whole in starts),
        wire=sum(built.wire.values()) / count,
        seconds=built.seconds,
    )


def _timed(engine: str, place: Path, file: Path) -> dict[str, tuple[float, float]]:
    """p50 and p99, of each the best of ROUNDS."""
    command = ["-m", "tests.bench.search_probe", "time", engine, str(place), str(file), str(ROUNDS)]
    found, _ = _probed(command)
    return {
        name: (min(percentile(r, 50) for r in rounds), min(percentile(r, 99) for r in rounds))
        for name, rounds in found.items()
    }


def _alone(what: str, folder: Path, file: Path) -> tuple[dict[str, float], float]:
    return _probed(["-P", "tests/bench/search_probe.py", what, str(folder), str(file)])


def _probed(arguments: Sequence[str]) -> tuple[dict[str, Any], float]:
    """What the probe says, and the milliseconds of its whole process."""
    before = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment({}),
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
    )
    spent = (time.perf_counter() - before) * 1e3
    if done.returncode:
        raise WrongAnswer(f"{' '.join(arguments[:3])}: {done.stderr.strip()[-500:]}")
    return json.loads(done.stdout), spent


def _remember(figures: Figures) -> None:
    known = {str(each["count"]): each for each in remembered()}
    known[str(figures.count)] = asdict(figures)
    FIGURES.write_text(json.dumps(known), "utf-8")


def _part(figures: Figures, built: search_cache.Built, *, queries: int) -> Part:
    size = f"{figures.count:,} products"
    target = {**_ANYWHERE, **_TARGETS.get(figures.count, {})}
    lines = []
    for called, ours, peers in (
        ("`find(understand(…))`", figures.find, False),
        ("`search`", figures.search, True),
    ):
        for at, name in enumerate(("p50", "p99")):
            others = [figures.fts5[at], *([figures.bm25s[at]] if figures.bm25s else [])]
            lines.append(
                Line(
                    what=f"{size}: {called}, CPU {name}",
                    ours=f"{ours[at]:.2f} ms",
                    fts5=f"{others[0]:.2f} ms" if peers else "",
                    bm25s=f"{others[1]:.2f} ms" if peers and len(others) > 1 else "",
                    against=f"× {ours[at] / min(others):.2f}" if peers else "",
                    target=target.get(name, ""),
                )
            )
    lines += [
        Line(
            what=f"{size}: memory after 200 searches, and at most",
            ours=f"{figures.steady:.0f} MB, {figures.peak:.0f} MB",
            target=target.get("memory", ""),
        ),
        Line(
            what=f"{size}: import, open and first search; whole process",
            ours=f"{figures.first:.0f} ms; {figures.process:.0f} ms",
            target=target["open"],
        ),
        Line(what=f"{size}: bytes a product on the wire", ours=f"{figures.wire:.0f}", target=target["wire"]),
        Line(
            what=f"{size}: build",
            ours=f"{figures.seconds:.0f} s, {figures.count / figures.seconds:,.0f} a second",
            target=target.get("build", ""),
        ),
    ]
    by_kind = sorted(built.wire.items(), key=lambda pair: -pair[1])
    kinds = ", ".join(f"{kind} {size / figures.count:.1f}" for kind, size in by_kind)
    notes: tuple[str, ...] = (
        f"{queries} queries; on the wire by kind of file: {kinds}; {built.disk / figures.count:.0f} bytes a "
        f"product on disk.",
        f"of the memory {figures.own:.0f} MB are no mapped file; of the first search {figures.imported:.0f} "
        f"ms are imports and {figures.opened:.0f} ms opening; of the build {built.stream:.0f} s make the "
        "products.",
    )
    if built.source != search_cache.source():
        notes += ("the index was built before skill/catalogue last changed; `--fresh` builds it again.",)
    return Part(f"speed --sizes {figures.count}", tuple(lines), notes)

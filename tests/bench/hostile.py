"""What 10,000 hostile requests leave behind: the rows of tests/hostile over and over, several at once,
against `sayso serve` in a process of its own, with a shopper in between now and then.

Every request has to be refused with 400 and every shopper served. Memory, threads and open files are read
from /proc while nobody is being answered.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench import NotReady, Outcome, Row, WrongAnswer, percentile
from tests.hostile.row import Row as Hostile
from tests.hostile.shop import Shop, shop
from tests.hostile.suite import REFUSED
from tests.hostile.wire import Answer

REQUESTS = int(os.environ.get("SAYSO_BENCH_HOSTILE", "10000"))
FIRST, ABREAST, SHOPPER_EVERY = 1_000, 6, 100
SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Footprint:
    """What a process holds: resident memory in kB, threads, open files."""

    kilobytes: int
    threads: int
    files: int


def footprint(pid: int) -> Footprint:
    """Read from /proc. Raises NotReady where there is none."""
    place = Path(f"/proc/{pid}")
    if not place.exists():
        raise NotReady("there is no /proc to read memory from")
    told = dict(line.split(":", 1) for line in (place / "status").read_text("utf-8").splitlines())
    return Footprint(
        kilobytes=int(told["VmRSS"].split()[0]),
        threads=int(told["Threads"]),
        files=len(list((place / "fd").iterdir())),
    )


def run() -> Outcome:
    """Memory before, after 1,000 and after all; the slowest answer, and what was refused for what."""
    with TemporaryDirectory(prefix="sayso-bench-") as folder, shop(Path(folder)) as served:
        for _ in range(50):
            _shopper(served)
        hostile = cycle(REFUSED)
        before = _rested(served)
        answers = list(_sent(served, list(islice(hostile, FIRST))))
        first = _rested(served)
        answers += _sent(served, list(islice(hostile, REQUESTS - FIRST)))
        last = _rested(served)
        _shopper(served)
    took = [answer.seconds for answer in answers]
    slow = sum(seconds >= SECONDS for seconds in took)
    return Outcome(
        (
            Row(
                what=f"Of {len(answers):,} hostile requests ({len(REFUSED)} kinds) refused, late by 2 s",
                ours=f"{len(answers):,}, {slow}",
            ),
            Row(
                what="Their p50, p99 and slowest answer",
                ours=" · ".join(
                    f"{1000 * seconds:.0f} ms"
                    for seconds in (percentile(took, 50), percentile(took, 99), max(took))
                ),
            ),
            Row(
                what=f"Memory of the server before them, after {FIRST:,} and after all",
                ours=" · ".join(f"{one.kilobytes / 1024:.1f} MB" for one in (before, first, last)),
            ),
            Row(
                what="Its threads and open files, likewise",
                ours=" · ".join(f"{one.threads}/{one.files}" for one in (before, first, last)),
            ),
        ),
        (f"{ABREAST} at once; every {SHOPPER_EVERY}th is a shopper's, and served.",),
    )


def _sent(served: Shop, suite: Sequence[Hostile]) -> Iterator[Answer]:
    def one(numbered: tuple[int, Hostile]) -> Answer:
        number, hostile = numbered
        if number % SHOPPER_EVERY == 0:
            _shopper(served)
        answer = served.send(hostile.post(served))
        if answer.status != 400:
            raise WrongAnswer(f"{hostile.name}: {answer.status} {answer.body[:200]!r}")
        return answer

    with ThreadPoolExecutor(ABREAST) as crowd:
        yield from crowd.map(one, enumerate(suite))


def _shopper(served: Shop) -> None:
    answer = served.send(served.post())
    if answer.status != 200:
        raise WrongAnswer(f"a shopper was not served: {answer.status} {answer.body[:200]!r}")


def _rested(served: Shop) -> Footprint:
    # What waits for a certificate ends within two seconds.
    time.sleep(3)
    return footprint(served.pid)

"""What goes wrong, and when: one seeded die for every call to a store, a bank or a merchant."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from random import Random


class Killed(BaseException):
    """The process is gone, and with it all it knew. Nothing in the product may catch this."""


# What befalls a call, and where in it. After means: what was asked for has been done.
WHEN = {
    "never sent": "before",
    "killed before": "before",
    "throttled": "during",
    "error 500": "during",
    "conflict": "during",
    "timed out": "during",
    "killed during": "during",
    "done, error 500": "after",
    "answer lost": "after",
    "killed after": "after",
}


class Weather:
    """Strikes one call in `rate` (a share of 1), each call by each fault about as often. `seen` counts the
    calls, `struck` what befell them, by name and fault. Before one write in `busy`, somebody else does
    something: `meanwhile`. Nothing of it happens while it is `calm`."""

    def __init__(self, seed: int | str, *, rate: float, busy: float = 0.0) -> None:
        self.die = Random(seed)
        self.rate = rate
        self.busy = busy
        self.calm = True
        self.seen: Counter[str] = Counter()
        self.struck: Counter[tuple[str, str]] = Counter()
        self.interludes = 0
        self.meanwhile: Callable[[], None] | None = None

    def strike(self, call: str, faults: Sequence[str], *, weight: float = 1.0) -> str:
        """What befalls this call; empty: nothing. One of more `weight` is struck more often."""
        if self.calm:
            return ""
        self.seen[call] += 1
        if self.die.random() >= self.rate * weight:
            return ""
        least = min(self.struck[call, fault] for fault in faults)
        fault = self.die.choice([fault for fault in faults if self.struck[call, fault] == least])
        self.struck[call, fault] += 1
        return fault

    def before_write(self) -> None:
        """Somebody else comes first, now and then; they are not interrupted themselves."""
        meanwhile = self.meanwhile
        if self.calm or meanwhile is None or self.die.random() >= self.busy:
            return
        self.meanwhile = None
        try:
            self.interludes += 1
            meanwhile()
        finally:
            self.meanwhile = meanwhile

    @contextmanager
    def still(self) -> Iterator[None]:
        """Nothing happens within."""
        before, self.calm = self.calm, True
        try:
            yield
        finally:
            self.calm = before

    def chance(self, share: float) -> bool:
        return self.die.random() < share

    @property
    def faults(self) -> int:
        return self.struck.total()

    def by_phase(self) -> Counter[str]:
        """How often something went wrong before, during and after what was asked for."""
        counted: Counter[str] = Counter()
        for (_, fault), times in self.struck.items():
            counted[WHEN[fault]] += times
        return counted


def asked_of_the_store() -> str:
    """The method of the store that the product called and that is under way."""
    frame, name = sys._getframe(1), "start"
    while frame.f_back is not None:
        frame = frame.f_back
        if "/skill/storage/" in frame.f_code.co_filename:
            name = frame.f_code.co_name
        elif "/skill/" in frame.f_code.co_filename:
            break
    return name

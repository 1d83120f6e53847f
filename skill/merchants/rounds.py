"""The rounds a running shop makes to see to what is due: a thread of `sayso serve`.

Of several processes on one store one makes the rounds: each takes a lease first, by a conditional write that
is handed in. What goes wrong in a round is logged, and the next round comes all the same."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from random import random
from typing import Protocol

log = logging.getLogger("sayso")
# Seconds between two looks at what is due; feeds are due in minutes at the soonest.
PAUSE = 60.0
# Seconds a lease holds if it is not taken again: longer than one feed takes to import. Two that import at
# once do the work twice and harm nothing, since a version goes live in one write.
LEASE = 1_800.0
# The same for orders: whoever ordered is waiting. Their lease outlives the longest piece of work, one message
# to one endpoint; should two work at once all the same, an event is told by whoever claims it first.
ORDERS_PAUSE = 2.0
ORDERS_LEASE = 15.0
# A pause is up to this much longer, so that processes started together do not knock together.
JITTER = 0.2


class Take(Protocol):
    """The conditional write of a lease: it becomes `holder`'s until `until` and the answer is True, if nobody
    holds it, it ran out before `now`, or `holder` has it already."""

    def __call__(self, holder: str, *, now: datetime, until: datetime) -> bool: ...


class Run(Protocol):
    """Sees to what is due. `still` takes the lease anew and tells whether the round may go on; it is to be
    asked before each piece of work, so that a long round neither loses the lease nor outlives a stop."""

    def __call__(self, *, still: Callable[[], bool]) -> object: ...


def make_rounds(
    run: Run,
    *,
    take: Take,
    clock: Callable[[], datetime],
    stop: threading.Event,
    holder: str,
    pause: float = PAUSE,
    lease: float = LEASE,
    chance: Callable[[], float] = random,
) -> None:
    """Run what is due, then every `pause` seconds and a little more, until `stop` is set; never raises. The
    lease is given back at the end."""
    held = False

    def still() -> bool:
        nonlocal held
        if stop.is_set():
            return False
        now = clock()
        held = take(holder, now=now, until=now + timedelta(seconds=lease))
        return held

    while not stop.is_set():
        try:
            if still():
                run(still=still)
        except Exception:
            log.exception("a round of what is due went wrong; the next one comes all the same")
        stop.wait(pause * (1 + JITTER * chance()))
    try:
        now = clock()
        if held:
            take(holder, now=now, until=now)
    except Exception:
        log.warning("the lease of the rounds could not be given back; it runs out by itself", exc_info=True)


def start_rounds(
    run: Run,
    *,
    take: Take,
    clock: Callable[[], datetime],
    pause: float = PAUSE,
    lease: float = LEASE,
) -> Callable[[], None]:
    """Make rounds in a thread; what is returned stops it, and waits until the piece of work in hand is done.
    The thread does not keep a process alive that ends without that."""
    stop = threading.Event()
    thread = threading.Thread(
        target=make_rounds,
        args=(run,),
        kwargs={
            "take": take,
            "clock": clock,
            "stop": stop,
            "holder": secrets.token_hex(8),
            "pause": pause,
            "lease": lease,
        },
        name="sayso-rounds",
        daemon=True,
    )
    thread.start()

    def end() -> None:
        stop.set()
        thread.join()

    return end

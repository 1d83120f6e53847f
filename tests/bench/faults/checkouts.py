"""Checkouts through the real product while everything around it fails, and what is true afterwards."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from time import monotonic

from tests.bench.faults.bank import Bank
from tests.bench.faults.receiver import receiver
from tests.bench.faults.street import Street
from tests.bench.faults.verdict import Verdict, judge
from tests.bench.faults.weather import Weather
from tests.bench.faults.worker import Worker
from tests.bench.faults.world import Desk, place, stock_for, stormy

# The share of calls that fail: a turn asks SQLite more often than DynamoDB. And that of writes before which
# somebody else comes first.
RATE, BUSY = {"sqlite": 0.04, "dynamodb": 0.12}, 0.05


@dataclass
class Ran:
    """What a run of checkouts came to."""

    kind: str
    checkouts: int
    seed: str
    weather: Weather
    verdict: Verdict
    deaths: int
    seconds: float
    notes: list[str] = field(default_factory=list)


def run(
    kind: str,
    checkouts: int,
    *,
    seed: str,
    rate: float = 0.0,
    busy: float = BUSY,
    done: Callable[[], None] = lambda: None,
) -> Ran:
    """So many checkouts in a new place of a kind, in weather as usual where nothing else is said."""
    weather = Weather(f"{seed} {kind}", rate=rate or RATE[kind], busy=busy)
    began = monotonic()
    with ExitStack() as stack:
        settings = stack.enter_context(place(kind))
        stack.enter_context(stormy(settings.store, weather))
        merchant = stack.enter_context(receiver(Weather(f"{seed} merchant", rate=0.1)))
        bank = Bank(weather, decline=0.05)
        desk, other = Desk(settings, weather, bank), Desk(settings, weather, bank)
        stock = stock_for(checkouts)
        desk.furnish(stock)
        worker = Worker()
        worker.open(desk, merchant.url)
        street = Street(desk, other, worker.round)
        merchant.weather.calm = False
        street.walk(checkouts, done=done)
        bank.catch_up()
        quiet = worker.until_quiet(desk)
        verdict = judge(street, stock=stock, merchant=merchant)
        if not quiet:
            verdict.blame("untold", "the worker never came to rest")
    return Ran(kind, checkouts, seed, weather, verdict, desk.deaths + other.deaths, monotonic() - began)

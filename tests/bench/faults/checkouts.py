"""Checkouts through the real product while everything around it fails, and what is true afterwards."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from time import monotonic

from tests.bench.faults.bank import Bank
from tests.bench.faults.receiver import receiver
from tests.bench.faults.street import Street
from tests.bench.faults.verdict import Verdict, judge
from tests.bench.faults.weather import Weather
from tests.bench.faults.worker import Worker
from tests.bench.faults.world import CARDS, Desk, card_bank, place, stock_for, stormy

# The share of calls that fail: a turn asks SQLite more often than DynamoDB. And that of writes before which
# somebody else comes first.
RATE, BUSY = {"sqlite": 0.04, "dynamodb": 0.12}, 0.05


@dataclass
class Ran:
    """What a run of checkouts came to."""

    kind: str
    cards: bool
    checkouts: int
    weather: Weather
    verdict: Verdict
    deaths: int
    failures: int
    charges: int
    refunds: int
    told: int
    seconds: float


def run(
    kind: str,
    checkouts: int,
    *,
    seed: str,
    rate: float = 0.0,
    busy: float = BUSY,
    cards: bool = False,
    done: Callable[[], None] = lambda: None,
) -> Ran:
    """So many checkouts in a new place of a kind, in weather as usual where nothing else is said; with
    `cards` every order is paid by card."""
    weather = Weather(f"{seed} {kind} {cards}", rate=rate or RATE[kind], busy=busy)
    began = monotonic()
    with ExitStack() as stack:
        settings = stack.enter_context(place(kind))
        stack.enter_context(stormy(settings.store, weather))
        merchant = stack.enter_context(receiver(Weather(f"{seed} merchant", rate=0.1)))
        bank = Bank(weather, decline=0.1)
        stack.enter_context(card_bank(bank))
        desk, other = Desk(settings, weather, bank), Desk(settings, weather, bank)
        stock = stock_for(checkouts)
        desk.furnish(stock, **(CARDS if cards else {}))
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
    return Ran(
        kind=kind,
        cards=cards,
        checkouts=checkouts,
        weather=weather,
        verdict=verdict,
        deaths=desk.deaths + other.deaths,
        failures=desk.failures + other.failures,
        charges=sum(1 for taken in bank.books.values() if taken.minor > 0 and not taken.void),
        refunds=sum(1 for taken in bank.books.values() if taken.minor < 0),
        told=sum(ids.total() for ids in merchant.got.values()),
        seconds=monotonic() - began,
    )

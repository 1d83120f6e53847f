"""What is measured, part by part, each as lines of one table."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from skill.settings import MAIN
from skill.shop import Stocking
from skill.storage.open import open_store
from tests.bench.faults import checkouts, kills, model, mutants, rush, units
from tests.bench.faults.guards import MUTANTS
from tests.bench.faults.verdict import KINDS
from tests.bench.faults.world import place


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what was looked at, what came of it, and what was wrong with it (empty: nothing)."""

    what: str
    found: str
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How much of everything: `checkouts` for each store, half of them at a shop that charges cards."""

    stores: tuple[str, ...]
    seed: str
    checkouts: int = 10_000
    rounds: int = 100
    steps: int = 100_000


# Is told what is under way, how much of it there is in all, and of each step that is done.
Progress = Callable[[str, int], Callable[[], None]]


def of_checkouts(asked: Asked, progress: Progress) -> Iterator[Line]:
    """Checkouts in bad weather, at a shop that bills and at one that charges cards."""
    for kind in asked.stores:
        for cards in (False, True):
            half = asked.checkouts // 2
            paid = "by card" if cards else "billed"
            done = progress(f"checkouts, {kind}, {paid}", half)
            ran = checkouts.run(kind, half, seed=asked.seed, cards=cards, done=done)
            phases = ran.weather.by_phase()
            broken = ran.verdict.broken
            counts = ", ".join(f"{broken[one]} {one}" for one in KINDS)
            money = f", {ran.charges:,} charges, {ran.refunds:,} refunds" if cards else ""
            yield Line(
                f"{kind}, {paid}: {half:,} checkouts, {ran.verdict.orders:,} orders{money}, "
                f"{ran.told:,} webhooks; {ran.weather.faults:,} faults ({phases['before']:,} before, "
                f"{phases['during']:,} during, {phases['after']:,} after), {ran.deaths:,} deaths, "
                f"{ran.weather.interludes:,} times somebody came first",
                f"{counts}; {ran.seconds:,.0f} s",
                tuple(ran.verdict.said()),
            )


def of_mutants(asked: Asked, progress: Progress) -> Iterator[Line]:
    """Every guard taken out, and how that was found."""
    hunts = [(mutant, kind) for mutant in MUTANTS for kind in mutant.stores if kind in asked.stores]
    done = progress("guards taken out", len(hunts))
    for mutant, kind in hunts:
        caught = mutants.hunted(mutant, kind, seed=asked.seed)
        done()
        wrong = () if caught.by else (f"{kind}: nobody misses the guard: {mutant.guard}",)
        yield Line(f"without the guard, {kind}: {mutant.guard}", caught.by[:90] or "SURVIVED", wrong)


def of_kills(asked: Asked, progress: Progress) -> Iterator[Line]:
    """A server killed under load."""
    for kind in asked.stores:
        # DynamoDB is another process's to keep: there, a few rounds show that a turn cut off does no harm.
        rounds = asked.rounds if kind == "sqlite" else max(1, asked.rounds // 10)
        done = progress(f"kill -9, {kind}", rounds)
        killed = kills.run(kind, rounds, seed=asked.seed, done=done)
        checked = f", {rounds - len(killed.broken)} times integrity_check ok" if kind == "sqlite" else ""
        yield Line(
            f"{kind}: {killed.rounds} × kill -9 of `sayso serve` under load, {killed.answered:,} answers, "
            f"{killed.lost_answers:,} turns cut off",
            f"{killed.orders:,} orders, {killed.verdict.total} acknowledged writes missing{checked}; "
            f"{killed.seconds:,.0f} s",
            (*killed.broken, *killed.verdict.said()),
        )


def of_steps(asked: Asked, progress: Progress) -> Iterator[Line]:
    """Steps against the model, most of them on SQLite: the same rules over the wire are slow."""
    for kind in asked.stores:
        steps = asked.steps if kind == "sqlite" else asked.steps // 20
        done, began = progress(f"steps against the model, {kind}", steps), monotonic()
        with opened(kind) as store:
            try:
                taken = model.run(store, steps, seed=asked.seed, done=done)
            except AssertionError as error:
                yield Line(f"{kind}: steps against a plain model", "differs", (str(error)[-2000:],))
                continue
        yield Line(
            f"{kind}: {taken:,} steps over cart, order, stock and payment against a plain model",
            f"0 differences; {monotonic() - began:,.0f} s",
        )


def of_rushes(asked: Asked, progress: Progress) -> Iterator[Line]:
    """Many at once."""
    ways = [(kind, processes) for kind in asked.stores for processes in (False, True)]
    done = progress("many at once", len(ways))
    for kind, processes in ways:
        rushed = rush.run(kind, processes=processes)
        done()
        yield Line(
            f"{kind}: {rush.SHOPPERS} shoppers at once ({rushed.by}) on the last {rush.PIECES} pieces; two "
            "devices on one cart",
            f"{rushed.sold} sold in {rushed.orders} orders, {rushed.left} left; "
            f"{rushed.kept} of {rushed.told} pieces in the cart",
            rushed.wrong,
        )


def of_units(asked: Asked, progress: Progress) -> Iterator[Line]:
    """Round trips and capacity units of each turn."""
    if "dynamodb" not in asked.stores:
        return
    done = progress("units of a turn", 1)
    for cost in units.run():
        reads, writes, trips = cost.allowed
        yield Line(
            f"dynamodb, {cost.turn}" + (f" ({cost.lines} lines)" if cost.lines > 1 else ""),
            f"{cost.trips} of {trips} round trips, {cost.spent.reads:g} of {reads:g} RCU, "
            f"{cost.spent.writes:g} of {writes:g} WCU",
            tuple(f"{cost.turn}: {over}" for over in cost.over),
        )
    for cost in units.run(cards=True):
        if cost.turn.startswith("yes: placing"):
            yield Line(
                f"dynamodb, {cost.turn}, paid by card ({cost.lines} lines)",
                f"{cost.trips} round trips, {cost.spent.reads:g} RCU, {cost.spent.writes:g} WCU; the budget "
                "says nothing of cards",
            )
    done()


PARTS: dict[str, Callable[[Asked, Progress], Iterator[Line]]] = {
    "checkouts": of_checkouts,
    "mutants": of_mutants,
    "kills": of_kills,
    "model": of_steps,
    "rush": of_rushes,
    "units": of_units,
}


@contextmanager
def opened(kind: str) -> Iterator[Stocking]:
    """An empty store of a kind, whose clock stands still."""
    with place(kind) as settings, tempfile.TemporaryDirectory() as folder:
        # Kept nowhere for long: where the model is compared, durability is not.
        quick = Path("/dev/shm") if Path("/dev/shm").is_dir() else Path(folder)
        with tempfile.TemporaryDirectory(dir=quick) as memory:
            spec = f"sqlite:{memory}/model.db" if kind == "sqlite" else settings.store
            yield open_store(spec, shop=MAIN, clock=lambda: model.NOW)

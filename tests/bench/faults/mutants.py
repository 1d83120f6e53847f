"""Each guard removed in turn: what keeps an order single, the stock true and the merchant told is edited out of
the product's source, and a short run of checkouts must then find a broken promise. A survivor is a hole in the
bench, or a guard that guards nothing."""

from __future__ import annotations

import inspect
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest

from tests.bench import ROOT
from tests.bench.faults.checkouts import run
from tests.bench.faults.world import STORES


class NoSuchGuard(Exception):
    """The source has changed: what was to be taken out is not there. The table has to follow."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A guard, and the edit that takes it out: in `where` ("module:function" or "module:Class.method") the
    text `old` becomes `new`. `stores`: those it is found in."""

    guard: str
    where: str
    old: str
    new: str
    stores: tuple[str, ...] = STORES


_SQLITE, _DYNAMODB = ("sqlite",), ("dynamodb",)
_LITE, _SELL, _EVENTS = (
    "skill.storage.sqlite:SqliteStore",
    "skill.storage.sqlite_merchant:SqliteSelling",
    "skill.storage.sqlite_events:SqliteEvents",
)
MUTANTS = (
    Mutant(
        "an order is placed once: it answers what is there already",
        f"{_LITE}.place",
        "if kept := self._order(db, order.shopper, order.id): return AlreadyPlaced(kept)",
        "pass",
        _SQLITE,
    ),
    Mutant(
        "an order is placed from the cart that was read",
        f"{_LITE}.place",
        "return CartMoved()",
        "pass",
        _SQLITE,
    ),
    Mutant("no stock below zero", f"{_LITE}.place", "return OutOfStock(sku, row[0])", "pass", _SQLITE),
    Mutant(
        "the stock moves with the order",
        f"{_LITE}.place",
        "self._move_stock(db, {sku: -quantity for sku, quantity in items.pieces(order).items()})",
        "pass",
        _SQLITE,
    ),
    Mutant(
        "the cart is renewed with the order",
        f"{_LITE}.place",
        "self._put_cart(db, replace(renewed, version=cart.version + 1), shopper=order.shopper)",
        "pass",
        _SQLITE,
    ),
    Mutant(
        "the event is in the order's transaction",
        f"{_LITE}.place",
        'self._tell(db, f"order.{order.status}", order.id, of="")',
        "pass",
        _SQLITE,
    ),
    Mutant(
        "a request that changed the cart is remembered",
        f"{_LITE}.save_cart",
        "if stored and request_id in stored.seen: return stored",
        "pass",
        _SQLITE,
    ),
    Mutant(
        "a cart is saved over the version that was read",
        f"{_LITE}.save_cart",
        "return None",
        "pass",
        _SQLITE,
    ),
    Mutant(
        "what is cancelled goes back on the shelf",
        f"{_LITE}.cancel",
        "self._move_stock(db, items.pieces(kept))",
        "pass",
        _SQLITE,
    ),
    Mutant(
        "an order is changed over the version that was read",
        f"{_SELL}._unmoved",
        "(order.status, order.version)",
        "(order.status, kept.version)",
        _SQLITE,
    ),
    Mutant(
        "a write is one transaction",
        "skill.storage.sqlite_file:SqliteFile._writing",
        'db.execute("BEGIN IMMEDIATE")',
        "pass",
        _SQLITE,
    ),
    Mutant(
        "a yes is to the total that was read out",
        "skill.intents.checkout:_answered",
        "if not as_promised:",
        "if False:",
    ),
    Mutant(
        "an order has the id of its cart", "skill.intents.checkout:_place", "id=shop.cart.cid", "id=shop.new_id()"
    ),
    Mutant(
        "a turn that comes again changes the cart once",
        "skill.shop:change_cart",
        "if shop.request_id in cart.seen: return cart",
        "pass",
    ),
)
_TESTS = ("tests/storage/test_contract.py", "tests/storage/test_merchant.py", "tests/storage/test_model.py")
# Checkouts of one try, how many tries a mutant gets, and a weather that is worse than usual.
CHECKOUTS, TRIES, RATE, BUSY = 40, 5, 0.06, 0.4


@dataclass(frozen=True, slots=True)
class Caught:
    """How a mutant was found out; `by` is empty when it was not."""

    mutant: Mutant
    kind: str
    by: str
    tries: int


@contextmanager
def edited(mutant: Mutant) -> Iterator[None]:
    """The product with this guard taken out, wherever the function is known already. Raises NoSuchGuard."""
    module, _, path = mutant.where.partition(":")
    found: Any = import_module(module)
    for name in path.split("."):
        found = getattr(found, name)
    function = inspect.unwrap(found)
    source = inspect.getsource(function)
    # However the text is broken into lines.
    pattern = r"\s+".join(map(re.escape, mutant.old.split()))
    source, times = re.subn(pattern, lambda _: mutant.new, source)
    if times != 1:
        raise NoSuchGuard(f"{mutant.guard}: {mutant.where} has {mutant.old!r} {times} times, not once")
    if source.startswith(" "):
        source = f"if True:\n{source}"
    made: dict[str, Any] = {}
    exec(f"from __future__ import annotations\n{source}", dict(function.__globals__), made)
    kept = function.__code__
    function.__code__ = inspect.unwrap(made[function.__name__]).__code__
    try:
        yield
    finally:
        function.__code__ = kept


def hunted(mutant: Mutant, kind: str, *, seed: str) -> Caught:
    """Runs until a promise is broken, or there were enough; then the stores' own tests are asked."""
    with edited(mutant):
        for attempt in range(1, TRIES + 1):
            try:
                ran = run(kind, CHECKOUTS, seed=f"{seed} {attempt}", rate=RATE, busy=BUSY)
            except sqlite3.IntegrityError as error:
                return Caught(mutant, kind, f"the file's own check: {error}", attempt)
            if ran.verdict.total:
                return Caught(mutant, kind, next(ran.verdict.said()), attempt)
    return Caught(mutant, kind, _by_tests(mutant, kind), TRIES)


def _by_tests(mutant: Mutant, kind: str) -> str:
    """The contract suite's first failure with this guard taken out; empty: there is none. Some guards stand
    behind another one, and are missed by nobody but a test that asks them alone."""
    place = {"sqlite": "sqlite", "dynamodb": "ministack"}[kind]
    number = str(MUTANTS.index(mutant))
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.faults.mutants", number, *_TESTS, "-x", "-k", place],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if done.returncode == 1:
        return next(line for line in done.stdout.splitlines() if line.startswith("FAILED"))
    if done.returncode:
        raise NoSuchGuard(f"{mutant.guard}: the tests did not run: {done.stdout[-500:]}{done.stderr[-500:]}")
    return ""


def all_hunted(kinds: tuple[str, ...], *, seed: str, done: Callable[[Caught], None]) -> list[Caught]:
    """Every mutant in every store it is found in; `done` is told of each."""
    hunts = [(mutant, kind) for mutant in MUTANTS for kind in mutant.stores if kind in kinds]
    results = []
    for mutant, kind in hunts:
        results.append(hunted(mutant, kind, seed=seed))
        done(results[-1])
    return results


if __name__ == "__main__":
    with edited(MUTANTS[int(sys.argv[1])]):
        sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", *sys.argv[2:]]))

"""The short form of `make bench-faults`: orders while everything around them fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from skill.storage.sqlite import open_sqlite
from tests.bench import NotReady
from tests.bench.faults import checkouts, kills, model, mutants, rush, units
from tests.bench.faults.guards import MUTANTS, Mutant
from tests.bench.faults.mutants import edited, hunted
from tests.programs import installed

SEED = "ci"


@pytest.fixture
def ministack() -> None:
    """Needs a DynamoDB API."""
    try:
        installed("ministack", "ministack>=1.5")
    except NotReady as reason:
        pytest.skip(str(reason))


@pytest.mark.parametrize("cards", [False, True], ids=["billed", "by card"])
def test_no_order_is_lost_or_doubled_while_sqlite_and_the_bank_fail(cards: bool) -> None:
    ran = checkouts.run("sqlite", 25, seed=SEED, cards=cards)
    assert list(ran.verdict.said()) == []
    assert ran.verdict.orders > 15
    assert ran.weather.faults > 25
    assert min(ran.weather.by_phase()[phase] for phase in ("before", "during", "after")) > 0
    assert bool(ran.charges) == cards


def test_no_order_is_lost_or_doubled_while_dynamodb_and_the_bank_fail(ministack: None) -> None:
    ran = checkouts.run("dynamodb", 10, seed=SEED, cards=True)
    assert list(ran.verdict.said()) == []
    assert ran.verdict.orders > 5
    assert ran.weather.faults > 10


@pytest.mark.parametrize(
    "guard",
    ["a charge goes by the key that was kept before", "the stock moves with the order"],
)
def test_a_guard_that_is_taken_out_is_missed(guard: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutants, "CHECKOUTS", 15)
    mutant = next(one for one in MUTANTS if one.guard == guard and "sqlite" in one.stores)
    assert hunted(mutant, "sqlite", seed=SEED).by


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: f"{one.guard} in {one.stores[0]}")
def test_every_guard_in_the_table_is_in_the_source(mutant: Mutant) -> None:
    with edited(mutant):
        pass


def test_any_sequence_of_steps_does_what_the_model_does(tmp_path: Path) -> None:
    store = open_sqlite(str(tmp_path / "model.db"), shop="harbor", clock=lambda: model.NOW)
    assert model.run(store, 300, seed=SEED) > 150


def test_what_a_killed_server_acknowledged_is_there_afterwards() -> None:
    killed = kills.run("sqlite", 1, seed=SEED)
    assert killed.broken == []
    assert list(killed.verdict.said()) == []


def test_sixteen_at_once_buy_the_last_pieces_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rush, "PIECES", 24)
    rushed = rush.run("sqlite")
    assert rushed.wrong == ()
    assert rushed.sold == 24


def test_no_turn_costs_more_than_its_budget(ministack: None) -> None:
    assert {cost.turn: cost.over for cost in units.run() if cost.over} == {}

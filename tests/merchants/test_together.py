"""What is bought together: counted by shopper, over a floor, and kept where a turn reads it."""

from __future__ import annotations

import json
from collections import defaultdict
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skill.commerce.cart import Cart, Line
from skill.commerce.merchant import Facts
from skill.commerce.money import Money
from skill.commerce.order import Order
from skill.commerce.totals import Terms, Totals
from skill.dialogue.together import KIND, shelf_of
from skill.merchants import together
from skill.merchants.together import (
    LEAST_LIFT,
    Basket,
    OutOfTime,
    Together,
    count,
    count_due,
    last_count,
)
from skill.shop import Stocking
from skill.storage.open import open_store

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NAMES = st.sampled_from("abcdef")
BASKETS = st.lists(
    st.builds(Basket, st.sampled_from(["ann", "bob", "cy", "dee"]), st.lists(NAMES, unique=True).map(tuple)),
    max_size=25,
)


@pytest.fixture
def store(tmp_path: Path) -> Stocking:
    opened = open_store(f"sqlite:{tmp_path / 'shop.db'}", shop="harbor", clock=lambda: NOW)
    opened.publish(Facts(name="Harbor Foods", terms=Terms(currency="USD"), catalogue="v1"), stock={})
    return opened


def ordered(store: Stocking, id: str, *skus: str, by: str, status: str = "delivered", days: int = 1) -> None:
    one = Money(100, "USD")
    lines = tuple(Line(sku=sku, quantity=1, name=sku, price=one) for sku in skus)
    placed = NOW - timedelta(days=days)
    none = Money(0, "USD")
    store.put_order(
        Order(
            id=id,
            number=id,
            shopper=by,
            status=status,
            placed_at=placed,
            lines=lines,
            totals=Totals(one, none, none, one, none),
            history=((status, placed),),
        )
    )


def told(store: Stocking, sku: str) -> list[str]:
    kept: list[str] = json.loads(store.document(KIND, shelf_of(sku)) or "{}").get(sku, [])
    return kept


@settings(max_examples=40)
@given(BASKETS, st.integers(1, 3))
def test_pairs_are_those_that_enough_different_shoppers_bought_in_one_basket(
    baskets: list[Basket], floor: int
) -> None:
    alone, both = defaultdict(set), defaultdict(set)
    for basket in baskets:
        for sku in basket.skus:
            alone[sku].add(basket.shopper)
        for pair in combinations(sorted(basket.skus), 2):
            both[pair].add(basket.shopper)
    everybody = len({basket.shopper for basket in baskets if basket.skus})
    expected = {}
    for (one, other), people in both.items():
        lift = len(people) * everybody / (len(alone[one]) * len(alone[other]))
        if len(people) >= floor and lift >= LEAST_LIFT:
            expected[one, other] = expected[other, one] = (len(people), lift)
    with closing(Together()) as counted:
        counted.add(baskets)
        found = [pair for pairs in counted.pairs(floor=floor) for pair in pairs]
    assert {(pair.sku, pair.other): (pair.both, pair.lift) for pair in found} == expected


def test_what_one_shopper_buys_a_hundred_times_is_nobodys_business(store: Stocking) -> None:
    for n in range(100):
        ordered(store, f"o{n}", "pump", "insulin", by="ann")
    for n in range(20):
        ordered(store, f"p{n}", "milk", by=f"shopper-{n}")
    assert count(store, now=NOW, floor=5).pairs == 0
    assert store.documents(KIND) == ()


def test_five_shoppers_make_a_pair_and_what_everybody_takes_is_none(store: Stocking) -> None:
    for n in range(5):
        ordered(store, f"o{n}", "pasta", "parmesan", "milk", by=f"cook-{n}")
    for n in range(20):
        ordered(store, f"p{n}", "milk", "bread" if n % 2 else "eggs", by=f"shopper-{n}")
    done = count(store, now=NOW, floor=5)
    assert (done.baskets, done.shoppers) == (25, 25)
    assert told(store, "pasta") == ["parmesan"]
    assert told(store, "milk") == []


@pytest.mark.parametrize(("status", "days"), [("cancelled", 1), ("failed", 1), ("delivered", 400)])
def test_what_came_to_nothing_or_is_long_ago_counts_for_nobody(
    store: Stocking, status: str, days: int
) -> None:
    for n in range(5):
        late = n == 4
        ordered(
            store,
            f"o{n}",
            "pasta",
            "parmesan",
            by=f"cook-{n}",
            status=status if late else "delivered",
            days=days if late else 1,
        )
    for n in range(20):
        ordered(store, f"p{n}", "milk", by=f"shopper-{n}")
    assert count(store, now=NOW, floor=5).pairs == 0


def test_who_was_erased_is_not_counted_and_a_pair_that_falls_below_the_floor_is_gone(
    store: Stocking,
) -> None:
    for n in range(5):
        ordered(store, f"o{n}", "pasta", "parmesan", by=f"cook-{n}")
    for n in range(20):
        ordered(store, f"p{n}", "milk", by=f"shopper-{n}")
    assert count(store, now=NOW, floor=5).pairs == 2
    store.erase("cook-3", until=NOW)
    assert count(store, now=NOW, floor=5).pairs == 0
    assert (told(store, "pasta"), store.documents(KIND)) == ([], ())


def test_nothing_kept_tells_how_many_bought_it(store: Stocking) -> None:
    for n in range(7):
        ordered(store, f"o{n}", "pasta", "parmesan", by=f"cook-{n}")
    for n in range(20):
        ordered(store, f"p{n}", "milk", by=f"shopper-{n}")
    count(store, now=NOW, floor=5)
    assert (told(store, "pasta"), told(store, "parmesan")) == (["parmesan"], ["pasta"])
    assert not any(character.isdigit() for _, text in store.documents(KIND) for character in text)


def test_what_is_the_same_is_not_written_again(store: Stocking, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(5):
        ordered(store, f"o{n}", "pasta", "parmesan", by=f"cook-{n}")
    for n in range(20):
        ordered(store, f"p{n}", "milk", by=f"shopper-{n}")
    count(store, now=NOW, floor=5)
    written: list[str] = []
    put = store.put_document

    def noting(kind: str, name: str, text: str) -> bool:
        written.append(kind)
        return put(kind, name, text)

    monkeypatch.setattr(store, "put_document", noting)
    count(store, now=NOW, floor=5)
    assert written == [together.RUN]


def test_it_is_counted_once_a_day(store: Stocking) -> None:
    assert last_count(store) is None
    assert count_due(store, now=NOW, floor=5) is not None
    assert count_due(store, now=NOW + timedelta(hours=23), floor=5) is None
    assert count_due(store, now=NOW + timedelta(hours=24), floor=5) is not None
    assert last_count(store) == NOW + timedelta(hours=24)


def test_who_runs_out_of_time_leaves_what_was_known(store: Stocking) -> None:
    for n in range(5):
        ordered(store, f"order-{n}", "milk", "bread", by=f"shopper-{n}")
    ordered(store, "another", "eggs", by="shopper-9")
    count_due(store, now=NOW, floor=5)
    known = store.documents(KIND, limit=10)
    later = NOW + timedelta(days=400)
    with pytest.raises(OutOfTime):
        count_due(store, now=later, floor=5, still=lambda: False)
    assert store.documents(KIND, limit=10) == known
    assert last_count(store) == NOW


def test_a_shelf_is_found_by_the_product_it_is_about() -> None:
    assert shelf_of("milk") == shelf_of("milk")
    assert len({shelf_of(f"sku-{n}") for n in range(40_000)}) == 4_096


def test_the_cart_is_not_what_is_counted(store: Stocking) -> None:
    lines = tuple(Line(sku=sku, quantity=1, name=sku, price=Money(100, "USD")) for sku in ("a", "b"))
    for n in range(9):
        store.save_cart(Cart(cid=f"c{n}", lines=lines), shopper=f"s{n}", request_id="r")
    assert count(store, now=NOW, floor=5).baskets == 0


def test_a_thing_is_one_whatever_options_it_was_taken_with(store: Stocking) -> None:
    milks = ("oat", "soy", "oat", "whole", "oat", "soy")
    for at, milk in enumerate(milks):
        ordered(store, f"o{at}", f"latte?milk={milk}", "croissant", by=f"shopper-{at}")
    for at in range(6):
        ordered(store, f"p{at}", "tea", by=f"other-{at}")
    count(store, now=NOW, floor=5)
    assert told(store, "latte") == ["croissant"]
    assert told(store, "croissant") == ["latte"]

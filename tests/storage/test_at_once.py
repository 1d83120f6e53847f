"""The same promises with many threads at once, on SQLite and on ministack."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from skill.commerce.cart import Cart, add
from skill.shop import AlreadyPlaced, OutOfStock, Placed, Placing, Stocking
from tests.storage.stores import FACTS, Place, buy, cart, line, order_of, saved

# moto serves one thread at a time and crashes with sixteen.
pytestmark = pytest.mark.parametrize("place", ["sqlite", "ministack"], indirect=True)


def test_sixteen_shoppers_at_once_buy_exactly_what_there_is(place: Place, store: Stocking) -> None:
    store.publish(FACTS, stock={"milk": 25})
    start = Barrier(16)

    def shop(shopper: int) -> list[Placing]:
        start.wait()
        wanted = [cart(line(), cid=f"{shopper}-{n}") for n in range(3)]
        return [
            store.place(
                order_of(fresh, shopper=f"{shopper}-{n}"), cart=fresh, renewed=Cart(cid=f"{fresh.cid}-next")
            )
            for n, fresh in enumerate(wanted)
        ]

    with ThreadPoolExecutor(16) as threads:
        results = [result for placed in threads.map(shop, range(16)) for result in placed]
    assert Counter(type(result) for result in results) == {Placed: 25, OutOfStock: 23}
    assert store.stock(["milk"]) == {"milk": 0}
    assert len(place.told()) == 25


def test_one_cart_placed_eight_times_at_once_is_one_order(place: Place, store: Stocking) -> None:
    store.publish(FACTS, stock={"milk": 25})
    kept = saved(store, cart(line("milk", 2)))
    start = Barrier(8)

    def checkout(n: int) -> Placing:
        start.wait()
        return buy(store, kept, order=replace(order_of(kept), number=f"{n:05}"))

    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(checkout, range(8)))
    (first,) = [result.order for result in results if isinstance(result, Placed)]
    assert [result for result in results if result != Placed(first)] == [AlreadyPlaced(first)] * 7
    assert (store.orders("ann"), store.stock(["milk"])) == ((first,), {"milk": 23})
    assert len(place.told()) == 1


def test_changes_and_numbers_at_once_lose_nothing(place: Place, store: Stocking) -> None:
    store.publish(FACTS, stock={})

    def add_one(n: int) -> int:
        while True:
            kept = store.visit("ann").cart or cart()
            if store.save_cart(add(kept, line()), shopper="ann", request_id=f"r{n}"):
                return store.next_number()

    with ThreadPoolExecutor(8) as threads:
        numbers = list(threads.map(add_one, range(24)))
    kept = store.visit("ann").cart
    assert kept is not None
    assert (kept.pieces, kept.version, len(set(numbers))) == (24, 24, 24)

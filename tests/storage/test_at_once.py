"""The same promises with many threads at once, on SQLite and on ministack."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from random import Random
from threading import Barrier

import pytest

from skill.commerce.cart import Cart, add
from skill.commerce.merchant import Case
from skill.commerce.order import moved
from skill.shop import AlreadyPlaced, Amended, OutOfStock, Placed, Placing, Stocking
from skill.storage.items import pieces
from tests.storage.stores import FACTS, NOW, Place, buy, cart, line, order_of, saved

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


def test_two_notes_reported_at_once_are_both_kept(place: Place, store: Stocking) -> None:
    store.publish(FACTS, stock={})
    buy(store, cart(line()))
    start = Barrier(8)

    def report(n: int) -> None:
        start.wait()
        while True:
            order = store.placed_order("cart-1")
            assert order is not None
            changed = replace(order, notes=(*order.notes, (NOW, f"note {n}")))
            if store.change_order(order, changed=changed, tell="order.changed"):
                return

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(report, range(8)))
    kept = store.placed_order("cart-1")
    assert kept is not None
    assert (kept.version, {note for _, note in kept.notes}) == (8, {f"note {n}" for n in range(8)})
    assert Counter(kind for kind, _ in place.told()) == {"order.changed": 8, "order.placed": 1}


def test_an_order_amended_changed_cancelled_and_told_at_once_keeps_stock_and_news_right(
    place: Place, store: Stocking
) -> None:
    store.publish(FACTS, stock={"milk": 40, "tea": 4})
    for n in range(4):
        mine = cart(line("milk", 2), cid=f"cart-{n}")
        buy(store, mine, order=order_of(mine, shopper=f"shopper-{n}"))
    start, done = Barrier(8), Counter[str]()

    def work(worker: int) -> Counter[str]:
        mine, random = Counter[str](), Random(worker)
        start.wait()
        for _ in range(12):
            order = store.placed_order(f"cart-{random.randrange(4)}")
            assert order is not None
            act = random.choice(["amend", "note", "cancel"] if worker else ["amend", "note"])
            if order.status == "cancelled":
                continue
            if act == "amend":
                wanted = (line("milk", random.randint(1, 6)), line("tea", random.randint(1, 3)))
                mine[act] += isinstance(store.amend(order, amended=replace(order, lines=wanted)), Amended)
            elif act == "note":
                noted = replace(order, notes=(*order.notes, (NOW, f"{worker}")))
                mine[act] += store.change_order(order, changed=noted, tell="order.changed")
            elif random.random() < 0.2:
                mine[act] += store.cancel(order, cancelled=moved(order, "cancelled", now=NOW))
            for event in store.due_events(now=NOW):
                mine["told"] += store.save_event(event, changed=replace(event, state="done"))
        return mine

    with ThreadPoolExecutor(8) as threads:
        for acts in threads.map(work, range(8)):
            done.update(acts)
    orders = [store.placed_order(f"cart-{n}") for n in range(4)]
    held = Counter[str]()
    for order in orders:
        assert order is not None
        if order.status != "cancelled":
            held += Counter(pieces(order))
    assert store.stock(["milk", "tea"]) == {"milk": 40 - held["milk"], "tea": 4 - held["tea"]}
    assert sum(order.version for order in orders if order) == done["amend"] + done["note"] + done["cancel"]
    assert sum(len(order.notes) for order in orders if order) == done["note"]
    for event in store.due_events(now=NOW):
        done["told"] += store.save_event(event, changed=replace(event, state="done"))
    kinds = Counter(kind for kind, _ in place.told())
    assert kinds == +Counter(
        {
            "order.placed": 4,
            "order.amended": done["amend"],
            "order.changed": done["note"],
            "order.cancelled": done["cancel"],
        }
    )
    assert done["told"] == sum(kinds.values())


def test_a_shopper_erased_while_they_shop_is_gone_after_the_sweep(place: Place, store: Stocking) -> None:
    store.publish(FACTS, stock={"milk": 90})
    start = Barrier(5)

    def shop(n: int) -> int:
        bought = 0
        start.wait()
        for turn in range(8):
            kept = store.visit("ann").cart or Cart(cid=f"{n}-{turn}")
            full = store.save_cart(add(kept, line()), shopper="ann", request_id=f"r{n}-{turn}")
            if full and isinstance(buy(store, full), Placed):
                bought += full.pieces
            store.open_case(Case(id=f"{n}-{turn}", reference="1", about="", opened_at=NOW), shopper="ann")
        return bought

    def erase() -> None:
        start.wait()
        for _ in range(3):
            store.erase("ann", until=NOW)

    with ThreadPoolExecutor(5) as threads:
        erasing = threads.submit(erase)
        bought = sum(threads.map(shop, range(4)))
        erasing.result()
    assert store.sweep(now=NOW + timedelta(seconds=16)) == 1
    assert (store.orders("ann"), store.cases("ann"), store.visit("ann").cart) == ((), (), None)
    orders = store.placed(limit=99).orders
    assert sum(piece.quantity for order in orders for piece in order.lines) == bought
    assert store.stock(["milk"]) == {"milk": 90 - bought}
    assert len(place.told()) == len(orders) + 32

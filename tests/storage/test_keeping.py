"""What is kept of a shopper, for how long, and what a turn in flight may not bring back, on every store."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from skill.commerce.contact import Contact
from skill.commerce.merchant import Case, Shopper
from skill.commerce.order import Order, moved, unattributed
from skill.commerce.payment import charged
from skill.shop import Stocking
from skill.storage import case_items, items, layout
from tests.storage.stores import FACTS, NOW, Place, buy, cart, line, order_of, saved
from tests.storage.test_changing import Clock, clocked
from tests.storage.test_erase import everything
from tests.storage.test_merchant import listed

DAY = timedelta(days=1)
CASE = Case(id="case-1", reference="HB-4", about="a broken jar", opened_at=NOW)


def purged(store: Stocking, **before: datetime) -> int:
    """How many things went that are older than these moments, in as many calls as it takes."""
    moments = {f"{kind}_before": NOW - 9999 * DAY for kind in ("carts", "orders", "cases", "events")}
    moments |= {f"{kind}_before": moment for kind, moment in before.items()}
    gone = 0
    while some := store.purge(now=NOW, **moments):
        gone += some
    return gone


def test_all_that_is_kept_of_a_shopper_is_exported(store: Stocking) -> None:
    store.publish(FACTS, stock={})
    lists: dict[str, Any] = {"orders": [], "cases": [], "sentences": []}
    nothing = {"shopper": "ann", "profile": None, "cart": None, "notices": None, **lists}
    assert store.export("ann") == nothing
    store.put_shopper("ann", about=Shopper(contact=Contact(name="Zoë", email="z@example.com")))
    orders = [order_of(cart(line(), cid=f"c{n}"), placed_at=NOW + n * DAY) for n in range(2)]
    for order in orders:
        store.put_order(order)
    kept = saved(store, cart(line("tea")))
    store.open_case(CASE, shopper="ann")
    store.put_order(order_of(cart(line(), cid="bens"), shopper="ben"))
    out = store.export("ann")
    assert json.loads(json.dumps(out)) == out
    assert items.load_shopper(out["profile"]).contact == Contact(name="Zoë", email="z@example.com")
    assert items.load_cart(out["cart"]) == kept
    assert [items.load_order(order) for order in out["orders"]] == orders[::-1]
    assert [case_items.load_case(case) for case in out["cases"]] == [CASE]
    assert out["profile"]["at"] == out["cart"]["at"] == items.sortable(NOW)
    assert "v" not in out["orders"][0]


def test_old_orders_and_cases_go_and_what_is_younger_or_unsettled_stays(
    place: Place, store: Stocking, tmp_path: Path
) -> None:
    store.publish(FACTS, stock={"milk": 9})
    days = (800, 431, 430, 400, 370, 365, 364, 30, 0)
    for n, ago in enumerate(days):
        order = order_of(cart(line(), cid=f"cart-{n}"), shopper=f"shopper-{n % 3}", number=f"{n:05}")
        store.put_order(replace(order, placed_at=NOW - ago * DAY))
        case = replace(CASE, id=f"case-{n}", reference=f"HB-{n}", opened_at=NOW - ago * DAY)
        store.open_case(case, shopper=f"shopper-{n % 3}")
    due = replace(order_of(cart(line(), cid="due")), payment=charged("due", 399, customer="c"))
    store.put_order(replace(due, placed_at=NOW - 900 * DAY))
    assert purged(store, orders=NOW - 365 * DAY, cases=NOW - 365 * DAY) == 10
    assert listed(store) == ["cart-8", "cart-7", "cart-6", "cart-5", "due"]
    assert [case.id for _, case in store.shop_cases()] == ["case-8", "case-7", "case-6", "case-5"]
    assert (store.placed_order("cart-4"), store.numbered("00004")) == (None, None)
    assert (store.shop_case("case-4"), store.shop_case("HB-4")) == (None, None)
    kept = everything(place, tmp_path)
    assert not any(f"cart-{n}" in kept for n in range(5))
    # What is imported afterwards is found again.
    store.put_order(order_of(cart(line(), cid="import"), placed_at=NOW - 431 * DAY))
    assert listed(store)[-2:] == ["import", "due"]


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_carts_nobody_touches_and_events_long_done_go(place: Place, tmp_path: Path) -> None:
    clock = Clock(NOW - 40 * DAY)
    store = clocked(place, tmp_path, clock)
    store.publish(FACTS, stock={})
    buy(store, cart(line()))
    buy(store, cart(line(), cid="cart-2"), order=order_of(cart(line(), cid="cart-2"), shopper="ben"))
    done, waits = store.events()
    assert store.save_event(done, changed=replace(done, state="done"))
    clock.now = NOW
    touched = store.visit("ben").cart
    assert touched is not None
    touched = saved(store, touched, shopper="ben")
    assert purged(store, carts=NOW - 41 * DAY, events=NOW - 41 * DAY) == 0
    assert purged(store, carts=NOW - 39 * DAY, events=NOW - 39 * DAY) == 2
    assert store.events() == (waits,)
    assert (store.visit("ann").cart, store.visit("ben").cart) == (None, touched)


@pytest.mark.parametrize("place", ["moto", "ministack"], indirect=True)
def test_a_cart_goes_by_itself_ninety_days_after_its_last_change(place: Place, store: Stocking) -> None:
    saved(store, cart(line()))
    item = place.client.get_item(TableName=place.table, Key=layout.shopper_key("ann", "CART"))["Item"]
    assert int(item["ttl"]["N"]) == (NOW + 90 * DAY).timestamp()


def test_who_never_came_back_is_idle(place: Place, tmp_path: Path) -> None:
    clock = Clock(NOW - 800 * DAY)
    store = clocked(place, tmp_path, clock)
    store.publish(FACTS, stock={})
    for shopper in ("ann", "ben", "cem", "dov"):
        store.put_shopper(shopper, about=Shopper(linked=True))
        saved(store, cart(line()), shopper=shopper)
    clock.now = NOW
    # DynamoDB may have taken so old a cart away by itself.
    full = store.visit("ben").cart or cart(line())
    saved(store, full, shopper="ben", request_id="r2")
    store.put_order(order_of(cart(line()), shopper="cem"))
    store.put_shopper("eve", about=Shopper(linked=True))
    assert sorted(store.idle(before=NOW - 700 * DAY)) == ["ann", "dov"]
    assert len(store.idle(before=NOW - 700 * DAY, limit=1)) == 1
    assert store.idle(before=NOW - 900 * DAY) == ()
    store.erase("ann", until=NOW)
    assert store.idle(before=NOW - 700 * DAY) == ("dov",)


def test_what_a_turn_in_flight_wrote_is_erased_by_the_sweep(
    place: Place, store: Stocking, tmp_path: Path
) -> None:
    store.publish(FACTS, stock={"milk": 9})
    gone_at = NOW + timedelta(seconds=5)
    store.put_shopper("ann4k7hashed", about=Shopper(linked=True))
    store.erase("ann4k7hashed", until=gone_at)
    # A turn that had read before writes now.
    clock = Clock(gone_at + timedelta(seconds=8))
    flight = clocked(place, tmp_path, clock)
    mine = cart(line(), cid="late")
    order = replace(
        order_of(mine, shopper="ann4k7hashed", placed_at=clock.now),
        status="pending",
        payment=charged("late", 399, customer="cus"),
    )
    buy(flight, mine, order=order)
    flight.save_shopper(Shopper(code="sealed"), shopper="ann4k7hashed", request_id="r1")
    flight.open_case(replace(CASE, opened_at=clock.now), shopper="ann4k7hashed")
    assert store.sweep(now=gone_at + timedelta(seconds=15)) == 0
    assert store.sweep(now=gone_at + timedelta(seconds=16)) == 1
    assert store.sweep(now=gone_at + DAY) == 0
    assert "ann4k7hashed" not in everything(place, tmp_path)
    assert store.placed_order("late") == unattributed(order)
    assert store.unsettled(before=NOW + DAY) == (unattributed(order),)
    assert (store.shop_case("case-1"), store.shop_cases()) == (None, ())


def test_who_came_back_after_an_erasure_keeps_what_is_new(place: Place, store: Stocking) -> None:
    store.publish(FACTS, stock={})
    store.erase("ann", until=NOW - timedelta(minutes=1))
    kept = saved(store, cart(line()))
    store.put_order(order_of(cart(line(), cid="new")))
    assert store.sweep(now=NOW) == 1
    assert store.visit("ann").cart == kept
    assert [order.id for order in store.orders("ann")] == ["new"]


def test_a_sweep_ends_as_many_erasures_as_it_is_asked_to_the_oldest_first(store: Stocking) -> None:
    store.publish(FACTS, stock={})
    for n in range(5):
        store.erase(f"shopper-{n}", until=NOW + timedelta(minutes=n))
    assert [store.sweep(now=NOW + timedelta(minutes=3), limit=2) for _ in range(3)] == [2, 1, 0]
    assert [store.sweep(now=NOW + DAY, limit=2) for _ in range(2)] == [2, 0]


def test_an_erased_order_can_be_settled_and_cancelled(place: Place, store: Stocking) -> None:
    store.publish(FACTS, stock={"milk": 5})
    mine = cart(line("milk", 2))
    order = replace(order_of(mine, status="pending"), payment=charged("cart-1", 798, customer="cus"))
    buy(store, mine, order=order)
    store.erase("ann", until=NOW)
    assert not store.change_order(order, changed=order)
    [gone] = store.unsettled(before=NOW + DAY)
    assert gone == unattributed(order)
    free = replace(gone, status="cancelled", payment=replace(gone.payment, movements=()))
    assert store.cancel(gone, cancelled=free)
    assert (store.unsettled(before=NOW + DAY), store.stock(["milk"])) == ((), {"milk": 5})


def test_forgetting_takes_cases_and_marks_of_open_money_along(
    place: Place, store: Stocking, tmp_path: Path
) -> None:
    store.publish(FACTS, stock={})
    mine = cart(line())
    order: Order = replace(order_of(mine, shopper="ann4k7hashed"), payment=charged("c", 1, customer="cus"))
    buy(store, mine, order=order)
    store.open_case(CASE, shopper="ann4k7hashed")
    store.forget("ann4k7hashed")
    assert "ann4k7hashed" not in everything(place, tmp_path)
    assert (store.unsettled(before=NOW + DAY), store.shop_cases(), store.shop_case("HB-4")) == ((), (), None)


def test_what_was_told_stays_when_its_shopper_goes(store: Stocking) -> None:
    store.publish(FACTS, stock={})
    buy(store, cart(line()))
    store.open_case(CASE, shopper="ann")
    before = store.events()
    store.erase("ann", until=NOW)
    assert store.events() == before
    assert store.shop_case("case-1") is None
    kept = store.placed_order("cart-1")
    assert kept is not None
    assert store.change_order(kept, changed=moved(kept, "shipped", now=NOW))

"""Orders that wait for money, are amended and change under two hands at once, on every store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from skill.commerce.cart import Cart
from skill.commerce.order import Order, moved
from skill.commerce.payment import Payment, charged, towards, with_movement
from skill.shop import Amended, OrderMoved, OutOfStock, Placed, Stocking
from skill.storage import layout, layout_orders
from skill.storage.dynamodb import DynamoStore
from skill.storage.sqlite import open_sqlite
from tests.storage.stores import FACTS, NOW, SHOP, Place, buy, cart, line, order_of

SOON = NOW + timedelta(seconds=1)


def pending(name: str = "cart-1", quantity: int = 2) -> Order:
    """An order that waits for its money."""
    order = order_of(cart(line("milk", quantity), cid=name), status="pending")
    return replace(order, payment=charged(order.id, order.totals.total.minor, customer="cus"))


def bought(store: Stocking, order: Order) -> Order:
    mine = cart(*order.lines, cid=order.id)
    kept = store.visit(order.shopper).cart
    placing = store.place(
        order, cart=replace(mine, version=kept.version if kept else 0), renewed=Cart(cid=f"{order.id}-next")
    )
    assert placing == Placed(order)
    return order


def paid(payment: Payment) -> Payment:
    return with_movement(payment, replace(payment.movements[0], state="done", reference="ch_1"))


def test_a_pending_order_takes_its_stock_and_is_told_once_it_is_placed(place: Place, store: Stocking) -> None:
    store.publish(FACTS, stock={"milk": 5})
    order = bought(store, pending())
    assert (store.stock(["milk"]), place.told()) == ({"milk": 3}, [])
    placed = replace(order, status="placed", payment=paid(order.payment))
    assert store.change_order(order, changed=placed)
    assert store.placed_order("cart-1") == replace(placed, version=1)
    assert place.told() == [("order.placed", "cart-1")]


def test_nobody_hears_of_a_pending_order_that_is_cancelled(place: Place, store: Stocking) -> None:
    store.publish(FACTS, stock={"milk": 9})
    for name, tell in (("cart-1", ""), ("cart-2", "order.lapsed")):
        order = replace(pending(name), shopper=name)
        buy(store, cart(*order.lines, cid=name), order=order)
        assert store.cancel(order, cancelled=replace(order, status="cancelled"), tell=tell)
    assert store.stock(["milk"]) == {"milk": 9}
    assert place.told() == [("order.lapsed", "cart-2")]


def test_a_change_without_a_new_status_is_told_where_it_is_asked_for(place: Place, store: Stocking) -> None:
    store.publish(FACTS, stock={})
    order = bought(store, order_of(cart(line())))
    noted = replace(order, notes=((NOW, "two boxes"),))
    assert store.change_order(order, changed=noted, tell="order.changed")
    noted = replace(noted, version=1)
    again = replace(noted, notes=((NOW, "three boxes"),))
    assert store.change_order(noted, changed=again, tell="order.changed")
    again = replace(again, version=2)
    shipped = moved(again, "shipped", now=NOW)
    assert store.change_order(again, changed=shipped, tell="order.changed")
    assert [kind for kind, _ in place.told()] == [
        "order.changed",
        "order.changed",
        "order.placed",
        "order.shipped",
    ]


def test_of_two_changes_made_from_one_reading_the_second_is_refused(place: Place, store: Stocking) -> None:
    store.publish(FACTS, stock={"milk": 5})
    order = bought(store, order_of(cart(line("milk", 2))))
    noted = replace(order, notes=((NOW, "two boxes"),))
    assert store.change_order(order, changed=noted, tell="order.changed")
    before = (store.placed_order("cart-1"), store.stock(["milk"]), place.told())
    assert not store.change_order(
        order, changed=replace(order, notes=((NOW, "other"),)), tell="order.changed"
    )
    assert not store.cancel(order, cancelled=moved(order, "cancelled", now=NOW))
    assert store.amend(order, amended=replace(order, lines=(line("milk", 3),))) == OrderMoved()
    assert (store.placed_order("cart-1"), store.stock(["milk"]), place.told()) == before
    ahead = replace(order, version=7)
    assert not store.change_order(ahead, changed=ahead)


def test_amending_moves_stock_by_the_difference(place: Place, store: Stocking) -> None:
    store.publish(FACTS, stock={"milk": 5, "tea": 4, "eggs": None, "rice": 1})
    order = bought(store, order_of(cart(line("milk", 3), line("tea", 2), line("eggs", 2))))
    amended = replace(order, lines=(line("milk", 1), line("eggs", 6), line("rice"), line("ghost", 2)))
    after = replace(amended, version=1)
    assert store.amend(order, amended=amended) == Amended(after)
    assert store.placed_order("cart-1") == after
    assert store.stock(["milk", "tea", "eggs", "rice"]) == {"milk": 4, "tea": 4, "eggs": None, "rice": 0}
    assert place.told() == [("order.amended", "cart-1"), ("order.placed", "cart-1")]
    assert store.cancel(after, cancelled=moved(after, "cancelled", now=NOW))
    assert store.stock(["milk", "tea", "eggs", "rice"]) == {"milk": 5, "tea": 4, "eggs": None, "rice": 1}


def test_amending_beyond_what_there_is_changes_nothing_and_says_what_is_left(
    place: Place, store: Stocking
) -> None:
    store.publish(FACTS, stock={"milk": 5, "tea": 4, "eggs": None})
    order = bought(store, order_of(cart(line("milk", 3), line("tea", 2))))
    before = (store.placed_order("cart-1"), store.stock(["milk", "tea"]), place.told())
    wanted = replace(order, lines=(line("eggs"), line("tea"), line("milk", 6)))
    assert store.amend(order, amended=wanted) == OutOfStock("milk", 2)
    assert (store.placed_order("cart-1"), store.stock(["milk", "tea"]), place.told()) == before
    assert isinstance(store.amend(order, amended=replace(order, lines=(line("milk", 5),))), Amended)
    assert store.stock(["milk", "tea"]) == {"milk": 0, "tea": 4}


def test_fewer_pieces_are_taken_back_though_none_are_left(store: Stocking) -> None:
    store.publish(FACTS, stock={"milk": 3, "tea": 3})
    order = bought(store, order_of(cart(line("milk", 3), line("tea", 3))))
    # The merchant counted anew, and found less than nothing to spare.
    store.publish(FACTS, stock={"milk": 0})
    amended = replace(order, lines=(line("milk", 2), line("tea", 3)))
    assert isinstance(store.amend(order, amended=amended), Amended)
    assert store.stock(["milk", "tea"]) == {"milk": 1, "tea": 0}


def test_the_merchant_hears_nothing_of_an_amended_order_that_is_not_placed_yet(
    place: Place, store: Stocking
) -> None:
    store.publish(FACTS, stock={"milk": 5})
    order = bought(store, pending())
    assert isinstance(store.amend(order, amended=replace(order, lines=(line("milk", 1),))), Amended)
    assert (store.stock(["milk"]), place.told()) == ({"milk": 4}, [])


def test_an_order_is_unsettled_until_its_money_stands_as_it_should(store: Stocking) -> None:
    store.publish(FACTS, stock={"milk": 50})
    order = bought(store, pending())
    bought(store, replace(order_of(cart(line(), cid="billed")), shopper="ben"))
    assert store.unsettled(before=SOON) == (order,)
    assert store.unsettled(before=NOW) == ()
    refused = with_movement(order.payment, replace(order.payment.movements[0], state="declined"))
    steps: list[tuple[str, Callable[[Order], Payment], bool]] = [
        ("pending", lambda _: refused, True),
        ("placed", lambda _: paid(order.payment), False),
        ("cancelled", lambda now: now.payment, True),
        ("cancelled", lambda now: towards(now.payment, 0, order=now.id), True),
        ("cancelled", lambda now: settled(now.payment), False),
    ]
    for status, payment, open_now in steps:
        changed = replace(order, status=status, payment=payment(order))
        assert store.change_order(order, changed=changed)
        order = replace(changed, version=order.version + 1)
        assert store.unsettled(before=SOON) == ((order,) if open_now else ())


def settled(payment: Payment) -> Payment:
    return replace(payment, movements=tuple(replace(one, state="done") for one in payment.movements))


def test_the_order_that_waits_longest_for_its_money_comes_first(place: Place, tmp_path: Any) -> None:
    clock = Clock(NOW)
    store = clocked(place, tmp_path, clock)
    store.publish(FACTS, stock={"milk": 50})
    orders = [replace(pending(f"cart-{n}"), shopper=f"shopper-{n}") for n in range(4)]
    for order in orders:
        clock.now += timedelta(minutes=1)
        bought(store, order)
    clock.now += timedelta(minutes=1)
    assert store.change_order(orders[1], changed=orders[1])
    late = clock.now + timedelta(seconds=1)
    waiting = [order.id for order in store.unsettled(before=late)]
    assert waiting == ["cart-0", "cart-2", "cart-3", "cart-1"]
    assert [order.id for order in store.unsettled(before=late, limit=2)] == waiting[:2]
    assert [order.id for order in store.unsettled(before=NOW + timedelta(minutes=3))] == ["cart-0"]


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def clocked(place: Place, tmp_path: Any, clock: Clock) -> Stocking:
    """A store of the place with a clock of its own."""
    if place.client is None:
        return open_sqlite(str(tmp_path / "deep" / "shop.db"), shop=SHOP, clock=clock)
    return DynamoStore(place.client, table=place.table, shop=SHOP, clock=clock)


@pytest.mark.parametrize("place", ["moto", "ministack"], indirect=True)
def test_an_order_of_an_older_sayso_counts_as_of_version_nought(place: Place, store: Stocking) -> None:
    order = order_of(cart(line()))
    store.put_order(order)
    item = layout_orders.order_item(order, shop=SHOP)
    del item["version"]
    place.client.put_item(TableName=place.table, Item=item)
    assert not store.change_order(replace(order, version=1), changed=order)
    assert store.change_order(order, changed=replace(order, notes=((NOW, "x"),)))
    kept = store.order("ann", id=order.id)
    assert kept is not None
    assert kept.version == 1
    assert not store.change_order(order, changed=order)


@pytest.mark.parametrize("place", ["moto", "ministack"], indirect=True)
def test_a_long_document_is_kept_short_and_read_like_any_other(place: Place, store: Stocking) -> None:
    store.publish(FACTS, stock={})
    order = bought(store, order_of(cart(*(line(f"sku-{n}") for n in range(50)))))
    key = layout.shopper_key("ann", "O#cart-1")
    doc = place.client.get_item(TableName=place.table, Key=key)["Item"]["doc"]
    assert len(doc["B"]) < 800
    assert store.orders("ann") == (order,)
    assert store.cancel(order, cancelled=moved(order, "cancelled", now=NOW))

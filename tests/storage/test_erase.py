"""Forgetting who took the skill off: nothing of theirs is left, nothing of the merchant's is lost."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from skill.commerce.cart import Cart, add
from skill.commerce.merchant import Case, Shopper
from skill.commerce.order import Order, moved, unattributed
from skill.shop import Placed, Stocking
from skill.storage import layout
from skill.storage.dynamodb import DynamoStore
from tests.storage.stores import FACTS, NOW, SHOP, Place, buy, cart, line, order_of, saved

ANN = "ann4k7hashed"
AFTER, BEFORE = NOW + timedelta(hours=1), NOW - timedelta(hours=1)


def ordered(store: Stocking, cid: str, **changed: Any) -> Order:
    """An order of ann's, placed through her cart."""
    kept = store.visit(ANN).cart or cart(cid=cid)
    full = saved(store, replace(kept, lines=(replace(line(), by="memberhash"),)), shopper=ANN, request_id=cid)
    order = replace(order_of(full, shopper=ANN), account="ann-7", by="memberhash", **changed)
    assert isinstance(buy(store, full, order=order), Placed)
    return order


def everything(place: Place, path: Path) -> str:
    """All that is stored at a place, as text."""
    if place.client is None:
        with sqlite3.connect(next(path.rglob("shop.db"))) as db:
            tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return "".join(str(row) for table in tables for row in db.execute(f"SELECT * FROM {table}"))
    stored = place.client.scan(TableName=place.table)["Items"]
    # What is compressed is looked into as well.
    return str([{**item, "doc": layout.doc(item)} if "doc" in item else item for item in stored])


def test_nothing_leads_to_who_was_erased(place: Place, store: Stocking, tmp_path: Path) -> None:
    store.publish(FACTS, stock={"milk": 40})
    store.put_shopper(ANN, about=Shopper(account="ann-7", code="sealed"))
    for n in range(3):
        ordered(store, f"order-{n}")
    store.open_case(Case(id="c", reference="1", about="my broken jar", opened_at=NOW), shopper=ANN)
    assert ANN in everything(place, tmp_path)
    store.erase(ANN, until=AFTER)
    # Who was erased is known until no turn can be in flight any more.
    assert store.sweep(now=AFTER + timedelta(seconds=16)) == 1
    left = everything(place, tmp_path)
    for private in (ANN, "memberhash", "sealed", "broken jar"):
        assert private not in left
    assert (store.visit(ANN).shopper, store.visit(ANN).cart) == (Shopper(), None)
    assert (store.orders(ANN), store.cases(ANN)) == ((), ())


def test_the_merchant_still_has_every_order_and_is_told_of_each(place: Place, store: Stocking) -> None:
    store.publish(FACTS, stock={"milk": 40})
    placed = [ordered(store, f"order-{n}") for n in range(3)]
    told = moved(placed[0], "cancelled", now=NOW)
    assert store.cancel(placed[0], cancelled=told)
    before = place.told()
    store.erase(ANN, until=AFTER)
    kept = [unattributed(order) for order in (replace(told, version=1), *placed[1:])]
    for order in kept:
        assert store.order(order.shopper, id=order.id) == order
        assert order.account == "ann-7"
    assert place.told() == before
    # And it can be carried on with.
    shipped = moved(kept[1], "shipped", now=NOW)
    store.put_order(shipped)
    assert store.order(shipped.shopper, id=shipped.id) == shipped
    assert store.cancel(kept[2], cancelled=moved(kept[2], "cancelled", now=NOW))
    assert store.stock(["milk"]) == {"milk": 39}


@pytest.mark.parametrize("place", ["moto", "ministack"], indirect=True)
def test_orders_stay_where_a_merchant_looks_for_them(place: Place, store: Stocking) -> None:
    store.publish(FACTS, stock={})
    ordered(store, "order-1")
    day = {":day": {"S": f"S#{SHOP}#D#{NOW.date()}"}}
    asked = {"IndexName": "GSI1", "KeyConditionExpression": "GSI1PK = :day", "ExpressionAttributeValues": day}
    store.erase(ANN, until=AFTER)
    [found] = place.client.query(TableName=place.table, **asked)["Items"]
    assert found["SK"]["S"] == "O#order-1"
    assert found["PK"]["S"] == "U#gone-order-1"


def test_what_was_done_since_stays(store: Stocking) -> None:
    store.publish(FACTS, stock={})
    early, late = (order_of(cart(line(), cid=cid), shopper=ANN) for cid in ("early", "late"))
    store.put_order(replace(early, placed_at=BEFORE - timedelta(hours=1)))
    store.put_order(late)
    store.put_shopper(ANN, about=Shopper(account="ann-7"))
    full = saved(store, cart(line()), shopper=ANN)
    for id, opened_at in (("early", BEFORE), ("late", NOW)):
        store.open_case(Case(id=id, reference="1", about="", opened_at=opened_at), shopper=ANN)
    for _ in range(2):
        store.erase(ANN, until=BEFORE)
    assert (store.visit(ANN).shopper.account, store.visit(ANN).cart) == ("ann-7", full)
    assert [order.id for order in store.orders(ANN)] == ["late"]
    assert [case.id for case in store.cases(ANN)] == ["late"]


def test_erasing_somebody_unknown_and_erasing_twice_make_nothing(
    place: Place, store: Stocking, tmp_path: Path
) -> None:
    store.publish(FACTS, stock={"milk": 40})
    ordered(store, "order-1")
    store.erase(ANN, until=AFTER)
    store.sweep(now=AFTER + timedelta(seconds=16))
    before = everything(place, tmp_path)
    store.erase(ANN, until=AFTER)
    store.erase(ANN, until=AFTER)
    store.erase("nobody", until=AFTER)
    assert store.sweep(now=AFTER + timedelta(seconds=16)) == 2
    assert everything(place, tmp_path) == before


def test_others_are_left_alone(place: Place, store: Stocking) -> None:
    store.publish(FACTS, stock={"milk": 40})
    ordered(store, "order-1")
    bens = order_of(saved(store, cart(line(), cid="bens"), shopper="ben"), shopper="ben")
    store.put_order(bens)
    before = (store.visit("ben"), store.orders("ben"))
    store.erase(ANN, until=AFTER)
    assert (store.visit("ben"), store.orders("ben")) == before


def test_a_cart_read_before_does_not_come_back(store: Stocking) -> None:
    store.publish(FACTS, stock={})
    read = saved(store, cart(line()), shopper=ANN)
    about = store.save_shopper(Shopper(code="sealed"), shopper=ANN, request_id="r1")
    assert about
    store.erase(ANN, until=AFTER)
    assert store.save_cart(read, shopper=ANN, request_id="r2") is None
    assert store.save_shopper(about, shopper=ANN, request_id="r2") is None
    assert (store.visit(ANN).shopper, store.visit(ANN).cart) == (Shopper(), None)


def test_documents_of_an_older_sayso_count_as_old(place: Place, store: Stocking, tmp_path: Path) -> None:
    store.publish(FACTS, stock={})
    store.put_shopper(ANN, about=Shopper(linked=True))
    if place.client is None:
        with sqlite3.connect(next(tmp_path.rglob("shop.db"))) as db:
            db.execute('UPDATE shoppers SET doc = \'{"v":1,"linked":true}\'')
    else:
        key = {"PK": {"S": f"U#{ANN}"}, "SK": {"S": "PROFILE"}}
        doc = {"doc": {"S": '{"v":1,"linked":true}'}}
        place.client.put_item(TableName=place.table, Item={**key, **doc})
    store.erase(ANN, until=BEFORE)
    assert store.visit(ANN).shopper == Shopper()


class Faulty:
    """A client whose writes fail from the n-th on, or which lets something happen before the n-th."""

    def __init__(self, client: Any, *, at: int, happens: Any) -> None:
        self._client, self._at, self._happens = client, at, happens
        self.writes = 0

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._client, name)
        if name not in ("transact_write_items", "delete_item", "update_item"):
            return real

        def call(**kwargs: Any) -> Any:
            self.writes += 1
            if self.writes == self._at:
                self._happens()
            return real(**kwargs)

        return call


@pytest.mark.parametrize("place", ["moto", "ministack"], indirect=True)
def test_an_erasure_that_failed_anywhere_is_finished_by_the_next(
    place: Place, store: Stocking, tmp_path: Path
) -> None:
    store.publish(FACTS, stock={"milk": 40})

    def fail() -> None:
        raise ConnectionError("gone")

    for at in range(1, 8):
        store.put_shopper(ANN, about=Shopper(account="ann-7"))
        for n in range(2):
            ordered(store, f"order-{at}-{n}")
        faulty = Faulty(place.client, at=at, happens=fail)
        broken = DynamoStore(faulty, table=place.table, shop=SHOP, clock=lambda: NOW)
        try:
            broken.erase(ANN, until=AFTER)
        except ConnectionError:
            assert faulty.writes == at
        store.erase(ANN, until=AFTER)
        store.sweep(now=AFTER + timedelta(seconds=16))
        assert ANN not in everything(place, tmp_path)
    assert len(place.told()) == 14


@pytest.mark.parametrize("place", ["moto", "ministack"], indirect=True)
def test_an_order_the_merchant_moves_meanwhile_is_kept_as_moved(place: Place, store: Stocking) -> None:
    store.publish(FACTS, stock={"milk": 40})
    order = ordered(store, "order-1")
    shipped = moved(order, "shipped", now=NOW)
    faulty = Faulty(place.client, at=2, happens=lambda: store.put_order(shipped))
    DynamoStore(faulty, table=place.table, shop=SHOP, clock=lambda: NOW).erase(ANN, until=AFTER)
    assert store.orders(ANN) == ()
    assert store.order("gone-order-1", id="order-1") == unattributed(shipped)


def test_a_cart_read_before_an_erasure_is_not_saved_over_the_one_made_since(store: Stocking) -> None:
    store.publish(FACTS, stock={})
    read = store.save_cart(add(Cart(cid="before"), line()), shopper="ann", request_id="r1")
    assert read is not None
    store.erase("ann", until=NOW)
    made = store.save_cart(add(Cart(cid="since"), line()), shopper="ann", request_id="r2")
    assert made is not None
    assert made.version == read.version
    assert store.save_cart(add(read, line()), shopper="ann", request_id="r3") is None
    assert store.visit("ann").cart == made

"""Notices in every store: found when they are due, kept by one writer at a time, gone with their shopper."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from skill.commerce.merchant import Shopper
from skill.commerce.notices import Box, Notice, Notifying, Quiet, Wishes, agreed, claimed, filed, told
from skill.shop import Stocking
from tests.storage.stores import FACTS, NOW, Place

WISHES = replace(
    agreed(Wishes(), "stock", ["alexa", "mail"], now=NOW),
    quiet=Quiet(time(21), time(9, 30)),
    zone="Europe/Berlin",
    reach="sealed",
    endpoint="https://api.eu.amazonalexa.com",
    locale="de-DE",
    stopped=NOW,
)


def notice(topic: str, *, minutes: int = 0) -> Notice:
    due = NOW + timedelta(minutes=minutes)
    return Notice(
        topic=topic, kind="stock", at=NOW, due=due, until=due + timedelta(days=7), about="milk", detail="x"
    )


def put(store: Stocking, box: Box) -> Box:
    saved = store.save_box(box, changed=box)
    assert saved is not None
    return saved


def test_what_shop_and_shopper_say_of_notices_is_kept(store: Stocking) -> None:
    terms = Notifying(cap=2, quiet=Quiet(time(20), time(7)), kinds=("order",), client_id="c", live=True)
    store.publish(replace(FACTS, notices=terms), stock={})
    store.put_shopper("ann", about=Shopper(notices=WISHES))
    visit = store.visit("ann")
    assert (visit.facts.notices, visit.shopper.notices) == (terms, WISHES)
    assert store.visit("bob").shopper.notices == Wishes()


def test_a_box_is_found_while_something_in_it_is_due_the_longest_due_first(store: Stocking) -> None:
    for shopper, minutes in (("ann", 5), ("bob", -5), ("eve", 0)):
        put(store, filed(Box(shopper=shopper), notice("stock:milk", minutes=minutes)))
    assert [box.shopper for box in store.due_boxes(now=NOW)] == ["bob", "eve"]
    assert [box.shopper for box in store.due_boxes(now=NOW, limit=1)] == ["bob"]
    bob = store.box("bob")
    assert store.due_boxes(now=NOW, limit=1) == (bob,)
    assert store.save_box(bob, changed=told(claimed(bob, bob.pending[0], "mail", now=NOW), "stock:milk"))
    assert [box.shopper for box in store.due_boxes(now=NOW + timedelta(hours=1))] == ["eve", "ann"]
    assert [one.topic for one in store.box("bob").sent] == ["stock:milk"]


def test_all_that_waits_is_read_whether_it_is_due_or_not(store: Stocking) -> None:
    for n in range(3):
        put(store, filed(Box(shopper=f"ann-{n}"), notice("stock:milk", minutes=n * 60)))
    put(store, Box(shopper="bob"))
    assert sorted(box.shopper for box in store.waiting_boxes()) == ["ann-0", "ann-1", "ann-2"]


def test_of_two_who_claim_a_notice_one_does(place: Place) -> None:
    store, other = place.open(), place.open()
    put(store, filed(Box(shopper="ann"), notice("stock:milk")))
    (box,) = store.due_boxes(now=NOW)
    changed = claimed(box, box.pending[0], "alexa", now=NOW)
    saved = other.save_box(box, changed=changed)
    assert saved == replace(changed, version=2)
    assert store.save_box(box, changed=changed) is None
    assert store.box("ann") == saved
    assert store.save_box(Box(shopper="ann"), changed=changed) is None


def test_who_is_forgotten_leaves_no_notice_and_none_comes_back(store: Stocking) -> None:
    store.publish(FACTS, stock={})
    for shopper in ("ann", "bob"):
        store.put_shopper(shopper, about=Shopper(notices=WISHES))
        put(store, filed(Box(shopper=shopper), notice("stock:milk")))
    box = store.box("ann")
    assert store.export("ann")["notices"]["pending"][0]["topic"] == "stock:milk"
    # A round writes after the wish, and before it is carried out.
    store.erase("ann", until=NOW - timedelta(seconds=1))
    assert store.export("ann")["notices"] is None
    assert store.save_box(box, changed=box) is None
    assert [one.shopper for one in store.due_boxes(now=NOW)] == ["bob"]
    store.forget("bob")
    assert store.due_boxes(now=NOW) == ()


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_box_is_dropped_once_nothing_in_it_needs_to_be_known(place: Place) -> None:
    store = place.open()
    put(store, Box(shopper="ann"))
    put(store, filed(Box(shopper="bob"), notice("stock:milk")))
    late = NOW + timedelta(days=70)
    while store.purge(now=late, carts_before=NOW, orders_before=NOW, cases_before=NOW, events_before=NOW):
        pass
    assert (store.box("ann").version, store.box("bob").version) == (0, 1)


@pytest.mark.parametrize("place", ["moto"], indirect=True)
def test_a_box_in_dynamodb_goes_by_itself_once_nothing_in_it_needs_to_be_known(place: Place) -> None:
    put(place.open(), filed(Box(shopper="ann"), notice("stock:milk")))
    key = {"PK": {"S": "U#ann"}, "SK": {"S": "NTF"}}
    item = place.client.get_item(TableName=place.table, Key=key)["Item"]
    assert int(item["ttl"]["N"]) == int((NOW + timedelta(days=7 + 61)).timestamp())

"""What is to be told, on every store: kept until it is done, claimed by one, given up, told again."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest

from skill.commerce.event import Event
from skill.shop import Stocking
from skill.storage import items, layout_orders
from skill.storage.sqlite import open_sqlite
from skill.storage.sqlite_file import SCHEMAS
from tests.storage.stores import FACTS, NOW, SHOP, Place, buy, cart, line, order_of

HOUR = timedelta(hours=1)
UNKNOWN = "01M7YZMHG0CW0JHYA0V1ZZZZZZ"


def placed(store: Stocking, *names: str) -> list[Event]:
    """The events of orders with these ids, in the order of theirs."""
    store.publish(FACTS, stock={})
    for name in names:
        mine = cart(line(), cid=name)
        buy(store, mine, order=order_of(mine, shopper=f"shopper-{name}"))
    return list(store.events())


def test_events_come_by_their_ids_in_pages(store: Stocking) -> None:
    kept = placed(store, *(f"cart-{n}" for n in range(25)))
    assert {(event.kind, event.at, event.due) for event in kept} == {("order.placed", NOW, NOW)}
    assert [event.id for event in kept] == sorted(event.id for event in kept)
    paged: list[Event] = []
    while page := store.events(after=paged[-1].id if paged else "", limit=7):
        assert len(page) <= 7
        paged += page
    assert paged == kept
    assert {store.event(event.id) for event in kept} == set(kept)
    assert (store.event(UNKNOWN), store.event("")) == (None, None)


def test_an_event_is_due_until_it_is_done_and_may_be_told_again(place: Place, store: Stocking) -> None:
    [event] = placed(store, "cart-1")
    assert store.due_events(now=NOW) == (event,)
    assert store.due_events(now=NOW - timedelta(microseconds=1)) == ()
    claimed = replace(event, tries=1, due=NOW + HOUR)
    assert store.save_event(event, changed=claimed)
    assert (store.due_events(now=NOW), store.due_events(now=NOW + HOUR)) == ((), (claimed,))
    done = replace(claimed, state="done", told=("mail",))
    assert store.save_event(claimed, changed=done)
    assert not store.save_event(claimed, changed=done)
    assert store.due_events(now=NOW + 99 * HOUR) == store.dead_events() == ()
    assert store.events() == (done,)
    again = replace(done, state="waiting", due=NOW, tries=0, told=())
    assert store.save_event(done, changed=again)
    assert place.open().due_events(now=NOW) == place.open().events() == (again,)


def test_events_given_up_are_kept_newest_first_and_can_be_replayed(store: Stocking) -> None:
    kept = placed(store, "cart-1", "cart-2", "cart-3")
    dead = [replace(event, state="dead", tries=9, error="HTTP 500") for event in kept]
    for event, given_up in zip(kept, dead, strict=True):
        assert store.save_event(event, changed=given_up)
    assert store.dead_events() == tuple(reversed(dead))
    assert store.dead_events(limit=1) == (dead[2],)
    assert store.due_events(now=NOW + HOUR) == ()
    assert store.events() == tuple(dead)
    assert store.save_event(dead[1], changed=replace(dead[1], state="waiting", tries=0, due=NOW + HOUR))
    assert [event.about for event in store.due_events(now=NOW + HOUR)] == [dead[1].about]
    assert store.dead_events() == (dead[2], dead[0])


def test_what_is_due_longest_comes_first(store: Stocking) -> None:
    kept = placed(store, "cart-1", "cart-2", "cart-3")
    for event, hours in zip(kept, (3, 1, 2), strict=True):
        assert store.save_event(event, changed=replace(event, tries=1, due=NOW + hours * HOUR))
    due = [event.id for event in store.due_events(now=NOW + 3 * HOUR)]
    assert due == [kept[1].id, kept[2].id, kept[0].id]
    assert [event.id for event in store.due_events(now=NOW + 3 * HOUR, limit=2)] == due[:2]


def test_an_event_that_moved_or_is_unknown_is_not_saved(store: Stocking) -> None:
    [event] = placed(store, "cart-1")
    later = replace(event, due=NOW + HOUR, tries=1)
    assert store.save_event(event, changed=later)
    for stale in (event, replace(later, tries=2), replace(later, due=NOW), replace(later, state="dead")):
        assert not store.save_event(stale, changed=replace(later, state="done"))
        assert not store.save_event(stale, changed=replace(later, tries=7))
    assert not store.save_event(replace(later, id=UNKNOWN), changed=replace(later, id=UNKNOWN))
    assert store.events() == (later,)


@pytest.mark.parametrize("place", ["sqlite", "ministack"], indirect=True)
def test_of_eight_who_claim_an_event_one_gets_it(place: Place, store: Stocking) -> None:
    kept = placed(store, "cart-1", "cart-2", "cart-3")
    start = Barrier(8)

    def claim(_: int) -> list[str]:
        start.wait()
        due = place.open().due_events(now=NOW)
        pairs = [(event, replace(event, tries=1, due=NOW + HOUR)) for event in due]
        mine = [claimed for event, claimed in pairs if store.save_event(event, changed=claimed)]
        for event in mine:
            assert store.save_event(event, changed=replace(event, state="done"))
        return [event.id for event in mine]

    with ThreadPoolExecutor(8) as pool:
        got = Counter(id for ids in pool.map(claim, range(8)) for id in ids)
    assert got == {event.id: 1 for event in kept}
    assert {event.state for event in store.events()} == {"done"}


@pytest.mark.parametrize("place", ["moto", "ministack"], indirect=True)
def test_a_done_event_goes_by_itself_after_thirty_days(place: Place, store: Stocking) -> None:
    [event] = placed(store, "cart-1")
    done = replace(event, state="done")
    assert store.save_event(event, changed=done)
    key = layout_orders.event_key(event.id, shop=SHOP, waiting=False)
    item = place.client.get_item(TableName=place.table, Key=key)["Item"]
    assert int(item["ttl"]["N"]) == (NOW + timedelta(days=30)).timestamp()
    assert store.save_event(done, changed=event)
    waits = layout_orders.event_key(event.id, shop=SHOP, waiting=True)
    assert "ttl" not in place.client.get_item(TableName=place.table, Key=waits)["Item"]


def test_the_outbox_of_an_older_file_becomes_events(tmp_path: Path) -> None:
    older = sqlite3.connect(tmp_path / "shop.db")
    older.executescript(f"{SCHEMAS[0]}{SCHEMAS[1]} PRAGMA user_version = 2;")
    east = "2026-11-21T18:30:00.250000+05:30"
    shipped = {**items.dump_order(order_of(cart(line()))), "history": [["placed", "x"], ["shipped", east]]}
    old = {**items.dump_order(order_of(cart(line(), cid="cart-0"))), "history": []}
    del shipped["version"], shipped["payment"], old["version"]
    rows = [
        ("01M7YZMHG0CW0JHYA0V1ZZVQK2", "order.shipped", shipped),
        ("01M7YZMHG0CW0JHYA0V1ZZVQK0", "order.placed", old),
    ]
    for id, kind, doc in rows:
        older.execute("INSERT INTO outbox VALUES (?, ?, ?, ?)", (SHOP, id, kind, items.to_text(doc)))
    older.execute(
        "INSERT INTO orders VALUES (?, 'ann', 'cart-0', 'placed', ?, ?)",
        (SHOP, items.sortable(NOW), items.to_text(old)),
    )
    older.commit()
    older.close()
    for _ in range(2):
        store = open_sqlite(str(tmp_path / "shop.db"), shop=SHOP, clock=lambda: NOW)
    first, second = store.events()
    assert (first.kind, first.about, first.at, first.due) == ("order.placed", "cart-0", NOW, NOW)
    at = NOW + timedelta(hours=1, milliseconds=250)
    assert (second.kind, second.about, second.at, second.due) == ("order.shipped", "cart-1", at, at)
    assert store.due_events(now=NOW) == (first,)
    assert store.save_event(first, changed=replace(first, state="done"))
    order = store.placed_order("cart-0")
    assert order is not None
    assert order.version == 0
    assert store.change_order(order, changed=replace(order, notes=((NOW, "late"),)))
    with sqlite3.connect(tmp_path / "shop.db") as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        docs = [json.loads(doc) for (doc,) in db.execute("SELECT doc FROM events")]
    db.close()
    assert "outbox" not in tables
    assert not any("shopper" in doc for doc in docs)

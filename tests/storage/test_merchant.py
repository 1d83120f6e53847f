"""What every store promises the merchant's side (`skill.shop.Selling`), on SQLite, moto and ministack."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from skill.commerce.key import made, rotated
from skill.commerce.order import Order, Tracking, moved, reported
from skill.selling import StockChange, StockChanged
from skill.shop import Stocking
from skill.storage import dynamodb_merchant
from skill.storage.sqlite import open_sqlite
from skill.storage.sqlite_file import SCHEMAS
from tests.storage.stores import FACTS, NOW, Place, buy, cart, line, order_of

KEY = made("till", secret="sayso_one", id="k1", now=NOW)


def bought(store: Stocking, name: str, *, at: datetime = NOW, shopper: str = "ann") -> Order:
    """An order of one milk, placed as shopping places it."""
    mine = cart(line(), cid=name)
    order = order_of(mine, placed_at=at, shopper=shopper, number=f"{store.next_number():05}")
    buy(store, mine, order=order)
    return order


def listed(store: Stocking, *, limit: int = 50, **wanted: object) -> list[str]:
    """The ids of all pages."""
    found: list[str] = []
    before = None
    for _ in range(200):
        page = store.placed(limit=limit, before=before, **wanted)  # type: ignore[arg-type]
        assert len(page.orders) <= limit
        found += [order.id for order in page.orders]
        if page.next is None:
            return found
        before = page.next
    raise AssertionError("the pages never end")


def test_a_key_is_found_by_its_hash_and_tells_its_shop(store: Stocking) -> None:
    assert (store.api_keys(), store.key(KEY.hash), store.shop_of_key(KEY.hash)) == ((), None, None)
    store.save_keys(KEY)
    assert (store.api_keys(), store.key(KEY.hash), store.shop_of_key(KEY.hash)) == ((KEY,), KEY, "harbor")


def test_a_rotation_keeps_both_keys_oldest_first(store: Stocking) -> None:
    store.save_keys(KEY)
    new, old = rotated(KEY, secret="sayso_two", id="k2", now=NOW + timedelta(days=1), keep=timedelta(hours=1))
    store.save_keys(new, old)
    assert store.api_keys() == (old, new)
    assert store.key(KEY.hash) == old


def test_orders_of_all_shoppers_come_newest_first_in_pages(store: Stocking) -> None:
    store.publish(FACTS, stock={"milk": None})
    names = [f"cart-{n}" for n in range(7)]
    for n, name in enumerate(names):
        at = NOW - timedelta(hours=11 * (7 - n))
        store.put_order(order_of(cart(line(), cid=name), shopper=f"shopper-{n % 3}", placed_at=at))
    newest = names[::-1]
    assert listed(store) == newest
    assert listed(store, limit=1) == newest
    assert listed(store, limit=3) == newest
    assert listed(store, limit=7) == newest


def test_orders_of_one_moment_are_told_apart_by_their_ids(store: Stocking) -> None:
    names = [f"cart-{n}" for n in range(5)]
    for name in names:
        store.put_order(order_of(cart(line(), cid=name)))
    assert listed(store, limit=2) == names[::-1]


def test_orders_can_be_asked_for_by_status_and_time(store: Stocking) -> None:
    for n in range(6):
        status = "shipped" if n % 2 else "placed"
        at = NOW - timedelta(days=20 * n)
        store.put_order(order_of(cart(line(), cid=f"cart-{n}"), placed_at=at, status=status))
    assert listed(store, limit=2, status="shipped") == ["cart-1", "cart-3", "cart-5"]
    assert listed(store, since=NOW - timedelta(days=40)) == ["cart-0", "cart-1", "cart-2"]
    since = NOW - timedelta(days=40, seconds=-1)
    assert listed(store, since=since, limit=1) == ["cart-0", "cart-1"]
    assert listed(store, since=NOW + timedelta(days=1)) == []


def test_orders_far_apart_are_found_in_short_pages(store: Stocking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dynamodb_merchant, "MOST_DAYS", 20)
    monkeypatch.setattr(dynamodb_merchant, "MOST_ORDERS", 2)
    for n in range(5):
        at = NOW - timedelta(days=97 * n)
        store.put_order(order_of(cart(line(), cid=f"cart-{n}"), placed_at=at))
    assert listed(store, limit=3) == [f"cart-{n}" for n in range(5)]
    assert listed(store, limit=3, status="shipped") == []


def test_an_order_placed_by_shopping_is_listed_and_found_by_id_and_number(store: Stocking) -> None:
    store.publish(FACTS, stock={"milk": 5})
    # Placed before midnight of a month's end, counted after it.
    late = bought(store, "cart-1", at=NOW.replace(day=1, hour=0) - timedelta(seconds=1))
    order = bought(store, "cart-2", shopper="ben")
    assert listed(store) == ["cart-2", "cart-1"]
    assert store.placed_order("cart-2") == order
    assert store.numbered(order.number) == order
    assert store.numbered(late.number) == late
    assert (store.placed_order("cart-3"), store.numbered("99999")) == (None, None)


def test_a_number_given_twice_means_the_newest(store: Stocking) -> None:
    for n, name in enumerate(("cart-1", "cart-2")):
        store.put_order(order_of(cart(line(), cid=name), placed_at=NOW + timedelta(days=n)))
    found = store.numbered("31415")
    assert found is not None
    assert found.id == "cart-2"


def test_forgetting_a_shopper_forgets_where_their_orders_were(place: Place, store: Stocking) -> None:
    order = bought(store, "cart-1")
    store.forget("ann")
    assert (store.placed_order("cart-1"), store.numbered(order.number), listed(store)) == (None, None, [])


def test_a_status_is_changed_from_what_it_was_and_told_to_the_merchant(place: Place, store: Stocking) -> None:
    order = bought(store, "cart-1")
    shipped = reported(
        order,
        "shipped",
        now=NOW + timedelta(hours=1),
        tracking=Tracking("UPS", "1Z999", "https://example.com/1Z999"),
        note="two boxes",
    )
    assert store.change_order(order, changed=shipped) is True
    shipped = replace(shipped, version=1)
    assert store.placed_order("cart-1") == shipped
    assert store.change_order(order, changed=moved(order, "accepted", now=NOW)) is False
    assert store.placed_order("cart-1") == shipped
    assert place.told() == [("order.placed", "cart-1"), ("order.shipped", "cart-1")]
    noted = reported(shipped, "shipped", now=NOW + timedelta(hours=2), note="left at 14:00")
    assert store.change_order(shipped, changed=noted) is True
    assert store.placed_order("cart-1") == replace(noted, version=2)
    assert len(place.told()) == 2


def test_stock_is_set_and_moved_and_what_cannot_be_is_told(store: Stocking) -> None:
    store.publish(FACTS, stock={"milk": 5, "eggs": None, "tea": 1, "salt": 3})
    changes = [
        StockChange("milk", by=-2),
        StockChange("eggs", by=1),
        StockChange("nothing", left=3),
        StockChange("tea", by=-2),
        StockChange("salt"),
    ]
    assert store.change_stock(changes) == (
        StockChanged("milk", 3),
        StockChanged("eggs", None, "uncounted"),
        StockChanged("nothing", None, "unknown"),
        StockChanged("tea", 1, "short"),
        StockChanged("salt", None),
    )
    assert store.stock(["milk", "eggs", "nothing", "tea", "salt"]) == {
        "milk": 3,
        "eggs": None,
        "tea": 1,
        "salt": None,
    }
    assert store.change_stock([StockChange("eggs", left=12)]) == (StockChanged("eggs", 12),)
    assert store.stock(["eggs"]) == {"eggs": 12}


def test_stock_changed_once_is_not_changed_again(store: Stocking) -> None:
    skus = [f"sku-{n}" for n in range(200)]
    store.publish(FACTS, stock=dict.fromkeys(skus, 5))
    changes = [StockChange(sku, by=-1) for sku in skus]
    first = store.change_stock(changes, once="t1")
    assert first == tuple(StockChanged(sku, 4) for sku in skus)
    store.change_stock([StockChange("sku-0", left=50)])
    assert store.change_stock(changes, once="t1") == first
    assert store.change_stock([*changes[:199], StockChange("sku-199", by=-2)], once="t1") is None
    assert store.change_stock(changes[:90], once="t1") is None
    assert store.stock(["sku-0", "sku-1", "sku-199"]) == {"sku-0": 50, "sku-1": 4, "sku-199": 4}
    assert store.change_stock(changes[:1], once="t2") == (StockChanged("sku-0", 49),)


@pytest.mark.parametrize("place", ["sqlite", "ministack"], indirect=True)
def test_one_change_sent_eight_times_at_once_is_made_once(place: Place) -> None:
    place.open().publish(FACTS, stock={"milk": 100})

    def change(_: int) -> tuple[StockChanged, ...] | None:
        return place.open().change_stock([StockChange("milk", by=-3)], once="t1")

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(change, range(8)))
    assert answers == {(StockChanged("milk", 97),)}
    assert place.open().stock(["milk"]) == {"milk": 97}


@pytest.mark.parametrize("place", ["sqlite", "ministack"], indirect=True)
def test_changes_and_orders_at_once_lose_no_piece(place: Place) -> None:
    place.open().publish(FACTS, stock={"milk": 100})

    def act(n: int) -> None:
        store = place.open()
        if n % 2:
            bought(store, f"cart-{n}", shopper=f"shopper-{n}")
        else:
            store.change_stock([StockChange("milk", by=10)], once=f"t{n}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(act, range(12)))
    assert place.open().stock(["milk"]) == {"milk": 100 + 6 * 10 - 6}


def test_an_order_of_an_older_sayso_has_no_tracking_and_no_notes(tmp_path: Path) -> None:
    store = open_sqlite(str(tmp_path / "shop.db"), shop="harbor", clock=lambda: NOW)
    order = order_of(cart(line()))
    store.put_order(order)
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        (doc,) = connection.execute("SELECT doc FROM orders").fetchone()
    connection.close()
    assert "tracking" not in doc
    assert store.placed_order("cart-1") == replace(order, tracking=None, notes=())


def test_a_file_of_the_first_version_gains_what_it_lacks(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    connection = sqlite3.connect(path)
    for statement in SCHEMAS[0].split(";"):
        connection.execute(statement)
    connection.execute("PRAGMA user_version = 1")
    connection.commit()
    connection.close()
    for _ in range(2):
        store = open_sqlite(str(path), shop="harbor", clock=lambda: NOW)
        store.save_keys(KEY)
    assert store.api_keys() == (KEY,)

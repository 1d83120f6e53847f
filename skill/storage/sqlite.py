"""The embedded store: one SQLite file, durable through `kill -9`, shared by threads and processes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from skill.commerce.cart import Cart
from skill.commerce.merchant import Shopper
from skill.commerce.options import base_of
from skill.commerce.order import Order
from skill.errors import BadInput, CatalogueNotLinked
from skill.shop import (
    AlreadyPlaced,
    Amended,
    Amending,
    CartMoved,
    OrderMoved,
    OutOfStock,
    Placed,
    Placing,
    Visit,
)
from skill.storage import event_items, items
from skill.storage.sqlite_keeping import SqliteKeeping
from skill.storage.sqlite_shop import ShopRecords


def open_sqlite(path: str, *, shop: str, clock: Callable[[], datetime]) -> SqliteStore:
    """The store of one shop in the file at `path`, made with its folder on first use. Raises BadInput
    when the file cannot be opened, is no database, or was made by a later Sayso."""
    file = Path(path).expanduser()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        store = SqliteStore(str(file), shop=shop, clock=clock)
        store.prepare()
    except (OSError, sqlite3.Error) as error:
        raise BadInput(
            f"SAYSO_STORE: cannot keep a shop in {path} ({error}); name a file that can be written"
        ) from error
    return store


class SqliteStore(ShopRecords, SqliteKeeping):
    """Implements `skill.shop.Stocking`; made by `open_sqlite`, safe to share between threads."""

    def visit(self, shopper: str) -> Visit:
        # One statement, so one snapshot.
        facts, about, cart = (
            self._db()
            .execute(
                "SELECT (SELECT facts FROM shops WHERE shop = ?1),"
                " (SELECT doc FROM shoppers WHERE shop = ?1 AND shopper = ?2),"
                " (SELECT doc FROM carts WHERE shop = ?1 AND shopper = ?2)",
                (self._shop, shopper),
            )
            .fetchone()
        )
        if facts is None:
            raise CatalogueNotLinked
        return Visit(
            facts=items.facts_of(facts),
            shopper=items.load_shopper(items.from_text(about)) if about else Shopper(),
            cart=items.cart_of(cart) if cart else None,
        )

    def save_cart(self, cart: Cart, *, shopper: str, request_id: str) -> Cart | None:
        with self._writing() as db:
            stored = self._cart(db, shopper)
            if stored and request_id in stored.seen:
                return stored
            # The id besides: versions begin anew when a shopper was erased in between.
            if (cart.cid, cart.version) != ((stored.cid, stored.version) if stored else (cart.cid, 0)):
                return None
            saved = items.saved_cart(cart, request_id=request_id)
            self._put_cart(db, saved, shopper=shopper)
            return saved

    def stock(self, skus: Iterable[str]) -> dict[str, int | None]:
        db = self._db()
        found = {sku: self._stock_row(db, base_of(sku)) for sku in skus}
        return {sku: row[0] for sku, row in found.items() if row}

    def place(self, order: Order, *, cart: Cart, renewed: Cart) -> Placing:
        with self._writing() as db:
            if kept := self._order(db, order.shopper, order.id):
                return AlreadyPlaced(kept)
            stored = self._cart(db, order.shopper)
            if (cart.cid, cart.version) != ((stored.cid, stored.version) if stored else (cart.cid, 0)):
                return CartMoved()
            for sku, quantity in items.pieces(order).items():
                row = self._stock_row(db, sku)
                if row and row[0] is not None and row[0] < quantity:
                    return OutOfStock(sku, row[0])
            self._move_stock(db, {sku: -quantity for sku, quantity in items.pieces(order).items()})
            self._put_order(db, order)
            self._put_cart(db, replace(renewed, version=cart.version + 1), shopper=order.shopper)
            if order.status != "pending":
                self._tell(db, f"order.{order.status}", order.id, of="")
            return Placed(order)

    def next_number(self) -> int:
        with self._writing() as db:
            db.execute(
                "INSERT INTO shops (shop, numbers) VALUES (?, 1)"
                " ON CONFLICT (shop) DO UPDATE SET numbers = numbers + 1",
                (self._shop,),
            )
            (number,) = db.execute("SELECT numbers FROM shops WHERE shop = ?", (self._shop,)).fetchone()
            return int(number)

    def orders(self, shopper: str, *, limit: int = 10) -> tuple[Order, ...]:
        rows = self._db().execute(
            # Sorted (+), for else SQLite goes through the whole shop's orders, newest first.
            "SELECT doc FROM orders WHERE shop = ? AND shopper = ? ORDER BY +placed_at DESC, id DESC LIMIT ?",
            (self._shop, shopper, limit),
        )
        return tuple(items.load_order(items.from_text(doc)) for (doc,) in rows)

    def order(self, shopper: str, *, id: str) -> Order | None:
        return self._order(self._db(), shopper, id)

    def cancel(self, order: Order, *, cancelled: Order, tell: str = "") -> bool:
        with self._writing() as db:
            kept = self._unmoved(db, order)
            if kept is None:
                return False
            self._put_order(db, replace(cancelled, version=order.version + 1))
            self._move_stock(db, items.pieces(kept))
            kind = event_items.news(order, cancelled, tell=tell)
            self._tell(db, kind, order.id, of=f"{order.version}")
            return True

    def amend(self, order: Order, *, amended: Order) -> Amending:
        with self._writing() as db:
            kept = self._unmoved(db, order)
            if kept is None:
                return OrderMoved()
            changes = items.returned(kept, amended)
            for sku, change in changes.items():
                row = self._stock_row(db, sku)
                if row and row[0] is not None and row[0] + change < 0 > change:
                    return OutOfStock(sku, row[0])
            self._move_stock(db, changes)
            after = replace(amended, version=order.version + 1)
            self._put_order(db, after)
            if order.status != "pending":
                self._tell(db, "order.amended", order.id, of=f"{order.version}")
            return Amended(after)

    def put_shopper(self, shopper: str, *, about: Shopper) -> None:
        with self._writing() as db:
            self._put_shopper(db, about, shopper=shopper)

    def save_shopper(self, about: Shopper, *, shopper: str, request_id: str) -> Shopper | None:
        with self._writing() as db:
            stored = self._about(db, shopper)
            if stored and request_id in stored.seen:
                return stored
            if about.version != (stored.version if stored else 0):
                return None
            saved = items.saved_shopper(about, request_id=request_id)
            self._put_shopper(db, saved, shopper=shopper)
            return saved

    def put_order(self, order: Order) -> None:
        with self._writing() as db:
            self._put_order(db, order)

    def _cart(self, db: sqlite3.Connection, shopper: str) -> Cart | None:
        row = db.execute(
            "SELECT doc FROM carts WHERE shop = ? AND shopper = ?", (self._shop, shopper)
        ).fetchone()
        return items.cart_of(row[0]) if row else None

    def _put_cart(self, db: sqlite3.Connection, cart: Cart, *, shopper: str) -> None:
        db.execute(
            # Set where it is: put in anew, its row and the key's entry would be written too.
            "INSERT INTO carts (shop, shopper, doc) VALUES (?, ?, ?)"
            " ON CONFLICT (shop, shopper) DO UPDATE SET doc = excluded.doc",
            (self._shop, shopper, items.to_text(items.dump_cart(cart), at=self._clock())),
        )

    def _about(self, db: sqlite3.Connection, shopper: str) -> Shopper | None:
        row = db.execute(
            "SELECT doc FROM shoppers WHERE shop = ? AND shopper = ?", (self._shop, shopper)
        ).fetchone()
        return items.load_shopper(items.from_text(row[0])) if row else None

    def _put_shopper(self, db: sqlite3.Connection, about: Shopper, *, shopper: str) -> None:
        db.execute(
            "INSERT OR REPLACE INTO shoppers (shop, shopper, doc) VALUES (?, ?, ?)",
            (self._shop, shopper, items.to_text(items.dump_shopper(about), at=self._clock())),
        )

    def _stock_row(self, db: sqlite3.Connection, sku: str) -> tuple[int | None] | None:
        row: tuple[int | None] | None = db.execute(
            "SELECT n FROM stock WHERE shop = ? AND sku = ?", (self._shop, sku)
        ).fetchone()
        return row

    def _move_stock(self, db: sqlite3.Connection, changes: Mapping[str, int]) -> None:
        # An uncounted n is NULL, and NULL plus anything stays NULL.
        db.executemany(
            "UPDATE stock SET n = n + ? WHERE shop = ? AND sku = ?",
            ((change, self._shop, sku) for sku, change in changes.items()),
        )

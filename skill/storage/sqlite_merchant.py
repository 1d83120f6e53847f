"""What the merchant's side asks of the SQLite store."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from skill.commerce.key import Key
from skill.commerce.order import Order
from skill.selling import OrderPage, StockChange, StockChanged
from skill.storage import event_items, items, merchant_items
from skill.storage.items import sortable
from skill.storage.sqlite_events import SqliteEvents


class SqliteSelling(SqliteEvents):
    """Implements `skill.selling.Selling`."""

    def api_keys(self) -> tuple[Key, ...]:
        rows = self._db().execute("SELECT doc FROM keys WHERE shop = ?", (self._shop,))
        kept = (merchant_items.load_key(items.from_text(doc)) for (doc,) in rows)
        return tuple(sorted(kept, key=lambda key: (key.created, key.id)))

    def key(self, hash: str) -> Key | None:
        row = (
            self._db()
            .execute("SELECT doc FROM keys WHERE hash = ? AND shop = ?", (hash, self._shop))
            .fetchone()
        )
        return merchant_items.load_key(items.from_text(row[0])) if row else None

    def shop_of_key(self, hash: str) -> str | None:
        row = self._db().execute("SELECT shop FROM keys WHERE hash = ?", (hash,)).fetchone()
        return str(row[0]) if row else None

    def save_keys(self, *keys: Key) -> None:
        with self._writing() as db:
            db.executemany(
                "INSERT OR REPLACE INTO keys (hash, shop, doc) VALUES (?, ?, ?)",
                ((key.hash, self._shop, items.to_text(merchant_items.dump_key(key))) for key in keys),
            )

    def placed(
        self,
        *,
        limit: int,
        before: tuple[datetime, str] | None = None,
        since: datetime | None = None,
        status: str = "",
    ) -> OrderPage:
        wanted: dict[str, tuple[str, ...]] = {"shop = ?": (self._shop,)}
        if before:
            wanted["(placed_at, id) < (?, ?)"] = (sortable(before[0]), before[1])
        if since:
            wanted["placed_at >= ?"] = (sortable(since),)
        if status:
            wanted["status = ?"] = (status,)
        rows = self._db().execute(
            f"SELECT doc FROM orders WHERE {' AND '.join(wanted)} ORDER BY placed_at DESC, id DESC LIMIT ?",
            (*(value for values in wanted.values() for value in values), limit),
        )
        orders = tuple(items.load_order(items.from_text(doc)) for (doc,) in rows)
        more = len(orders) == limit
        return OrderPage(orders, (orders[-1].placed_at, orders[-1].id) if more else None)

    def placed_order(self, id: str) -> Order | None:
        return self._order_where("id = ?", id)

    def numbered(self, number: str) -> Order | None:
        return self._order_where("json_extract(doc, '$.number') = ?", number)

    def change_order(self, order: Order, *, changed: Order, tell: str = "") -> bool:
        with self._writing() as db:
            if self._unmoved(db, order) is None:
                return False
            self._put_order(db, replace(changed, version=order.version + 1))
            kind = event_items.news(order, changed, tell=tell)
            self._tell(db, kind, order.id, of=f"{order.version}")
            return True

    def unsettled(self, *, before: datetime, limit: int = 100) -> tuple[Order, ...]:
        rows = self._db().execute(
            "SELECT doc FROM orders WHERE shop = ? AND open_since < ? ORDER BY open_since, id LIMIT ?",
            (self._shop, sortable(before), limit),
        )
        return tuple(items.load_order(items.from_text(doc)) for (doc,) in rows)

    def change_stock(
        self, changes: Sequence[StockChange], *, once: str = ""
    ) -> tuple[StockChanged, ...] | None:
        with self._writing() as db:
            now, of = self._clock(), merchant_items.digest(changes)
            if once:
                db.execute("DELETE FROM repeats WHERE at < ?", (sortable(now - merchant_items.KEPT),))
                row = db.execute(
                    "SELECT doc FROM repeats WHERE shop = ? AND token = ?", (self._shop, once)
                ).fetchone()
                if row:
                    return merchant_items.load_changed(items.from_text(row[0]), of=of)
            changed = tuple(self._changed(db, change) for change in changes)
            if once:
                db.execute(
                    "INSERT INTO repeats (shop, token, at, doc) VALUES (?, ?, ?, ?)",
                    (
                        self._shop,
                        once,
                        sortable(now),
                        items.to_text(merchant_items.dump_changed(changed, of=of)),
                    ),
                )
            return changed

    def _changed(self, db: sqlite3.Connection, change: StockChange) -> StockChanged:
        row = db.execute(
            "SELECT n FROM stock WHERE shop = ? AND sku = ?", (self._shop, change.sku)
        ).fetchone()
        changed = merchant_items.outcome(change, {change.sku: row[0]} if row else {})
        if not changed.refused:
            db.execute(
                "UPDATE stock SET n = ? WHERE shop = ? AND sku = ?", (changed.left, self._shop, change.sku)
            )
        return changed

    def _order_where(self, condition: str, value: str) -> Order | None:
        row = (
            self._db()
            .execute(
                # Sorted (+), for else SQLite goes through all orders, newest first.
                f"SELECT doc FROM orders WHERE shop = ? AND {condition} ORDER BY +placed_at DESC LIMIT 1",
                (self._shop, value),
            )
            .fetchone()
        )
        return items.load_order(items.from_text(row[0])) if row else None

    def _order(self, db: sqlite3.Connection, shopper: str, id: str) -> Order | None:
        row = db.execute(
            "SELECT doc FROM orders WHERE shop = ? AND shopper = ? AND id = ?", (self._shop, shopper, id)
        ).fetchone()
        return items.load_order(items.from_text(row[0])) if row else None

    def _unmoved(self, db: sqlite3.Connection, order: Order) -> Order | None:
        """The order as it is stored, if that is the one that was read."""
        kept = self._order(db, order.shopper, order.id)
        same = kept and (kept.status, kept.version) == (order.status, order.version)
        return kept if same else None

    def _put_order(self, db: sqlite3.Connection, order: Order) -> None:
        db.execute(
            "INSERT OR REPLACE INTO orders (shop, shopper, id, status, placed_at, open_since, doc)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                self._shop,
                order.shopper,
                order.id,
                order.status,
                sortable(order.placed_at),
                sortable(self._clock()) if event_items.is_unsettled(order) else None,
                items.to_text(items.dump_order(order)),
            ),
        )

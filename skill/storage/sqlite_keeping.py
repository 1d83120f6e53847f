"""What the SQLite store keeps of a shopper, for how long, and how it forgets.

Orders are kept as `unattributed`, under a key that leads to nobody. What was written later than the wish to
be forgotten stays as it is."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from typing import Any

from skill.commerce.afterwards import FRIEND, friend_code
from skill.commerce.order import unattributed
from skill.storage import items, marks, merchant_items, notice_items, sentences
from skill.storage.items import Item, sortable
from skill.storage.sqlite_cases import SqliteCases
from skill.storage.sqlite_counts import SqliteCounts
from skill.storage.sqlite_merchant import SqliteSelling
from skill.storage.sqlite_notices import SqliteNotices

# Of each kind, at one time: some ten milliseconds.
_AT_ONCE = 500
_WHOSE = "shop = :shop AND shopper = :shopper"
_WRITTEN = "coalesce(json_extract(doc, '$.at'), '')"


class SqliteKeeping(SqliteSelling, SqliteCases, SqliteNotices, SqliteCounts):
    """Implements `skill.selling.Keeping`."""

    def forget(self, shopper: str) -> None:
        with self._writing() as db:
            for table in ("shoppers", "carts", "orders", "cases", "notices"):
                db.execute(f"DELETE FROM {table} WHERE shop = ? AND shopper = ?", (self._shop, shopper))
            self._drop_said(db, shopper)

    def erase(self, shopper: str, *, until: datetime) -> None:
        with self._writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO documents (shop, kind, id, doc) VALUES (?, ?, ?, '')",
                (self._shop, marks.KIND, marks.mark(shopper, until)),
            )
            self._erase(db, shopper, until)

    def sweep(self, *, now: datetime, limit: int = 100) -> int:
        rows = self._db().execute(
            "SELECT id FROM documents WHERE shop = ? AND kind = ? AND id < ? ORDER BY id LIMIT ?",
            (self._shop, marks.KIND, marks.passed(now), limit),
        )
        found = [str(id) for (id,) in rows]
        for id in found:
            with self._writing() as db:
                self._erase(db, *marks.again(id))
                db.execute(
                    "DELETE FROM documents WHERE shop = ? AND kind = ? AND id = ?",
                    (self._shop, marks.KIND, id),
                )
        if found:
            # The log still holds what stood in the pages before.
            self._db().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return len(found)

    def export(self, shopper: str) -> dict[str, Any]:
        whose = {"shop": self._shop, "shopper": shopper}
        profile, cart, notices, orders, cases = (
            self._db()
            .execute(
                # One statement, so one snapshot.
                f"SELECT (SELECT doc FROM shoppers WHERE {_WHOSE}), (SELECT doc FROM carts WHERE {_WHOSE}),"
                f" (SELECT doc FROM notices WHERE {_WHOSE}),"
                " (SELECT json_group_array(doc) FROM"
                f" (SELECT doc FROM orders WHERE {_WHOSE} ORDER BY +placed_at DESC, id DESC)),"
                " (SELECT json_group_array(doc) FROM"
                f" (SELECT doc FROM cases WHERE {_WHOSE} ORDER BY +opened_at DESC, id DESC))",
                whose,
            )
            .fetchone()
        )
        return {
            "shopper": shopper,
            "profile": profile and _plain(profile),
            "cart": cart and _plain(cart),
            "orders": [_plain(doc) for doc in json.loads(orders)],
            "cases": [_plain(doc) for doc in json.loads(cases)],
            "notices": notices and _plain(notices),
            "sentences": [sentences.exported(doc) for doc in self._said_by(shopper)],
        }

    def idle(self, *, before: datetime, limit: int = 100) -> tuple[str, ...]:
        old = f"shop = :shop AND {_WRITTEN} < :before"
        since = f"shop = :shop AND shopper = known.shopper AND {_WRITTEN} >= :before"
        rows = self._db().execute(
            f"SELECT shopper FROM (SELECT shopper FROM shoppers WHERE {old}"
            f" UNION SELECT shopper FROM carts WHERE {old}) AS known"
            f" WHERE NOT EXISTS (SELECT 1 FROM shoppers WHERE {since})"
            f" AND NOT EXISTS (SELECT 1 FROM carts WHERE {since})"
            " AND NOT EXISTS (SELECT 1 FROM orders"
            " WHERE shop = :shop AND shopper = known.shopper AND placed_at >= :before)"
            " ORDER BY shopper LIMIT :limit",
            {"shop": self._shop, "before": sortable(before), "limit": limit},
        )
        return tuple(shopper for (shopper,) in rows)

    def purge(
        self,
        *,
        now: datetime,
        carts_before: datetime,
        orders_before: datetime,
        cases_before: datetime,
        events_before: datetime,
    ) -> int:
        """As the protocol says: up to 500 rows of each kind, in one transaction."""
        old = (
            ("carts", f"{_WRITTEN} < ?", carts_before),
            ("orders", "placed_at < ? AND open_since IS NULL", orders_before),
            ("cases", "opened_at < ?", cases_before),
            ("events", "state = 'done' AND due < ?", events_before),
            ("notices", "due IS NULL AND at < ?", now - notice_items.KEPT),
        )
        with self._writing() as db:
            db.execute("DELETE FROM repeats WHERE at < ?", (sortable(now - merchant_items.KEPT),))
            self._purge_said(db, now)
            return sum(
                db.execute(
                    f"DELETE FROM {table} WHERE rowid IN"
                    f" (SELECT rowid FROM {table} WHERE shop = ? AND {condition} LIMIT {_AT_ONCE})",
                    (self._shop, sortable(before)),
                ).rowcount
                for table, condition, before in old
            )

    def _erase(self, db: sqlite3.Connection, shopper: str, until: datetime) -> None:
        whose, moment = (self._shop, shopper), sortable(until)
        for table in ("shoppers", "carts"):
            db.execute(
                f"DELETE FROM {table} WHERE shop = ? AND shopper = ? AND {_WRITTEN} <= ?", (*whose, moment)
            )
        friend = (self._shop, FRIEND, friend_code(shopper))
        db.execute("DELETE FROM documents WHERE shop = ? AND kind = ? AND id = ?", friend)
        db.execute("DELETE FROM cases WHERE shop = ? AND shopper = ? AND opened_at <= ?", (*whose, moment))
        # In any case: a round may have written to them since.
        db.execute("DELETE FROM notices WHERE shop = ? AND shopper = ?", whose)
        self._drop_said(db, shopper, until=until)
        rows = db.execute(
            "DELETE FROM orders WHERE shop = ? AND shopper = ? AND placed_at <= ? RETURNING doc",
            (*whose, moment),
        ).fetchall()
        for (doc,) in rows:
            self._put_order(db, unattributed(items.load_order(items.from_text(doc))))


def _plain(text: str) -> Item:
    """A document without what only the store needs."""
    return {name: value for name, value in items.from_text(text).items() if name != "v"}

"""What the SQLite store keeps of a shop itself: facts, documents by kind and id, its skills."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import replace

from skill.commerce.merchant import Facts
from skill.shop import Stock
from skill.storage import items, shop_items
from skill.storage.sqlite_file import SqliteFile


class ShopRecords(SqliteFile):
    """The part of the SQLite store that keeps them; the rest of the store gives it a connection."""

    def publish(self, facts: Facts, *, stock: Stock, expecting: int | None = None) -> Facts | None:
        pairs = stock.items() if isinstance(stock, Mapping) else stock
        with self._writing() as db:
            row = db.execute("SELECT facts FROM shops WHERE shop = ?", (self._shop,)).fetchone()
            kept = items.facts_of(row[0]).revision if row and row[0] else 0
            if expecting is not None and expecting != kept:
                return None
            db.executemany(
                "INSERT OR REPLACE INTO stock (shop, sku, n) VALUES (?, ?, ?)",
                ((self._shop, sku, n) for sku, n in pairs),
            )
            now = replace(facts, revision=kept + 1)
            db.execute(
                "INSERT INTO shops (shop, facts) VALUES (?, ?)"
                " ON CONFLICT (shop) DO UPDATE SET facts = excluded.facts",
                (self._shop, items.to_text(shop_items.dump_facts(now))),
            )
            return now

    def document(self, kind: str, id: str) -> str | None:
        return _text(self._db(), self._shop, kind, id)

    def documents(self, kind: str, *, limit: int = 100) -> tuple[tuple[str, str], ...]:
        rows = self._db().execute(
            "SELECT id, doc FROM documents WHERE shop = ? AND kind = ? ORDER BY id DESC LIMIT ?",
            (self._shop, kind, limit),
        )
        return tuple((id, doc) for id, doc in rows)

    def put_document(self, kind: str, id: str, text: str, *, expecting: str | None = None) -> bool:
        with self._writing() as db:
            if expecting is not None and expecting != (_text(db, self._shop, kind, id) or ""):
                return False
            db.execute(
                "INSERT OR REPLACE INTO documents (shop, kind, id, doc) VALUES (?, ?, ?, ?)",
                (self._shop, kind, id, text),
            )
            return True

    def drop_document(self, kind: str, id: str) -> None:
        with self._writing() as db:
            db.execute("DELETE FROM documents WHERE shop = ? AND kind = ? AND id = ?", (self._shop, kind, id))

    def skills(self) -> dict[str, str]:
        return dict(self._db().execute("SELECT application, shop FROM skills ORDER BY application"))

    def shop_of(self, application: str) -> str | None:
        row = self._db().execute("SELECT shop FROM skills WHERE application = ?", (application,)).fetchone()
        return row[0] if row else None

    def put_skill(self, application: str, *, shop: str) -> bool:
        with self._writing() as db:
            db.execute("INSERT INTO skills VALUES (?, ?) ON CONFLICT DO NOTHING", (application, shop))
            row = db.execute("SELECT shop FROM skills WHERE application = ?", (application,)).fetchone()
            return bool(row[0] == shop)

    def drop_skill(self, application: str) -> None:
        with self._writing() as db:
            db.execute("DELETE FROM skills WHERE application = ?", (application,))


def _text(db: sqlite3.Connection, shop: str, kind: str, id: str) -> str | None:
    row = db.execute(
        "SELECT doc FROM documents WHERE shop = ? AND kind = ? AND id = ?", (shop, kind, id)
    ).fetchone()
    return row[0] if row else None

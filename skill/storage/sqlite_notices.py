"""Notices that wait for a shopper or were told, in the SQLite store: a row for each shopper."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from skill.commerce.notices import Box
from skill.storage import items, notice_items
from skill.storage.items import sortable
from skill.storage.sqlite_file import SqliteFile

_PAGE = 500


class SqliteNotices(SqliteFile):
    """The part of the SQLite store that keeps them."""

    def box(self, shopper: str) -> Box:
        return self._box(self._db(), shopper) or Box(shopper=shopper)

    def save_box(self, box: Box, *, changed: Box) -> Box | None:
        with self._writing() as db:
            kept = self._box(db, box.shopper)
            if box.version != (kept.version if kept else 0):
                return None
            saved = replace(changed, version=box.version + 1)
            db.execute(
                "INSERT OR REPLACE INTO notices (shop, shopper, due, at, doc) VALUES (?, ?, ?, ?, ?)",
                (
                    self._shop,
                    box.shopper,
                    saved.due and sortable(saved.due),
                    sortable(self._clock()),
                    items.to_text(notice_items.dump_box(saved)),
                ),
            )
            return saved

    def stir(self, shopper: str, *, at: datetime) -> None:
        first = items.to_text(notice_items.dump_box(Box(shopper=shopper, version=1)))
        with self._writing() as db:
            # At another version, so that a round that has read it does not write over it.
            db.execute(
                "INSERT INTO notices (shop, shopper, due, at, doc) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (shop, shopper) DO UPDATE SET due = excluded.due,"
                " doc = json_set(doc, '$.version', json_extract(doc, '$.version') + 1)",
                (self._shop, shopper, sortable(at), sortable(self._clock()), first),
            )

    def due_boxes(self, *, now: datetime, limit: int = 100) -> tuple[Box, ...]:
        rows = self._db().execute(
            "SELECT doc FROM notices WHERE shop = ? AND due <= ? ORDER BY due LIMIT ?",
            (self._shop, sortable(now), limit),
        )
        return tuple(notice_items.load_box(items.from_text(doc)) for (doc,) in rows)

    def waiting_boxes(self) -> Iterator[Box]:
        after = ""
        while True:
            rows = (
                self._db()
                .execute(
                    "SELECT shopper, doc FROM notices WHERE shop = ? AND shopper > ? AND due IS NOT NULL"
                    " ORDER BY shopper LIMIT ?",
                    (self._shop, after, _PAGE),
                )
                .fetchall()
            )
            for _, doc in rows:
                yield notice_items.load_box(items.from_text(doc))
            if len(rows) < _PAGE:
                return
            after = rows[-1][0]

    def _box(self, db: sqlite3.Connection, shopper: str) -> Box | None:
        row = db.execute(
            "SELECT doc FROM notices WHERE shop = ? AND shopper = ?", (self._shop, shopper)
        ).fetchone()
        return notice_items.load_box(items.from_text(row[0])) if row else None

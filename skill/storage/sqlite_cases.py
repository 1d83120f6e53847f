"""What a person at the shop has to look at, in the SQLite store: by shopper, and by the shop."""

from __future__ import annotations

import sqlite3

from skill.commerce.merchant import Case
from skill.storage import case_items, items
from skill.storage.items import sortable
from skill.storage.sqlite_events import SqliteEvents


class SqliteCases(SqliteEvents):
    """The part of the SQLite store that keeps cases."""

    def open_case(self, case: Case, *, shopper: str) -> Case:
        with self._writing() as db:
            kept = self._case(db, case.id, shopper)
            if kept is None:
                self._put_case(db, case, shopper=shopper, kind="case.opened")
            return kept or case

    def put_case(self, case: Case, *, shopper: str) -> None:
        with self._writing() as db:
            kept = self._case(db, case.id, shopper)
            if kept != case:
                self._put_case(db, case, shopper=shopper, kind="case.changed" if kept else "case.opened")

    def cases(self, shopper: str) -> tuple[Case, ...]:
        return tuple(case for _, case in self._cases("shopper = ?", shopper, order="+opened_at"))

    def shop_case(self, id: str) -> tuple[str, Case] | None:
        called = ("id = ?", "json_extract(doc, '$.reference') = ?")
        found = (case for condition in called for case in self._cases(condition, id, order="+opened_at"))
        return next(found, None)

    def shop_cases(self, *, limit: int = 100, status: str = "") -> tuple[tuple[str, Case], ...]:
        if not status:
            return self._cases("TRUE", limit=limit)
        return self._cases("coalesce(json_extract(doc, '$.status'), 'open') = ?", status, limit=limit)

    def _case(self, db: sqlite3.Connection, id: str, shopper: str) -> Case | None:
        row = db.execute(
            "SELECT doc FROM cases WHERE shop = ? AND shopper = ? AND id = ?", (self._shop, shopper, id)
        ).fetchone()
        return case_items.load_case(items.from_text(row[0])) if row else None

    def _put_case(self, db: sqlite3.Connection, case: Case, *, shopper: str, kind: str) -> None:
        text = items.to_text(case_items.dump_case(case))
        db.execute(
            "INSERT OR REPLACE INTO cases (shop, shopper, id, opened_at, doc) VALUES (?, ?, ?, ?, ?)",
            (self._shop, shopper, case.id, sortable(case.opened_at), text),
        )
        self._tell(db, kind, case.id, of=text)

    def _cases(
        self, condition: str, *values: str, order: str = "opened_at", limit: int = -1
    ) -> tuple[tuple[str, Case], ...]:
        """Cases newest first, and whose they are. By "+opened_at" what the condition finds is sorted, and
        not the shop's cases gone through."""
        rows = self._db().execute(
            f"SELECT shopper, doc FROM cases WHERE shop = ? AND {condition}"
            f" ORDER BY {order} DESC, id DESC LIMIT ?",
            (self._shop, *values, limit),
        )
        return tuple((shopper, case_items.load_case(items.from_text(doc))) for shopper, doc in rows)

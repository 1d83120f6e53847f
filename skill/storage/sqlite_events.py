"""What has to be told, in the SQLite store: a row for each event, written with the change it tells of."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from skill.commerce.event import Event
from skill.storage import event_items, items
from skill.storage.items import sortable
from skill.storage.sqlite_file import SqliteFile


class SqliteEvents(SqliteFile):
    """The part of the SQLite store that keeps them."""

    def events(self, *, after: str = "", limit: int = 100) -> tuple[Event, ...]:
        return self._events("id > ? ORDER BY id LIMIT ?", after, limit)

    def event(self, id: str) -> Event | None:
        return next(iter(self._events("id = ?", id)), None)

    def due_events(self, *, now: datetime, limit: int = 100) -> tuple[Event, ...]:
        return self._events("state = 'waiting' AND due <= ? ORDER BY due, id LIMIT ?", sortable(now), limit)

    def dead_events(self, *, limit: int = 100) -> tuple[Event, ...]:
        # Sorted rather than found by id (+): few are dead, and all else would be looked at.
        return self._events("state = 'dead' ORDER BY +id DESC LIMIT ?", limit)

    def save_event(self, event: Event, *, changed: Event) -> bool:
        with self._writing() as db:
            kept = self.event(event.id)
            if kept is None or (kept.state, kept.tries, kept.due) != (event.state, event.tries, event.due):
                return False
            self._put_event(db, changed)
            return True

    def _tell(self, db: sqlite3.Connection, kind: str, about: str, *, of: str) -> None:
        """Have something told, unless its kind is ""."""
        if kind:
            self._put_event(db, event_items.made(kind, about, of=of, at=self._clock()))

    def _put_event(self, db: sqlite3.Connection, event: Event) -> None:
        # What does not wait stands by when it ended.
        due = event.due if event.state == "waiting" else self._clock()
        text = items.to_text(event_items.dump_event(event))
        db.execute(
            "INSERT OR REPLACE INTO events (shop, id, state, due, doc) VALUES (?, ?, ?, ?, ?)",
            (self._shop, event.id, event.state, sortable(due), text),
        )

    def _events(self, condition: str, *values: str | int) -> tuple[Event, ...]:
        rows = self._db().execute(
            f"SELECT doc FROM events WHERE shop = ? AND {condition}", (self._shop, *values)
        )
        return tuple(event_items.load_event(items.from_text(doc)) for (doc,) in rows)

"""What the SQLite store keeps for the merchant's numbers, among the shop's documents."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from datetime import date, datetime

from skill.counting import Sentence
from skill.storage import sentences
from skill.storage.items import sortable
from skill.storage.sqlite_file import SqliteFile

_PUT = "INSERT OR REPLACE INTO documents (shop, kind, id, doc) VALUES (?, ?, ?, ?)"
_OF_KIND = "FROM documents WHERE shop = ? AND kind = ?"
_UNDER = f"{_OF_KIND} AND id > ? AND id < ?"


class SqliteCounts(SqliteFile):
    """Implements `skill.counting.Counting`."""

    def count(self, counts: Mapping[str, int], *, id: str, day: date) -> None:
        with self._writing() as db:
            db.execute(_PUT, (self._shop, sentences.counts_of(day), id, sentences.dump_counts(counts)))

    def counted(self, day: date) -> Iterator[tuple[str, Mapping[str, int]]]:
        rows = self._db().execute(f"SELECT id, doc {_OF_KIND}", (self._shop, sentences.counts_of(day)))
        for id, doc in rows:
            yield id, sentences.load_counts(doc)

    def drop_counted(self, day: date) -> None:
        with self._writing() as db:
            db.execute(f"DELETE {_OF_KIND}", (self._shop, sentences.counts_of(day)))

    def keep_sentence(self, sentence: Sentence, *, shopper: str, days: int) -> None:
        id = sentences.sentence_id(sentence, shopper=shopper)
        with self._writing() as db:
            doc = sentences.dump_sentence(sentence, days=days)
            db.execute(_PUT, (self._shop, sentences.SAID, id, doc))

    def sentences(self) -> Iterator[tuple[str, Sentence]]:
        rows = self._db().execute(
            f"SELECT id, doc {_OF_KIND} AND json_extract(doc, '$.until') > ?",
            (self._shop, sentences.SAID, sortable(self._clock())),
        )
        for id, doc in rows:
            yield sentences.whose(id), sentences.load_sentence(doc)

    def drop_sentences(self, *, shopper: str | None = None, text: str | None = None) -> int:
        with self._writing() as db:
            if shopper is not None:
                return self._drop_said(db, shopper)
            if text is None:
                return db.execute(f"DELETE {_OF_KIND}", (self._shop, sentences.SAID)).rowcount
            return db.execute(
                f"DELETE {_OF_KIND} AND json_extract(doc, '$.text') = ?", (self._shop, sentences.SAID, text)
            ).rowcount

    def _drop_said(self, db: sqlite3.Connection, shopper: str, *, until: datetime | None = None) -> int:
        """Forget the sentences of a shopper, those said at `until` or before."""
        by, more = ("", ()) if until is None else (" AND json_extract(doc, '$.at') <= ?", (sortable(until),))
        low, high = f"{shopper}/", f"{shopper}{sentences.BEHIND}"
        return db.execute(f"DELETE {_UNDER}{by}", (self._shop, sentences.SAID, low, high, *more)).rowcount

    def _said_by(self, shopper: str) -> list[str]:
        low, high = f"{shopper}/", f"{shopper}{sentences.BEHIND}"
        rows = self._db().execute(f"SELECT doc {_UNDER} ORDER BY id", (self._shop, sentences.SAID, low, high))
        return [doc for (doc,) in rows]

    def _purge_said(self, db: sqlite3.Connection, now: datetime) -> int:
        return db.execute(
            f"DELETE {_OF_KIND} AND json_extract(doc, '$.until') <= ?",
            (self._shop, sentences.SAID, sortable(now)),
        ).rowcount

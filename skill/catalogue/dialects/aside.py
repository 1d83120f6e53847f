"""What must wait for another row: laid aside on disk, so that memory does not grow with the feed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any


class Aside:
    """Rows in the order they came, and values by name, in a temporary file that goes with it. Values are
    JSON's; decimals come back as text."""

    def __init__(self) -> None:
        # An empty name: SQLite's own temporary file, of which it keeps some in memory.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("pragma journal_mode = off")
        self._database.execute("pragma synchronous = off")
        self._database.execute("create table rows (number integer, cells text)")
        self._database.execute("create table named (name text primary key, value text) without rowid")
        self._database.execute("begin")

    def __enter__(self) -> Aside:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def put(self, number: int, cells: Mapping[str, Any]) -> None:
        self._database.execute("insert into rows values (?, ?)", (number, json.dumps(cells, default=str)))

    def rows(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """All of them, as they came."""
        for number, cells in self._database.execute("select number, cells from rows order by rowid"):
            yield number, json.loads(cells)

    def name(self, name: str, value: Mapping[str, Any]) -> None:
        """Lay a value aside under a name; the first of one name stays."""
        self._database.execute(
            "insert or ignore into named values (?, ?)", (name, json.dumps(value, default=str))
        )

    def named(self, name: str) -> dict[str, Any] | None:
        found = self._database.execute("select value from named where name = ?", (name,)).fetchone()
        return json.loads(found[0]) if found else None

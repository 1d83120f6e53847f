"""The file behind the SQLite store: its tables, and how a thread comes to a connection."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from skill.errors import BadInput
from skill.operations.turn import spent

# How long a write waits for another process's: well inside the eight seconds a voice turn may take.
BUSY_SECONDS = 5

# What each version of the file adds to the one before.
SCHEMAS = (
    """
CREATE TABLE shops    (shop TEXT PRIMARY KEY, facts TEXT, numbers INTEGER NOT NULL DEFAULT 0);
CREATE TABLE stock    (shop TEXT, sku TEXT, n INTEGER CHECK (n >= 0), PRIMARY KEY (shop, sku));
CREATE TABLE shoppers (shop TEXT, shopper TEXT, doc TEXT NOT NULL, PRIMARY KEY (shop, shopper));
CREATE TABLE carts    (shop TEXT, shopper TEXT, doc TEXT NOT NULL, PRIMARY KEY (shop, shopper));
CREATE TABLE orders   (shop TEXT, shopper TEXT, id TEXT, status TEXT NOT NULL, placed_at TEXT NOT NULL,
                       doc TEXT NOT NULL, PRIMARY KEY (shop, shopper, id));
CREATE TABLE cases    (shop TEXT, shopper TEXT, id TEXT, opened_at TEXT NOT NULL,
                       doc TEXT NOT NULL, PRIMARY KEY (shop, shopper, id));
CREATE TABLE outbox   (shop TEXT, id TEXT, kind TEXT NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (shop, id));
""",
    """
CREATE INDEX orders_by_time ON orders (shop, placed_at, id);
CREATE INDEX orders_by_id ON orders (shop, id);
CREATE INDEX orders_by_number ON orders (shop, json_extract(doc, '$.number'));
CREATE TABLE keys     (hash TEXT PRIMARY KEY, shop TEXT NOT NULL, doc TEXT NOT NULL);
CREATE TABLE repeats  (shop TEXT, token TEXT, at TEXT NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (shop, token));
CREATE TABLE documents (shop TEXT, kind TEXT, id TEXT, doc TEXT NOT NULL, PRIMARY KEY (shop, kind, id));
CREATE TABLE skills   (application TEXT PRIMARY KEY, shop TEXT NOT NULL);
""",
    # An entry of the outbox held the order as it was: the last status in its history is what it told.
    """
CREATE TABLE events   (shop TEXT, id TEXT, state TEXT NOT NULL, due TEXT NOT NULL, doc TEXT NOT NULL,
                       PRIMARY KEY (shop, id));
CREATE INDEX events_by_due ON events (shop, state, due, id);
INSERT INTO events (shop, id, state, due, doc)
    SELECT shop, id, 'waiting', at, json_object('v', 1, 'id', id, 'kind', kind,
           'about', json_extract(doc, '$.id'), 'at', at, 'due', at, 'state', 'waiting')
    FROM (SELECT shop, id, kind, doc, strftime('%Y-%m-%dT%H:%M:%f', coalesce(
              json_extract(doc, '$.history[#-1][1]'), json_extract(doc, '$.placed_at'))) || '000+00:00' AS at
          FROM outbox);
DROP TABLE outbox;
ALTER TABLE orders ADD COLUMN open_since TEXT;
CREATE INDEX orders_open ON orders (shop, open_since) WHERE open_since IS NOT NULL;
CREATE INDEX cases_by_time ON cases (shop, opened_at, id);
CREATE INDEX cases_by_id ON cases (shop, id);
CREATE INDEX cases_by_reference ON cases (shop, json_extract(doc, '$.reference'));
CREATE INDEX carts_by_time ON carts (shop, coalesce(json_extract(doc, '$.at'), ''));
CREATE INDEX shoppers_by_time ON shoppers (shop, coalesce(json_extract(doc, '$.at'), ''));
""",
    """
CREATE TABLE notices  (shop TEXT, shopper TEXT, due TEXT, at TEXT NOT NULL, doc TEXT NOT NULL,
                       PRIMARY KEY (shop, shopper));
CREATE INDEX notices_by_due ON notices (shop, due) WHERE due IS NOT NULL;
""",
)
SCHEMA_VERSION = len(SCHEMAS)


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Held:
    """A thread's connection; it is closed with its thread, as Python 3.13 wants it done: explicitly."""

    process: int
    connection: sqlite3.Connection


def connect(path: str) -> Held:
    """A connection of this thread's own."""
    # Transactions are begun by hand, so that a write takes its lock before it reads. A thread's
    # connection may be collected from another thread, hence no thread check; it is used from one.
    held = Held(
        os.getpid(),
        sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False),
    )
    # Not __del__: in a cycle the connection might be finalised before its holder. Not at exit either,
    # where the child of a fork would close what is its parent's.
    weakref.finalize(held, held.connection.close).atexit = False
    held.connection.execute("PRAGMA synchronous = FULL")
    # What is deleted is overwritten: who was erased is not to be read out of the file's free bytes. "FAST"
    # leaves a third of it there, and the time is the same: nearly all of a write is waiting for the disk.
    held.connection.execute("PRAGMA secure_delete = ON")
    return held


class SqliteFile:
    """One shop's part of a file, and how it is written to: by one thread, and one process, at a time."""

    def __init__(self, path: str, *, shop: str, clock: Callable[[], datetime]) -> None:
        self._path = path
        self._shop = shop
        self._clock = clock
        self._local = threading.local()
        # SQLite's own wait is a poll that can starve: sixteen busy threads on a disk of 8 ms a write
        # left some for five seconds. Threads queue here, and only processes poll.
        self._turn = threading.Lock()

    def prepare(self) -> None:
        """Make what a new file, or one of an earlier Sayso, lacks. Raises BadInput when a later did."""
        write_ahead(self._db())
        with self._writing() as db:
            (version,) = db.execute("PRAGMA user_version").fetchone()
            if version > SCHEMA_VERSION:
                raise BadInput(f"SAYSO_STORE: {self._path} was made by a later Sayso; upgrade this one")
            if version < SCHEMA_VERSION:
                for statement in "".join(SCHEMAS[version:]).split(";"):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _db(self) -> sqlite3.Connection:
        """This thread's connection. Who asks for it is about to read or write: a round trip."""
        spent()
        held: Held | None = getattr(self._local, "held", None)
        if held is None or held.process != os.getpid():
            # A connection must neither be used nor closed across a fork: the child keeps its parent's
            # out of the way and opens its own.
            self._local.inherited = held
            held = self._local.held = connect(self._path)
        return held.connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction that holds the write lock from its first read; an exception undoes it."""
        db = self._db()
        with self._turn:
            db.execute("BEGIN IMMEDIATE")
            with db:
                yield db


def write_ahead(connection: sqlite3.Connection) -> None:
    """Switch the file to its write-ahead log, waiting for who else does."""
    # The one statement that does not wait for the busy timeout: processes that open a new file at
    # once would refuse each other.
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)

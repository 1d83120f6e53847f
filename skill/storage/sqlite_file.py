"""The file behind the SQLite store: its tables, and how a thread comes to a connection."""

from __future__ import annotations

import os
import sqlite3
import time
import weakref
from dataclasses import dataclass

# How long a write waits for another process's: well inside the eight seconds a voice turn may take.
BUSY_SECONDS = 5

SCHEMA_VERSION = 2
SCHEMA = """
CREATE TABLE shops    (shop TEXT PRIMARY KEY, facts TEXT, numbers INTEGER NOT NULL DEFAULT 0);
CREATE TABLE stock    (shop TEXT, sku TEXT, n INTEGER CHECK (n >= 0), PRIMARY KEY (shop, sku));
CREATE TABLE shoppers (shop TEXT, shopper TEXT, doc TEXT NOT NULL, PRIMARY KEY (shop, shopper));
CREATE TABLE carts    (shop TEXT, shopper TEXT, doc TEXT NOT NULL, PRIMARY KEY (shop, shopper));
CREATE TABLE orders   (shop TEXT, shopper TEXT, id TEXT, status TEXT NOT NULL, placed_at TEXT NOT NULL,
                       doc TEXT NOT NULL, PRIMARY KEY (shop, shopper, id));
CREATE TABLE cases    (shop TEXT, shopper TEXT, id TEXT, opened_at TEXT NOT NULL,
                       doc TEXT NOT NULL, PRIMARY KEY (shop, shopper, id));
CREATE TABLE outbox   (shop TEXT, id TEXT, kind TEXT NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (shop, id));
"""
# What each version added to the one before it.
ADDED = {
    2: """
CREATE TABLE documents (shop TEXT, kind TEXT, id TEXT, doc TEXT NOT NULL, PRIMARY KEY (shop, kind, id));
CREATE TABLE skills    (application TEXT PRIMARY KEY, shop TEXT NOT NULL);
""",
}


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
    return held


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

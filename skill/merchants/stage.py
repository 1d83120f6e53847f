"""An import on its way: what a feed holds, on disk, compared with what is live. Needs the memory of a few
rows, however long the feed."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import TracebackType

from skill.catalogue.records import dump, parse, sku_of
from skill.catalogue.shelf import Shelf
from skill.commerce.product import Product

# Rows compared with the live version at a time.
TOGETHER = 500
_HEAD = struct.Struct("<BI")
_CHANGED, _RESTOCKED = 1, 2
# The number of a feed's row, and what it sells.
Row = tuple[int, Product]


@dataclass(frozen=True, slots=True)
class Tally:
    """Products by what an import does to them."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0

    @property
    def products(self) -> int:
        return self.new + self.changed + self.unchanged

    @property
    def moves(self) -> int:
        """How many are not as they were."""
        return self.new + self.changed + self.gone


class Stage:
    """The products of one import, in files of its own under `folder`, which close with it."""

    def __init__(self, folder: Path, *, live: Shelf | None) -> None:
        self._live = live
        self._spool = (folder / "products").open("w+b")
        self._seen = sqlite3.connect(folder / "skus", isolation_level=None)
        # Nothing of it outlives the import.
        for statement in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -32000"):
            self._seen.execute(f"PRAGMA {statement}")
        self._seen.execute("CREATE TABLE seen (sku TEXT PRIMARY KEY) WITHOUT ROWID")
        self._new = self._changed = self._unchanged = 0

    def __enter__(self) -> Stage:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._spool.close()
        self._seen.close()

    def take(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Keep these products; those whose SKU was taken before are given back and not kept."""
        rest = iter(rows)
        while batch := list(islice(rest, TOGETHER)):
            there = self._live.stored(product.sku for _, product in batch) if self._live else {}
            for row, product in batch:
                if self._first(product.sku):
                    self._keep(product, there.get(product.sku))
                else:
                    yield row, product

    def drop(self, skus: Iterable[str]) -> None:
        """Count these SKUs among those the import names, though it holds no product of them."""
        for sku in skus:
            self._first(sku)

    def tally(self, *, live: int, partly: bool) -> Tally:
        """What was taken so far, beside the `live` products there are; a feed of a part takes none out."""
        gone = 0 if partly else live - self._changed - self._unchanged
        return Tally(self._new, self._changed, self._unchanged, gone)

    def products(self, *, changed: bool = False) -> Iterator[Product]:
        """All of them in the order of the feed; only those that are not live so, with `changed`."""
        return (parse(record) for flags, record in self._records() if flags & _CHANGED or not changed)

    def restocked(self) -> Iterator[tuple[str, int | None]]:
        """The stock of what is new, and of what the feed has another stock for than it had."""
        fresh = (parse(record) for flags, record in self._records() if flags & _RESTOCKED)
        return ((product.sku, product.stock) for product in fresh)

    def missing(self, shelf: Shelf) -> Iterator[bytes]:
        """The records of a version whose SKUs the import does not name."""
        rest = shelf.records()
        while batch := {sku_of(record): record for record in islice(rest, TOGETHER)}:
            marks = ",".join("?" * len(batch))
            named = self._seen.execute(f"SELECT sku FROM seen WHERE sku IN ({marks})", tuple(batch))
            for (sku,) in named:
                del batch[sku]
            yield from batch.values()

    def _first(self, sku: str) -> bool:
        return self._seen.execute("INSERT OR IGNORE INTO seen VALUES (?)", (sku,)).rowcount == 1

    def _keep(self, product: Product, before: bytes | None) -> None:
        record, flags = dump(product), 0
        if before is None:
            self._new += 1
            flags = _CHANGED | _RESTOCKED
        elif before != record:
            self._changed += 1
            flags = _CHANGED | (_RESTOCKED if parse(before).stock != product.stock else 0)
        else:
            self._unchanged += 1
        self._spool.write(_HEAD.pack(flags, len(record)))
        self._spool.write(record)

    def _records(self) -> Iterator[tuple[int, bytes]]:
        self._spool.flush()
        # A reader of its own: two of them may be under way.
        with Path(self._spool.name).open("rb") as spool:
            while head := spool.read(_HEAD.size):
                flags, size = _HEAD.unpack(head)
                yield flags, spool.read(size)

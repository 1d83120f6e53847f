"""The products of one catalogue version, open for reading: by SKU, by popularity, or all of them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from heapq import nlargest
from pathlib import Path
from typing import Any

import tantivy

from skill.catalogue.fields import PRODUCTS, schema
from skill.catalogue.manifest import read_manifest
from skill.catalogue.parts import Parts, linked
from skill.catalogue.recent import Recent
from skill.catalogue.records import parse, sku_of
from skill.commerce.product import Product
from skill.errors import CatalogueNotLinked

# Rows asked for together when all are looked at, so that a million take no more memory than a few thousand.
_BLOCK = 20_000
# So many SKUs are looked up term by term; the engine's own set of terms takes 250 µs to make, however few.
_FEW = 64
# Answers to "the most popular" that are kept: a version never changes, and few numbers are asked for.
_KEPT = 8
# SKUs whose rows are kept.
_ROWS = 4_096


class Shelf:
    """One version; safe to share between threads. Raises CatalogueNotLinked when the folder holds none that
    is whole."""

    def __init__(self, folder: Path) -> None:
        self.manifest = read_manifest(folder)
        self.version = self.manifest.version
        self._schema = schema(self.manifest.languages)
        self._products = Parts(folder, PRODUCTS)
        # tantivy takes a lock file even to read; where the folder cannot be written (Lambda's package),
        # it gets one of links to the same files.
        if not os.access(folder, os.W_OK):
            folder = linked(folder, self)
        try:
            self._index = tantivy.Index(self._schema, path=str(folder))
        except ValueError as error:
            raise CatalogueNotLinked from error
        self._searcher = self._index.searcher()
        if self._searcher.num_docs != self.manifest.products:
            raise CatalogueNotLinked
        self._row_of = Recent[int](_ROWS)
        self._popular: dict[int, tuple[Product, ...]] = {}

    @property
    def worn(self) -> bool:
        """Whether more records were replaced or taken out than are left."""
        return self._products.rows > 2 * self.manifest.products

    def get(self, skus: Iterable[str]) -> dict[str, Product]:
        """The products of these SKUs; unknown ones are absent."""
        return {sku: parse(record) for sku, record in self.stored(skus).items()}

    def stored(self, skus: Iterable[str]) -> dict[str, bytes]:
        """The same as the records they are kept as."""
        found, unknown = dict[str, bytes](), list[str]()
        for sku in dict.fromkeys(skus):
            row = self._row_of.get(sku)
            if row is None:
                unknown.append(sku)
            else:
                found[sku] = self._products[row]
        for row in self._rows_of(unknown):
            record = self._products[row]
            sku = sku_of(record)
            self._row_of.keep(sku, row)
            found[sku] = record
        return found

    def offers(self, now: datetime, *, limit: int = 30) -> tuple[Product, ...]:
        """Products with a live offer, most popular first."""
        query = tantivy.Query.term_query(self._schema, "offer", 1)
        live = (p for p in self._found(query, limit=limit * 4, by="popularity") if p.on_offer(now))
        return tuple(product for product, _ in zip(live, range(limit), strict=False))

    def popular(self, *, limit: int = 3) -> tuple[Product, ...]:
        """The most popular products of all."""
        known = self._popular.get(limit)
        if known is None:
            # The engine looks at every product: a millisecond for 100,000.
            known = tuple(self._found(tantivy.Query.all_query(), limit=limit, by="popularity"))
            if len(self._popular) < _KEPT:
                self._popular[limit] = known
        return known

    def ranked(self, *, limit: int) -> Iterator[Product]:
        """The most popular products first, `limit` at the most; of equals, those that came in first. Looks at
        all of them, one block after the other."""
        ranks = ((popularity, -row) for row, popularity in self._numbered())
        return (parse(self._products[-row]) for _, row in nlargest(limit, ranks))

    def records(self) -> Iterator[bytes]:
        """Every product as the record it is kept as, in the order they came in."""
        return map(self.record, self.rows())

    def rows(self) -> Iterator[int]:
        """The rows of all records, but for what an update replaced or took out."""
        return (row for row, _ in self._numbered())

    def record(self, row: int) -> bytes:
        """The record of a row that `rows` gave."""
        return self._products[row]

    def _numbered(self) -> Iterator[tuple[int, int]]:
        """Row and popularity of every product, by row."""
        for first in range(0, self._products.rows, _BLOCK):
            last = first + _BLOCK - 1
            block = tantivy.Query.range_query(self._schema, "row", tantivy.FieldType.Unsigned, first, last)
            found = [address for _, address in self._searcher.search(block, _BLOCK, count=False).hits]
            # Both are whole numbers, and there is one of each for every document.
            columns: list[list[Any]] = [
                list(self._searcher.fast_field_values(name, found)) for name in ("row", "popularity")
            ]
            yield from sorted(zip(*columns, strict=True))

    def _rows_of(self, skus: Iterable[str]) -> Sequence[Any]:
        wanted = list(dict.fromkeys(skus))
        if not wanted:
            return ()
        if len(wanted) > _FEW:
            query = tantivy.Query.term_set_query(self._schema, "sku", wanted)
        else:
            terms = (tantivy.Query.term_query(self._schema, "sku", sku) for sku in wanted)
            query = tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms])
        return self._rows_at(self._searcher.search(query, len(wanted), count=False).hits)

    def _rows_at(self, hits: Sequence[tuple[float, tantivy.DocAddress]]) -> Sequence[Any]:
        return self._searcher.fast_field_values("row", [address for _, address in hits])

    def _found(self, query: tantivy.Query, *, limit: int, by: str | None = None) -> Iterator[Product]:
        hits = self._searcher.search(query, limit, count=False, order_by_field=by).hits
        return (parse(self._products[row]) for row in self._rows_at(hits))

"""The products of one catalogue version, open for reading: by SKU, by popularity, or all of them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import tantivy

from skill.catalogue.fields import PRODUCTS, schema
from skill.catalogue.manifest import read_manifest
from skill.catalogue.parts import Parts, linked
from skill.catalogue.records import parse, sku_of
from skill.commerce.product import Product
from skill.errors import CatalogueNotLinked

# Records looked at together, when all are.
_TOGETHER = 1000


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

    @property
    def worn(self) -> bool:
        """Whether more records were replaced or taken out than are left."""
        return self._products.rows > 2 * self.manifest.products

    def get(self, skus: Iterable[str]) -> dict[str, Product]:
        """The products of these SKUs; unknown ones are absent."""
        return {sku: parse(record) for sku, record in self.stored(skus).items()}

    def stored(self, skus: Iterable[str]) -> dict[str, bytes]:
        """The same as the records they are kept as."""
        found = (self._products[row] for row in self._rows_of(skus))
        return {sku_of(record): record for record in found}

    def offers(self, now: datetime, *, limit: int = 30) -> tuple[Product, ...]:
        """Products with a live offer, most popular first."""
        query = tantivy.Query.term_query(self._schema, "offer", 1)
        live = (p for p in self._found(query, limit=limit * 4, by="popularity") if p.on_offer(now))
        return tuple(product for product, _ in zip(live, range(limit), strict=False))

    def popular(self, *, limit: int = 3) -> tuple[Product, ...]:
        """The most popular products of all."""
        return tuple(self._found(tantivy.Query.all_query(), limit=limit, by="popularity"))

    def records(self) -> Iterator[bytes]:
        """Every product as the record it is kept as, in the order they came in; what an update replaced or
        took out is left out. Needs the memory of a few."""
        for start in range(0, self._products.rows, _TOGETHER):
            rows = range(start, min(start + _TOGETHER, self._products.rows))
            records = {row: self._products[row] for row in rows}
            live = set(self._rows_of(sku_of(record) for record in records.values()))
            yield from (record for row, record in records.items() if row in live)

    def _rows_of(self, skus: Iterable[str]) -> Sequence[Any]:
        wanted = list(dict.fromkeys(skus))
        if not wanted:
            return ()
        query = tantivy.Query.term_set_query(self._schema, "sku", wanted)
        return self._rows_at(self._searcher.search(query, len(wanted), count=False).hits)

    def _rows_at(self, hits: Sequence[tuple[float, tantivy.DocAddress]]) -> Sequence[Any]:
        return self._searcher.fast_field_values("row", [address for _, address in hits])

    def _found(self, query: tantivy.Query, *, limit: int, by: str | None = None) -> Iterator[Product]:
        hits = self._searcher.search(query, limit, count=False, order_by_field=by).hits
        return (parse(self._products[row]) for row in self._rows_at(hits))

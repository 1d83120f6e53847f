"""Every product of a catalogue version, one after the other: for what is made of the whole of it.

The engine is asked for a block of rows at a time, so that a million products take no more memory than a few
thousand; a row that was replaced or taken out is in none of them."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import nlargest
from itertools import chain
from pathlib import Path
from typing import Any

import tantivy

from skill.catalogue.fields import PRODUCTS, schema
from skill.catalogue.manifest import read_manifest
from skill.catalogue.parts import Parts
from skill.catalogue.records import parse
from skill.commerce.product import Product
from skill.errors import CatalogueNotLinked

_BLOCK = 20_000


class Stock:
    """The products of the version in `folder`. Raises CatalogueNotLinked when there is none."""

    def __init__(self, folder: Path) -> None:
        self.manifest = read_manifest(folder)
        self._schema = schema(self.manifest.languages)
        self._products = Parts(folder, PRODUCTS)
        try:
            self._searcher = tantivy.Index(self._schema, path=str(folder)).searcher()
        except ValueError as error:
            raise CatalogueNotLinked from error

    def every(self) -> Iterator[Product]:
        """All products, in the order of the feed; what was put in later comes last."""
        for block in self._blocks():
            for _, row in sorted(block, key=lambda entry: entry[1]):
                yield self._product(row)

    def popular(self, *, limit: int) -> Iterator[Product]:
        """The most popular products first, `limit` at the most; of equals, those that come first in the
        feed."""
        ranked = ((popularity, -row) for popularity, row in chain.from_iterable(self._blocks()))
        for _, row in nlargest(limit, ranked):
            yield self._product(-row)

    def _blocks(self) -> Iterator[list[tuple[int, int]]]:
        """Popularity and row of the products there are."""
        for first in range(0, self._products.rows, _BLOCK):
            last = first + _BLOCK - 1
            rows = tantivy.Query.range_query(self._schema, "row", tantivy.FieldType.Unsigned, first, last)
            found = [address for _, address in self._searcher.search(rows, _BLOCK, count=False).hits]
            # Both are whole numbers, and there is one of each for every document.
            popularity, row = (self._column(name, found) for name in ("popularity", "row"))
            yield list(zip(popularity, row, strict=True))

    def _column(self, name: str, found: list[tantivy.DocAddress]) -> list[Any]:
        return list(self._searcher.fast_field_values(name, found))

    def _product(self, row: int) -> Product:
        return parse(self._products[row])

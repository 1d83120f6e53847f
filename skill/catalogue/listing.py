"""All products of a catalogue version, by their SKU, page by page."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from pathlib import Path
from typing import Any

import tantivy

from skill.catalogue.fields import PRODUCTS, schema
from skill.catalogue.manifest import read_manifest
from skill.catalogue.parts import Parts
from skill.catalogue.records import parse, sku_of
from skill.commerce.product import Product


class Listing:
    """One version, open for paging; safe to share between threads. To open it reads every record once.
    Raises CatalogueNotLinked."""

    def __init__(self, folder: Path) -> None:
        fields = schema(read_manifest(folder).languages)
        searcher = tantivy.Index(fields, path=str(folder)).searcher()
        self._products = Parts(folder, PRODUCTS)
        # Records of products that were replaced or taken out are there still, but not in the index.
        hits = searcher.search(tantivy.Query.all_query(), max(1, searcher.num_docs), count=False).hits
        rows: list[Any] = searcher.fast_field_values("row", [address for _, address in hits])
        self._rows: array[int] = array("Q", sorted(rows, key=self._sku))

    def after(self, sku: str, *, limit: int) -> tuple[Product, ...]:
        """The products that follow a SKU ("": all), which need not be there, in the order of their SKUs."""
        start = bisect_right(self._rows, sku, key=self._sku)
        return tuple(parse(self._products[row]) for row in self._rows[start : start + limit])

    def __len__(self) -> int:
        return len(self._rows)

    def _sku(self, row: int) -> str:
        return sku_of(self._products[row])

"""All products of a catalogue version, by their SKU, page by page."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from pathlib import Path

from skill.catalogue.records import parse, sku_of
from skill.catalogue.shelf import Shelf
from skill.commerce.product import Product


class Listing:
    """One version, open for paging; safe to share between threads. To open it reads every record once.
    Raises CatalogueNotLinked."""

    def __init__(self, folder: Path) -> None:
        self._shelf = Shelf(folder)
        self._rows: array[int] = array("Q", sorted(self._shelf.rows(), key=self._sku))

    def after(self, sku: str, *, limit: int) -> tuple[Product, ...]:
        """The products that follow a SKU ("": all), which need not be there, in the order of their SKUs."""
        start = bisect_right(self._rows, sku, key=self._sku)
        return tuple(parse(self._shelf.record(row)) for row in self._rows[start : start + limit])

    def __len__(self) -> int:
        return len(self._rows)

    def _sku(self, row: int) -> str:
        return sku_of(self._shelf.record(row))

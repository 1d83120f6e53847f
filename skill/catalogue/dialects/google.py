"""Google Merchant feeds: TSV, CSV and XML (RSS 2.0, Atom); attributes as in
support.google.com/merchants/answer/7052112."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from skill.catalogue.dialects.row import Dialect, Header, Record, Row, columns, spelled
from skill.catalogue.problem import Problem

# Of an Atom or RSS entry, what Google's own attributes may be left out for.
_COLUMNS = {
    "id": ("id", "guid"),
    "title": ("title",),
    "description": ("description", "summary", "content"),
    "price": ("price",),
    "availability": ("availability",),
    "availability_date": ("availability_date",),
    "item_group_id": ("item_group_id",),
    "brand": ("brand",),
    "sale_price": ("sale_price",),
    "sale_price_effective_date": ("sale_price_effective_date",),
    "sell_on_google_quantity": ("sell_on_google_quantity", "quantity"),
    "color": ("color", "colour"),
    "size": ("size",),
    "unit_pricing_measure": ("unit_pricing_measure",),
    "multipack": ("multipack",),
}


def read(records: Iterable[Record], header: Header) -> Iterator[Row | Problem]:
    """Rows as they are, with the category of Google's where the merchant names none."""
    names = spelled(header, columns(header, _COLUMNS))
    renamed = [(canonical, found[1:]) for canonical, found in _COLUMNS.items() if len(found) > 1]
    for number, found in records:
        if isinstance(found, Problem):
            yield found
            continue
        values: dict[str, Any] = dict(found)
        for canonical, others in renamed:
            if not values.get(canonical):
                other = next((found[name] for name in others if found.get(name)), None)
                if other is not None:
                    values[canonical] = other
        if not values.get("product_type"):
            values["product_type"] = worded(values.get("google_product_category", ""))
        yield Row(number, values, names)


def worded(category: str) -> str:
    """A category of Google's taxonomy, where it is not just a number of it."""
    return "" if category.isdigit() else category


def _header(names: frozenset[str]) -> bool:
    return {"id", "title", "price"} <= names


DIALECT = Dialect(
    name="google",
    forms=("csv", "xml"),
    read=read,
    needs=(("id",), ("title",), ("price",)),
    header=_header,
)

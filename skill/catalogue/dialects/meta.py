"""Meta (Facebook, Instagram) catalogues: CSV, TSV, and RSS or Atom as Google's; fields as in
developers.facebook.com/documentation/ads-commerce/catalog/reference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from skill.catalogue.dialects import google
from skill.catalogue.dialects.row import Dialect, Header, Record, Row, left_out
from skill.catalogue.problem import Problem

_HIDDEN = frozenset({"hidden", "staging", "archived"})
# What Meta alone has.
_ITS_OWN = frozenset(
    [
        "quantity_to_sell_on_facebook",
        "fb_product_category",
        "rich_text_description",
        "visibility",
        "commerce_tax_category",
        "origin_country",
    ]
)
_QUANTITY = ("quantity_to_sell_on_facebook", "inventory")


def read(records: Iterable[Record], header: Header) -> Iterator[Row | Problem]:
    """As Google's, without what is hidden or archived."""
    quantity = header.first(*_QUANTITY)
    names = {"sell_on_google_quantity": header.spelled[quantity]} if quantity else {}
    for row in google.read(records, header):
        if isinstance(row, Problem):
            yield row
            continue
        values = dict(row.values)
        sku = values.get("id", "")
        state = next(
            (column for column in ("visibility", "status") if values.get(column, "").lower() in _HIDDEN), None
        )
        if state:
            column = header.spelled.get(state, state)
            yield left_out(row.number, column, values[state].lower(), sku)
            continue
        values["sell_on_google_quantity"] = next(
            (values[name] for name in (*_QUANTITY, "sell_on_google_quantity") if values.get(name)), ""
        )
        values["description"] = values.get("description") or values.get("rich_text_description", "")
        values["product_type"] = values.get("product_type") or google.worded(
            values.get("fb_product_category", "")
        )
        yield replace(row, values=values, names={**row.names, **names})


def _header(names: frozenset[str]) -> bool:
    return {"id", "title", "price"} <= names and bool(names & _ITS_OWN)


DIALECT = Dialect(
    name="meta",
    forms=("csv", "xml"),
    read=read,
    needs=(("id",), ("title",), ("price",)),
    header=_header,
)

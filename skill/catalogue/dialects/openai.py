"""OpenAI product feeds: CSV, TSV, JSON, JSON Lines; fields as in
developers.openai.com/commerce/specs/file-upload/products."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from skill.catalogue.dialects.row import (
    Dialect,
    Header,
    Record,
    Row,
    columns,
    left_out,
    options,
    own_values,
    spelled,
    text,
)
from skill.catalogue.objects import loads
from skill.catalogue.problem import Problem

_COLUMNS = {
    "id": ("item_id", "id", "sku"),
    "title": ("title",),
    "description": ("description",),
    "brand": ("brand",),
    "price": ("price",),
    "sale_price": ("sale_price",),
    "sale_price_effective_date": ("sale_price_effective_date",),
    "availability": ("availability",),
    "availability_date": ("availability_date",),
    "sell_on_google_quantity": ("inventory_quantity",),
    "item_group_id": ("group_id", "item_group_id"),
    "product_type": ("product_category", "product_type"),
    "color": ("color",),
    "size": ("size",),
    "star_rating": ("star_rating", "product_review_rating"),
    "review_count": ("review_count", "product_review_count"),
    "unit_pricing_measure": ("unit_pricing_measure",),
    "multipack": ("multipack",),
}
_ELIGIBLE = ("is_eligible_search", "enable_search")


def read(records: Iterable[Record], header: Header) -> Iterator[Row | Problem]:
    """Rows renamed; what is not to be found is left out. That a product is not for OpenAI's own checkout
    says nothing about this shop."""
    names = spelled(header, columns(header, _COLUMNS))
    for number, found in records:
        if isinstance(found, Problem):
            yield found
            continue
        values: dict[str, Any] = own_values(found)
        for canonical, sources in _COLUMNS.items():
            source = next((name for name in sources if text(found.get(name))), None)
            if source:
                values[canonical] = text(found[source])
        eligible = next((name for name in _ELIGIBLE if text(found.get(name))), None)
        if eligible and text(found[eligible]).lower() in {"false", "0", "no"}:
            column = header.spelled.get(eligible, eligible)
            yield left_out(number, column, "hidden from search", values.get("id", ""))
            continue
        for canonical, value in options(_variant(found.get("variant_dict")))[0].items():
            values.setdefault(canonical, value)
        currency = text(found.get("currency"))
        for column in ("price", "sale_price"):
            # Some write a JSON number and the currency beside it.
            if currency and values.get(column, "").replace(".", "").isdigit():
                values[column] = f"{values[column]} {currency}"
        yield Row(number, values, names)


def _variant(told: Any) -> Iterator[tuple[str, str]]:
    """Option names and values, of JSON or of JSON in a cell."""
    if isinstance(told, str) and told.startswith("{"):
        try:
            told = loads(told)
        except ValueError:
            return
    if isinstance(told, dict):
        for name, value in told.items():
            yield str(name), text(value)


def _header(names: frozenset[str]) -> bool:
    known = {"item_id", "is_eligible_search", "enable_search", "is_eligible_checkout", "enable_checkout"}
    return {"title", "price"} <= names and bool(names & known)


def _thing(thing: Mapping[str, Any]) -> bool:
    return "title" in thing and "price" in thing and any(name in thing for name in _COLUMNS["id"])


DIALECT = Dialect(
    name="openai",
    forms=("csv", "json"),
    read=read,
    needs=(("item_id", "id", "sku"), ("title",), ("price",)),
    header=_header,
    thing=_thing,
)

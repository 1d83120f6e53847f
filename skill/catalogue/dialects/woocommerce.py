"""WooCommerce product CSV (woocommerce.com/document/product-csv-importer-exporter, headers in English).

A variation names its parent by SKU or "id:123" and may stand before it: what waits for a parent is laid aside
on disk. The file names no currency."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from skill.catalogue.dialects.aside import Aside
from skill.catalogue.dialects.row import (
    Dialect,
    Header,
    Record,
    Row,
    columns,
    left_out,
    longest,
    options,
    own_columns,
    spelled,
)
from skill.catalogue.dialects.sales import sale
from skill.catalogue.problem import Problem

_COLUMNS = {
    "number": ("id",),
    "kind": ("type",),
    "id": ("sku",),
    "title": ("name",),
    "published": ("published",),
    "visibility": ("visibility_in_catalog", "visibility_in_catalogue"),
    "short": ("short_description",),
    "description": ("description",),
    "starts": ("date_sale_price_starts",),
    "ends": ("date_sale_price_ends",),
    "availability": ("in_stock?",),
    "sell_on_google_quantity": ("stock",),
    "backorders": ("backorders_allowed?",),
    "sale_price": ("sale_price",),
    "price": ("regular_price",),
    "product_type": ("categories",),
    "brand": ("brands", "brand"),
    "item_group_id": ("parent",),
}
_ATTRIBUTE = re.compile(r"attribute_(\d{1,2})_name")
# Orders of another shop, or sets of products of their own.
_NO_PRODUCT = frozenset({"grouped", "external"})
_INHERITED = ("title", "description", "short", "product_type", "brand", "published", "visibility")
_COMMA = re.compile(r"(?<!\\),")


def read(records: Iterable[Record], header: Header) -> Iterator[Row | Problem]:
    """A row for each simple product and each variation; `item_group_id` is the parent's SKU or ID."""
    places = columns(header, _COLUMNS)
    names = spelled(header, places)
    names["sale_price_effective_date"] = names.get("starts") or names.get("ends", "")
    own = own_columns(header)
    attributes = [match[1] for name in header.spelled if (match := _ATTRIBUTE.fullmatch(name))]
    with Aside() as aside:
        for number, cells in records:
            if isinstance(cells, Problem):
                yield cells
                continue
            found = {canonical: cells.get(name, "") for canonical, name in places.items()}
            found |= _attributes(cells, attributes)
            kinds = set(found.get("kind", "").lower().replace(" ", "").split(","))
            if wrong := kinds & _NO_PRODUCT:
                sku = found.get("id", "")
                yield Problem(number, names.get("kind", "Type"), "sold_elsewhere", {"type": wrong.pop()}, sku)
            elif "variable" in kinds:
                for key in _keys(found):
                    aside.name(key, found)
            elif "variation" not in kinds:
                yield from _product(number, found, {}, names, own)
            elif parent := aside.named(_key(found.get("item_group_id", ""))):
                yield from _product(number, found, parent, names, own)
            else:
                aside.put(number, found)
        for number, found in aside.rows():
            told = found.get("item_group_id", "")
            parent = aside.named(_key(told)) or {}
            if not parent:
                column = names.get("item_group_id", "Parent")
                yield Problem(number, column, "parent_missing", {"parent": told}, sku=found.get("id", ""))
            yield from _product(number, found, parent, names, own)


def _attributes(cells: Mapping[str, str], numbers: list[str]) -> dict[str, str]:
    """Attributes as "@color": "Black"; on a parent a list of all there are."""
    return {
        f"@{name}": cells.get(f"attribute_{at}_value(s)", "")
        for at in numbers
        if (name := cells.get(f"attribute_{at}_name", ""))
    }


def _keys(parent: Mapping[str, str]) -> list[str]:
    """The names a variation may call it by."""
    number, sku = parent.get("number", ""), parent.get("id", "")
    return [key for key in (f"id:{number}" if number else "", f"sku:{sku}" if sku else "") if key]


def _key(told: str) -> str:
    return told if told.startswith("id:") else f"sku:{told}"


def _product(
    number: int,
    found: Mapping[str, str],
    parent: Mapping[str, str],
    names: Mapping[str, str],
    own: Mapping[str, str],
) -> Iterator[Row | Problem]:
    sku = found.get("id") or found.get("number", "")
    if hidden := _hidden(found) or _hidden(parent):
        yield left_out(number, names.get(hidden[0], hidden[0]), hidden[1], sku)
        return
    if not found.get("id") and sku:
        yield Problem(number, names.get("id", "SKU"), "no_sku", {"sku": sku}, sku=sku)
    told = {**found, **{key: parent[key] for key in _INHERITED if not found.get(key) and parent.get(key)}}
    pairs = [(name[1:], value) for name, value in found.items() if name.startswith("@") and _one(value)]
    chosen, ending = options(pairs)
    if not found.get("title") and told.get("title"):
        told["title"] = ", ".join((told["title"], *ending))
    values: dict[str, Any] = {
        **{canonical: found.get(canonical) or parent.get(canonical, "") for canonical in own},
        **chosen,
        "id": sku,
        "title": told.get("title", ""),
        "description": told.get("description") or told.get("short", ""),
        "brand": told.get("brand") or _named(found, parent, "@brand"),
        "product_type": longest(map(_path, _COMMA.split(told.get("product_type", "")))),
        "item_group_id": _group(found, parent),
        "price": found.get("price", ""),
        **_stock(found, parent),
    }
    problem, reduced = sale(number, found, names, sku)
    if problem:
        yield problem
    yield Row(number, values | reduced, names)


def _one(value: str) -> bool:
    """Whether this is one value and not a list of all a parent comes in."""
    return bool(value) and "|" not in value and not _COMMA.search(value)


def _named(found: Mapping[str, str], parent: Mapping[str, str], name: str) -> str:
    both = ({key.lower(): value for key, value in each.items()}.get(name, "") for each in (found, parent))
    return next((value for value in both if _one(value)), "")


def _group(found: Mapping[str, str], parent: Mapping[str, str]) -> str:
    if parent:
        return parent.get("id") or parent.get("number", "")
    return found.get("item_group_id", "").removeprefix("id:") if "variation" in found.get("kind", "") else ""


def _path(category: str) -> tuple[str, ...]:
    return tuple(filter(None, (part.strip() for part in category.replace("\\,", ",").split(">"))))


def _hidden(found: Mapping[str, str]) -> tuple[str, str] | None:
    published = found.get("published", "")
    if published not in {"", "1", "true", "TRUE"}:
        return "published", "a draft" if published == "-1" else "not published"
    return ("visibility", "hidden") if found.get("visibility", "").lower() == "hidden" else None


def _stock(found: Mapping[str, str], parent: Mapping[str, str]) -> dict[str, str]:
    """A variation may share its parent's stock; what may be ordered without stock is not counted."""
    told = found.get("availability") or parent.get("availability", "")
    words = {"1": "in_stock", "0": "out_of_stock", "backorder": "backorder"}
    count = found.get("sell_on_google_quantity", "")
    if count.lower() == "parent":
        count = parent.get("sell_on_google_quantity", "")
    if found.get("backorders", "").lower() in {"1", "notify"}:
        count = ""
    if count.startswith("-"):
        count = "0"
    return {"availability": words.get(told.lower(), told), "sell_on_google_quantity": count}


def _header(names: frozenset[str]) -> bool:
    known = {
        "type",
        "in_stock?",
        "date_sale_price_starts",
        "short_description",
        "visibility_in_catalog",
        "parent",
    }
    return {"name", "regular_price"} <= names and bool(names & known)


DIALECT = Dialect(
    name="woocommerce",
    forms=("csv",),
    read=read,
    needs=(("name",), ("regular_price",), ("sku", "id")),
    header=_header,
)

"""Magento 2 (Adobe Commerce) product CSV: experienceleague.adobe.com, product data attributes reference.

A configurable product names its variations and usually stands below them, so all rows are laid aside on disk
before the first is told. The file names no currency."""

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
    own_values,
    spelled,
)
from skill.catalogue.dialects.sales import sale
from skill.catalogue.problem import Problem

_COLUMNS = {
    "id": ("sku",),
    "view": ("store_view_code",),
    "kind": ("product_type",),
    "categories": ("categories",),
    "title": ("name",),
    "description": ("description",),
    "short": ("short_description",),
    "online": ("product_online",),
    "visibility": ("visibility",),
    "price": ("price",),
    "sale_price": ("special_price",),
    "starts": ("special_price_from_date",),
    "ends": ("special_price_to_date",),
    "sell_on_google_quantity": ("qty",),
    "in_stock": ("is_in_stock",),
    "manages": ("manage_stock",),
    "backorders": ("allow_backorders",),
    "attributes": ("additional_attributes",),
    "variations": ("configurable_variations",),
    "brand": ("brand", "manufacturer"),
}
_BRANDS = ("brand", "manufacturer")
_NO_PRODUCT = frozenset({"grouped", "bundle"})
_INHERITED = ("description", "short", "brand", "categories")
_UNSEEN = "not visible individually"
# "a=1,b=2,3": what is no name and an equals sign belongs to the value before.
_BETWEEN = re.compile(r",(?=\s*\"?[a-zA-Z][a-zA-Z0-9_]*=)")


def read(records: Iterable[Record], header: Header) -> Iterator[Row | Problem]:
    """A row for each product that is sold; `item_group_id` is the configurable product's SKU."""
    places = columns(header, _COLUMNS)
    # Magento's column of that name is the kind of product, not where it stands in the shop.
    names = {**spelled(header, places), "product_type": "categories"}
    names["sale_price_effective_date"] = names.get("starts") or names.get("ends", "")
    own = own_columns(header)
    with Aside() as aside:
        for number, cells in records:
            if isinstance(cells, Problem):
                yield cells
                continue
            found = {canonical: cells.get(name, "") for canonical, name in places.items()}
            sku, kind = found.get("id", ""), found.get("kind", "").lower()
            view = found.get("view", "")
            if view.lower() not in {"", "default", "admin"}:
                yield Problem(number, names["view"], "other_view", {"view": view}, sku=sku)
                continue
            if kind in _NO_PRODUCT:
                yield Problem(number, names["kind"], "sold_elsewhere", {"type": kind}, sku=sku)
            elif kind == "configurable":
                for child, chosen in _variations(found.get("variations", "")):
                    aside.name(child, {**found, "@": chosen})
            else:
                aside.put(number, found)
        for number, found in aside.rows():
            yield from _product(number, found, aside.named(found.get("id", "")) or {}, names, own)


def _variations(told: str) -> Iterator[tuple[str, dict[str, str]]]:
    """ "sku=X,size=M|sku=Y,size=L": SKUs and their options."""
    for variation in told.split("|"):
        chosen = _pairs(variation)
        if sku := chosen.pop("sku", ""):
            yield sku, chosen


def _pairs(told: str) -> dict[str, str]:
    pairs = (part.strip().strip('"').partition("=") for part in _BETWEEN.split(told))
    return {name.strip(): value.strip().strip('"') for name, equals, value in pairs if equals}


def _product(
    number: int,
    found: Mapping[str, str],
    parent: Mapping[str, Any],
    names: Mapping[str, str],
    own: Mapping[str, str],
) -> Iterator[Row | Problem]:
    sku = found.get("id", "")
    if hidden := _hidden(found, parent):
        yield left_out(number, names.get(hidden[0], hidden[0]), hidden[1], sku)
        return
    attributes = _pairs(found.get("attributes", ""))
    chosen: Mapping[str, str] = parent.get("@", {})
    told = {**found, **{key: parent[key] for key in _INHERITED if not found.get(key) and parent.get(key)}}
    single = [(name, value) for name, value in attributes.items() if "|" not in value]
    brand = told.get("brand") or next((attributes[name] for name in _BRANDS if attributes.get(name)), "")
    values: dict[str, Any] = {
        **own_values(attributes),
        **{canonical: found[canonical] for canonical in own},
        **options([*chosen.items(), *single])[0],
        "id": sku,
        "title": told.get("title", ""),
        "description": told.get("description") or told.get("short", ""),
        "brand": brand,
        "product_type": longest(map(_path, re.split(r"[,|]", told.get("categories", "")))),
        "item_group_id": parent.get("id", ""),
        "price": found.get("price", ""),
        **_stock(found),
    }
    problem, reduced = sale(number, found, names, sku)
    if problem:
        yield problem
    yield Row(number, values | reduced, names)


def _hidden(found: Mapping[str, str], parent: Mapping[str, Any]) -> tuple[str, str] | None:
    """A variation need not be seen by itself; what belongs to nothing must."""
    for each in (found, parent):
        if each.get("online", "") in {"0", "2"}:
            return "online", "disabled"
    if not parent and found.get("visibility", "").lower() == _UNSEEN:
        return "visibility", _UNSEEN
    return None


def _path(category: str) -> tuple[str, ...]:
    """Without the root, which is the shop itself."""
    return tuple(filter(None, (part.strip() for part in category.split("/"))))[1:]


def _stock(found: Mapping[str, str]) -> dict[str, str]:
    """Quantities have decimals ("8.0000"), and are not counted where stock is not managed or may run out."""
    count = re.sub(r"\.0*$", "", found.get("sell_on_google_quantity", ""))
    uncounted = found.get("manages") == "0" or found.get("backorders") in {"1", "2"}
    if uncounted:
        count = ""
    if count.startswith("-"):
        count = "0"
    # Zero pieces of what is counted are none, whatever the flag says.
    there = found.get("in_stock", "") not in {"0", "false", "FALSE"}
    return {"availability": "in_stock" if there else "out_of_stock", "sell_on_google_quantity": count}


def _header(names: frozenset[str]) -> bool:
    known = {"attribute_set_code", "additional_attributes", "configurable_variations", "product_online"}
    return {"sku", "name"} <= names and bool(names & known)


DIALECT = Dialect(
    name="magento",
    forms=("csv",),
    read=read,
    needs=(("sku",), ("name",), ("price",)),
    header=_header,
)

"""Shopify product CSV, old headers ("Variant Price") and new ("Price"): help.shopify.com, using-csv.

A product's first row carries its texts and its first variant, the next ones a variant each, or a picture
alone. The file names no currency. Weights are for the post and say nothing of what a piece holds."""

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
    own_columns,
    spelled,
    yes,
)
from skill.catalogue.problem import Problem

_COLUMNS = {
    "handle": ("url_handle", "handle"),
    "title": ("title",),
    "description": ("body_(html)", "description"),
    "brand": ("vendor",),
    "category": ("product_category",),
    "type": ("type", "custom_product_type"),
    "published": ("published_on_online_store", "published"),
    "status": ("status",),
    "id": ("variant_sku", "sku"),
    "price": ("variant_price", "price"),
    "list_price": ("variant_compare_at_price", "compare-at_price"),
    "tracker": ("variant_inventory_tracker", "inventory_tracker"),
    "sell_on_google_quantity": ("variant_inventory_qty", "inventory_quantity"),
    "continues": ("variant_inventory_policy", "continue_selling_when_out_of_stock"),
    "measure": ("unit_price_total_measure",),
    "measure_unit": ("unit_price_total_measure_unit",),
}
_OPTIONS = range(1, 4)
# Of the product as a whole: told in its first row alone.
_PRODUCT = ("title", "description", "brand", "category", "type", "published", "status")
# What the only variant of a product without options is called.
_NO_OPTION = "default title"


def read(records: Iterable[Record], header: Header) -> Iterator[Row | Problem]:
    """A row for each variant; `item_group_id` is the handle."""
    places = columns(header, _COLUMNS)
    names = spelled(header, places)
    names["unit_pricing_measure"] = names.get("measure", "unit_pricing_measure")
    own = own_columns(header)
    product: dict[str, str] = {}
    for number, cells in records:
        if isinstance(cells, Problem):
            yield cells
            continue
        found = {canonical: cells.get(name, "") for canonical, name in places.items()}
        told = {f"option{at}": cells.get(f"option{at}_name", "") for at in _OPTIONS}
        told |= {name: found.get(name, "") for name in ("handle", *_PRODUCT)}
        option_values = [cells.get(f"option{at}_value", "") for at in _OPTIONS]
        if _another(told, product):
            product = {**told, **{name: found[name] for name in own}}
        else:
            product |= {name: value for name, value in told.items() if value}
        if not (found.get("id") or found.get("price") or any(option_values)):
            # A picture of the product above.
            continue
        pairs = [
            (product.get(f"option{at}", ""), value)
            for at, value in zip(_OPTIONS, option_values, strict=True)
            if value.lower() != _NO_OPTION
        ]
        yield from _variant(number, {**product, **{k: v for k, v in found.items() if v}}, pairs, names, own)


def _another(told: Mapping[str, str], product: Mapping[str, str]) -> bool:
    """Whether a row begins another product: the rows of one repeat its handle, or leave it out."""
    if told["handle"]:
        return told["handle"] != product.get("handle")
    return bool(told["title"]) and told["title"] != product.get("title")


def _variant(
    number: int,
    found: Mapping[str, str],
    pairs: list[tuple[str, str]],
    names: Mapping[str, str],
    own: Mapping[str, str],
) -> Iterator[Row | Problem]:
    chosen, ending = options(pairs)
    sku = found.get("id") or "-".join(filter(None, (found.get("handle"), *ending)))
    if hidden := _hidden(found):
        yield left_out(number, names.get(hidden[0], hidden[0]), hidden[1], sku)
        return
    if not found.get("id"):
        yield Problem(number, names.get("id", "SKU"), "no_sku", {"sku": sku}, sku=sku)
    title = found.get("title", "")
    values: dict[str, Any] = {
        **{canonical: found[canonical] for canonical in own if canonical in found},
        **chosen,
        "id": sku,
        "title": ", ".join((title, *ending)) if title else "",
        "description": found.get("description", ""),
        "brand": found.get("brand", ""),
        "item_group_id": found.get("handle", ""),
        "product_type": found.get("category") or found.get("type", ""),
        "price": found.get("price", ""),
        "list_price": found.get("list_price", ""),
        "sell_on_google_quantity": _quantity(found, names),
    }
    if held := found.get("measure"):
        values["unit_pricing_measure"] = f"{held} {found.get('measure_unit', '')}"
    yield Row(number, values, names)


def _hidden(found: Mapping[str, str]) -> tuple[str, str] | None:
    """The column that says so, and what it says."""
    status = found.get("status", "").lower()
    if status not in {"", "active"}:
        return "status", status
    published = found.get("published", "")
    return ("published", "not published") if published and not yes(published) else None


def _quantity(found: Mapping[str, str], names: Mapping[str, str]) -> str:
    """What is counted: nothing without a tracker, or when selling goes on without stock. Oversold is out."""
    told = found.get("sell_on_google_quantity", "")
    untracked = "tracker" in names and not found.get("tracker")
    continues = found.get("continues", "").lower() in {"continue", "true", "1", "yes"}
    if untracked or continues or not told:
        return ""
    return "0" if told.startswith("-") and told[1:].isdigit() else told


def _header(names: frozenset[str]) -> bool:
    known = {"variant_price", "variant_sku", "option1_name", "option1_value", "compare-at_price"}
    return bool(names & {"handle", "url_handle"}) and bool(names & known)


DIALECT = Dialect(
    name="shopify",
    forms=("csv",),
    read=read,
    needs=(_COLUMNS["handle"], _COLUMNS["title"], _COLUMNS["price"]),
    header=_header,
)

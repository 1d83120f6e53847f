"""Agentic Commerce Protocol feeds, 2026-04-17: products with variants, in JSON or JSON Lines; amounts are
integer minor units (agentic-commerce-protocol, spec/2026-04-17/json-schema/schema.feed.json)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from skill.catalogue.dialects.row import Dialect, Header, Record, Row, options, own_values, text
from skill.catalogue.feed_text import plain_markdown
from skill.catalogue.feed_values import Unclear, minor_money
from skill.catalogue.problem import Problem
from skill.commerce.money import Money

# Which of a product's categories is the merchant's own.
_TAXONOMIES = ("merchant", "", "shopify", "google_product_category")


def read(records: Iterable[Record], _: Header) -> Iterator[Row | Problem]:
    """Each variant as a row with the number of its product, whose texts it takes where it has none."""
    for number, product in records:
        if isinstance(product, Problem):
            yield product
            continue
        variants = product.get("variants")
        if not isinstance(variants, list) or not variants:
            yield Problem(number, "variants", "empty", sku=text(product.get("id")))
            continue
        for variant in variants:
            if isinstance(variant, dict):
                yield _row(number, variant, product)
            else:
                yield Problem(number, "variants", "not_an_object", {"found": repr(variant)[:40]})


def _row(number: int, variant: Mapping[str, Any], product: Mapping[str, Any]) -> Row | Problem:
    sku = text(variant.get("id"))
    values: dict[str, Any] = {
        **own_values(product),
        **own_values(variant),
        "id": sku,
        "title": text(variant.get("title")) or text(product.get("title")),
        "description": _description(variant.get("description")) or _description(product.get("description")),
        "item_group_id": text(product.get("id")),
        "product_type": _category(variant.get("categories")) or _category(product.get("categories")),
        "availability": _availability(variant.get("availability")),
    }
    try:
        values |= _prices(variant)
    except _Wrong as wrong:
        return Problem(number, wrong.column, wrong.code, wrong.values, sku=sku)
    chosen = variant.get("variant_options")
    pairs = [
        (text(option.get("name")), text(option.get("value")))
        for option in (chosen if isinstance(chosen, list) else ())
        if isinstance(option, dict)
    ]
    unit = variant.get("unit_price")
    if isinstance(unit, dict) and isinstance(held := unit.get("measure"), dict):
        values["unit_pricing_measure"] = f"{text(held.get('value'))} {text(held.get('unit'))}"
    return Row(number, {**values, **options(pairs)[0]}, _NAMES)


_NAMES = {"item_group_id": "id", "product_type": "categories", "unit_pricing_measure": "unit_price"}


class _Wrong(Unclear):
    """Raised when a price is none."""

    def __init__(self, column: str, unclear: Unclear) -> None:
        super().__init__(unclear.code, **unclear.values)
        self.column = column


def _prices(variant: Mapping[str, Any]) -> dict[str, Money]:
    """The selling price, and the one it used to be."""
    price, listed = _money(variant, "price"), _money(variant, "list_price")
    if price is None:
        raise _Wrong("price", Unclear("no_price"))
    return {"price": price, **({"list_price": listed} if listed else {})}


def _money(variant: Mapping[str, Any], column: str) -> Money | None:
    told = variant.get(column)
    if not isinstance(told, dict):
        return None
    try:
        return minor_money(told.get("amount"), told.get("currency"))
    except Unclear as unclear:
        raise _Wrong(column, unclear) from None


def _description(told: Any) -> str:
    if not isinstance(told, dict):
        return text(told)
    if told.get("plain"):
        return text(told["plain"])
    return text(told.get("html")) or plain_markdown(text(told.get("markdown"))[:50_000])


def _category(told: Any) -> str:
    if not isinstance(told, list):
        return ""
    found = {
        text(category.get("taxonomy")): text(category.get("value"))
        for category in reversed(told)
        if isinstance(category, dict)
    }
    return next((found[name] for name in _TAXONOMIES if name in found), next(iter(found.values()), ""))


def _availability(told: Any) -> str:
    """`available` is whether it can be bought; the status what for. Backorders can be, and are not there."""
    if not isinstance(told, dict):
        return text(told)
    status = text(told.get("status"))
    if told.get("available") is False and status.lower() != "discontinued":
        return "out_of_stock"
    return status


def _thing(thing: Mapping[str, Any]) -> bool:
    return "variants" in thing and not any(key.startswith("@") for key in thing)


DIALECT = Dialect(name="acp", forms=("json",), read=read, thing=_thing)

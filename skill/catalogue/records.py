"""Products as compact JSON, the form they have inside an index."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from typing import Any

from skill.commerce.money import Money
from skill.commerce.product import Measure, Offer, Product

_PLAIN = (
    "title",
    "brand",
    "description",
    "group",
    "colour",
    "size",
    "multipack",
    "limit",
    "rating",
    "reviews",
)
_LISTS = ("also", "category", "diet", "goes_with")


def dump(product: Product) -> bytes:
    """The product as its SKU, a line break and UTF-8 JSON; parts with their default value are left out."""
    raw: dict[str, Any] = {name: getattr(product, name) for name in _PLAIN if getattr(product, name)}
    raw.update({name: list(getattr(product, name)) for name in _LISTS if getattr(product, name)})
    raw["price"] = [product.price.minor, product.price.currency]
    if product.names:
        raw["names"] = dict(product.names)
    if product.categories:
        raw["categories"] = {language: list(path) for language, path in product.categories.items()}
    if product.contains is not None:
        raw["contains"] = list(product.contains)
    if product.offer:
        starts, ends = product.offer.starts, product.offer.ends
        raw["offer"] = [
            product.offer.price.minor,
            starts.isoformat() if starts else None,
            ends.isoformat() if ends else None,
        ]
    if product.measure:
        raw["measure"] = [product.measure.milli, product.measure.unit]
    if product.popularity:
        raw["popularity"] = product.popularity
    if product.stock is not None:
        raw["stock"] = product.stock
    return f"{product.sku}\n{json.dumps(raw, ensure_ascii=False, separators=(',', ':'))}".encode()


def sku_of(data: bytes) -> str:
    """The SKU of the product `dump` wrote."""
    return data[: data.rindex(b"\n")].decode()


@lru_cache(maxsize=512)
def parse(data: bytes) -> Product:
    """The product `dump` wrote. The same record is often read several times in a turn, and in the next."""
    # From text: json looks for the encoding of bytes, which takes it longer than reading them.
    sku, _, text = data.decode().rpartition("\n")
    raw = json.loads(text)
    price = Money(*raw.pop("price"))
    offer, measure, contains = raw.pop("offer", None), raw.pop("measure", None), raw.pop("contains", None)
    if "categories" in raw:
        raw["categories"] = {language: tuple(path) for language, path in raw["categories"].items()}
    lists: dict[str, Any] = {name: tuple(raw.pop(name)) for name in _LISTS if name in raw}
    return Product(
        sku=sku,
        **raw,
        **lists,
        price=price,
        contains=None if contains is None else tuple(contains),
        offer=Offer(Money(offer[0], price.currency), _time(offer[1]), _time(offer[2])) if offer else None,
        measure=Measure(*measure) if measure else None,
    )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

"""Small things the commerce tests are made of."""

from __future__ import annotations

from datetime import UTC, datetime

from skill.commerce.cart import Line
from skill.commerce.money import Money
from skill.commerce.product import Measure, Offer, Product

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def line(sku: str, quantity: int = 1, *, price: int = 399, name: str = "") -> Line:
    return Line(sku=sku, quantity=quantity, name=name or sku.title(), price=usd(price))


def product(
    sku: str = "milk",
    *,
    price: int = 399,
    name: str = "",
    holds: tuple[int, str] | None = None,
    multipack: int = 1,
    offer: Offer | None = None,
    limit: int | None = None,
) -> Product:
    """`holds` is one piece's content in thousandths of a unit."""
    return Product(
        sku=sku,
        title=name or sku.title(),
        price=usd(price),
        measure=Measure(*holds) if holds else None,
        multipack=multipack,
        offer=offer,
        limit=limit,
    )

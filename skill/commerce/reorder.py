"""Buying again: what of an earlier order can be had now, and what has changed since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from skill.commerce.cart import Line, together
from skill.commerce.money import Money
from skill.commerce.order import Order
from skill.commerce.product import Product

USUAL_ORDERS = 5


@dataclass(frozen=True, slots=True)
class PriceChange:
    """A line at its price of now, and what one piece cost before."""

    line: Line
    was: Money


@dataclass(frozen=True, slots=True)
class Plan:
    """`lines` can be bought now at the price of now; `gone` are names no longer sold or sold out;
    `short` are lines of which fewer are left than were bought then."""

    lines: tuple[Line, ...]
    gone: tuple[str, ...] = ()
    short: tuple[Line, ...] = ()
    prices: tuple[PriceChange, ...] = ()


def plan(
    wanted: Iterable[Line],
    *,
    products: Mapping[str, Product],
    stock: Mapping[str, int | None],
    now: datetime,
    locale: str,
) -> Plan:
    """Compare `wanted` with shelf and stock of today. A SKU missing in `stock` is not counted."""
    lines: list[Line] = []
    gone: list[str] = []
    short: list[Line] = []
    prices: list[PriceChange] = []
    for line in wanted:
        product, left = products.get(line.sku), stock.get(line.sku)
        # Lines of one product with different options share what there is of it.
        have = together(lines, line.sku)
        bounds = (bound - have for bound in (left, product.limit if product else None) if bound is not None)
        allowed = min((line.quantity, *bounds))
        if product is None or allowed <= 0:
            gone.append(line.spoken)
            continue
        price, name = product.price_at(now), product.name(locale)
        fresh = Line(sku=line.sku, quantity=allowed, name=name, price=price)
        lines.append(fresh)
        if allowed < line.quantity:
            short.append(fresh)
        if price != line.price:
            prices.append(PriceChange(fresh, line.price))
    return Plan(tuple(lines), tuple(gone), tuple(short), tuple(prices))


def on_top(
    wanted: Iterable[Line],
    cart: Iterable[Line],
    *,
    products: Mapping[str, Product],
    stock: Mapping[str, int | None],
    now: datetime,
    locale: str,
) -> tuple[Plan, tuple[Line, ...]]:
    """What of `wanted` can be bought besides what the `cart` holds: the plan for both together, and the lines
    that come in."""
    have = {line.sku: line.quantity for line in cart}
    both = plan(
        (replace(line, quantity=line.quantity + have.get(line.sku, 0)) for line in wanted),
        products=products,
        stock=stock,
        now=now,
        locale=locale,
    )
    added = (replace(line, quantity=line.quantity - have.get(line.sku, 0)) for line in both.lines)
    return both, tuple(line for line in added if line.quantity > 0)


def usual(orders: Iterable[Order]) -> tuple[Line, ...]:
    """What this shopper usually buys: lines in at least half (and at least two) of the last
    `USUAL_ORDERS` orders that were not cancelled, each at the quantity bought most often."""
    recent = sorted(
        (order for order in orders if order.status not in ("cancelled", "failed", "refunded")),
        key=lambda order: order.placed_at,
        reverse=True,
    )[:USUAL_ORDERS]
    times: Counter[str] = Counter()
    amounts: dict[str, Counter[int]] = {}
    latest: dict[str, Line] = {}
    for order in recent:
        for line in order.lines:
            times[line.sku] += 1
            amounts.setdefault(line.sku, Counter())[line.quantity] += 1
            latest.setdefault(line.sku, line)
    floor = max(2, (len(recent) + 1) // 2)
    return tuple(
        Line(
            sku=sku,
            quantity=amounts[sku].most_common(1)[0][0],
            name=latest[sku].name,
            price=latest[sku].price,
        )
        for sku, count in times.items()
        if count >= floor
    )

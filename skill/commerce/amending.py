"""What becomes of a placed order when its shopper wants more of it, less, or something else. Pure.

A line keeps the price it was ordered at, unless more of it is wanted: then all of it is sold at the price of
now, since a line has one price. The order's coupon counts as on the day it was placed, and only while the
lines still reach its minimum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from skill.commerce.cart import Cart, Line, put
from skill.commerce.coupon import Coupon, refusal
from skill.commerce.money import total
from skill.commerce.order import Order
from skill.commerce.payment import towards
from skill.commerce.totals import Totals

# Until its shop packs it; one that is not paid for yet is not changed but called off.
AMENDABLE = frozenset({"placed", "accepted"})


def had(order: Order, sku: str) -> int:
    """Pieces of a SKU in the order."""
    return sum(line.quantity for line in order.lines if line.sku == sku)


def has(order: Order, counts: Mapping[str, int]) -> bool:
    """Whether the order holds just so many pieces of each SKU."""
    return all(had(order, sku) == count for sku, count in counts.items())


def relined(order: Order, counts: Mapping[str, int], *, fresh: Mapping[str, Line]) -> tuple[Line, ...]:
    """The order's lines with so many pieces of each SKU (0: none). `fresh` are the lines at the name and
    price of now, for what is new and what becomes more. Raises QuantityNotAllowed and CartFull as a cart
    does, and KeyError for what is to become more and is not among them."""
    there = {line.sku: line for line in order.lines}
    wanted = []
    for sku, count in counts.items():
        more = count > had(order, sku)
        wanted.append(replace(fresh[sku] if more else there.get(sku) or fresh[sku], quantity=count))
    return put(Cart(cid=order.id, lines=order.lines), *wanted).lines


def still_counts(coupon: Coupon | None, order: Order, lines: tuple[Line, ...]) -> Coupon | None:
    """The order's coupon if it counts for these lines too; None when it does not, or there is none. That it
    was used is this very order's doing."""
    goods = total((line.cost for line in lines), currency=order.totals.total.currency)
    if coupon is None or refusal(coupon, lines=goods, now=order.placed_at):
        return None
    return coupon


def amended(order: Order, *, lines: tuple[Line, ...], totals: Totals, coupon: str) -> Order:
    """The order with these lines at these totals, and the money due that this means: back to the shopper at
    once, from the shopper only where nothing was charged before."""
    payment = towards(order.payment, totals.total.minor, order=order.id)
    return replace(order, lines=lines, totals=totals, coupon=coupon, payment=payment)

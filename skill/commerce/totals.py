"""What an order costs, to the unit: lines, discount, delivery, tax. The total read out is the total charged.

A discount is taken from the lines before tax, and each tax rate bears its share of it, so that tax is paid on
what is paid. Delivery is free by the lines before the discount: nobody loses free delivery to a coupon. What
is picked up costs no delivery.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from skill.commerce.cart import Line
from skill.commerce.coupon import Coupon, allot
from skill.commerce.money import Money, portion, total


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A shop's terms of sale. Amounts in minor units of `currency`, which has `minor_digits` decimals;
    rates in basis points by top category ("default" for the rest); `tax_inclusive`: shelf prices already
    hold the tax."""

    currency: str
    minor_digits: int = 2
    tax_inclusive: bool = False
    tax_rates: Mapping[str, int] = field(default_factory=dict)
    delivery_fee: int = 0
    free_delivery_from: int | None = None
    minimum_order: int = 0
    # From this total on an order asks for the shopper's voice code, if there is one.
    code_from: int = 10_000


@dataclass(frozen=True, slots=True)
class Totals:
    """`lines` before `discount`; `tax` is on top when prices are without tax, and contained in what is
    paid otherwise."""

    lines: Money
    delivery: Money
    tax: Money
    total: Money
    discount: Money
    # What comes back with the bottles: part of the total, beside the lines (None: before there were any).
    deposit: Money | None = None


def quote(
    lines: Iterable[Line],
    *,
    terms: Terms,
    category_of: Callable[[str], str],
    coupon: Coupon | None = None,
    pickup: bool = False,
) -> Totals:
    """Price a cart. `category_of` gives a SKU's top category; `coupon` is one that counts. Tax is rounded
    once per rate, half up, on the sum of that rate's lines less their part of the discount; delivery is
    taxed at the default rate."""
    lines = tuple(lines)
    nothing = Money(0, terms.currency)
    goods = total((line.cost for line in lines), currency=terms.currency)
    discount = coupon.off(goods) if coupon else nothing
    free = terms.free_delivery_from is not None and goods.minor >= terms.free_delivery_from
    delivery = nothing if free or pickup or not lines else Money(terms.delivery_fee, terms.currency)
    default = terms.tax_rates.get("default", 0)
    by_rate: dict[int, int] = {default: 0}
    for line in lines:
        rate = terms.tax_rates.get(category_of(line.sku), default)
        by_rate[rate] = by_rate.get(rate, 0) + line.cost.minor
    parts = allot(discount.minor, tuple(by_rate.values()))
    taxed = {
        rate: Money(amount - part, terms.currency)
        for (rate, amount), part in zip(by_rate.items(), parts, strict=True)
    }
    taxed[default] += delivery
    if terms.tax_inclusive:
        tax = total((_contained(amount, rate) for rate, amount in taxed.items()), currency=terms.currency)
        return Totals(goods, delivery, tax, goods - discount + delivery, discount)
    tax = total(
        (portion(amount, basis_points=rate) for rate, amount in taxed.items()), currency=terms.currency
    )
    return Totals(goods, delivery, tax, goods - discount + delivery + tax, discount)


def _contained(gross: Money, rate: int) -> Money:
    net = (2 * gross.minor * 10_000 + 10_000 + rate) // (2 * (10_000 + rate))
    return Money(gross.minor - net, gross.currency)

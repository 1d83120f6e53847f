"""What an order costs, to the unit: lines, discount, delivery, deposit, tax. The total read out is the total
charged.

A discount is taken from the lines before tax, and each tax rate bears its share of it, so that tax is paid on
what is paid. Delivery is free by the lines before the discount: nobody loses free delivery to a coupon. What
is picked up costs no delivery. A deposit comes back with the bottles: no coupon takes anything off it, and it
counts neither for free delivery nor for the smallest order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from skill.commerce.cart import Line
from skill.commerce.coupon import Coupon, allot
from skill.commerce.money import Money, portion, total
from skill.commerce.options import base_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A shop's terms of sale. Amounts in minor units of `currency`, which has `minor_digits` decimals;
    rates in basis points by top category ("default" for the rest); `tax_inclusive`: shelf prices already
    hold the tax. Deposits are for one piece, by SKU before top category; `deposit_taxed`: at the rate of the
    line they go with."""

    currency: str
    minor_digits: int = 2
    tax_inclusive: bool = False
    tax_rates: Mapping[str, int] = field(default_factory=dict)
    delivery_fee: int = 0
    free_delivery_from: int | None = None
    minimum_order: int = 0
    # From this total on an order asks for the shopper's voice code, if there is one.
    code_from: int = 10_000
    sku_deposits: Mapping[str, int] = field(default_factory=dict)
    deposits: Mapping[str, int] = field(default_factory=dict)
    deposit_taxed: bool = False
    # Totals are whole multiples of so many minor units: five, where a currency has no smaller coin.
    total_step: int = 1

    def deposit(self, sku: str, category: str) -> int:
        """The deposit on one piece."""
        return self.sku_deposits.get(base_of(sku), self.deposits.get(category, 0))


@dataclass(frozen=True, slots=True)
class Totals:
    """`lines` before `discount`; `tax` is on top when prices are without tax, and contained in what is
    paid otherwise."""

    lines: Money
    delivery: Money
    tax: Money
    total: Money
    discount: Money
    # What comes back with the bottles: part of the total, beside the lines (None: nothing does).
    deposit: Money | None = None
    # What bringing the total to the step of the shop's terms added, or took off (None: nothing).
    rounding: Money | None = None


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
    currency = terms.currency
    nothing = Money(0, currency)
    goods = total((line.cost for line in lines), currency=currency)
    discount = coupon.off(goods) if coupon else nothing
    free = terms.free_delivery_from is not None and goods.minor >= terms.free_delivery_from
    delivery = nothing if free or pickup or not lines else Money(terms.delivery_fee, currency)
    default = terms.tax_rates.get("default", 0)
    by_rate: dict[int, int] = {default: 0}
    deposits: dict[int, int] = {}
    for line in lines:
        category = category_of(line.sku)
        rate = terms.tax_rates.get(category, default)
        by_rate[rate] = by_rate.get(rate, 0) + line.cost.minor
        deposits[rate] = deposits.get(rate, 0) + terms.deposit(line.sku, category) * line.quantity
    deposit = Money(sum(deposits.values()), currency)
    parts = allot(discount.minor, tuple(by_rate.values()))
    taxed = {
        rate: Money(amount - part + (deposits.get(rate, 0) if terms.deposit_taxed else 0), currency)
        for (rate, amount), part in zip(by_rate.items(), parts, strict=True)
    }
    taxed[default] += delivery
    of_rate = _contained if terms.tax_inclusive else _on_top
    tax = total((of_rate(amount, rate) for rate, amount in taxed.items()), currency=currency)
    exact = goods - discount + delivery + deposit + (nothing if terms.tax_inclusive else tax)
    payable = _stepped(exact, terms.total_step)
    return Totals(
        lines=goods,
        delivery=delivery,
        tax=tax,
        total=payable,
        discount=discount,
        deposit=deposit if deposit.minor else None,
        rounding=payable - exact if payable != exact else None,
    )


def _on_top(net: Money, rate: int) -> Money:
    return portion(net, basis_points=rate)


def _contained(gross: Money, rate: int) -> Money:
    net = (2 * gross.minor * 10_000 + 10_000 + rate) // (2 * (10_000 + rate))
    return Money(gross.minor - net, gross.currency)


def _stepped(amount: Money, step: int) -> Money:
    """The nearest multiple of `step` minor units, half a step rounded up."""
    return Money((2 * amount.minor + step) // (2 * step) * step, amount.currency)

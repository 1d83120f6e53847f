"""What an order costs, to the unit: lines, delivery, tax. The total read out is the total charged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from skill.commerce.cart import Line
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


@dataclass(frozen=True, slots=True)
class Totals:
    """`tax` is on top of the lines when prices are without tax, and contained in them otherwise."""

    lines: Money
    delivery: Money
    tax: Money
    total: Money


def quote(lines: Iterable[Line], *, terms: Terms, category_of: Callable[[str], str]) -> Totals:
    """Price a cart. `category_of` gives a SKU's top category. Tax is rounded once per rate, half up,
    on the sum of that rate's lines; delivery is taxed at the default rate."""
    lines = tuple(lines)
    goods = total((line.cost for line in lines), currency=terms.currency)
    free = terms.free_delivery_from is not None and goods.minor >= terms.free_delivery_from
    delivery = Money(0 if free or not lines else terms.delivery_fee, terms.currency)
    default = terms.tax_rates.get("default", 0)
    taxed: dict[int, Money] = {default: delivery}
    for line in lines:
        rate = terms.tax_rates.get(category_of(line.sku), default)
        taxed[rate] = taxed.get(rate, Money(0, terms.currency)) + line.cost
    if terms.tax_inclusive:
        tax = total((_contained(amount, rate) for rate, amount in taxed.items()), currency=terms.currency)
        return Totals(goods, delivery, tax, goods + delivery)
    tax = total(
        (portion(amount, basis_points=rate) for rate, amount in taxed.items()), currency=terms.currency
    )
    return Totals(goods, delivery, tax, goods + delivery + tax)


def _contained(gross: Money, rate: int) -> Money:
    net = (2 * gross.minor * 10_000 + 10_000 + rate) // (2 * (10_000 + rate))
    return Money(gross.minor - net, gross.currency)

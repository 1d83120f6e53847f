"""The price by measure: what a pound, a litre or a single piece of a product costs."""

from __future__ import annotations

from skill.commerce.product import Product
from skill.commerce.quantity import MASS, VOLUME

# The units a price is told by. 100 g and 100 ml are how small goods are marked in the European Union
# (Directive 98/6/EC leaves the choice to its members); ounces and quarts in the United States.
UNITS = ("lb", "oz", "kg", "g", "floz", "qt", "gal", "l", "ml", "ct")
_HUNDREDS = frozenset({"g", "ml"})
_SMALL = {"kg": "g", "l": "ml", "lb": "oz", "qt": "floz"}
_METRIC = frozenset({"mg", "g", "kg", "ml", "cl", "l"})


def unit_price(product: Product, *, price: int, unit: str) -> int | None:
    """Minor units for one of `unit` (a hundred of g and ml) when the whole product costs `price`, rounded
    half up; None when it is not sold by such a measure."""
    if unit == "oz" and product.measure and product.measure.unit in VOLUME:
        # Nobody says "fluid" aloud.
        unit = "floz"
    held, one = _held(product, unit), _one(unit)
    if held is None or one is None or held <= 0:
        return None
    return (2 * price * one + held) // (2 * held)


def usual_unit(product: Product) -> str | None:
    """The unit its price is best told by, of the system it is measured in: small goods by the small unit."""
    if product.measure is None:
        return "ct" if product.multipack > 1 else None
    unit = product.measure.unit
    if unit == "ct":
        return "ct" if product.measure.milli > 1000 else None
    if unit in MASS:
        big = "kg" if unit in _METRIC else "lb"
    elif unit in VOLUME:
        big = "l" if unit in _METRIC else "qt"
    else:
        return None
    held, one = _held(product, big), _one(big)
    assert held is not None
    assert one is not None
    # Eight ounces are half a pound but for rounding.
    return big if held * 2 >= one - one // 100 else _SMALL[big]


def _held(product: Product, unit: str) -> int | None:
    """What the product holds, in thousandths of the smallest step of the unit's dimension."""
    measure = product.measure
    if unit == "ct":
        if measure and measure.unit == "ct":
            return measure.milli
        return product.multipack * 1000 if product.multipack > 1 else None
    if measure is None:
        return None
    for dimension in (MASS, VOLUME):
        if measure.unit in dimension and unit in dimension:
            return measure.milli * dimension[measure.unit]
    return None


def _one(unit: str) -> int | None:
    if unit == "ct":
        return 1000
    for dimension in (MASS, VOLUME):
        if unit in dimension:
            return 1000 * dimension[unit] * (100 if unit in _HUNDREDS else 1)
    return None

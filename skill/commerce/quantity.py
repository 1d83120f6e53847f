"""How many pieces an amount asks for, given how the product is sold."""

from __future__ import annotations

from dataclasses import dataclass

from skill.commerce.product import Product

# Micro-units per unit, so that every conversion is integer arithmetic.
# Exact by definition: 1 lb = 453.59237 g, 1 US gal = 3.785411784 l (NIST Handbook 44, appendix C).
MASS = {"mg": 1_000, "g": 1_000_000, "kg": 1_000_000_000, "oz": 28_349_523, "lb": 453_592_370}
VOLUME = {
    "ml": 1_000_000,
    "cl": 10_000_000,
    "l": 1_000_000_000,
    "floz": 29_573_530,
    "pt": 473_176_473,
    "qt": 946_352_946,
    "gal": 3_785_411_784,
}
COUNT = {"ct": 1}
# Some, and how many was not said.
FEW = "few"
_DIMENSIONS = (MASS, VOLUME, COUNT)
# From here on, a bare number of something sold by the dozen counts single items: nobody who says
# "twelve eggs" wants twelve cartons, while "two eggs" is short for two of what the shop sells.
_SINGLES = 4000
# Too little for anybody to count pieces by: "500 grams" of something sold by the piece is no 500 pieces.
METRIC = frozenset({"mg", "g", "kg", "ml", "cl", "l"})
_SMALL = frozenset({"mg", "g", "oz", "ml", "cl", "floz"})


@dataclass(frozen=True, slots=True)
class Amount:
    """What was said: `milli` thousandths of `unit`. Units: "piece", "pack" (the product as sold, so two
    cartons are two pieces), "few" (some, and how many was not said), "ct" (single items, so a dozen is
    12 ct) or a measure of mass or volume."""

    milli: int
    unit: str = "piece"


@dataclass(frozen=True, slots=True)
class Pieces:
    """`count` pieces to buy; `exact` is False when the amount had to be rounded up to whole pieces."""

    count: int
    exact: bool = True


def pieces(amount: Amount | None, product: Product) -> Pieces:
    """Pieces of `product` that cover `amount`, one when none was said. "Two pounds" of an 8 oz pack are
    four; "a dozen" of a 12 ct carton is one. Of a product not sold by that measure, "two pounds" are two
    pieces and "sixteen ounces" are one."""
    if amount is None:
        return Pieces(1)
    unit = amount.unit
    if unit == "oz" and product.measure and product.measure.unit in VOLUME:
        # Nobody says "fluid" aloud.
        unit = "floz"
    if unit == "piece" and amount.milli >= _SINGLES and product.measure and product.measure.unit == "ct":
        unit = "ct"
    if unit not in ("piece", "pack"):
        asked, held = _common(amount.milli, unit), None
        if product.measure:
            held = _common(product.measure.milli, product.measure.unit)
        if unit == "ct" and product.multipack > 1:
            held = (COUNT, product.multipack * 1000)
        if asked and held and asked[0] is held[0] and held[1] > 0:
            # Labels are rounded ("12 oz" of 340 g): to want 2 % and not a tenth of a piece is no want.
            # Between systems people mean the like measure: a German pound of 500 g is a pound of 454 g.
            sold_by = product.measure.unit if product.measure else unit
            crossed = (unit in METRIC) is not (sold_by in METRIC)
            want = asked[1] - (asked[1] // 8 if crossed else min(asked[1] // 50, held[1] // 10))
            count = max(1, -(-want // held[1]))
            exact = abs(count * held[1] - asked[1]) * 50 <= asked[1]
            return Pieces(count, exact)
        if unit in _SMALL:
            return Pieces(1, exact=False)
    whole = -(-amount.milli // 1000)
    return Pieces(max(1, whole), amount.milli % 1000 == 0)


def base(milli: int, unit: str) -> tuple[int, bool] | None:
    """Thousandths of a unit as millionths of a gram or millilitre, and whether it is a mass; None for
    anything that is counted."""
    found = _common(milli, unit)
    return (found[1] // 1000, found[0] is MASS) if found and found[0] is not COUNT else None


def _common(milli: int, unit: str) -> tuple[dict[str, int], int] | None:
    for dimension in _DIMENSIONS:
        if unit in dimension:
            return dimension, milli * dimension[unit]
    return None

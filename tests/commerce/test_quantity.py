"""How many pieces an amount asks for, given how the product is sold."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.commerce.product import Product
from skill.commerce.quantity import COUNT, MASS, METRIC, VOLUME, Amount, Pieces, pieces
from tests.commerce.goods import product

EACH: tuple[int, str] = (1_000, "ct")
DOZEN_EGGS = product("eggs", holds=(12_000, "ct"))
EIGHT_OUNCES = product("butter", holds=(8_000, "oz"))
QUART = product("oat milk", holds=(1_000, "qt"))
HALF_LITRE = product("cola", holds=(500_000, "ml"))
SIX_CANS = product("cola", holds=(72_000, "floz"), multipack=6)


@pytest.mark.parametrize(
    ("amount", "sold", "count", "exact"),
    [
        (Amount(12_000, "ct"), DOZEN_EGGS, 1, True),
        (Amount(6_000, "ct"), DOZEN_EGGS, 1, False),
        (Amount(24_000, "ct"), DOZEN_EGGS, 2, True),
        (Amount(18_000, "ct"), DOZEN_EGGS, 2, False),
        (Amount(18_000), product("eggs", holds=(18_000, "ct")), 1, True),
        (Amount(12_000), DOZEN_EGGS, 1, True),
        (Amount(2_000), DOZEN_EGGS, 2, True),
        (Amount(2_000, "pack"), DOZEN_EGGS, 2, True),
        (Amount(12_000, "pack"), DOZEN_EGGS, 12, True),
        (Amount(12_000, "ct"), product("lemons", holds=EACH), 12, True),
        (Amount(12_000, "ct"), product("cards"), 12, True),
        (Amount(12_000, "ct"), SIX_CANS, 2, True),
        (Amount(2_000, "lb"), EIGHT_OUNCES, 4, True),
        (Amount(500, "lb"), EIGHT_OUNCES, 1, True),
        (Amount(1_500, "lb"), product("beef", holds=(1_000, "lb")), 2, False),
        (Amount(50_000, "lb"), product("potatoes", holds=(1_000, "lb")), 50, True),
        (Amount(500, "gal"), QUART, 2, True),
        (Amount(1_000, "gal"), QUART, 4, True),
        (Amount(2_000, "l"), HALF_LITRE, 4, True),
        (Amount(2_000, "l"), product("cola", holds=(67_600, "floz")), 1, True),
        (Amount(12_000, "oz"), product("coffee", holds=(340_000, "g")), 1, True),
        (Amount(16_000, "oz"), product("soy sauce", holds=(16_000, "floz")), 1, True),
        (Amount(2_000, "lb"), product("avocado", holds=EACH), 2, True),
        (Amount(500_000, "g"), product("avocado", holds=EACH), 1, False),
        (Amount(16_000, "oz"), product("charger"), 1, False),
        (Amount(500, "lb"), product("charger"), 1, False),
        (Amount(1_000, "lb"), product("odd", holds=(0, "oz")), 1, True),
        (Amount(3_000), product("charger"), 3, True),
        (Amount(0), product("charger"), 1, True),
        (Amount(500_000, "g"), product("butter", holds=(1_000, "lb")), 1, False),
        (Amount(1_000, "l"), product("milk", holds=(1_000, "qt")), 1, False),
        (Amount(1_000, "kg"), product("rice", holds=(1_000, "lb")), 2, False),
        (Amount(3_000, "few"), product("lemon"), 3, True),
    ],
)
def test_an_amount_becomes_pieces(amount: Amount, sold: Product, count: int, exact: bool) -> None:
    assert pieces(amount, sold) == Pieces(count, exact)


units = st.sampled_from([(dimension, unit) for dimension in (MASS, VOLUME, COUNT) for unit in dimension])


@given(units, st.integers(1, 10**6), st.integers(1, 10**6), st.data())
def test_pieces_cover_the_amount_but_for_what_labels_round_and_never_a_piece_too_many(
    said: tuple[dict[str, int], str], asked: int, held: int, data: st.DataObject
) -> None:
    dimension, unit = said
    sold_by = data.draw(st.sampled_from(sorted(dimension)))
    bought = pieces(Amount(asked, unit), product(holds=(held, sold_by)))
    want, piece = asked * dimension[unit], held * dimension[sold_by]
    assert bought.count >= 1
    # Between metric and other measures people mean the like one: a pound of 500 g is a pound of 454 g.
    least = Fraction(98, 100) if (unit in METRIC) is (sold_by in METRIC) else Fraction(7, 8)
    assert bought.count * piece + 1 >= want * least
    assert (bought.count - 1) * piece < want
    assert bought.exact is (Fraction(abs(bought.count * piece - want), want) <= Fraction(1, 50))


@given(st.integers(0, 10**6), st.sampled_from(["piece", "pack", *MASS, *VOLUME, *COUNT, "parsec"]))
def test_of_anything_at_least_one_piece_is_bought(milli: int, unit: str) -> None:
    assert pieces(Amount(milli, unit), product("charger")).count >= 1

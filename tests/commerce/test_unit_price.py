"""The price by measure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.commerce.product import Product
from skill.commerce.quantity import MASS, VOLUME
from skill.commerce.unit_price import UNITS, unit_price, usual_unit
from tests.commerce.goods import product

HALF_GALLON = product("milk", holds=(2_000, "qt"))
EIGHT_OUNCES = product("butter", holds=(8_000, "oz"))
FIVE_POUNDS = product("potatoes", holds=(5_000, "lb"))
KILO = product("flour", holds=(1_000, "kg"))
EIGHTY_GRAMS = product("chocolate", holds=(80_000, "g"))
DOZEN = product("eggs", holds=(12_000, "ct"))
SIX_CANS = product("cola", holds=(72_000, "floz"), multipack=6)
BARE = product("card")
kinds = pytest.mark.parametrize


@kinds(
    ("sold", "price", "unit", "minor"),
    [
        (HALF_GALLON, 398, "qt", 199),
        (EIGHT_OUNCES, 400, "oz", 50),
        (EIGHT_OUNCES, 400, "lb", 800),
        (FIVE_POUNDS, 499, "lb", 100),
        (KILO, 150, "g", 15),
        (EIGHTY_GRAMS, 199, "g", 249),
        (DOZEN, 399, "ct", 33),
        (SIX_CANS, 600, "ct", 100),
        (SIX_CANS, 720, "floz", 10),
        (SIX_CANS, 720, "oz", 10),
    ],
)
def test_the_price_of_one_unit(sold: Product, price: int, unit: str, minor: int) -> None:
    assert unit_price(sold, price=price, unit=unit) == minor


@kinds(
    ("sold", "unit"),
    [(KILO, "l"), (HALF_GALLON, "lb"), (BARE, "kg"), (BARE, "ct"), (KILO, "ct"), (EIGHT_OUNCES, "l")],
)
def test_what_is_not_sold_by_a_measure_has_no_price_by_it(sold: Product, unit: str) -> None:
    assert unit_price(sold, price=100, unit=unit) is None


@kinds(
    ("sold", "unit"),
    [
        (HALF_GALLON, "qt"),
        (EIGHT_OUNCES, "lb"),
        (product("spice", holds=(2_000, "oz")), "oz"),
        (EIGHTY_GRAMS, "g"),
        (KILO, "kg"),
        (DOZEN, "ct"),
        (product("cup", holds=(1_000, "ct")), None),
        (BARE, None),
    ],
)
def test_a_price_is_told_by_the_unit_of_the_system_it_is_sold_in(sold: Product, unit: str | None) -> None:
    assert usual_unit(sold) == unit


@given(
    st.sampled_from([*MASS, *VOLUME, "ct"]),
    st.integers(1, 10**7),
    st.integers(0, 10**7),
    st.sampled_from(UNITS),
)
def test_a_unit_price_is_proportional_to_the_price(held: str, milli: int, price: int, unit: str) -> None:
    sold = product(holds=(milli, held))
    one, double = (unit_price(sold, price=minor, unit=unit) for minor in (price, 2 * price))
    assert (one is None) is (double is None)
    if one is not None and double is not None:
        assert abs(double - 2 * one) <= 1


@given(st.sampled_from([*MASS, *VOLUME, "ct"]), st.integers(1, 10**7))
def test_the_usual_unit_always_has_a_price(held: str, milli: int) -> None:
    sold = product(holds=(milli, held))
    unit = usual_unit(sold)
    assert unit is None or unit_price(sold, price=100, unit=unit) is not None

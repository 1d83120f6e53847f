"""Money counts whole minor units of one currency."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.commerce.money import Money, portion, total
from tests.commerce.goods import usd

amounts = st.integers(-(10**12), 10**12).map(usd)


@pytest.mark.parametrize("minor", [3.99, 4.0, "399", True, None, Fraction(1)])
def test_money_is_made_of_whole_minor_units_only(minor: Any) -> None:
    with pytest.raises(TypeError, match="whole minor units"):
        Money(minor, "USD")


@pytest.mark.parametrize("code", ["", "usd", "US", "USDT", "U5D", "ÄÖÜ", "$"])
def test_a_currency_is_an_iso_code(code: str) -> None:
    with pytest.raises(ValueError, match="not an ISO 4217 code"):
        Money(1, code)


def test_a_product_with_a_float_is_refused() -> None:
    with pytest.raises(TypeError, match="float"):
        usd(100) * 1.5  # type: ignore[operator]


@pytest.mark.parametrize(
    "operation", [operator.add, operator.sub, operator.lt, operator.le, operator.gt, operator.ge]
)
def test_two_currencies_never_meet(operation: Callable[[Money, Money], object]) -> None:
    with pytest.raises(ValueError, match="cannot mix USD and EUR"):
        operation(usd(1), Money(1, "EUR"))


def test_equal_numbers_of_two_currencies_are_not_equal() -> None:
    assert usd(1) != Money(1, "EUR")


def test_a_total_of_nothing_is_zero_of_its_currency() -> None:
    assert total([], currency="JPY") == Money(0, "JPY")


def test_a_total_of_mixed_currencies_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot mix"):
        total([usd(1), Money(1, "EUR")], currency="USD")


@given(st.lists(amounts))
def test_a_total_is_the_sum_of_its_amounts(given_amounts: list[Money]) -> None:
    assert total(given_amounts, currency="USD").minor == sum(amount.minor for amount in given_amounts)


@given(amounts, amounts)
def test_money_orders_and_subtracts_like_its_minor_units(one: Money, other: Money) -> None:
    assert (one < other, one <= other, one > other, one >= other) == (
        one.minor < other.minor,
        one.minor <= other.minor,
        one.minor > other.minor,
        one.minor >= other.minor,
    )
    assert (one - other) + other == one


@given(amounts, st.integers(-20_000, 20_000))
def test_a_portion_is_rounded_half_away_from_zero(amount: Money, basis_points: int) -> None:
    exact = Fraction(amount.minor * basis_points, 10_000)
    away = int(abs(exact) + Fraction(1, 2))
    assert portion(amount, basis_points=basis_points) == usd(away if exact >= 0 else -away)


@pytest.mark.parametrize(
    ("minor", "basis_points", "rounded"),
    [(1000, 825, 83), (1000, 824, 82), (50, 100, 1), (49, 100, 0), (-50, 100, -1), (399, 10_000, 399)],
)
def test_half_a_cent_counts_as_one(minor: int, basis_points: int, rounded: int) -> None:
    assert portion(usd(minor), basis_points=basis_points) == usd(rounded)

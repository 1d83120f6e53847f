"""A code that cannot be read back, and orders unlike any before."""

from __future__ import annotations

from dataclasses import replace
from time import process_time

import pytest

from skill.commerce.cart import Line
from skill.commerce.money import Money
from skill.commerce.order import Order
from skill.commerce.totals import Totals
from skill.commerce.trust import far_more, opens, sealed, unusually_many
from tests.storage.stores import cart, line, order_of


def totals(minor: int) -> Totals:
    return replace(order_of(cart(line())).totals, total=Money(minor, "USD"))


def order(minor: int, *lines: Line, status: str = "delivered") -> Order:
    return replace(order_of(cart(*(lines or (line(),))), status=status), totals=totals(minor))


def test_a_sealed_code_opens_with_that_code_alone() -> None:
    kept = sealed("0471", salt="salt")
    assert opens("0471", kept)
    assert not any(opens(code, kept) for code in ("471", "0472", "", "0471 "))
    assert not opens("", "")
    assert "0471" not in kept


def test_the_same_code_looks_different_with_another_salt() -> None:
    assert sealed("0471", salt="a").partition("$")[2] != sealed("0471", salt="b").partition("$")[2]


def test_a_try_costs_a_guesser_something_and_a_shopper_nothing_to_notice() -> None:
    began = process_time()
    for _ in range(5):
        sealed("0471", salt="salt")
    assert 0.001 < (process_time() - began) / 5 < 0.1


@pytest.mark.parametrize(
    ("total", "past", "odd"),
    [
        (30_100, [10_000, 2_000], True),
        (30_000, [10_000, 2_000], False),
        (30_100, [10_000], False),
        (4_000, [100, 100], False),
        (30_100, [], False),
    ],
)
def test_an_order_is_odd_above_three_times_the_largest_known(total: int, past: list[int], odd: bool) -> None:
    assert far_more(totals(total), [order(minor) for minor in past], floor=5_000) is odd


def test_what_was_cancelled_tells_nothing_of_what_is_usual() -> None:
    past = [order(1_000), order(1_000), order(90_000, status="cancelled")]
    assert far_more(totals(9_000), past, floor=5_000)


def test_twenty_pieces_are_many_unless_nearly_as_many_were_bought_before() -> None:
    many = line("water", 24)
    assert unusually_many([line("tea", 3), many], []) == many
    assert unusually_many([line("water", 19)], []) is None
    assert unusually_many([many], [order(900, line("water", 12))]) == many
    assert unusually_many([many], [order(900, line("water", 13))]) is None
    assert unusually_many([], []) is None

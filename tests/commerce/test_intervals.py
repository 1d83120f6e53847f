"""Intervals of shares and of their difference, beside the values that are published of them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skill.commerce.intervals import difference, wilson

# R. G. Newcombe (1998), Table II, method 10: won and of, twice, and the interval of the difference.
NEWCOMBE = [
    ((56, 70), (48, 80), (0.0524, 0.3339)),
    ((9, 10), (3, 10), (0.1705, 0.8090)),
    ((10, 10), (0, 20), (0.6791, 1.0)),
    ((10, 10), (0, 10), (0.6075, 1.0)),
]


@pytest.mark.parametrize(("one", "other", "bounds"), NEWCOMBE)
def test_the_difference_of_two_shares_is_as_newcombe_published_it(
    one: tuple[int, int], other: tuple[int, int], bounds: tuple[float, float]
) -> None:
    found = difference(*one, won_before=other[0], of_before=other[1])
    assert (found.low, found.high) == pytest.approx(bounds, abs=5e-5)


@pytest.mark.parametrize(
    ("won", "of", "bounds"),
    # R. G. Newcombe (1998), "Two-sided confidence intervals for the single proportion", Table I, method 3.
    [
        (81, 263, (0.2553, 0.3662)),
        (15, 148, (0.0624, 0.1605)),
        (0, 20, (0.0, 0.1611)),
        (1, 29, (0.0061, 0.1718)),
    ],
)
def test_a_share_lies_where_wilson_says(won: int, of: int, bounds: tuple[float, float]) -> None:
    found = wilson(won, of)
    assert (found.low, found.high) == pytest.approx(bounds, abs=5e-5)


@given(of=st.integers(1, 5_000), data=st.data())
@settings(max_examples=40)
def test_an_interval_holds_its_share_and_stays_within_bounds(of: int, data: st.DataObject) -> None:
    won, other = data.draw(st.integers(0, of)), data.draw(st.integers(0, of))
    found = wilson(won, of)
    assert 0 <= found.low <= won / of <= found.high <= 1
    apart = difference(won, of, won_before=other, of_before=of)
    back = difference(other, of, won_before=won, of_before=of)
    assert -1 <= apart.low <= (won - other) / of <= apart.high <= 1
    assert (apart.low, apart.high) == pytest.approx((-back.high, -back.low))


@pytest.mark.parametrize(("won", "of"), [(0, 0), (2, 1), (-1, 5)])
def test_what_is_no_share_is_refused(won: int, of: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson(won, of)

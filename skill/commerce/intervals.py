"""How sure a share is, and the difference of two: intervals that hold the truth 95 times of 100.

Wilson's score interval for one share, and Newcombe's hybrid of two of them for their difference (method 10 of
R. G. Newcombe, "Interval estimation for the difference between independent proportions", Statistics in
Medicine 17, 1998, 873-890). Both stay within their bounds and hold for few trials and shares near 0 or 1,
where the usual "plus or minus" does not.

Shares are no money: these are floats."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

# The 97.5th percentile of the normal distribution.
Z = 1.959963984540054
# Fewer trials an arm than this tell nothing, whatever the interval says.
LEAST = 30


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    high: float


def wilson(won: int, of: int) -> Interval:
    """Where the true share lies when `won` of so many trials were. Raises ValueError for no trial, or more
    won than tried."""
    if not 0 <= won <= of or not of:
        raise ValueError(f"{won} of {of} is no share")
    share, square = won / of, Z * Z
    middle = share + square / (2 * of)
    spread = Z * sqrt(share * (1 - share) / of + square / (4 * of * of))
    whole = 1 + square / of
    # The ends are exact where the share is: rounding would put them a little beside it.
    low = 0.0 if won == 0 else (middle - spread) / whole
    high = 1.0 if won == of else (middle + spread) / whole
    return Interval(max(0.0, low), min(1.0, high))


def difference(won: int, of: int, *, won_before: int, of_before: int) -> Interval:
    """Where the true difference of two shares lies: the first less the one `before`. Raises ValueError as
    `wilson` does."""
    one, other = wilson(won, of), wilson(won_before, of_before)
    share, share_before = won / of, won_before / of_before
    apart = share - share_before
    down = sqrt((share - one.low) ** 2 + (other.high - share_before) ** 2)
    up = sqrt((one.high - share) ** 2 + (share_before - other.low) ** 2)
    return Interval(max(-1.0, apart - down), min(1.0, apart + up))

"""Money as integer minor units and an ISO 4217 code. Never a float, never two currencies in one sum."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_CODE = re.compile("[A-Z]{3}")


@lru_cache(maxsize=256)
def _is_code(currency: str) -> bool:
    return _CODE.fullmatch(currency) is not None


@dataclass(frozen=True, slots=True)
class Money:
    """`minor` counts the currency's smallest unit: 399 USD is $3.99, 399 JPY is ¥399."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"money is counted in whole minor units, not {type(self.minor).__name__}")
        if not _is_code(self.currency):
            raise ValueError(f"{self.currency!r} is not an ISO 4217 code")

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __mul__(self, count: int) -> Money:
        return Money(self.minor * count, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._same(other)

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise ValueError(f"cannot mix {self.currency} and {other.currency}")
        return other.minor


def total(amounts: Iterable[Money], *, currency: str) -> Money:
    """The sum, zero of `currency` when there are none. Raises ValueError on mixed currencies."""
    result = Money(0, currency)
    for amount in amounts:
        result = result + amount
    return result


def portion(amount: Money, *, basis_points: int) -> Money:
    """`basis_points` / 10,000 of the amount, half a minor unit rounded away from zero."""
    exact = amount.minor * basis_points
    whole = (2 * abs(exact) + 10_000) // 20_000
    return Money(whole if exact >= 0 else -whole, amount.currency)

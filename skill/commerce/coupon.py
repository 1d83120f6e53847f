"""Coupons: what a code takes off, and why one may not count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from skill.commerce.money import Money, portion

# Orders that came to nothing: whoever had one has not used its coupon.
UNDONE = frozenset({"cancelled", "failed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Coupon:
    """`code` as the merchant writes it. Takes off `percent` basis points of the lines, or `amount` minor
    units; needs lines of `minimum` minor units; counts from `starts` until before `ends`. `first`: only
    for a shopper's first order; `once`: one order a shopper; `public`: told to whoever asks for coupons.
    `names` say it by locale or language ("ten percent off"); `heard` are other ways of saying the code,
    by language."""

    code: str
    percent: int = 0
    amount: int = 0
    minimum: int = 0
    starts: datetime | None = None
    ends: datetime | None = None
    first: bool = False
    once: bool = True
    public: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    heard: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def name(self, locale: str) -> str:
        """What it gives, in words; empty when the merchant has none in this language."""
        return self.names.get(locale) or self.names.get(locale[:2]) or ""

    def off(self, lines: Money) -> Money:
        """What it takes off lines of this sum: never more than the sum, half a minor unit rounded up."""
        off = (
            portion(lines, basis_points=self.percent) if self.percent else Money(self.amount, lines.currency)
        )
        return min(off, lines)

    def live(self, now: datetime) -> bool:
        return (self.starts is None or self.starts <= now) and (self.ends is None or now < self.ends)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a coupon does not count: `reason` "not_started", "expired", "used", "first_only" or "minimum".
    `missing` is how much the lines lack of the minimum; `order` the number of the order it was used with."""

    reason: str
    missing: Money | None = None
    order: str = ""

    @property
    def waits(self) -> bool:
        """More in the cart, and it counts."""
        return self.reason == "minimum"


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a coupon needs to know of an order of before."""

    number: str
    status: str
    coupon: str


def refusal(
    coupon: Coupon, *, lines: Money, now: datetime, earlier: Iterable[Earlier] = ()
) -> Refusal | None:
    """Why `coupon` does not count for lines of this sum, None when it does. Of several reasons, the one
    that more goods cannot mend. `earlier`: the shopper's orders."""
    if coupon.starts is not None and now < coupon.starts:
        return Refusal("not_started")
    if coupon.ends is not None and now >= coupon.ends:
        return Refusal("expired")
    kept = [order for order in earlier if order.status not in UNDONE]
    used = next((order for order in kept if order.coupon == coupon.code), None)
    if coupon.once and used:
        return Refusal("used", order=used.number)
    if coupon.first and kept:
        return Refusal("first_only")
    if lines.minor < coupon.minimum:
        return Refusal("minimum", missing=Money(coupon.minimum - lines.minor, lines.currency))
    return None


def allot(amount: int, shares: Sequence[int]) -> list[int]:
    """`amount` divided in proportion to `shares`, which sum to no less: whole units by largest remainder,
    the first of equal ones before the others. The parts sum to the amount, and none exceeds its share."""
    whole = sum(shares)
    if not whole:
        return [0 for _ in shares]
    parts = [amount * share // whole for share in shares]
    order = sorted(range(len(shares)), key=lambda place: -(amount * shares[place] % whole))
    for place in order[: amount - sum(parts)]:
        parts[place] += 1
    return parts

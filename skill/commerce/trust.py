"""What stands between a yes and an order: the voice code, and orders unlike any before. No I/O."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence

from skill.commerce.cart import Line
from skill.commerce.order import Order
from skill.commerce.totals import Totals

CODE_DIGITS = 4
CODE_TRIES = 3
# About 20 ms and 4 MB a try: dear to whoever tries all codes, and still unheard in a turn.
_SCRYPT = {"n": 2**12, "r": 8, "p": 1, "dklen": 32}
_TIMES_USUAL = 3
_MANY = 20
_ORDERS_KNOWN = 2
UNDONE = frozenset({"cancelled", "refunded", "failed"})


def sealed(code: str, *, salt: str) -> str:
    """The voice code as it is kept: salt and slow hash, from which it cannot be read."""
    return f"{salt}${hashlib.scrypt(code.encode(), salt=salt.encode(), **_SCRYPT).hex()}"


def opens(code: str, kept: str) -> bool:
    """Whether this is the code that was sealed; takes as long either way."""
    salt = kept.partition("$")[0]
    return bool(kept) and hmac.compare_digest(sealed(code, salt=salt).encode(), kept.encode())


def far_more(totals: Totals, past: Iterable[Order], *, floor: int) -> bool:
    """Whether a total (above `floor` minor units) is more than three times the largest of the past orders."""
    sums = [order.totals.total.minor for order in past if order.status not in UNDONE]
    total = totals.total.minor
    return len(sums) >= _ORDERS_KNOWN and total > floor and total > _TIMES_USUAL * max(sums)


def unusually_many(lines: Sequence[Line], past: Iterable[Order]) -> Line | None:
    """The line of most pieces, if they are twenty or more and at least twice what was ever bought."""
    largest = max(lines, key=lambda line: line.quantity, default=None)
    if largest is None or largest.quantity < _MANY:
        return None
    kept = (order for order in past if order.status not in UNDONE)
    before = max((line.quantity for order in kept for line in order.lines), default=0)
    return largest if largest.quantity >= 2 * before else None


def may_be_odd(lines: Iterable[Line], totals: Totals, *, floor: int) -> bool:
    """Whether the past has to be looked at to tell."""
    return totals.total.minor > floor or any(line.quantity >= _MANY for line in lines)

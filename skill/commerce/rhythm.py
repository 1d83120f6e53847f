"""What somebody buys regularly, and when it runs out: from the gaps between their orders."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median_low

from skill.commerce.order import FREE, Order

# So often it was bought before anything is said of it.
LEAST = 3
# Days between two purchases that count as regular.
SHORTEST, LONGEST = timedelta(days=4), timedelta(days=100)
# A gap may be this many times the usual one, or that part of it.
_SPREAD = 2


def runs_out(orders: Iterable[Order], sku: str) -> datetime | None:
    """When what was bought last is used up, if it was bought at regular intervals; None where it was not.
    More pieces than usual last longer."""
    bought = sorted(
        (order.placed_at, sum(line.quantity for line in order.lines if line.sku == sku))
        for order in orders
        if order.status not in FREE | {"failed"} and any(line.sku == sku for line in order.lines)
    )
    if len(bought) < LEAST:
        return None
    times = [at for at, _ in bought]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    usual, pieces = median_low(gaps), median_low([quantity for _, quantity in bought])
    regular = max(gaps) <= usual * _SPREAD and min(gaps) * _SPREAD >= usual
    if not regular or pieces <= 0 or not SHORTEST <= usual <= LONGEST:
        return None
    lasts = usual * bought[-1][1] // pieces
    return times[-1] + min(max(lasts, SHORTEST), LONGEST)

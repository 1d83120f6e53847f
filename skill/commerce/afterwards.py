"""After an order: one question how it was, a code in return, a code for a friend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2s

from skill.commerce.coupon import UNDONE
from skill.commerce.order import Order

# Who comes back later is not asked how it was then.
_ASKED_WITHIN = timedelta(days=30)
# Ratings asked for that are remembered; an older order is not asked about any more.
MAX_ASKED = 10
# The kind of document that tells who a friend's code is of, by the code, and who came by it.
FRIEND = "friend"
# Letters and figures nobody takes for one another when they are said.
_ALPHABET = "ACDEFHJKLMNPRTUVWXY34679"
CODE_LETTERS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Afterwards:
    """What the merchant wants. `rating`: it is asked for after an order came. `reward`: the code of a coupon
    in return (empty: none), for the first rating, or for `reward_orders` orders where that is not 0.
    `friend`: the code of the coupon for who refers a friend and for the friend (empty: no such thing)."""

    rating: bool = True
    reward: str = ""
    reward_orders: int = 0
    friend: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """An order whose rating was asked for, by its id and its number."""

    order: str
    number: str


def to_rate(orders: Sequence[Order], *, asked: Sequence[Asked], now: datetime) -> Order | None:
    """The newest of the orders, if it arrived not long ago and its rating was never asked for."""
    arrived = next((order for order in orders if order.status not in UNDONE), None)
    if arrived is None or arrived.status != "delivered" or any(one.order == arrived.id for one in asked):
        return None
    since = arrived.history[-1][1] if arrived.history else arrived.placed_at
    return arrived if now - since <= _ASKED_WITHIN else None


def earned(orders: Sequence[Order], *, every: int) -> bool:
    """Whether so many orders were placed and came to something."""
    return every > 0 and sum(order.status not in UNDONE for order in orders) >= every


def friend_code(shopper: str) -> str:
    """A shopper's own code for friends, the same each time, which tells nobody whose it is. Of a hundred
    thousand shoppers, less than one in thirty shares a code with another."""
    digest = int.from_bytes(blake2s(shopper.encode(), person=b"friend").digest()[:8], "big")
    letters = []
    for _ in range(CODE_LETTERS):
        digest, place = divmod(digest, len(_ALPHABET))
        letters.append(_ALPHABET[place])
    return "".join(letters)

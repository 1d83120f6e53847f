"""What a session counts for the merchant's numbers: whoever something happens to says so. Counts hold nobody,
and nothing that was said.

A turn's counts are added to its session's, which travel with the conversation and are kept when it ends.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Kind = Literal[
    "launches",
    "turns",
    "misses",
    "searches",
    "adds",
    "corrections",
    "checkouts",
    "orders",
    "turns_to_order",
    "hand_overs",
    "answers",
    "ratings",
    "stars",
    "recommended",
    "cross_sold",
    "notices_sent",
    "notices_opened",
    "notices_stopped",
]
# What a shopper said that was not answered: a question, a product that was not found, anything else.
Said = Literal["question", "product", "sentence"]
# What the cart is worth as it stands, in minor units: the last value counts, not the sum.
CART = "cart"
# What marks the arm of an experiment among the kinds.
HEARD = "heard:"
# How many kinds a session may tell of, how long each, and how high it counts: attributes come from outside.
_MOST_KINDS, _LONGEST, _MOST = 60, 80, 10**12


@dataclass(frozen=True, slots=True)
class Tally:
    """A session so far: its `id`, of the first request's but leading nowhere, the day it began where the shop
    is (ISO 8601), and what it counted by kind. "heard:<experiment>:<arm>" is one of an experiment whose
    wording this shopper heard, and had not heard before."""

    id: str = ""
    day: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)


class Counting:
    """The turn under way: what it counted, and what it could not answer."""

    # Not a dataclass: a cold start waits for its making.
    __slots__ = ("before", "counts", "kind", "words")

    def __init__(self, before: Tally) -> None:
        self.before = before
        self.counts: dict[str, int] = {}
        self.words = ""
        self.kind: Said = "question"

    @property
    def tally(self) -> Tally:
        """The session as it is with this turn."""
        return Tally(self.before.id, self.before.day, added(self.before.counts, self.counts))


_under_way: ContextVar[Counting | None] = ContextVar("counting", default=None)


@contextmanager
def counting(before: Tally) -> Iterator[Counting]:
    """Count what happens within, in a session that counted so much `before`."""
    turn = Counting(before)
    token = _under_way.set(turn)
    try:
        yield turn
    finally:
        _under_way.reset(token)


def counted(kind: Kind, n: int = 1) -> None:
    """Count for the shop's numbers, in the turn under way; nothing where none is."""
    if (turn := _under_way.get()) is not None and n > 0:
        turn.counts[kind] = turn.counts.get(kind, 0) + n


def unanswered(words: str, *, kind: Said = "question") -> None:
    """Note what could not be answered in the turn under way. It is kept only where shop and shopper allow it,
    and trimmed of what names somebody."""
    if (turn := _under_way.get()) is not None:
        turn.words, turn.kind = words, kind


def with_order() -> Tally | None:
    """The session as it is once an order is placed in this turn, to be kept with that very order: what ends
    with it costs no write of its own. None outside of a session."""
    turn = _under_way.get()
    if turn is None or not turn.before.id:
        return None
    return Tally(
        turn.before.id, turn.before.day, added(turn.before.counts, {**turn.counts, **_ordered(turn)})
    )


def ordered() -> None:
    """Count an order that came to be in the turn under way."""
    if (turn := _under_way.get()) is not None:
        turn.counts |= _ordered(turn)


def _ordered(turn: Counting) -> dict[str, int]:
    earlier = turn.before.counts.get("turns", 0)
    first = {} if "turns_to_order" in turn.before.counts else {"turns_to_order": earlier + 1}
    return {"orders": 1, "turns": 1, CART: 0, **first}


def added(counts: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    """The sums of both, but of the cart what stands there last."""
    sums = dict(counts)
    for kind, n in more.items():
        sums[kind] = n if kind == CART else sums.get(kind, 0) + n
    return sums


def merged(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """Two accounts of the same session: it only ever counts on, so whichever is higher is later."""
    later = {kind: max(n, other.get(kind, 0)) for kind, n in {**other, **one}.items()}
    if CART in later:
        newer = one if one.get("turns", 0) >= other.get("turns", 0) else other
        later[CART] = newer.get(CART, 0)
    return later


def begun(request_id: str, *, day: date) -> Tally:
    """A session that begins with this request; the same when that is sent again."""
    id = hashlib.sha256(request_id.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return Tally(id, day.isoformat())


def trusted(tally: Tally, *, today: date) -> Tally | None:
    """The session as attributes brought it back, where it can have been ours: begun today or just before."""
    try:
        begun = date.fromisoformat(tally.day)
    except ValueError:
        return None
    if not tally.id.isalnum() or len(tally.id) > _LONGEST or abs((today - begun).days) > 1:
        return None
    counts = {kind: n for kind, n in tally.counts.items() if len(kind) <= _LONGEST and 0 < n <= _MOST}
    return Tally(tally.id, tally.day, dict(list(counts.items())[:_MOST_KINDS]))

"""Several people at one cart: who put what in, what is news to whom, and whose orders are whose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from skill.commerce.cart import Cart, Line
from skill.commerce.merchant import Shopper
from skill.commerce.order import Order

# Stands for a member's key where more than one had a hand in a line.
SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class News:
    """What one member (by key, or SEVERAL) put in; `lines` hold only the pieces that are new."""

    by: str
    lines: tuple[Line, ...]


def signed(before: Cart, after: Cart, *, by: str | None) -> Cart:
    """`after`, its lines saying who added them: what is new or more than before is the speaker's (None: not
    recognised) or SEVERAL's, everything else stays whose it was, and so does what undo brings back. What the
    speaker changed, the speaker knows."""
    had = {line.sku: line for line in before.lines}
    undone = len(after.changes) < len(before.changes)
    lines = after.lines if undone else tuple(_sign(line, had.get(line.sku), by=by) for line in after.lines)
    if lines != after.lines:
        after = replace(after, lines=lines)
    if by is None:
        return after
    have = {line.sku: line.quantity for line in lines}
    changed = {
        sku
        for sku in had.keys() | have.keys()
        if (had[sku].quantity if sku in had else 0) != have.get(sku, 0)
    }
    return _knowing(after, by, {sku: have.get(sku, 0) for sku in changed})


def news(cart: Cart, *, person: str) -> tuple[News, ...]:
    """What recognised others put in since this person was told last, in the order of the cart. Lines nobody
    was recognised for are nobody's news."""
    known = cart.known.get(person, {})
    fresh: dict[str, list[Line]] = {}
    for line in cart.lines:
        more = line.quantity - known.get(line.sku, 0)
        if line.by and line.by != person and more > 0:
            fresh.setdefault(line.by, []).append(replace(line, quantity=more))
    return tuple(News(by, tuple(lines)) for by, lines in fresh.items())


def told(cart: Cart, *, person: str) -> Cart:
    """The same cart, this person knowing all that is in it."""
    return _knowing(cart, person, {line.sku: line.quantity for line in cart.lines})


def _sign(line: Line, old: Line | None, *, by: str | None) -> Line:
    if old is None:
        whose = by
    elif line.quantity <= old.quantity:
        whose = old.by
    else:
        whose = by if by in (None, old.by) else SEVERAL
    return line if line.by == whose else replace(line, by=whose)


def _knowing(cart: Cart, person: str, pieces: Mapping[str, int]) -> Cart:
    knew = cart.known.get(person, {})
    knows = {sku: count for sku, count in {**knew, **pieces}.items() if count}
    return cart if knows == knew else replace(cart, known={**cart.known, person: knows})


def is_child(about: Shopper, person: str | None) -> bool:
    """Whether the one who speaks is recognised as a child of the household."""
    member = about.members.get(person or "")
    return member is not None and member.child


def own_first(orders: Iterable[Order], *, person: str | None) -> tuple[Order, ...]:
    """The orders that are this person's to hear of: their own first, then those nobody was recognised for;
    all of them, as they come, when nobody is recognised."""
    orders = tuple(orders)
    if person is None:
        return orders
    return (*own(orders, person=person), *(order for order in orders if order.by is None))


def own(orders: Sequence[Order], *, person: str | None) -> tuple[Order, ...]:
    """The orders this person placed, recognised."""
    return tuple(order for order in orders if order.by == person)

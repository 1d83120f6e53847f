"""The cart: lines with their name and price as they were added, and how to take the last change back.

A cart is a value; every function returns a new one. `cid` becomes the order's id when it is placed,
which is what makes placing it twice impossible. `seen` holds the last request ids that changed the
cart, so that a repeated turn changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from skill.commerce.money import Money, total
from skill.errors import CartFull, QuantityNotAllowed

MAX_LINES = 50
MAX_QUANTITY = 99
UNDO_STEPS = 5
SEEN_REQUESTS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`quantity` pieces of one SKU; `name` and `price` (of one piece) as told when it was added."""

    sku: str
    quantity: int
    name: str
    price: Money

    @property
    def cost(self) -> Money:
        return self.price * self.quantity


@dataclass(frozen=True, slots=True)
class Change:
    """What one change did, so that it can be taken back: each SKU with its line before (None: none)."""

    before: tuple[tuple[str, Line | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cart:
    """`version` is the store's count of writes; a save names the version it was read at."""

    cid: str
    lines: tuple[Line, ...] = ()
    version: int = 0
    changes: tuple[Change, ...] = ()
    seen: tuple[str, ...] = ()

    def line(self, sku: str) -> Line | None:
        return next((line for line in self.lines if line.sku == sku), None)

    @property
    def pieces(self) -> int:
        return sum(line.quantity for line in self.lines)

    def subtotal(self, currency: str) -> Money:
        return total((line.cost for line in self.lines), currency=currency)


def put(cart: Cart, *lines: Line) -> Cart:
    """Set each line, replacing the one of the same SKU; quantity 0 takes it out. One undo step.
    Raises QuantityNotAllowed (negative or above MAX_QUANTITY), CartFull."""
    after = cart.lines
    before: list[tuple[str, Line | None]] = []
    for line in lines:
        if not 0 <= line.quantity <= MAX_QUANTITY:
            raise QuantityNotAllowed(limit=MAX_QUANTITY)
        old = next((old for old in after if old.sku == line.sku), None)
        before.append((line.sku, old))
        if line.quantity == 0:
            after = tuple(kept for kept in after if kept.sku != line.sku)
        elif old:
            after = tuple(line if kept.sku == line.sku else kept for kept in after)
        else:
            after = (*after, line)
    if len(after) > MAX_LINES:
        raise CartFull(limit=MAX_LINES)
    return _changed(cart, after, tuple(before))


def add(cart: Cart, line: Line) -> Cart:
    """Add `line.quantity` more of its SKU at the line's (present) price."""
    old = cart.line(line.sku)
    return put(cart, replace(line, quantity=line.quantity + (old.quantity if old else 0)))


def clear(cart: Cart) -> Cart:
    """Take every line out; undo brings them back."""
    return _changed(cart, (), tuple((line.sku, line) for line in cart.lines))


def undo(cart: Cart) -> tuple[Cart, Change] | None:
    """The cart before its last change, and that change; None when there is nothing to take back."""
    if not cart.changes:
        return None
    last = cart.changes[-1]
    lines = cart.lines
    for sku, old in last.before:
        if old is None:
            lines = tuple(line for line in lines if line.sku != sku)
        elif any(line.sku == sku for line in lines):
            lines = tuple(old if line.sku == sku else line for line in lines)
        else:
            lines = (*lines, old)
    return replace(cart, lines=lines, changes=cart.changes[:-1]), last


def _changed(cart: Cart, lines: tuple[Line, ...], before: tuple[tuple[str, Line | None], ...]) -> Cart:
    changes = (*cart.changes, Change(before))[-UNDO_STEPS:]
    return replace(cart, lines=lines, changes=changes)

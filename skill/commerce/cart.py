"""The cart: lines with their name and price as they were added, and how to take the last change back.

A cart is a value; every function returns a new one. `cid` becomes the order's id when it is placed,
which is what makes placing it twice impossible. `seen` holds the last request ids that changed the
cart, so that a repeated turn changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from skill.commerce.money import Money, total
from skill.commerce.product import said, short
from skill.errors import CartFull, QuantityNotAllowed

MAX_LINES = 50
MAX_QUANTITY = 99
UNDO_STEPS = 5
SEEN_REQUESTS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`quantity` pieces of one SKU; `name` (with its comma, as in Product.name) and `price` of one piece
    as told when it was added. `by`: the key of the member of the household who added it, when the voice was
    recognised."""

    sku: str
    quantity: int
    name: str
    price: Money
    by: str | None = None

    @property
    def cost(self) -> Money:
        return self.price * self.quantity

    @property
    def spoken(self) -> str:
        return said(self.name)

    def briefly(self, among: Iterable[Line]) -> str:
        """The name without size and pack, unless another line would then be called the same."""
        brief = short(self.name)
        return self.spoken if any(short(o.name) == brief and o.sku != self.sku for o in among) else brief


@dataclass(frozen=True, slots=True)
class Change:
    """What one change did, so that it can be taken back: each SKU with its line before (None: none)."""

    before: tuple[tuple[str, Line | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cart:
    """`version` is the store's count of writes; a save names the version it was read at. `saved` are lines
    put aside for later. What the shopper wants of this order besides its lines: `coupon` the code given,
    `pickup` the id of the store it is collected at (empty: delivered), `substitutes` whether the shop may
    replace what has run out (None: as the shopper wants it always)."""

    cid: str
    lines: tuple[Line, ...] = ()
    version: int = 0
    changes: tuple[Change, ...] = ()
    seen: tuple[str, ...] = ()
    saved: tuple[Line, ...] = ()
    coupon: str = ""
    pickup: str = ""
    substitutes: bool | None = None

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
    after = {line.sku: line for line in cart.lines}
    for line in lines:
        if not 0 <= line.quantity <= MAX_QUANTITY:
            raise QuantityNotAllowed(limit=MAX_QUANTITY)
        if line.quantity:
            after[line.sku] = line
        else:
            after.pop(line.sku, None)
    if len(after) > MAX_LINES:
        raise CartFull(limit=MAX_LINES)
    named = dict.fromkeys(line.sku for line in lines)
    return _changed(cart, tuple(after.values()), tuple((sku, cart.line(sku)) for sku in named))


def add(cart: Cart, *lines: Line) -> Cart:
    """Add each line's quantity to what there is of its SKU, at the line's (present) price."""
    have = {line.sku: line.quantity for line in cart.lines}
    wanted: dict[str, Line] = {}
    for line in lines:
        have[line.sku] = have.get(line.sku, 0) + line.quantity
        wanted[line.sku] = replace(line, quantity=have[line.sku])
    return put(cart, *wanted.values())


def clear(cart: Cart) -> Cart:
    """Take every line out; undo brings them back."""
    return _changed(cart, (), tuple((line.sku, line) for line in cart.lines))


def undo(cart: Cart) -> tuple[Cart, Change] | None:
    """The cart with the lines of before its last change (one that had gone comes back last), and that
    change; None when there is nothing to take back."""
    if not cart.changes:
        return None
    last = cart.changes[-1]
    lines = {line.sku: line for line in cart.lines}
    for sku, old in last.before:
        if old:
            lines[sku] = old
        else:
            lines.pop(sku, None)
    return replace(cart, lines=tuple(lines.values()), changes=cart.changes[:-1]), last


def _changed(cart: Cart, lines: tuple[Line, ...], before: tuple[tuple[str, Line | None], ...]) -> Cart:
    if lines == cart.lines:
        # Nothing happened, so there is nothing to take back either.
        return cart
    changes = (*cart.changes, Change(before))[-UNDO_STEPS:]
    return replace(cart, lines=lines, changes=changes)

"""The cart: lines with their name and price as they were added, and how to take the last change back.

A cart is a value; every function returns a new one. `cid` becomes the order's id when it is placed,
which is what makes placing it twice impossible. `seen` holds the last request ids that changed the
cart, so that a repeated turn changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from skill.commerce.money import Money, total
from skill.commerce.options import base_of
from skill.commerce.product import said, short
from skill.commerce.window import Window, window_of
from skill.errors import CartFull, QuantityNotAllowed

MAX_LINES = 50
MAX_QUANTITY = 99
UNDO_STEPS = 5
SEEN_REQUESTS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`quantity` pieces of one SKU; `name` (with its comma, as in Product.name) and `price` of one piece
    as told when it was added. `by`: the key of the member of the household who added it, when the voice was
    recognised (`household.SEVERAL`: not one alone)."""

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
    """What one change did, so that it can be taken back: each SKU with its line before (None: none), and
    the place it had among the lines. `saved`: the lines put aside before; `way`: coupon, store of pick-up and
    window (its interval) before (None: it did not touch them)."""

    before: tuple[tuple[str, Line | None], ...]
    places: tuple[int, ...] = ()
    saved: tuple[Line, ...] | None = None
    way: tuple[str, ...] | None = None


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
    # When it shall come to the door (None: as soon as it can).
    window: Window | None = None
    # What members of the household know of it, by their keys: pieces by SKU as they were told or put in.
    known: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    # With which options they take a product, as a configured SKU by its SKU: each member whose voice was
    # recognised by their key, "" for whoever was not.
    usual: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    # What was offered unasked and answered: one thing an order, and never again after a no.
    offered: str = ""

    def line(self, sku: str) -> Line | None:
        return next((line for line in self.lines if line.sku == sku), None)

    def of(self, sku: str) -> int:
        """Pieces of what this SKU is, whatever options they have."""
        return together(self.lines, sku)

    @property
    def pieces(self) -> int:
        return sum(line.quantity for line in self.lines)

    def subtotal(self, currency: str) -> Money:
        return total((line.cost for line in self.lines), currency=currency)


def together(lines: Iterable[Line], sku: str) -> int:
    """Pieces of what this SKU is in these lines, whatever options they have."""
    base = base_of(sku)
    return sum(line.quantity for line in lines if base_of(line.sku) == base)


def put(cart: Cart, *lines: Line) -> Cart:
    """Set each line, replacing the one of the same SKU; quantity 0 takes it out. One undo step.
    Raises QuantityNotAllowed (negative or above MAX_QUANTITY), CartFull."""
    after = {line.sku: line for line in cart.lines}
    for line in lines:
        if not 0 <= line.quantity <= MAX_QUANTITY:
            raise QuantityNotAllowed(limit=MAX_QUANTITY)
    # One SKU given twice is set to the last, where it stands.
    for line in {line.sku: line for line in lines}.values():
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
        more = have[line.sku] != line.quantity
        wanted[line.sku] = replace(line, quantity=have[line.sku]) if more else line
    return put(cart, *wanted.values())


def clear(cart: Cart) -> Cart:
    """Take every line out; undo brings them back."""
    return _changed(cart, (), tuple((line.sku, line) for line in cart.lines))


def undo(cart: Cart) -> tuple[Cart, Change] | None:
    """The cart with the lines of before its last change, each in its old place, and that change; None when
    there is nothing to take back."""
    if not cart.changes:
        return None
    last = cart.changes[-1]
    known = {line.sku for line in cart.lines}
    restored = {sku: old for sku, old in last.before if old}
    out = {sku for sku, old in last.before if old is None}
    lines = [restored.get(line.sku, line) for line in cart.lines if line.sku not in out]
    gone = ((at, sku) for (sku, old), at in zip(last.before, _places(last), strict=True) if old)
    for at, sku in sorted(entry for entry in gone if entry[1] not in known):
        lines.insert(at, restored[sku])
    saved = cart.saved if last.saved is None else last.saved
    undone = replace(_on_way(cart, last.way or _way(cart)), lines=tuple(lines), saved=saved)
    return replace(undone, changes=cart.changes[:-1]), last


def choose(
    cart: Cart,
    *,
    coupon: str | None = None,
    pickup: str | None = None,
    window: Window | Literal[""] | None = None,
) -> Cart:
    """Set the order's code, the store it is collected at, or when it comes to the door; None leaves one as it
    is, "" takes it off. One undo step."""
    interval = window.text if isinstance(window, Window) else window
    wanted: tuple[str | None, ...] = (coupon, pickup, interval)
    way = tuple(old if new is None else new for new, old in zip(wanted, _way(cart), strict=True))
    if way == _way(cart):
        return cart
    changes = (*cart.changes, Change((), way=_way(cart)))[-UNDO_STEPS:]
    return replace(_on_way(cart, way), changes=changes)


def _way(cart: Cart) -> tuple[str, str, str]:
    return cart.coupon, cart.pickup, cart.window.text if cart.window else ""


def _on_way(cart: Cart, way: Sequence[str]) -> Cart:
    # A change kept before there were windows does not know of any.
    coupon, pickup, interval = (*way, _way(cart)[-1])[:3]
    return replace(cart, coupon=coupon, pickup=pickup, window=window_of(interval))


def save_for_later(cart: Cart, *lines: Line) -> Cart:
    """Put lines aside: out of the cart, if they are in it, and to what is saved of their SKU. One undo step.
    Raises CartFull when more than MAX_LINES are put aside."""
    saved = {line.sku: line for line in cart.saved}
    for line in lines:
        kept = saved.get(line.sku)
        # What was in the cart joins what is saved; what was only looked at is wished for once.
        more = kept.quantity if kept and cart.line(line.sku) else 0
        saved[line.sku] = replace(line, quantity=min(line.quantity + more, MAX_QUANTITY))
    if len(saved) > MAX_LINES:
        raise CartFull(limit=MAX_LINES)
    out = {line.sku for line in lines}
    left = tuple(line for line in cart.lines if line.sku not in out)
    before = tuple((sku, cart.line(sku)) for sku in sorted(out))
    return _changed(cart, left, before, saved=tuple(saved.values()))


def take_back(cart: Cart, *lines: Line) -> Cart:
    """Add lines to the cart, at their (present) price, and take them off what is saved. One undo step.
    Raises QuantityNotAllowed, CartFull."""
    named = {line.sku for line in lines}
    before = tuple((sku, cart.line(sku)) for sku in sorted(named))
    saved = tuple(line for line in cart.saved if line.sku not in named)
    return _changed(cart, add(cart, *lines).lines, before, saved=saved)


def forget_saved(cart: Cart, *skus: str) -> Cart:
    """Take these off what is saved, or everything when none is named; undo brings it back."""
    saved = tuple(line for line in cart.saved if skus and line.sku not in skus)
    return _changed(cart, cart.lines, (), saved=saved)


def _places(change: Change) -> tuple[int, ...]:
    """Where its lines stood; a change kept by an older Sayso does not know, and they come last."""
    return change.places or (MAX_LINES,) * len(change.before)


def _changed(
    cart: Cart,
    lines: tuple[Line, ...],
    before: tuple[tuple[str, Line | None], ...],
    *,
    saved: tuple[Line, ...] | None = None,
) -> Cart:
    if lines == cart.lines and saved in (None, cart.saved):
        # Nothing happened, so there is nothing to take back either.
        return cart
    place = {line.sku: at for at, line in enumerate(cart.lines)}
    places = tuple(place.get(sku, MAX_LINES) for sku, _ in before)
    change = Change(before, places, None if saved is None else cart.saved)
    changes = (*cart.changes, change)[-UNDO_STEPS:]
    return replace(cart, lines=lines, changes=changes, saved=cart.saved if saved is None else saved)

"""Orders: what was promised, where it is, and which change of status is allowed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from skill.commerce.cart import Line
from skill.commerce.contact import Contact
from skill.commerce.options import base_of, texts_in, without_text
from skill.commerce.payment import Payment, towards
from skill.commerce.totals import Totals
from skill.commerce.window import Window
from skill.operations.tally import Tally

# Allowed next states. A new status is one row here and one prompt per locale.
NEXT: dict[str, frozenset[str]] = {
    # Kept, its pieces taken from stock, and not paid for yet: its merchant has not heard of it.
    "pending": frozenset({"placed", "cancelled"}),
    "placed": frozenset({"accepted", "preparing", "partly_shipped", "shipped", "cancelled", "failed"}),
    "accepted": frozenset(
        {"preparing", "ready_for_pickup", "partly_shipped", "shipped", "cancelled", "failed"}
    ),
    "preparing": frozenset({"ready_for_pickup", "partly_shipped", "shipped", "cancelled", "failed"}),
    "ready_for_pickup": frozenset({"delivered", "cancelled", "failed"}),
    # Some of it is on its way, or there; the rest is still to come.
    "partly_shipped": frozenset({"shipped", "out_for_delivery", "delivered", "failed"}),
    "shipped": frozenset({"out_for_delivery", "delivered", "failed"}),
    "out_for_delivery": frozenset({"delivered", "failed"}),
    "delivered": frozenset({"refunded"}),
    "failed": frozenset({"refunded"}),
    "cancelled": frozenset({"refunded"}),
    "refunded": frozenset(),
}
UNDERWAY = frozenset(
    {
        *("pending", "placed", "accepted", "preparing", "ready_for_pickup", "partly_shipped", "shipped"),
        "out_for_delivery",
    }
)
# Of those, what its shop has to deliver.
COMING = UNDERWAY - {"pending"}
# What pieces may be told of: they have left the shop.
_GONE = frozenset({"partly_shipped", "shipped", "out_for_delivery", "delivered"})
# A voice order may be called off until the shop starts packing it.
CANCELLABLE = frozenset({"pending", "placed", "accepted"})
# An order in one of these costs its shopper nothing.
FREE = frozenset({"cancelled", "refunded"})


@dataclass(frozen=True, slots=True)
class Tracking:
    """Who carries the parcel, under which number, and where to follow it (empty: nowhere)."""

    carrier: str
    number: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """`id` is the cart's id; `number` is what shopper and merchant say aloud (five digits);
    `history` lists each status with the time it began. `coupon` is the code that counted; `pickup` the id of
    the store where it is collected, from `ready_at` on (empty: delivered, `expected` at the door). `account`
    is who the merchant's identity provider says placed it (empty: the shop does not ask one). `window`: when
    it comes to the door; `contact`: to whom, as known when it was placed; `wish`: where to leave it, in the
    shopper's words; `locale`: their language.
    `version` is the store's count of writes."""

    id: str
    number: str
    shopper: str
    status: str
    placed_at: datetime
    lines: tuple[Line, ...]
    totals: Totals
    expected: date | None = None
    history: tuple[tuple[str, datetime], ...] = ()
    coupon: str = ""
    pickup: str = ""
    ready_at: datetime | None = None
    # Whether the shop may replace what has run out (None: the shopper did not say).
    substitutes: bool | None = None
    # The key of the member who placed it, when the voice was recognised.
    by: str | None = None
    account: str = ""
    tracking: Tracking | None = None
    # What the shop noted, each with its time.
    notes: tuple[tuple[datetime, str], ...] = ()
    version: int = 0
    payment: Payment = field(default_factory=Payment)
    window: Window | None = None
    contact: Contact | None = None
    wish: str = ""
    locale: str = ""
    # Pieces by SKU that are on their way or there already, where not all are.
    fulfilled: Mapping[str, int] = field(default_factory=dict)
    # What the session counted in which it was placed (None: it was placed otherwise).
    tally: Tally | None = None


def cost(order: Order) -> int:
    """What the shop is to have of an order as it stands, in minor units."""
    return 0 if order.status in FREE else order.totals.total.minor


def moved(order: Order, status: str, *, now: datetime) -> Order:
    """The order in its next status, with the money due that this means. Raises ValueError when that change
    is not allowed."""
    if status not in NEXT[order.status]:
        raise ValueError(f"an order cannot go from {order.status} to {status}")
    after = replace(order, status=status, history=(*order.history, (status, now)))
    return replace(after, payment=towards(after.payment, cost(after), order=order.id))


def is_attributed(order: Order) -> bool:
    """Whether it is known whose it is; of one that was made `unattributed` it is not."""
    return order.shopper != _nobody(order)


def _nobody(order: Order) -> str:
    return f"gone-{order.id}"


def unattributed(order: Order) -> Order:
    """The order as its merchant still needs it once the shopper is forgotten: under a key that leads to
    nobody, without name, address or where to leave it, the parcel that leads to one, notes that may name
    somebody, and who of the household had a hand in it. Whose account it is was the merchant's to know; whose
    card it is, only while money is on its way."""
    lines = tuple(
        replace(_without_text(line, open_=order.status in UNDERWAY), by=None) for line in order.lines
    )
    whose = replace(order, shopper=_nobody(order), by=None, contact=None, wish="")
    payment = order.payment if order.payment.open else replace(order.payment, customer="")
    return replace(whose, lines=lines, tracking=None, notes=(), payment=payment)


def _without_text(line: Line, *, open_: bool) -> Line:
    """A line without the words a shopper had written on it, which may name somebody: they are needed only
    until it is made."""
    texts = () if open_ else texts_in(line.sku)
    for text in texts:
        line = replace(line, sku=without_text(line.sku), name=line.name.replace(text, "…"))
    return line


def reported(
    order: Order,
    status: str,
    *,
    now: datetime,
    tracking: Tracking | None = None,
    note: str = "",
    pieces: Mapping[str, int] | None = None,
) -> Order:
    """The order as the shop reports it: in `status`, with what it says besides. `pieces` by SKU are on their
    way or there by now, all in all; where that is not everything, the order is shipped in part. The status it
    has already may be reported again, and the last note said again is not kept twice. Raises ValueError as
    `moved` does, and for an order that is not paid yet: it is not the shop's; KeyError with the SKU of which
    there are not so many in the order."""
    if order.status == "pending":
        raise ValueError("an order that is not paid yet cannot be reported on")
    fulfilled = {**order.fulfilled, **(pieces or {})}
    ordered: dict[str, int] = {}
    for line in order.lines:
        sku = base_of(line.sku)
        ordered[sku] = ordered.get(sku, 0) + line.quantity
    for sku, quantity in (pieces or {}).items():
        if quantity > ordered.get(sku, 0):
            raise KeyError(sku)
    if pieces and status in _GONE:
        whole = all(fulfilled.get(sku, 0) >= quantity for sku, quantity in ordered.items())
        if not whole or status == "partly_shipped":
            status = "shipped" if whole else "partly_shipped"
    if status != "partly_shipped":
        # Where it is as a whole says more than its pieces.
        fulfilled = {}
    after = order if status == order.status else moved(order, status, now=now)
    known = bool(after.notes) and after.notes[-1][1] == note
    notes = after.notes if known or not note else (*after.notes, (now, note))
    return replace(after, tracking=tracking or after.tracking, notes=notes, fulfilled=fulfilled)


def sent(order: Order) -> tuple[int, ...]:
    """Of each line the pieces that have left, while not all have: the merchant reports them by the SKU it
    knows, and the first lines of it are the first that leave."""
    left = dict(order.fulfilled)
    counts = []
    for line in order.lines:
        sku = base_of(line.sku)
        gone = min(left.get(sku, 0), line.quantity)
        left[sku] = left.get(sku, 0) - gone
        counts.append(gone)
    return tuple(counts)


def spoken_number(counter: int) -> str:
    """Five digits for the n-th order of a shop: a multiplier coprime to 10^5 visits every number once
    before repeating, so numbers are unique for 100,000 orders and tell nothing about volume."""
    return f"{(counter * 61_803 + 31_415) % 100_000:05d}"

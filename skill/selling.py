"""What the merchant's side asks of a shop's store, besides what shopping does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from skill.commerce.event import Event
from skill.commerce.key import Key
from skill.commerce.merchant import Case
from skill.commerce.notices import Box
from skill.commerce.order import Order

_PAGE = 100


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Orders of a shop, newest first; `next` is what to give as `before` for those that follow (None: there
    are none). A page may hold fewer than were asked for, and yet be followed."""

    orders: tuple[Order, ...]
    next: tuple[datetime, str] | None


@dataclass(frozen=True, slots=True)
class StockChange:
    """Of `sku` there are `left` pieces (None: not counted), or, where `by` is not 0, so many more or less."""

    sku: str
    left: int | None = None
    by: int = 0


@dataclass(frozen=True, slots=True)
class StockChanged:
    """What became of a change: `left` pieces after it, or why nothing was changed: "unknown" SKU, "uncounted"
    stock cannot be moved, or there would be "short" of none (`left` as it is)."""

    sku: str
    left: int | None
    refused: str = ""


class Selling(Protocol):
    """What the merchant's side asks of a shop's store, besides what shopping does."""

    def api_keys(self) -> tuple[Key, ...]:
        """All keys of this shop, oldest first."""
        ...

    def key(self, hash: str) -> Key | None:
        """The key of this shop with this hash."""
        ...

    def shop_of_key(self, hash: str) -> str | None:
        """The shop, of all in this store, that a key belongs to."""
        ...

    def save_keys(self, *keys: Key) -> None:
        """Keep keys, new or in place of those with the same hash: all of them or none."""
        ...

    def placed(
        self,
        *,
        limit: int,
        before: tuple[datetime, str] | None = None,
        since: datetime | None = None,
        status: str = "",
    ) -> OrderPage:
        """The shop's orders, newest first: those placed `before` a moment (and order id), not before `since`,
        and in `status`, where given. One placed just now may still be missing."""
        ...

    def placed_order(self, id: str) -> Order | None:
        """An order of the shop, whoever placed it."""
        ...

    def numbered(self, number: str) -> Order | None:
        """The order said aloud as `number`; the newest, should it have been given twice."""
        ...

    def change_order(self, order: Order, *, changed: Order, tell: str = "") -> bool:
        """One transaction: `changed` replaces the order if that is still in `order.status` and at
        `order.version`, and is kept at `order.version + 1`. What is told: the new status where there is one
        (not that a pending order is cancelled), else the kind of event `tell`, if any. False when the order
        has moved."""
        ...

    def change_stock(
        self, changes: Sequence[StockChange], *, once: str = ""
    ) -> tuple[StockChanged, ...] | None:
        """Make each change that can be made; what became of each, in order. No SKU stands twice. What was
        changed under `once` is not changed again for a day: a repeat gets the first answer, and None when
        the changes are others."""
        ...


class Telling(Protocol):
    """What whoever tells of events asks of a shop's store."""

    def events(self, *, after: str = "", limit: int = 100) -> tuple[Event, ...]:
        """The shop's events that are kept, in the order of their ids, those behind the id `after`. An id
        tells when a change was begun: one may still appear before others for as long as a write takes,
        some seconds, so whoever follows along asks again from a little way back."""
        ...

    def event(self, id: str) -> Event | None: ...

    def due_events(self, *, now: datetime, limit: int = 100) -> tuple[Event, ...]:
        """Waiting events whose time has come, the longest due first; one written just now may be missing."""
        ...

    def dead_events(self, *, limit: int = 100) -> tuple[Event, ...]:
        """Events given up, newest first."""
        ...

    def save_event(self, event: Event, *, changed: Event) -> bool:
        """Replace `event` by `changed`, of the same id, if its state, tries and due are still as they were
        read; False when they are not, or it is gone. What is done is kept for 30 days; a replay makes it
        waiting again."""
        ...

    def unsettled(self, *, before: datetime, limit: int = 100) -> tuple[Order, ...]:
        """Orders whose money does not stand as it should (pending, a movement open or yet to be decided),
        last written before that moment; the oldest first. One written just now may be missing."""
        ...

    def shop_case(self, id: str) -> tuple[str, Case] | None:
        """A case of the shop by its id or its reference (the newest of equal ones), and whose it is."""
        ...

    def shop_cases(self, *, limit: int = 100, status: str = "") -> tuple[tuple[str, Case], ...]:
        """The shop's cases, newest first, and whose they are."""
        ...


class Noticing(Protocol):
    """What whoever tells shoppers outside of conversations asks of a shop's store."""

    def box(self, shopper: str) -> Box:
        """A shopper's notices; an empty box of version 0 where none were ever filed."""
        ...

    def save_box(self, box: Box, *, changed: Box) -> Box | None:
        """Keep `changed` if the stored version still equals `box.version`; returns it with the new version,
        or None when it has moved meanwhile, or is gone."""
        ...

    def stir(self, shopper: str, *, at: datetime) -> None:
        """Have a shopper's box, or one that is made, be due at that moment, whatever is in it: a blind write,
        by which what they said of notices comes to the next round."""
        ...

    def due_boxes(self, *, now: datetime, limit: int = 100) -> tuple[Box, ...]:
        """Boxes in which something is due, the longest due first; one filed just now may be missing."""
        ...

    def waiting_boxes(self) -> Iterator[Box]:
        """All boxes in which something waits, read page by page; one filed meanwhile may be missing."""
        ...


class Keeping(Protocol):
    """How long a shop's store keeps what is a shopper's, and how it forgets."""

    def forget(self, shopper: str) -> None:
        """Remove everything kept under this shopper."""
        ...

    def erase(self, shopper: str, *, until: datetime) -> None:
        """Remove what was last written under this shopper at `until` or before; what they did later stays.
        Orders stay for their merchant as `unattributed`. Safe to repeat, also after it failed half way.
        Whom it erased is noted until the next `sweep` that is due, for turns that were in flight."""
        ...

    def sweep(self, *, now: datetime, limit: int = 100) -> int:
        """Erase once more what was written up to 15 s after an erasure's `until`, where that has passed,
        and forget who was erased; how many erasures were ended so. Call again while it is `limit`."""
        ...

    def export(self, shopper: str) -> Mapping[str, Any]:
        """Everything kept under this shopper as plain values: "shopper", "profile" and "cart" (None: there
        is none), "orders" and "cases", newest first, "notices" that wait or were told (None: none), and
        "sentences" that were collected."""
        ...

    def idle(self, *, before: datetime, limit: int = 100) -> tuple[str, ...]:
        """Shoppers of whom something is kept besides orders and cases, and who wrote nothing and ordered
        nothing since that moment."""
        ...

    def purge(
        self,
        *,
        now: datetime,
        carts_before: datetime,
        orders_before: datetime,
        cases_before: datetime,
        events_before: datetime,
    ) -> int:
        """Remove carts last written, orders placed, cases opened and events done before these moments, a
        bounded number of them; how many. 0: nothing is left to remove. Orders whose money is unsettled
        stay."""
        ...


def every_order(store: Selling, *, since: datetime | None = None) -> Iterator[Order]:
    """The shop's orders, newest first, as far back as `since`; read page by page."""
    page = store.placed(limit=_PAGE, since=since)
    while True:
        yield from page.orders
        if page.next is None:
            return
        page = store.placed(limit=_PAGE, before=page.next, since=since)

"""What is to be told outside of a conversation: filed in the shopper's box, each topic once.

An order's news are filed when they happen, for whoever agreed to hear of them; what somebody waits for, once
they do. Whether it is told, when and how is for the round that is due then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from skill.commerce.alert import Alert
from skill.commerce.merchant import Shopper
from skill.commerce.notices import Box, Notice, filed
from skill.commerce.order import Order
from skill.commerce.rhythm import runs_out
from skill.merchants.telling import News, NotTold
from skill.selling import Noticing
from skill.shop import Visit

# The changes of an order that somebody may want to hear of, and as which kind.
NEWS = {
    "order.partly_shipped": "order",
    "order.shipped": "order",
    "order.out_for_delivery": "order",
    "order.delivered": "order",
    "order.ready_for_pickup": "pickup",
}
_BOUGHT = "order.placed"
# How long each kind is news.
FRESH = {
    "order": timedelta(hours=24),
    "pickup": timedelta(hours=48),
    "cart": timedelta(hours=24),
    "again": timedelta(days=5),
}
# When a cart is spoken of that somebody wanted to hear of "later".
LATER = timedelta(hours=20)
# A thing is watched for so long.
WATCHED = timedelta(days=90)
# Orders that are looked at for what is bought regularly.
ORDERS = 30
# A day ahead of the last piece.
_AHEAD = timedelta(days=1)
# Things that one order tells us will run out, at most.
_REGULAR = 3
_TRIES = 4


class Boxes(Noticing, Protocol):
    """What filing asks of a store."""

    def visit(self, shopper: str) -> Visit: ...

    def orders(self, shopper: str, *, limit: int = 10) -> tuple[Order, ...]: ...


@dataclass(frozen=True, slots=True)
class Filing:
    """Who is told of an order's news to file them: a channel of `skill.merchants.telling`."""

    store: Boxes

    @property
    def name(self) -> str:
        return "notices"

    def wants(self, news: News) -> bool:
        kind = "again" if news.event.kind == _BOUGHT else NEWS.get(news.event.kind)
        terms = news.facts.notices
        if terms is None or news.order is None or kind is None or kind not in terms.kinds:
            return False
        return self.store.visit(news.order.shopper).shopper.notices.since(kind) is not None

    def tell(self, news: News) -> None:
        """File what the news are. Raises NotTold where the box moves all the while."""
        order = news.order
        if order is None:
            return
        if news.event.kind == _BOUGHT:
            notices: Sequence[Notice] = regular(
                order, self.store.orders(order.shopper, limit=ORDERS), now=news.event.at
            )
        else:
            notices = (of_order(order, news.event.kind, at=news.event.at),)
        if not file(notices, self.store, shopper=order.shopper):
            raise NotTold("the shopper's box moved all the while")


def file(notices: Iterable[Notice], store: Noticing, *, shopper: str) -> bool:
    """File notices for a shopper; False when their box was written to by others all the while."""
    notices = tuple(notices)
    for _ in range(_TRIES if notices else 0):
        box = changed = store.box(shopper)
        for notice in notices:
            changed = filed(changed, notice)
        if changed is box or store.save_box(box, changed=changed):
            return True
    return not notices


def synced(box: Box, about: Shopper) -> Box:
    """The box with all that its shopper waits for and agreed to hear of."""
    for alert in about.alerts:
        agreed = about.notices.since("cart" if alert.kind == "order" else alert.kind)
        if agreed is not None and not alert.told:
            box = filed(box, of_alert(alert, at=max(alert.asked_at, agreed)))
    return box


def of_order(order: Order, event: str, *, at: datetime) -> Notice:
    """The news that an order is in the status of this event since `at`."""
    kind, status = NEWS[event], event.removeprefix("order.")
    return Notice(
        topic=f"{kind}:{order.id}:{status}",
        kind=kind,
        at=at,
        due=at,
        until=at + FRESH[kind],
        about=order.id,
        detail=status,
    )


def of_alert(alert: Alert, *, at: datetime) -> Notice:
    """What waits for a thing to be back, or cheaper, or for the time to speak of the cart. A thing is due
    when a look at the shelf finds it so."""
    asked = int(alert.asked_at.timestamp())
    if alert.kind == "order":
        due = alert.due or at + LATER
        return Notice(topic=f"cart:{asked}", kind="cart", at=at, due=due, until=due + FRESH["cart"])
    until = at + WATCHED
    return Notice(
        topic=f"{alert.kind}:{alert.sku}:{asked}",
        kind=alert.kind,
        at=at,
        due=until,
        until=until,
        about=alert.sku,
    )


def regular(order: Order, orders: Iterable[Order], *, now: datetime) -> tuple[Notice, ...]:
    """What of an order will be used up, and when, by the shopper's last `orders`."""
    known = {one.id: one for one in (*orders, order)}.values()
    found = []
    for sku in dict.fromkeys(line.sku for line in order.lines):
        end = runs_out(known, sku)
        if end is not None and end - _AHEAD > now:
            found.append((end - _AHEAD, sku))
    return tuple(
        Notice(
            topic=f"again:{sku}:{order.id}",
            kind="again",
            at=now,
            due=due,
            until=due + FRESH["again"],
            about=sku,
            detail=order.id,
        )
        for due, sku in sorted(found)[:_REGULAR]
    )

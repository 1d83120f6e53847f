"""The money of orders that nobody is talking about: charges nobody heard the end of, refunds that are due,
and orders that waited for their payment long enough."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from skill.commerce.order import Order, moved
from skill.paying import Books, Payments, settle

# A turn that is charging just now is left alone for so long.
TURN = timedelta(seconds=30)
# A round ends after so long: the next one goes on.
ROUND = timedelta(seconds=45)
_PAGE, _MOST = 100, 6400
log = logging.getLogger("sayso")


class Unsettled(Books, Protocol):
    """What settling asks of a shop's store; as in `skill.shop.Stocking`."""

    def unsettled(self, *, before: datetime, limit: int = 100) -> tuple[Order, ...]: ...

    def cancel(self, order: Order, *, cancelled: Order, tell: str = "") -> bool: ...


def settle_open(
    store: Unsettled,
    *,
    payments: Payments | None,
    now: Callable[[], datetime],
    hold: timedelta,
    still: Callable[[], bool] = lambda: True,
) -> tuple[Order, ...]:
    """Settle the orders whose money is open, and call off those that waited for theirs longer than `hold`:
    their pieces go back to stock, a charge that might still succeed is withdrawn, and "order.expired" is
    to be told. The orders that changed. Safe to repeat, and to run twice at once; without `payments` orders
    are called off and money waits. `still` is asked before each order."""
    begun, changed = now(), []
    for order in _unsettled(store, before=begun - TURN):
        if now() - begun > ROUND or not still():
            break
        try:
            after = _settled(order, store, payments, now, hold)
        except Exception:
            # One order must not keep the others from their money.
            log.exception("the money of order %s could not be settled", order.number)
            continue
        if after.payment.owed and after != order:
            log.error("a refund of order %s was refused: 'sayso orders unpaid' shows it", order.number)
        if after != order:
            changed.append(after)
    return tuple(changed)


def _settled(
    order: Order,
    store: Unsettled,
    payments: Payments | None,
    now: Callable[[], datetime],
    hold: timedelta,
) -> Order:
    if payments is not None and not _expired(order, now(), hold):
        order = settle(order, books=store, payments=payments, now=now)
    if order.status != "pending" or not _expired(order, now(), hold):
        return order
    cancelled = moved(order, "cancelled", now=now())
    if not store.cancel(order, cancelled=cancelled, tell="order.expired"):
        # Somebody pays for it, or calls it off, at this moment.
        return order
    order = replace(cancelled, version=order.version + 1)
    return settle(order, books=store, payments=payments, now=now) if payments else order


def _expired(order: Order, now: datetime, hold: timedelta) -> bool:
    return order.status == "pending" and order.placed_at + hold <= now


def _unsettled(store: Unsettled, *, before: datetime) -> Iterator[Order]:
    """Every one of them, once: the oldest may be waiting for their shoppers, and must not hide the others."""
    limit, seen = _PAGE, set[str]()
    while True:
        found = store.unsettled(before=before, limit=limit)
        for order in found:
            if order.id not in seen:
                seen.add(order.id)
                yield order
        if len(found) < limit or limit >= _MOST:
            return
        limit *= 4

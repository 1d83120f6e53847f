"""What a shop keeps of its shoppers comes to an end: how long is in its facts (`Privacy`).

Once a day carts, orders, cases and events that have grown too old are removed, and shoppers who have not been
here for long enough are forgotten as if they had asked for it. Once a month the old orders are walked over
besides: of a shopper whose cart and profile are gone, they are the only trace."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from skill.commerce.merchant import Facts, Shopper
from skill.commerce.order import Order, unattributed
from skill.shop import Stocking

DAILY = timedelta(days=1)
WALKED = timedelta(days=30)
# Shoppers or orders looked at in one call: some hundred milliseconds.
LIMIT = 50
# The document that remembers how far it came.
KIND, ID = "retention", "progress"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What one call did: erasures finished (`swept`), shoppers forgotten, and carts, orders, cases and events
    removed. `more`: it was too much for one call, and the next goes on at once."""

    swept: int = 0
    shoppers: int = 0
    removed: int = 0
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Progress:
    """Nothing is due before `next`; the walk begins anew at `walk`, or goes on behind `cursor`."""

    next: str = ""
    walk: str = ""
    cursor: tuple[str, str] | None = None


def forget_due(store: Stocking, *, facts: Facts, now: datetime, limit: int = LIMIT) -> Forgotten:
    """Forget what is due, a bounded piece of it; to be called again and again, every few seconds or minutes.
    Safe to repeat and to run twice at once. Erasures of a moment ago are finished in every call."""
    swept = store.sweep(now=now, limit=limit)
    kept = store.document(KIND, ID) or ""
    progress = _Progress(**json.loads(kept)) if kept else _Progress()
    if _before(now, progress.next):
        return Forgotten(swept, more=swept == limit)
    keeps = facts.privacy
    since = now - timedelta(days=keeps.shoppers_days)
    idle = store.idle(before=since, limit=limit)
    for shopper in idle:
        store.erase(shopper, until=since)
    removed = store.purge(
        now=now,
        carts_before=now - timedelta(days=keeps.carts_days),
        orders_before=now - timedelta(days=keeps.orders_days),
        # Never longer than who opened them.
        cases_before=now - timedelta(days=min(keeps.cases_days, keeps.shoppers_days)),
        events_before=now - timedelta(days=keeps.events_days),
    )
    walked, progress = _walked(store, progress, since=since, now=now, limit=limit)
    more = bool(removed) or len(idle) == limit or progress.cursor is not None
    after = json.dumps(
        {
            "next": (now if more else now + DAILY).isoformat(),
            "walk": progress.walk,
            "cursor": progress.cursor,
        }
    )
    # Who runs beside us and was faster knows as well how far it came.
    store.put_document(KIND, ID, after, expecting=kept)
    return Forgotten(swept, len(idle) + walked, removed, more or swept == limit)


def _walked(
    store: Stocking, progress: _Progress, *, since: datetime, now: datetime, limit: int
) -> tuple[int, _Progress]:
    """How many shoppers were forgotten of those whose orders the walk came by, and where it is then."""
    if progress.cursor is not None:
        at, id = progress.cursor
        behind = (datetime.fromisoformat(at), id)
    elif _before(now, progress.walk):
        return 0, progress
    else:
        behind = (since, "")
    page = store.placed(limit=limit, before=behind)
    gone = [shopper for shopper in _whose(page.orders) if not _came_back(store, shopper, since=since)]
    for shopper in gone:
        store.erase(shopper, until=since)
    cursor = (page.next[0].isoformat(), page.next[1]) if page.next else None
    walk = progress.walk if progress.cursor is not None else (now + WALKED).isoformat()
    return len(gone), _Progress(walk=walk, cursor=cursor)


def _before(now: datetime, moment: str) -> bool:
    return moment != "" and now < datetime.fromisoformat(moment)


def _whose(orders: tuple[Order, ...]) -> list[str]:
    """Whose orders these are, each once, without those whom nobody knows any more."""
    known = (order.shopper for order in orders if order.shopper != unattributed(order).shopper)
    return list(dict.fromkeys(known))


def _came_back(store: Stocking, shopper: str, *, since: datetime) -> bool:
    visit = store.visit(shopper)
    if visit.cart is not None or visit.shopper != Shopper():
        # Whether they are of long ago is for `idle` to say, which knows when they were written.
        return True
    return any(order.placed_at >= since for order in store.orders(shopper, limit=1))

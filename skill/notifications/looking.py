"""Looking at all that is waited for, now and then: what is back, or cheaper, is due from then on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from skill.commerce.product import Product
from skill.notifications.ripe import watched
from skill.shop import Stocking, Visit

# How often all that is waited for is looked at.
LOOK = timedelta(hours=1)
KIND, ID = "notices", "looked"


def look(
    store: Stocking,
    *,
    sold: Callable[[str], Product | None],
    now: datetime,
    still: Callable[[], bool] = lambda: True,
) -> int:
    """Make due what is waited for and has come: back in stock, or cheaper. How much was. Each thing on the
    shelf is looked at once; nothing is written for whom nothing has come."""
    seen: dict[str, tuple[Product | None, dict[str, int | None]]] = {}
    found = 0
    for box in store.waiting_boxes():
        if not still():
            break
        ripened = []
        visit: Visit | None = None
        for notice in box.pending:
            if notice.kind not in ("stock", "price") or notice.due <= now:
                continue
            if notice.about not in seen:
                seen[notice.about] = sold(notice.about), store.stock([notice.about])
            product, stock = seen[notice.about]
            if product is None or stock.get(notice.about) == 0:
                continue
            visit = visit or store.visit(box.shopper)
            if watched(notice, visit, product, stock=stock, now=now).ripeness != "later":
                ripened.append(notice.topic)
        if ripened:
            pending = (
                replace(one, due=now) if one.topic in ripened and one.due > now else one
                for one in box.pending
            )
            # Who moved it meanwhile is looked at next time.
            found += len(ripened) if store.save_box(box, changed=replace(box, pending=tuple(pending))) else 0
    return found


def look_is_due(store: Stocking, *, now: datetime, every: timedelta) -> bool:
    """Whether it is time to look, and it is ours to do: of several who ask, one is told so."""
    text = store.document(KIND, ID) or ""
    if text and now - datetime.fromisoformat(text) < every:
        return False
    return store.put_document(KIND, ID, now.isoformat(), expecting=text)

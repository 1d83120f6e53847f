"""What this shopper bought before settles what words alone cannot: "milk" is my milk.

Only among products that tie, so that history never brings anything that was not asked for; and only then
are past orders read, since few turns need them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from skill.catalogue.results import Found, Several, skus_of
from skill.commerce.household import own, own_first
from skill.commerce.options import base_of
from skill.commerce.order import Order
from skill.shop import Shop

# Orders that count, the newest first.
_ORDERS = 10
# Orders read where only those of one member count.
_AMONG = 30
UNDONE = frozenset({"cancelled", "refunded", "failed"})


def past(shop: Shop, *, limit: int) -> tuple[Order, ...]:
    """The last orders that are the speaker's to hear of: their own first, then those nobody was recognised
    for. What somebody else of the household ordered is not among them."""
    read = limit if shop.speaker is None else max(limit, _AMONG)
    return own_first(shop.store.orders(shop.shopper, limit=read), person=shop.speaker)[:limit]


def newest(shop: Shop, *, limit: int) -> tuple[Order, ...]:
    """The shopper's last orders, newest first, read once for a turn that opens the shop and changes none."""
    read = next((orders for most, orders in shop.read.items() if most >= limit), None)
    if read is None:
        read = shop.read[limit] = shop.store.orders(shop.shopper, limit=limit)
    return read[:limit]


def bought_before(shop: Shop, *, orders: int) -> tuple[str, ...]:
    """The SKUs in the last orders, undone ones left out, those in most of them first; of those alike, the
    latest. One round trip to the store, where this turn has not read them."""
    kept = [one for one in newest(shop, limit=orders) if one.status not in UNDONE]
    times = Counter(sku for one in kept for sku in dict.fromkeys(line.sku for line in one.lines))
    return tuple(sku for sku, _ in times.most_common())


def mine(result: Found | Several, shop: Shop) -> Found | Several:
    """Of several that tie, the one this shopper bought most often, unless two are bought alike or it is sold
    out; then those bought before come first."""
    bought = _bought(result, shop)
    if not bought or not isinstance(result, Several):
        return result
    (best, times), *others = bought.most_common()
    left = shop.left(best)
    if (not others or others[0][1] < times) and (left is None or left > 0):
        return Found(result.products[skus_of(result.products).index(best)], why="bought")
    return _in_front(bought, result)


def first_mine(result: Found | Several, shop: Shop) -> Found | Several:
    """The same products, of those that tie the ones this shopper bought before in front."""
    bought = _bought(result, shop)
    return _in_front(bought, result) if bought and isinstance(result, Several) else result


def _in_front(bought: Counter[str], result: Several) -> Several:
    place = {sku: number for number, (sku, _) in enumerate(bought.most_common())}
    tied = skus_of(result.products[: result.close])
    order = sorted(range(len(tied)), key=lambda at: place.get(tied[at], len(place)))
    products = (*(result.products[at] for at in order), *result.products[result.close :])
    return Several(products, result.close, result.whole)


def _bought(result: Found | Several, shop: Shop) -> Counter[str]:
    """In how many of the last orders each product that ties was, undone ones left out; where that is alike,
    the latest first. Nothing where words settle it."""
    if not isinstance(result, Several) or not result.whole or result.close < 2:
        return Counter()
    tied = frozenset(skus_of(result.products[: result.close]))
    kept = [order for order in past(shop, limit=_ORDERS) if order.status not in UNDONE]
    mine = own(kept, person=shop.speaker) if shop.speaker else ()
    return _times(mine, tied) or _times(kept, tied)


def _times(orders: Iterable[Order], tied: frozenset[str]) -> Counter[str]:
    return Counter(sku for order in orders for sku in {base_of(line.sku) for line in order.lines} & tied)

"""What this shopper bought before settles what words alone cannot: "milk" is my milk.

Only among products that tie, so that history never brings anything that was not asked for; and only then
are past orders read, since few turns need them.
"""

from __future__ import annotations

from collections import Counter

from skill.catalogue.results import Found, Several, skus_of
from skill.shop import Shop

# Orders that count, the newest first.
_ORDERS = 10
_UNDONE = frozenset({"cancelled", "refunded", "failed"})


def mine(result: Found | Several, shop: Shop) -> Found | Several:
    """Of several that tie, the one this shopper bought most often, unless two are bought alike or it is sold
    out; then those bought before come first."""
    if not isinstance(result, Several) or not result.whole or result.close < 2:
        return result
    tied = skus_of(result.products[: result.close])
    bought = _bought(tied, shop)
    if not bought:
        return result
    (best, times), *others = bought.most_common()
    if not others or others[0][1] < times:
        left = shop.store.stock([best]).get(best)
        if left is None or left > 0:
            return Found(result.products[tied.index(best)], why="bought")
    return first_mine(result, shop)


def first_mine(result: Found | Several, shop: Shop) -> Found | Several:
    """The same products, of those that tie the ones this shopper bought before in front."""
    if not isinstance(result, Several) or not result.whole or result.close < 2:
        return result
    tied = skus_of(result.products[: result.close])
    bought = _bought(tied, shop)
    if not bought:
        return result
    place = {sku: number for number, (sku, _) in enumerate(bought.most_common())}
    order = sorted(range(len(tied)), key=lambda at: place.get(tied[at], len(place)))
    products = (*(result.products[at] for at in order), *result.products[result.close :])
    return Several(products, result.close, result.whole)


def _bought(skus: tuple[str, ...], shop: Shop) -> Counter[str]:
    """In how many of the last orders each was, undone ones left out; the latest first where that is alike."""
    wanted = frozenset(skus)
    orders = shop.store.orders(shop.shopper, limit=_ORDERS)
    kept = (order for order in orders if order.status not in _UNDONE)
    return Counter(sku for order in kept for sku in {line.sku for line in order.lines} & wanted)

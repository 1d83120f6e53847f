"""What goes with what: first what the merchant says, then what others bought together.

Others are counted by `skill.merchants.together`, which leaves its shelves in the shop's documents: one is
read, by the SKU it is about, and only in the turns that ask."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

from skill.commerce.options import base_of
from skill.commerce.product import Product
from skill.dialogue.liking import fitting
from skill.shop import Shop

# The documents: kind, and how many there are at most. A hundred thousand products leave about 3 KB in each,
# which DynamoDB reads as one unit.
KIND, SHELVES = "together", 4_096


@dataclass(frozen=True, slots=True)
class Companions:
    """What goes with a product and can be had, best first; `bought`: others bought it, the merchant does not
    say so."""

    products: tuple[Product, ...]
    bought: bool = False


def shelf_of(sku: str) -> str:
    """The id of the document that tells what is bought with a SKU."""
    return f"{crc32(sku.encode()) % SHELVES:03x}"


def companions(*products: Product, shop: Shop) -> Companions:
    """What goes with one of these products, without what is in the cart or sold out; what others bought with
    the first one comes last. Two round trips to the store."""
    in_cart = {line.sku for line in shop.cart.lines}
    # Whatever options it has, a thing is no company to itself.
    near = {base_of(sku) for sku in (*in_cart, *(product.sku for product in products))}
    # Another size of what is there is no company to it.
    groups = {known.group for known in (*products, *shop.products(in_cart)) if known.group}
    said = [sku for product in products for sku in product.goes_with]
    bought = _bought_with(base_of(products[0].sku), shop) if products else ()
    wanted = [sku for sku in dict.fromkeys((*said, *bought)) if base_of(sku) not in near]
    there = shop.in_stock(known for known in shop.products(wanted) if known.group not in groups)
    there = fitting(there, shop)
    return Companions(there, bought=bool(there) and there[0].sku not in said)


def _bought_with(sku: str, shop: Shop) -> Sequence[str]:
    text = shop.store.document(KIND, shelf_of(sku))
    kept = json.loads(text).get(sku, ()) if text else ()
    return tuple(kept)

"""The list last read in another order: "cheapest first", "sort by rating", "the most popular first"."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from skill.catalogue.results import skus_of
from skill.commerce.product import Product
from skill.dialogue.conversation import Listing, Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.offering import PAGE, read_page
from skill.dialogue.reply import Reply, say
from skill.shop import Shop

ORDERS = frozenset({"cheaper", "dearer", "bigger", "smaller", "rated", "popular"})
# Nothing comes before what says nothing of its size.
_UNMEASURED = 10**12


def handle(heard: Heard, shop: Shop) -> Reply:
    by = heard.id("order")
    listing = heard.conversation.listing
    if listing.kind == "cart" or not listing.skus:
        return Reply(prompt=say("find_product.what"), ask=Question(intent="FindProduct", awaiting="query"))
    # A model built before this shop may know other orders.
    if by not in ORDERS:
        return Reply(say=(say("sort_results.by_what"),), resume=True)
    return sort(listing, by, shop)


def sort(listing: Listing, by: str, shop: Shop) -> Reply:
    """Read the list again from its beginning, ordered by price, size, popularity or rating."""
    products = shop.products(listing.skus)
    if by == "rated" and not any(product.rating for product in products):
        return Reply(say=(say("sort_results.not_rated"),), resume=True)
    ordered = sorted(products, key=lambda product: _figures(product, by, shop.now))
    skus = skus_of(ordered)
    lead = say(f"sort_results.by_{by}")
    return read_page(replace(listing, skus=skus, start=0, shown=PAGE), shop=shop, lead=lead)


def _figures(product: Product, by: str, now: datetime) -> tuple[int, ...]:
    """What an order goes by, the least first."""
    price, held = product.price_at(now).minor, product.measure.milli if product.measure else 0
    match by:
        case "cheaper" | "dearer":
            return (price if by == "cheaper" else -price,)
        case "bigger" | "smaller":
            return (-held if by == "bigger" else held or _UNMEASURED,)
        case "rated":
            return -product.rating, -product.reviews
        case _:
            return (-product.popularity,)


INTENT = Intent(name="SortResults", handle=handle, slots={"order": "order"})

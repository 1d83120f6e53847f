""" "Any deals for me?": what is on offer of what this shopper buys, and of its kind; what others buy comes
after that, and as such."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from skill.catalogue.results import skus_of
from skill.commerce.product import Product
from skill.dialogue.conversation import Listing
from skill.dialogue.history import UNDONE, past
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.offering import MAX_LISTED, PAGE, read_page
from skill.dialogue.reply import Reply, say
from skill.intents import show_offers
from skill.shop import Shop

# Orders that tell what somebody buys.
_ORDERS = 10
# Offers looked through for a kind: more than any shop reads out.
_LOOKED_AT = 200


def handle(heard: Heard, shop: Shop) -> Reply:
    orders = [order for order in past(shop, limit=_ORDERS) if order.status not in UNDONE]
    lines = (line for order in orders for line in order.lines)
    skus = tuple(dict.fromkeys(line.sku for line in (*shop.cart.lines, *lines)))
    if not skus:
        return _others("offers_for_me.unknown", heard, shop)
    known = shop.products(skus)
    in_cart = {line.sku for line in shop.cart.lines}
    # What is in the cart has its price already.
    bought = [product for product in known if product.on_offer(shop.now) and product.sku not in in_cart]
    alike = _of_the_same_kind(known, shop, but={*in_cart, *skus_of(bought)})
    there = shop.in_stock((*bought, *alike))
    if not there:
        return _others("offers_for_me.none", heard, shop)
    found = skus_of(there[:MAX_LISTED])
    listing = Listing(
        kind="offers", skus=found, shown=min(PAGE, len(found)), catalogue=shop.catalogue.version
    )
    yours = bool(bought) and there[0] in bought
    return read_page(listing, shop=shop, lead=say("offers_for_me.yours" if yours else "offers_for_me.alike"))


def _of_the_same_kind(known: Sequence[Product], shop: Shop, *, but: set[str]) -> list[Product]:
    """What is on offer of the narrowest kinds of what was bought, most popular first."""
    kinds = {product.category for product in known if product.category}
    offers = shop.catalogue.offers(shop.now, limit=_LOOKED_AT)
    return [product for product in offers if product.category in kinds and product.sku not in but]


def _others(key: str, heard: Heard, shop: Shop) -> Reply:
    reply = show_offers.handle(replace(heard, slots={}), shop)
    return replace(reply, say=(say(key), *reply.say)) if reply.listing else reply


INTENT = Intent(name="OffersForMe", handle=handle)

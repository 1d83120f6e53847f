"""What is on offer now, most popular first, three at a time."""

from __future__ import annotations

from skill.dialogue.conversation import Listing
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.offering import MAX_LISTED, PAGE, read_page
from skill.dialogue.reply import Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    products = shop.catalogue.offers(shop.now, limit=MAX_LISTED)
    stock = shop.store.stock(product.sku for product in products)
    there = [product for product in products if stock.get(product.sku) != 0]
    if not there:
        return Reply(say=(say("show_offers.none"),))
    listing = Listing(
        kind="offers",
        skus=tuple(product.sku for product in there),
        shown=PAGE,
        catalogue=shop.catalogue.version,
    )
    return read_page(listing, shop=shop, lead=say("show_offers.some"))


INTENT = Intent(name="ShowOffers", handle=handle)

"""What is on offer now, most popular first, three at a time."""

from __future__ import annotations

from dataclasses import replace

from skill.catalogue.results import Found, Nothing, skus_of
from skill.dialogue import reference
from skill.dialogue.conversation import Listing
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.offering import MAX_LISTED, PAGE, list_results, not_found, read_page
from skill.dialogue.refining import wish
from skill.dialogue.reply import Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    if text := heard.text("product"):
        return _of(text, shop)
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


def _of(text: str, shop: Shop) -> Reply:
    """What is on offer of a kind: "any deals on coffee"."""
    asked = replace(reference.query(text, shop), on_offer=True)
    result = shop.catalogue.find(asked)
    words = asked.text or text
    if isinstance(result, Nothing):
        return not_found(result, words=words, shop=shop, asked=asked)
    if isinstance(result, Found) or not result.whole:
        return list_results(result, words=words, shop=shop, asked=asked)
    skus = skus_of(result.products[:MAX_LISTED])
    listing = Listing(words=words, wish=wish(asked), skus=skus, shown=PAGE, catalogue=shop.catalogue.version)
    return read_page(listing, shop=shop, lead=say("show_offers.some"))


INTENT = Intent(name="ShowOffers", handle=handle, slots={"product": "product"})

"""What is on offer now, most popular first, three at a time."""

from __future__ import annotations

from dataclasses import replace

from skill.catalogue.results import Found, Nothing, skus_of
from skill.dialogue import reference
from skill.dialogue.conversation import Listing
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.offering import MAX_LISTED, PAGE, list_results, listed, not_found, read_page
from skill.dialogue.reply import Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    if text := heard.text("product"):
        return _of(text, shop)
    there = shop.in_stock(shop.catalogue.offers(shop.now, limit=MAX_LISTED))
    if not there:
        return Reply(say=(say("show_offers.none"),))
    listing = Listing(kind="offers", skus=skus_of(there), shown=PAGE, catalogue=shop.catalogue.version)
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
    return read_page(listed(result, words, shop, asked), shop=shop, lead=say("show_offers.some"))


INTENT = Intent(name="ShowOffers", handle=handle, slots={"product": "product"})

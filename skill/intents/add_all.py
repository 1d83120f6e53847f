"""Everything that was just said goes in: "both", "all three of them", "two of each"."""

from __future__ import annotations

from skill.commerce.quantity import Pieces
from skill.dialogue.adding import put_all
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    listing = heard.conversation.listing
    said = listing.said if listing.kind != "cart" else ()
    shelf = shop.catalogue.get(said)
    products = [shelf[sku] for sku in said if sku in shelf]
    if len(products) < 2:
        return Reply(say=(say("add_all.of_what"),), miss=True)
    count = heard.number("quantity") or 1
    return put_all([(product, Pieces(count)) for product in products], (), shop)


INTENT = Intent(name="AddAll", handle=handle, slots={"quantity": "number"})

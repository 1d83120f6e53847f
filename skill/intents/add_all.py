"""Everything that was just said goes in: "both", "all three of them", "two of each"."""

from __future__ import annotations

from skill.catalogue.results import skus_of
from skill.commerce.quantity import Pieces
from skill.dialogue.adding import put_all
from skill.dialogue.conversation import Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.offering import ADD
from skill.dialogue.reply import Reply, say
from skill.intents.change_quantity import how_many
from skill.shop import Shop

_BOTH = 2


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.unheard("quantity"):
        return how_many(heard, intent=INTENT.name)
    listing = heard.conversation.listing
    said = listing.said if listing.kind != "cart" else ()
    products = shop.products(said)
    if len(products) < _BOTH:
        return Reply(say=(say("add_all.of_what"),), miss=True)
    if heard.id("every") == "both" and len(products) != _BOTH:
        # Two of so many are not all of them.
        return Reply(
            say=(say("add_all.not_two", count=len(products)),),
            prompt=say("find_product.which"),
            ask=Question(intent=ADD, awaiting="product", options=skus_of(products)),
        )
    count = heard.number("quantity")
    if count is None:
        # What has just gone in is there already.
        added = heard.conversation.focus
        products = tuple(p for p in products if not (added.quantity and added.sku == p.sku)) or products
    return put_all([(product, Pieces(count or 1)) for product in products], (), shop)


INTENT = Intent(name="AddAll", handle=handle, slots={"quantity": "number", "every": "every"})

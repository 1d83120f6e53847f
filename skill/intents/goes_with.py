""" "What goes with that?": what the merchant says is bought together with a product."""

from __future__ import annotations

from skill.catalogue.results import Nothing, Several, skus_of
from skill.dialogue import reference
from skill.dialogue.conversation import Listing, Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.offering import PAGE, not_found, read_page
from skill.dialogue.reply import Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    mention = reference.product(heard, shop)
    result = mention.result
    if result is None:
        return Reply(prompt=say("goes_with.what"), ask=Question(intent=INTENT.name, awaiting="product"))
    if isinstance(result, Nothing):
        return not_found(result, words=mention.words, shop=shop)
    # Of several that tie each may name something: "what goes with pasta" asks of no particular one.
    products = result.products[: result.close] if isinstance(result, Several) else (result.product,)
    in_cart = {line.sku for line in shop.cart.lines}
    named = dict.fromkeys(sku for product in products for sku in product.goes_with if sku not in in_cart)
    skus = skus_of(shop.in_stock(shop.products(named)))
    if not skus:
        return Reply(say=(say("goes_with.nothing", product=products[0].spoken(shop.locale)),))
    listing = Listing(skus=skus, shown=min(PAGE, len(skus)), catalogue=shop.catalogue.version)
    return read_page(listing, shop=shop, lead=say("goes_with.these", product=products[0].short(shop.locale)))


INTENT = Intent(
    name="GoesWith", handle=handle, slots={"product": "product", "position": "position"}, elicits=("product",)
)

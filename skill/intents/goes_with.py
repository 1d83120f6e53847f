""" "What goes with that?", "what do people buy with it?": what the merchant says goes with a product, then
what others bought together with it."""

from __future__ import annotations

from skill.catalogue.results import Nothing, Several, skus_of
from skill.dialogue import reference
from skill.dialogue.conversation import Listing, Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.offering import PAGE, not_found, read_page
from skill.dialogue.reply import Reply, say
from skill.dialogue.together import companions
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
    found = companions(*products, shop=shop)
    if not found.products:
        return Reply(say=(say("goes_with.nothing", product=products[0].spoken(shop.locale)),))
    skus = skus_of(found.products)
    listing = Listing(skus=skus, shown=min(PAGE, len(skus)), catalogue=shop.catalogue.version)
    key = "goes_with.bought_too" if found.bought else "goes_with.these"
    return read_page(listing, shop=shop, lead=say(key, product=products[0].short(shop.locale)))


INTENT = Intent(
    name="GoesWith", handle=handle, slots={"product": "product", "position": "position"}, elicits=("product",)
)

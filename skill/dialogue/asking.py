"""Questions about one product: which product is meant, and the way every answer ends."""

from __future__ import annotations

from collections.abc import Callable

from skill.catalogue.results import Found, Nothing, skus_of
from skill.commerce.product import Product
from skill.dialogue import reference
from skill.dialogue.conversation import Focus, Question
from skill.dialogue.intent import Heard
from skill.dialogue.offering import not_found, which
from skill.dialogue.reply import Join, Message, Reply, say
from skill.shop import Shop


def about_product(
    heard: Heard, shop: Shop, *, intent: str, answer: Callable[[Product], tuple[Message, ...]]
) -> Reply:
    """Find the product a question is about, give `answer`, and offer to add it when it can be had."""
    mention = reference.product(heard, shop)
    result = mention.result
    if result is None:
        said = heard.conversation.listing.said
        if said:
            still = shop.products(said)
            if not still:
                return Reply(say=(say("find_product.no_longer"),))
            names = tuple(product.spoken(shop.locale) for product in still)
            return Reply(
                prompt=say("ask_price.which_named", items=Join(names, "or")),
                ask=Question(intent=intent, awaiting="product", options=skus_of(still), slots=heard.slots),
            )
        return Reply(prompt=say("ask_price.which"), ask=Question(intent=intent, awaiting="product"))
    if isinstance(result, Nothing):
        return not_found(result, words=mention.words, shop=shop)
    if not isinstance(result, Found):
        kept = {name: slot for name, slot in heard.slots.items() if name not in ("product", "position")}
        return which(result, words=mention.words, intent=intent, slots=kept, shop=shop)
    product = result.product
    left = shop.left(product.sku)
    sentences = answer(product)
    in_cart = shop.cart.line(product.sku) is not None
    if in_cart or (left is not None and left <= 0):
        spoken_of = heard.conversation.focus
        return Reply(
            say=sentences, focus=spoken_of if spoken_of.sku == product.sku else Focus(sku=product.sku)
        )
    return Reply(
        say=sentences,
        prompt=say("find_product.add_it"),
        ask=Question(intent="AddToCart", awaiting="product", options=(product.sku,)),
        focus=Focus(sku=product.sku),
    )

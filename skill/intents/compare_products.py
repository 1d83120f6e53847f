"""The difference between the first two things just read out: price, size, and which is cheaper."""

from __future__ import annotations

from skill.dialogue.conversation import Focus, Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.offering import named
from skill.dialogue.reply import Join, Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    said = heard.conversation.listing.said
    shelf = shop.catalogue.get(said)
    products = [shelf[sku] for sku in said if sku in shelf]
    if len(products) < 2:
        return Reply(say=(say("compare_products.need_two"),))
    cheapest = min(products, key=lambda product: product.price_at(shop.now).minor)
    dearest = max(products, key=lambda product: product.price_at(shop.now).minor)
    gap = dearest.price_at(shop.now) - cheapest.price_at(shop.now)
    options = tuple(product.sku for product in products)
    items = Join(tuple(named(product, left=None, shop=shop) for product in products))
    verdict = say("compare_products.same_price")
    if gap.minor:
        verdict = say("compare_products.cheaper", product=cheapest.spoken(shop.locale), gap=gap)
    return Reply(
        say=(say("find_product.page", items=items), verdict),
        prompt=say("find_product.which"),
        ask=Question(intent="AddToCart", awaiting="product", options=options),
        focus=Focus(sku=cheapest.sku) if gap.minor else Focus(),
    )


INTENT = Intent(name="CompareProducts", handle=handle)

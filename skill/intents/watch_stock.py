""" "Tell me when it's back": kept with the shopper, and told when they next open the
shop, or before that where they agreed to it."""

from __future__ import annotations

from skill.commerce.alert import Alert
from skill.commerce.product import Product
from skill.dialogue.alerts import keep, watched
from skill.dialogue.conversation import Focus, Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.notices import stir, with_offer
from skill.dialogue.reply import Reply, say
from skill.shop import Shop

NAME = "WatchStock"


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("common.okay"),))

    def sold_out(product: Product) -> bool:
        return shop.left(product.sku) == 0

    product = watched(heard, shop, intent=NAME, prefer=sold_out)
    if isinstance(product, Reply):
        return product
    name, focus = product.spoken(shop.locale), Focus(sku=product.sku)
    if not sold_out(product):
        return Reply(
            say=(say("watch_stock.in_stock", product=name, price=product.price_at(shop.now)),),
            prompt=say("find_product.add_it"),
            ask=Question(intent="AddToCart", awaiting="product", options=(product.sku,)),
            focus=focus,
        )
    keep(Alert(kind="stock", sku=product.sku, asked_at=shop.now), shop)
    if shop.about.notices.channels("stock") and stir("stock", shop):
        return Reply(say=(say("watch_stock.will_tell", product=name),), focus=focus)
    noted = say("watch_stock.noted", product=name, shop=shop.facts.called(shop.locale))
    return with_offer(Reply(say=(noted,), focus=focus), "stock", shop)


INTENT = Intent(
    name=NAME,
    handle=handle,
    slots={"product": "product", "position": "position"},
    elicits=("product",),
)

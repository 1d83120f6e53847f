""" "Tell me if it drops below three dollars": kept with the shopper, told when the shop is next opened."""

from __future__ import annotations

from skill.commerce.alert import Alert
from skill.commerce.money import Money
from skill.dialogue import reference
from skill.dialogue.alerts import keep, watched
from skill.dialogue.conversation import Focus, Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.notices import stir, with_offer
from skill.dialogue.reply import Reply, say
from skill.shop import Shop

NAME = "WatchPrice"


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("common.okay"),))
    product = watched(heard, shop, intent=NAME)
    if isinstance(product, Reply):
        return product
    name, price, focus = product.spoken(shop.locale), product.price_at(shop.now), Focus(sku=product.sku)
    asked = heard.number("price")
    # "Cheaper" is anything below the price of now.
    limit = price.minor - 1 if asked is None else asked * reference.minor_per_major(shop)
    if price.minor <= limit:
        return Reply(
            say=(say("watch_price.already", product=name, price=price),),
            prompt=say("find_product.add_it"),
            ask=Question(intent="AddToCart", awaiting="product", options=(product.sku,)),
            focus=focus,
        )
    keep(Alert(kind="price", sku=product.sku, price=limit, asked_at=shop.now), shop)
    noted = say("watch_price.noted", product=name, price=price, shop=shop.facts.called(shop.locale))
    if asked is not None:
        under = Money(limit, shop.currency)
        noted = say("watch_price.noted_at", product=name, price=under, shop=shop.facts.called(shop.locale))
    if shop.about.notices.channels("price"):
        stir("price", shop)
    return with_offer(Reply(say=(noted,), focus=focus), "price", shop)


INTENT = Intent(
    name=NAME,
    handle=handle,
    slots={"product": "product", "position": "position", "price": "number"},
    elicits=("product",),
)

"""Forget how the shopper takes a product, or all of them: the next "a latte" is as the shop makes it."""

from __future__ import annotations

from skill.catalogue.results import Found
from skill.commerce.options import base_of
from skill.commerce.usual import forgetting, usual_of
from skill.dialogue import reference
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.shop import Shop, change_cart


def handle(heard: Heard, shop: Shop) -> Reply:
    if not heard.text("product"):
        if not any(shop.cart.usual.get(member) for member in ("", shop.speaker or "")):
            return Reply(say=(say("forget_usual.none"),))
        change_cart(shop, lambda cart: forgetting(cart, by=shop.speaker))
        return Reply(say=(say("forget_usual.all"),))
    result = reference.product(heard, shop, focus=False).result
    product = result.product if isinstance(result, Found) else None
    if product is None or usual_of(shop.cart, product.sku, by=shop.speaker) is None:
        return Reply(say=(say("forget_usual.none"),))
    change_cart(shop, lambda cart: forgetting(cart, base_of(product.sku), by=shop.speaker))
    return Reply(say=(say("forget_usual.one", product=product.spoken(shop.locale)),))


INTENT = Intent(name="ForgetUsual", handle=handle, slots={"product": "product"}, aside=True)

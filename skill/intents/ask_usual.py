"""How the shopper takes things, as it is remembered."""

from __future__ import annotations

from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Join, Reply, say
from skill.shop import Shop

# So many are said in one breath.
_SAID = 3


def handle(heard: Heard, shop: Shop) -> Reply:
    usual = shop.cart.usual
    skus = {**usual.get("", {}), **usual.get(shop.speaker or "", {})}.values()
    products = shop.products(skus)[:_SAID]
    if not products:
        return Reply(say=(say("forget_usual.none"),))
    items = Join(tuple(product.spoken(shop.locale) for product in products))
    return Reply(say=(say("ask_usual.told", items=items),))


INTENT = Intent(name="AskUsual", handle=handle, aside=True)

"""Forget what was put aside: one thing at once, all of it after asking."""

from __future__ import annotations

from skill.commerce.cart import Cart, forget_saved
from skill.dialogue import reference
from skill.dialogue.conversation import Focus, Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.intents import empty_cart
from skill.shop import Shop, change_cart

NAME = "EmptySaved"


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("take_back.left"),))
    if shop.request_id in shop.cart.seen:
        return Reply(say=(say("empty_saved.emptied"),))
    saved = shop.cart.saved
    if not saved and shop.cart.lines and not heard.text("product"):
        # Nothing is put aside: to whoever says "my list", the cart is it.
        return empty_cart.handle(heard, shop)
    if not saved:
        return Reply(say=(say("review_saved.empty"),))
    if heard.confirmed:
        change_cart(shop, forget_saved)
        return Reply(say=(say("empty_saved.emptied"),), focus=Focus())
    if not (text := heard.text("product")):
        return Reply(
            prompt=say("empty_saved.sure", count=len(saved)), ask=Question(intent=NAME, awaiting="confirmed")
        )
    lines = reference.lines(heard, Cart(cid=shop.cart.cid, lines=saved), shop)
    if not lines:
        return Reply(say=(say("take_back.not_saved", words=reference.query(text, shop).text or text),))
    change_cart(shop, lambda cart: forget_saved(cart, lines[0].sku))
    return Reply(say=(say("empty_saved.off", product=lines[0].spoken),))


INTENT = Intent(name=NAME, handle=handle, slots={"product": "product"})

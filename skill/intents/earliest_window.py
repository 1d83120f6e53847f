"""The order shall come, or be ready, as early as it can."""

from __future__ import annotations

from skill.commerce.cart import Cart, choose
from skill.dialogue.billing import arrival, bill, lines_known, under_way
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply
from skill.intents import checkout
from skill.shop import Shop, change_cart


def handle(heard: Heard, shop: Shop) -> Reply:
    if under_way(heard):
        return checkout.read_out(shop, change=_soon, known=lines_known(heard, shop))
    cart = change_cart(shop, _soon) if shop.cart.window else shop.cart
    bought = bill(cart, shop)
    return Reply(say=(arrival(bought.store, shop, window=bought.window),), resume=True)


def _soon(cart: Cart) -> Cart:
    return choose(cart, window="")


INTENT = Intent(name="EarliestWindow", handle=handle)

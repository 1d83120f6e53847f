"""The order is brought to the door, as it is unless the shopper wants to collect it."""

from __future__ import annotations

from skill.commerce.cart import Cart, choose
from skill.dialogue.billing import arrival, lines_known, next_window, under_way
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.intents import checkout
from skill.shop import Shop, change_cart


def handle(heard: Heard, shop: Shop) -> Reply:
    if under_way(heard):
        lead = (say("choose_delivery.instead"),)
        return checkout.read_out(shop, lead=lead, change=_delivered, known=lines_known(heard, shop))
    if shop.cart.pickup:
        change_cart(shop, _delivered)
    comes = arrival(None, shop, window=next_window(shop.cart, shop))
    return Reply(say=(say("choose_delivery.instead"), comes), resume=True)


def _delivered(cart: Cart) -> Cart:
    return choose(cart, pickup="")


INTENT = Intent(name="ChooseDelivery", handle=handle)

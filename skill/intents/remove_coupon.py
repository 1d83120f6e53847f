"""Take the coupon off the order."""

from __future__ import annotations

from skill.commerce.cart import Cart, choose
from skill.dialogue.billing import lines_known, under_way
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.intents import checkout
from skill.shop import Shop, change_cart


def handle(heard: Heard, shop: Shop) -> Reply:
    repeated = shop.request_id in shop.cart.seen
    if not shop.cart.coupon and not repeated:
        return Reply(say=(say("remove_coupon.none"),), resume=True)
    done = say("remove_coupon.off")
    if under_way(heard):
        return checkout.read_out(shop, lead=(done,), change=_without, known=lines_known(heard, shop))
    change_cart(shop, _without)
    return Reply(say=(done,), resume=True)


def _without(cart: Cart) -> Cart:
    return choose(cart, coupon="")


INTENT = Intent(name="RemoveCoupon", handle=handle)

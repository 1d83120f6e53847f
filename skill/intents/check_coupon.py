"""Whether the coupon counts, and how much it takes off."""

from __future__ import annotations

from skill.dialogue.billing import bill, refused_because
from skill.dialogue.codes import spelled
from skill.dialogue.history import past
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Message, Reply, Spell, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    cart = shop.cart
    if not cart.coupon:
        return Reply(say=(_of_the_last_order(shop),))
    bought = bill(cart, shop)
    if bought.coupon is None:
        return Reply(say=(say("apply_coupon.expired", code=spelled(cart.coupon)),))
    if bought.refused:
        return Reply(say=(refused_because(cart.coupon, bought.refused, bought.coupon, shop),))
    if not bought.totals.discount.minor:
        return Reply(say=(say("check_coupon.on_an_empty_cart", code=spelled(cart.coupon)),))
    return Reply(say=(say("check_coupon.counts", code=spelled(cart.coupon), amount=bought.totals.discount),))


def _of_the_last_order(shop: Shop) -> Message:
    """Who has nothing on the cart may ask about what was ordered just now."""
    last = next(iter(past(shop, limit=1)), None)
    if last is None or not last.coupon or shop.cart.lines:
        return say("remove_coupon.none")
    off = last.totals.discount
    return say("check_coupon.on_the_order", code=spelled(last.coupon), amount=off, number=Spell(last.number))


INTENT = Intent(name="CheckCoupon", handle=handle, aside=True)

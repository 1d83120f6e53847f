"""What the cart comes to, with coupon, delivery, tax and deposit as they stand."""

from __future__ import annotations

from skill.dialogue.billing import bill, refused_because
from skill.dialogue.codes import spelled
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    if not shop.cart.lines:
        return Reply(say=(say("review_cart.empty"),))
    bought = bill(shop.cart, shop)
    totals = bought.totals
    sentences = [say("cart_total.so_far", count=shop.cart.pieces, total=totals.lines)]
    if bought.coupon and bought.refused and bought.refused.waits:
        sentences.append(refused_because(bought.coupon.code, bought.refused, bought.coupon, shop))
    elif totals.discount.minor:
        sentences.append(say("checkout.discount", code=spelled(bought.counted), amount=totals.discount))
    key = "cart_total.picked_up" if bought.store else "cart_total.with_fees"
    sentences.append(say(key, total=totals.total))
    if totals.deposit:
        sentences.append(say("checkout.deposit", deposit=totals.deposit))
    return Reply(say=tuple(sentences))


INTENT = Intent(name="CartTotal", handle=handle, aside=True)

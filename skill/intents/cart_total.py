"""What the cart comes to, with delivery and tax as they stand."""

from __future__ import annotations

from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.intents.checkout import quoted
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    if not shop.cart.lines:
        return Reply(say=(say("review_cart.empty"),))
    totals = quoted(shop.cart.lines, shop)
    return Reply(
        say=(
            say("cart_total.so_far", count=shop.cart.pieces, total=totals.lines),
            say("cart_total.with_fees", total=totals.total),
        )
    )


INTENT = Intent(name="CartTotal", handle=handle, aside=True)

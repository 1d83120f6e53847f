"""Empty the cart, after asking."""

from __future__ import annotations

from skill.commerce.cart import clear
from skill.dialogue.conversation import Focus, Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.shop import Shop, change_cart


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("empty_cart.kept"),))
    if heard.confirmed and shop.request_id in shop.cart.seen:
        return Reply(say=(say("empty_cart.emptied"),))
    if not shop.cart.lines:
        return Reply(say=(say("review_cart.empty"),))
    if heard.confirmed:
        change_cart(shop, clear)
        return Reply(say=(say("empty_cart.emptied"),), focus=Focus())
    return Reply(
        prompt=say("empty_cart.sure", count=shop.cart.pieces),
        ask=Question(intent=INTENT.name, awaiting="confirmed"),
    )


INTENT = Intent(name="EmptyCart", handle=handle)

"""Stop: goodbye at once; the cart is kept and that is said."""

from __future__ import annotations

from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    return Reply(say=(say("stop.cart_kept" if shop.cart.lines else "stop.goodbye"),), end=True)


INTENT = Intent(name="Stop", handle=handle)

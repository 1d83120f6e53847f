""" "Remind me to finish my order tonight": the cart is kept and spoken of when the shop is next opened; a
reminder that comes by itself is not promised, since none can be sent."""

from __future__ import annotations

from skill.commerce.alert import Alert
from skill.dialogue.alerts import keep
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    if not shop.cart.lines:
        return Reply(say=(say("remind_later.empty"),))
    keep(Alert(kind="order", asked_at=shop.now), shop)
    return Reply(say=(say("remind_later.noted", shop=shop.facts.called(shop.locale)),))


INTENT = Intent(name="RemindLater", handle=handle, slots={"day": "day", "time": "time"})

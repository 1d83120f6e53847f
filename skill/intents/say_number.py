"""A bare number: asked for, it was filled in before this runs; otherwise it sets what was just added."""

from __future__ import annotations

from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.intents import change_quantity
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    focus = heard.conversation.focus
    if focus.quantity and focus.sku and shop.cart.line(focus.sku):
        return change_quantity.handle(heard, shop)
    return Reply(say=(say("say_number.of_what"),), miss=True)


INTENT = Intent(name="SayNumber", handle=handle, slots={"quantity": "number"})

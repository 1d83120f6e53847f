""" "That's all": to the till when the cart holds something, goodbye otherwise."""

from __future__ import annotations

from skill.dialogue.billing import least
from skill.dialogue.guard import grown_up
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.dialogue.suggesting import EXTRA
from skill.intents.checkout import begin
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    question = heard.conversation.question
    # "That's all", asked whether something shall come with the order, is a no to that alone.
    asked_to_check_out = (
        question is not None and question.intent == "Checkout" and EXTRA not in question.frozen
    )
    if shop.cart.lines and not asked_to_check_out and not grown_up(shop):
        if minimum := least(shop.cart, shop):
            # Asking again would only bring back the same no.
            return Reply(say=(say("finish.below_minimum", minimum=minimum), say("stop.cart_kept")), end=True)
        return begin(heard, shop)
    return Reply(say=(say("stop.goodbye" if not shop.cart.lines else "stop.cart_kept"),), end=True)


INTENT = Intent(name="Finish", handle=handle)

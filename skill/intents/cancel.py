"""Cancel: drops the open question first, then asks about the order just spoken of, and ends the session last.
Nothing in the cart is lost."""

from __future__ import annotations

from skill.dialogue.engine import ANYTHING_ELSE
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.intents import cancel_order, stop
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    question = heard.conversation.question
    if question and question.intent != ANYTHING_ELSE:
        key = "cancel.nothing_ordered" if question.intent == "Checkout" else "cancel.dropped"
        return Reply(say=(say(key),))
    if heard.conversation.focus.order:
        # Right after an order was spoken of, that order is meant; it is asked before anything happens.
        return cancel_order.handle(heard, shop)
    return stop.handle(heard, shop)


INTENT = Intent(name="Cancel", handle=handle)

"""A bare number: asked for, it was filled in before this runs; otherwise it sets what was just added."""

from __future__ import annotations

from dataclasses import replace

from skill.commerce.quantity import Amount
from skill.dialogue import reference
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.offering import ADD
from skill.dialogue.reply import Reply, say
from skill.intents import change_quantity
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    if kept := so_many(heard):
        return kept
    focus = heard.conversation.focus
    if focus.quantity and focus.sku and shop.cart.line(focus.sku):
        return change_quantity.handle(heard, shop)
    return Reply(say=(say("say_number.of_what"),), miss=True)


def so_many(heard: Heard) -> Reply | None:
    """A number while it is still open which product: so many of it, whichever it will be."""
    question, count = heard.conversation.question, heard.number("quantity")
    if question is None or question.intent != ADD or len(question.options) < 2 or not count:
        return None
    slots = {**question.slots, **reference.kept(Amount(count * 1000))}
    return Reply(
        say=(say("say_number.so_many", count=count),),
        prompt=say("find_product.which"),
        ask=replace(question, slots=slots),
    )


INTENT = Intent(name="SayNumber", handle=handle, slots={"quantity": "number"})

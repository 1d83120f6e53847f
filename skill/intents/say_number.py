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
    focus = heard.conversation.focus
    if focus.quantity and focus.sku and shop.cart.line(focus.sku):
        return change_quantity.handle(heard, shop)
    question, slot = heard.conversation.question, heard.slots.get("quantity")
    if question and question.intent == ADD and question.options and slot and slot.number:
        # So many of it, whichever it will be.
        slots = {**question.slots, "amount": reference.kept(Amount(slot.number * 1000))}
        return Reply(
            say=(say("say_number.so_many", count=slot.number),),
            prompt=say("find_product.which"),
            ask=replace(question, slots=slots),
        )
    return Reply(say=(say("say_number.of_what"),), miss=True)


INTENT = Intent(name="SayNumber", handle=handle, slots={"quantity": "number"})

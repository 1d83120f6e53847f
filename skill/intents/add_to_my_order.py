""" "Add milk to my order": the cart's is meant, unless that is empty and an order was placed just now; then
which of the two is asked."""

from __future__ import annotations

from dataclasses import replace

from skill.dialogue.conversation import Focus, Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, Spell, say
from skill.intents import add_to_cart, add_to_order
from skill.intents.amend_order import meant, recent
from skill.intents.checkout import briefly
from skill.shop import Shop

NAME = "AddToMyOrder"


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed:
        order = meant(heard, shop)
        return order if isinstance(order, Reply) else add_to_order.put_in(order, heard, shop)
    fresh = None if shop.cart.lines or heard.confirmed is False else recent(shop)
    if fresh is None or not heard.text("product"):
        return add_to_cart.handle(replace(heard, confirmed=None, question=None), shop)
    return Reply(
        prompt=say("add_to_my_order.which", number=Spell(fresh.number), items=briefly(fresh.lines)),
        ask=Question(intent=NAME, awaiting="confirmed", slots=dict(heard.slots), frozen={"order": fresh.id}),
        focus=Focus(order=fresh.id),
    )


INTENT = Intent(
    name=NAME,
    handle=handle,
    slots={"product": "product", "quantity": "number", "amount": "amount"},
)

"""Help about the present moment: the open question, the list, the cart, or how to begin."""

from __future__ import annotations

from skill.dialogue.engine import ANYTHING_ELSE
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Join, Message, Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    question = heard.conversation.question
    if question and question.intent != ANYTHING_ELSE:
        return Reply(say=(say(_for_question(question.intent, question.awaiting, bool(question.options))),))
    if shop.cart.lines:
        return Reply(say=(say("help.with_cart"),), prompt=say("launch.what_today"))
    return Reply(say=(say("help.begin", shop=shop.facts.called(shop.locale)),), prompt=_try(shop))


def _for_question(intent: str, awaiting: str, choice: bool) -> str:
    if choice:
        return "help.choosing"
    if intent == "Checkout":
        return "help.check_out"
    if awaiting == "confirmed":
        return "help.yes_or_no"
    if awaiting == "quantity":
        return "help.number"
    return "help.name_something"


def _try(shop: Shop) -> Message:
    examples = tuple(product.short(shop.locale) for product in shop.catalogue.popular(limit=1))
    return say("launch.try_saying", example=Join(examples))


INTENT = Intent(name="Help", handle=handle, aside=True)

"""When an order placed now would arrive, and what bringing it costs."""

from __future__ import annotations

from skill.commerce.money import Money
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.intents.checkout import expected_day
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    terms = shop.facts.terms
    fee = Money(terms.delivery_fee, terms.currency)
    sentences = [say("ask_delivery.arrives", day=expected_day(shop))]
    if not fee.minor:
        sentences.append(say("ask_delivery.free"))
    elif terms.free_delivery_from is None:
        sentences.append(say("ask_delivery.fee", fee=fee))
    else:
        free_from = Money(terms.free_delivery_from, terms.currency)
        sentences.append(say("ask_delivery.fee_until", fee=fee, free_from=free_from))
    return Reply(say=tuple(sentences))


INTENT = Intent(name="AskDelivery", handle=handle, aside=True)

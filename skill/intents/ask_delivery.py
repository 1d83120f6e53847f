"""When an order placed now would be there, the way it was chosen, and what bringing it costs."""

from __future__ import annotations

from skill.commerce.money import Money
from skill.dialogue.billing import expected_day, next_window, ready, spoken_window
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Message, Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    if store := shop.facts.store(shop.cart.pickup):
        return Reply(say=(ready(store, shop.facts.ready_at(store, now=shop.now), shop), _costs(shop)))
    if window := next_window(shop.cart, shop):
        comes = say("ask_delivery.arrives_in_window", window=spoken_window(window, shop))
    else:
        comes = say("ask_delivery.arrives", day=expected_day(shop))
    return Reply(say=(comes, _costs(shop)))


def _costs(shop: Shop) -> Message:
    terms = shop.facts.terms
    fee = Money(terms.delivery_fee, terms.currency)
    if not fee.minor:
        return say("ask_delivery.free")
    if terms.free_delivery_from is None:
        return say("ask_delivery.fee", fee=fee)
    free_from = Money(terms.free_delivery_from, terms.currency)
    return say("ask_delivery.fee_until", fee=fee, free_from=free_from)


INTENT = Intent(name="AskDelivery", handle=handle, aside=True)

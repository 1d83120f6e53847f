"""When an order placed now would be there, or whether by the day that was asked about, and what it costs to
bring it."""

from __future__ import annotations

from datetime import date

from skill.commerce.money import Money
from skill.dialogue import reference
from skill.dialogue.billing import expected_day, next_window, ready, spoken_window
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Join, Message, Reply, say
from skill.shop import Shop

# Windows of one day that are said.
_SAID = 2


def handle(heard: Heard, shop: Shop) -> Reply:
    if store := shop.facts.store(shop.cart.pickup):
        return Reply(say=(ready(store, shop.facts.ready_at(store, now=shop.now), shop), _costs(shop)))
    if wanted := reference.day(heard.text("day"), shop):
        return Reply(say=_by(wanted, shop))
    return Reply(say=(_comes(shop), _costs(shop)))


def _comes(shop: Shop) -> Message:
    if window := next_window(shop.cart, shop):
        return say("ask_delivery.arrives_in_window", window=spoken_window(window, shop))
    return say("ask_delivery.arrives", day=expected_day(shop))


def _by(wanted: date, shop: Shop) -> tuple[Message, ...]:
    """Whether it can be there on a day, or by then; else the earliest there is."""
    if shop.facts.spans:
        that_day = [one for one in shop.facts.coming(now=shop.now) if one.starts.date() == wanted]
        if not that_day:
            return (say("ask_delivery.not_on", day=wanted), _comes(shop))
        windows = tuple(spoken_window(one, shop) for one in that_day[:_SAID])
        return (say("ask_delivery.yes_on", windows=Join(windows, "or")),)
    if wanted < expected_day(shop):
        return (say("ask_delivery.not_by", day=wanted), _comes(shop))
    return (say("ask_delivery.yes_by", day=expected_day(shop)),)


def _costs(shop: Shop) -> Message:
    """What bringing it costs, and how much is missing until it is free."""
    terms = shop.facts.terms
    fee = Money(terms.delivery_fee, terms.currency)
    if not fee.minor:
        return say("ask_delivery.free")
    if terms.free_delivery_from is None:
        return say("ask_delivery.fee", fee=fee)
    missing = terms.free_delivery_from - shop.cart.subtotal(terms.currency).minor
    if missing <= 0:
        return say("ask_delivery.free_for_you")
    if shop.cart.lines:
        return say("ask_delivery.fee_missing", fee=fee, missing=Money(missing, terms.currency))
    return say("ask_delivery.fee_until", fee=fee, free_from=Money(terms.free_delivery_from, terms.currency))


INTENT = Intent(name="AskDelivery", handle=handle, slots={"day": "day"}, aside=True)

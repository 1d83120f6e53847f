"""Where and when an order is collected: the one under way, or one placed now at the store chosen or at those
there are."""

from __future__ import annotations

from skill.commerce.merchant import Branch
from skill.commerce.order import COMING, Order
from skill.dialogue.billing import arrival
from skill.dialogue.conversation import Focus
from skill.dialogue.history import past
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Join, Message, Reply, say
from skill.intents import choose_pickup, order_status
from skill.shop import Shop

_SAID = 3
_ORDERS = 5


def handle(heard: Heard, shop: Shop) -> Reply:
    near = choose_pickup.near_by(heard, shop)
    # The nearest ones first, where that is known.
    stores = (*near, *(store for store in shop.facts.stores if store not in near))
    if not shop.cart.lines and (order := _waiting(shop)):
        return Reply(say=order_status.about(order, shop), focus=Focus(order=order.id))
    if chosen := shop.facts.store(shop.cart.pickup):
        return Reply(say=(arrival(chosen, shop),))
    if not stores:
        return Reply(say=(say("choose_pickup.none"),))
    if len(stores) == 1:
        return Reply(say=(say("ask_pickup.possible"), arrival(stores[0], shop)))
    places = tuple(_from(store, shop) for store in stores[:_SAID])
    return Reply(say=(say("ask_pickup.stores", stores=Join(places, "or")),))


def _waiting(shop: Shop) -> Order | None:
    """The newest order that is still to be collected."""
    orders = past(shop, limit=_ORDERS)
    return next((order for order in orders if order.pickup and order.status in COMING), None)


def _from(store: Branch, shop: Shop) -> Message:
    """From when an order placed now can be collected at one of several stores."""
    ready = shop.facts.ready_at(store, now=shop.now)
    name, clock = store.name(shop.locale), ready.time().replace(tzinfo=None)
    if ready.date() == shop.facts.local(shop.now).date():
        return say("ask_pickup.today", store=name, time=clock)
    return say("ask_pickup.on", store=name, day=ready.date(), time=clock)


INTENT = Intent(name="AskPickup", handle=handle, aside=True)

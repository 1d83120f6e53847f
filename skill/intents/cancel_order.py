"""Call an order off, after asking; possible until the shop starts packing it."""

from __future__ import annotations

from dataclasses import replace

from skill.commerce.order import CANCELLABLE, Order, moved
from skill.dialogue.charging import pay
from skill.dialogue.conversation import Focus, Question
from skill.dialogue.guard import grown_up
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, Spell, say
from skill.errors import OrderBusy, OrderNotCancellable
from skill.intents.checkout import briefly
from skill.intents.order_status import find, meant
from skill.shop import Shop

# An order only moves forward, and there are few stations before it can no longer be called off.
_TRIES = 4


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("cancel_order.kept"),))
    if refused := grown_up(shop):
        return refused
    if heard.confirmed and heard.question and "order" in heard.question.frozen:
        return _cancel(str(heard.question.frozen["order"]), shop)
    orders = meant(heard, shop)
    if not orders:
        return Reply(say=(say("order_status.none"),))
    order = find(heard, orders, shop)
    if order is None:
        return Reply(say=(say("order_status.not_found"),), miss=True)
    _allowed(order)
    return Reply(
        say=(say("cancel_order.this_one", number=Spell(order.number), items=briefly(order.lines)),),
        prompt=say("cancel_order.sure"),
        ask=Question(intent=INTENT.name, awaiting="confirmed", frozen={"order": order.id}),
        focus=Focus(order=order.id),
    )


def _cancel(id: str, shop: Shop) -> Reply:
    """Call it off in the status it has; one that the shop moves meanwhile is looked at again."""
    for _ in range(_TRIES):
        order = shop.store.order(shop.shopper, id=id)
        if order is None:
            return Reply(say=(say("order_status.not_found"),))
        if order.status != "cancelled":
            _allowed(order)
            cancelled = moved(order, "cancelled", now=shop.now)
            if not shop.store.cancel(order, cancelled=cancelled):
                continue
            order = replace(cancelled, version=order.version + 1)
        # What is not given back now is by whoever settles orders.
        money = pay(order, shop).payment
        back = money.collected or money.refunded or money.open
        key = "cancel_order.money_back" if back else "cancel_order.cancelled"
        return Reply(
            say=(say(key, number=Spell(order.number), total=order.totals.total),),
            focus=Focus(order=order.id),
        )
    raise OrderBusy


def _allowed(order: Order) -> None:
    if order.status not in CANCELLABLE:
        raise OrderNotCancellable(number=Spell(order.number), status=say(f"cancel_order.is_{order.status}"))


INTENT = Intent(
    name="CancelOrder", handle=handle, slots={"number": "digits", "product": "product", "day": "day"}
)

"""Pay for an order that waits for its payment: say what it costs, ask, charge the card there is now."""

from __future__ import annotations

from skill.commerce.order import Order
from skill.dialogue.charging import customer_of, pay, unpayable, waiting
from skill.dialogue.conversation import Focus, Question
from skill.dialogue.guard import CODE, before_placing, grown_up
from skill.dialogue.history import past
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.placing import placed
from skill.dialogue.reply import Reply, Spell, say
from skill.errors import OrderBusy
from skill.intents.order_status import find
from skill.paying import tried_again
from skill.shop import Shop

NAME = "PayOrder"
_HISTORY = 10
# An order that is settled elsewhere meanwhile is looked at again.
_TRIES = 4


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("pay_order.not_now"),))
    if refused := grown_up(shop):
        return refused
    promised = heard.question.frozen if heard.question else {}
    if "order" in promised and heard.question and (heard.confirmed or heard.question.awaiting == CODE):
        return _answered(heard, shop)
    orders = [order for order in past(shop, limit=_HISTORY) if order.status == "pending"]
    order = find(heard, orders, shop) if orders else None
    if order is None:
        return Reply(say=(say("pay_order.nothing"),))
    if unpayable(shop):
        return Reply(say=(say("pay_order.unavailable"),))
    if order.payment.refused is None:
        # Nothing to ask: it was agreed to, and only its answer is missing.
        return _paid(order, shop)
    return Reply(
        say=(say("pay_order.this_one", number=Spell(order.number), total=order.totals.total),),
        prompt=say("pay_order.sure"),
        ask=Question(
            intent=NAME,
            awaiting="confirmed",
            frozen={"order": order.id, "total": order.totals.total.minor},
        ),
        focus=Focus(order=order.id),
    )


def _answered(heard: Heard, shop: Shop) -> Reply:
    assert heard.question is not None
    promised = heard.question.frozen
    order = shop.store.order(shop.shopper, id=str(promised["order"]))
    if order is None or order.totals.total.minor != promised.get("total"):
        return Reply(say=(say("pay_order.nothing"),))
    if order.status != "pending":
        return _told(order, shop)
    if unpayable(shop):
        return Reply(say=(say("pay_order.unavailable"),))
    return before_placing(heard, shop, order.totals) or _paid(order, shop)


def _paid(order: Order, shop: Shop) -> Reply:
    """Charge it with the card there is now."""
    for _ in range(_TRIES):
        again = tried_again(order, customer=customer_of(shop))
        if again == order or shop.store.change_order(order, changed=again):
            kept = shop.store.order(shop.shopper, id=order.id)
            return _told(pay(kept, shop), shop) if kept else Reply(say=(say("pay_order.nothing"),))
        kept = shop.store.order(shop.shopper, id=order.id)
        if kept is None or kept.status != "pending":
            return _told(kept, shop) if kept else Reply(say=(say("pay_order.nothing"),))
        order = kept
    raise OrderBusy


def _told(order: Order, shop: Shop) -> Reply:
    if order.status == "pending":
        return waiting(order, shop)
    if order.status == "cancelled":
        return Reply(say=(say("pay_order.gone", number=Spell(order.number)),))
    return placed(order, shop)


INTENT = Intent(name=NAME, handle=handle, slots={"number": "digits", CODE: "code"}, elicits=(CODE,))

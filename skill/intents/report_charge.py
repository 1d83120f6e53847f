"""Something is wrong with the money: what was charged is said, and a person looks at it."""

from __future__ import annotations

from skill.commerce.money import Money
from skill.commerce.order import Order
from skill.commerce.payment import CARD
from skill.dialogue.cases import CHARGE, gets_back, opened
from skill.dialogue.conversation import Focus
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Message, Reply, Spell, say
from skill.intents.order_status import find, meant
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    orders = meant(heard, shop)
    if not orders:
        return Reply(say=(say("order_status.none"),))
    order = find(heard, orders, shop)
    if order is None:
        return Reply(say=(say("order_status.not_found"),), miss=True)
    case = opened(shop, kind="problem", about=CHARGE, order=order)
    noted = say("report_charge.noted", number=Spell(order.number), reference=Spell(case.reference))
    return Reply(say=(*_known(order), noted, *gets_back(shop)), focus=Focus(order=order.id))


def _known(order: Order) -> tuple[Message, ...]:
    """What the books of this shop say; of an order that the merchant bills they say nothing."""
    if order.payment.method != CARD:
        return ()
    charges = sum(1 for move in order.payment.movements if move.minor > 0 and move.state == "done")
    if not charges:
        return (say("report_charge.nothing_charged", number=Spell(order.number)),)
    net = Money(order.payment.collected, order.totals.total.currency)
    return (say("report_charge.charged", number=Spell(order.number), count=charges, amount=net),)


INTENT = Intent(name="ReportCharge", handle=handle, slots={"number": "digits", "day": "day"})

"""Until when an order, or something in it, can go back: by the day it came and the shop's own term."""

from __future__ import annotations

from datetime import date, timedelta

from skill.commerce.order import Order
from skill.dialogue.conversation import Focus, Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, Spell, say
from skill.intents import ask_shop
from skill.intents.order_status import find, meant
from skill.shop import Shop

NAME = "AskReturnPeriod"


def handle(heard: Heard, shop: Shop) -> Reply:
    days = shop.facts.returns_days
    if days is None:
        answer = ask_shop.on_topic("returns", shop)
        return ask_shop.answered(answer, shop) if answer else ask_shop.unknown(heard.text("product"))
    orders = [order for order in meant(heard, shop) if order.status != "cancelled"]
    order = find(heard, orders, shop) if orders else None
    if order is None:
        return Reply(say=(say("ask_return_period.general", count=days),))
    number, focus = Spell(order.number), Focus(order=order.id)
    came = _came(order, shop)
    if came is None:
        return Reply(say=(say("ask_return_period.not_yet", number=number, count=days),), focus=focus)
    last, today = came + timedelta(days=days), shop.facts.local(shop.now).date()
    if today <= last:
        key = "ask_return_period.last_day" if today == last else "ask_return_period.until"
        return Reply(say=(say(key, number=number, day=last),), focus=focus)
    return Reply(
        say=(say("ask_return_period.over", number=number, day=last),),
        prompt=say("ask_shop.person"),
        ask=Question(intent="TalkToPerson", awaiting="confirmed", frozen={"order": order.id}),
        focus=focus,
    )


def _came(order: Order, shop: Shop) -> date | None:
    """The day it arrived, where the shop is; None while it has not."""
    at = next((since for status, since in order.history if status == "delivered"), None)
    return shop.facts.local(at).date() if at else None


INTENT = Intent(
    name=NAME,
    handle=handle,
    slots={"product": "product", "number": "digits", "day": "day"},
    aside=True,
)

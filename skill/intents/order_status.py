"""Where an order is: the last one, one by its number, one with a certain thing in it, one of a day."""

from __future__ import annotations

from collections.abc import Sequence

from skill.catalogue.analyser import tokens
from skill.commerce.order import UNDERWAY, Order
from skill.dialogue import reference
from skill.dialogue.conversation import Focus
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Message, Reply, Spell, say
from skill.intents.checkout import briefly
from skill.shop import Shop

_HISTORY = 10


def handle(heard: Heard, shop: Shop) -> Reply:
    orders = shop.store.orders(shop.shopper, limit=_HISTORY)
    if not orders:
        return Reply(say=(say("order_status.none"),))
    order = find(heard, orders, shop)
    if order is None:
        return Reply(say=(say("order_status.not_found"),), miss=True)
    others = sum(1 for other in orders if other.status in UNDERWAY and other.id != order.id)
    sentences = [*about(order, shop)]
    if others and order is orders[0]:
        sentences.append(say("order_status.others", count=others))
    return Reply(say=tuple(sentences), focus=Focus(order=order.id))


def about(order: Order, shop: Shop) -> tuple[Message, ...]:
    """Status, contents and expected day of an order."""
    since = shop.facts.local(order.history[-1][1] if order.history else order.placed_at).date()
    sentences = [
        say(
            f"order_status.{order.status}",
            number=Spell(order.number),
            items=briefly(order.lines),
            day=since,
        )
    ]
    if order.status in UNDERWAY and order.expected:
        today = shop.facts.local(shop.now).date()
        key = "order_status.expected" if order.expected >= today else "order_status.overdue"
        if order.expected == today:
            key = "order_status.expected_today"
        sentences.append(say(key, day=order.expected))
    return tuple(sentences)


def find(heard: Heard, orders: Sequence[Order], shop: Shop) -> Order | None:
    """The order meant: by number, by a thing in it, by the day it was placed, the one just spoken of,
    the newest under way, or simply the newest. None when what was said fits none."""
    number = heard.number("number")
    if number is not None or heard.text("number"):
        said = str(number) if number is not None else heard.text("number")
        # People give the whole number or its last digits.
        return next((order for order in orders if order.number.lstrip("0").endswith(said.lstrip("0"))), None)
    if text := heard.text("product"):
        asked = set(tokens(reference.query(text, shop).text or text, language=shop.locale[:2]))
        for order in orders:
            names = " ".join(line.name for line in order.lines)
            if asked and asked <= set(tokens(names, language=shop.locale[:2])):
                return order
        return None
    if text := heard.text("day"):
        return _of_day(text, orders, shop)
    focus = heard.conversation.focus.order
    if focus and (spoken_of := next((order for order in orders if order.id == focus), None)):
        return spoken_of
    return next((order for order in orders if order.status in UNDERWAY), orders[0])


def _of_day(text: str, orders: Sequence[Order], shop: Shop) -> Order | None:
    wanted = reference.day(text, shop)
    if wanted is None:
        return None
    days = [(shop.facts.local(order.placed_at).date(), order) for order in orders]
    exact = next((order for day, order in days if day == wanted), None)
    # Alexa turns "Tuesday" into the coming one; an order can only be of a past one.
    return exact or next((order for day, order in days if day.weekday() == wanted.weekday()), None)


INTENT = Intent(
    name="OrderStatus",
    handle=handle,
    slots={"number": "digits", "product": "product", "day": "day", "arrival": "day"},
)

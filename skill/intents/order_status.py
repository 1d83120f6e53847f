"""Where an order is: the last one, one by its number, one with a certain thing in it, one of a day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from skill.catalogue.analyser import askable, digits, fold, tokens
from skill.commerce.merchant import Branch
from skill.commerce.order import UNDERWAY, Order
from skill.dialogue import reference
from skill.dialogue.billing import ready, window_of
from skill.dialogue.charging import unpaid
from skill.dialogue.conversation import Focus
from skill.dialogue.history import past
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Message, Reply, Spell, say
from skill.intents.checkout import briefly
from skill.shop import Shop

_HISTORY = 10
_ON_THE_ROAD = frozenset({"partly_shipped", "shipped", "out_for_delivery"})


def handle(heard: Heard, shop: Shop) -> Reply:
    orders = meant(heard, shop)
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


def meant(heard: Heard, shop: Shop) -> tuple[Order, ...]:
    """Where to look for an order: among the speaker's; in the whole household when its number is said, and
    for the one spoken of just before."""
    if heard.text("number"):
        return shop.store.orders(shop.shopper, limit=_HISTORY)
    theirs = past(shop, limit=_HISTORY)
    spoken_of = heard.conversation.focus.order
    if spoken_of is None or any(order.id == spoken_of for order in theirs):
        return theirs
    other = shop.store.order(shop.shopper, id=spoken_of)
    return (*theirs, other) if other else theirs


def about(order: Order, shop: Shop) -> tuple[Message, ...]:
    """Status, contents, who brings it, and expected day or where it is collected."""
    since = shop.facts.local(order.history[-1][1] if order.history else order.placed_at).date()
    key = f"order_status.{order.status}"
    if order.pickup and order.status == "delivered":
        key = "order_status.picked_up"
    sentences = [say(key, number=Spell(order.number), items=briefly(order.lines), day=since)]
    if order.status == "pending":
        return (*sentences, unpaid(order))
    if order.status == "partly_shipped":
        sentences.extend(_in_parts(order))
    if order.status in _ON_THE_ROAD and order.tracking:
        sentences.append(say("order_status.carrier", carrier=order.tracking.carrier))
    if order.status in UNDERWAY and (store := shop.facts.store(order.pickup)):
        sentences.append(_collected(order, store, shop))
    if order.status in UNDERWAY and order.expected:
        if order.window and shop.now < order.window.ends:
            return (*sentences, say("order_status.in_window", window=window_of(order.window, shop)))
        today = shop.facts.local(shop.now).date()
        key = "order_status.expected" if order.expected >= today else "order_status.overdue"
        if order.expected == today:
            key = "order_status.expected_today"
        sentences.append(say(key, day=order.expected))
    return tuple(sentences)


def _in_parts(order: Order) -> Iterator[Message]:
    """What is on its way and what is still to come, where the shop said which pieces."""
    if not order.fulfilled:
        return
    left = dict(order.fulfilled)
    gone, open_ = [], []
    for line in order.lines:
        count = min(left.get(line.sku, 0), line.quantity)
        left[line.sku] = left.get(line.sku, 0) - count
        gone.append(replace(line, quantity=count))
        open_.append(replace(line, quantity=line.quantity - count))
    for key, lines in (("order_status.on_its_way", gone), ("order_status.to_come", open_)):
        if lines := [line for line in lines if line.quantity]:
            yield say(key, items=briefly(lines))


def _collected(order: Order, store: Branch, shop: Shop) -> Message:
    if order.status == "ready_for_pickup":
        name, address = store.name(shop.locale), store.address(shop.locale)
        return say("order_status.waits", store=name, address=address)
    if order.ready_at is None or order.ready_at <= shop.now:
        return say("order_status.not_ready")
    return ready(store, order.ready_at, shop)


def find(heard: Heard, orders: Sequence[Order], shop: Shop) -> Order | None:
    """The order meant: by number, by a thing in it, by the day it was placed, the one just spoken of,
    the newest under way, or simply the newest. None when what was said fits none."""
    if number := heard.text("number"):
        said = "".join(filter(str.isdecimal, digits(fold(number), language=shop.locale[:2])))
        # People give the whole number or its last digits.
        return next((order for order in orders if said and order.number.endswith(said)), None)
    if text := heard.text("product"):
        asked = set(tokens(reference.query(text, shop).text or text, language=shop.locale[:2]))
        for order in orders:
            names = " ".join(line.name for line in order.lines)
            if asked and asked <= askable(names, language=shop.locale[:2]):
                return order
        return None
    if text := heard.text("day"):
        return _of_day(text, orders, shop)
    focus = heard.conversation.focus.order
    if focus and (spoken_of := next((order for order in orders if order.id == focus), None)):
        return spoken_of
    return next((order for order in orders if order.status in UNDERWAY), orders[0])


def named(heard: Heard, shop: Shop) -> tuple[Order, ...] | None:
    """The order that was named by its number or its day, none where there is no such; None when neither was
    said."""
    said = {name: slot for name, slot in heard.slots.items() if name in ("number", "day") and slot.text}
    if not said:
        return None
    found = find(replace(heard, slots=said), meant(heard, shop), shop)
    return (found,) if found else ()


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

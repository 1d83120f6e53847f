"""What a person at the shop has to look at: kept with a reference, and when somebody gets back is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from skill.catalogue.analyser import askable, tokens
from skill.catalogue.words import load
from skill.commerce.cart import Line
from skill.commerce.merchant import Case
from skill.commerce.order import COMING, Order
from skill.dialogue import reference
from skill.dialogue.history import past
from skill.dialogue.intent import Heard
from skill.dialogue.reply import Message, say
from skill.shop import Shop

_HISTORY = 10
# What a case is about when no line of the order was named.
WHOLE_ORDER = "order"
# A thing that goes back and one that came damaged are one matter.
_GOODS = frozenset({"return", "problem"})


def opened(
    shop: Shop, *, kind: str = "person", about: str, order: Order | None = None, due: datetime | None = None
) -> Case:
    """Keep a case. Its id is the request's own: the same request twice is one case. What is open already
    about the same thing in an order stays the one case it is, also when what was to go back turns out to be
    damaged."""
    number = order.number if order else ""
    if number:
        for known in shop.store.cases(shop.shopper):
            if (known.kind, known.about, known.order, known.status) == (kind, about, number, "open"):
                return known
            if _is_more_of(known, kind=kind, about=about, number=number, shop=shop):
                return _extended(known, kind=kind, about=about, shop=shop)
    case = Case(
        id=shop.request_id,
        reference=_reference(shop.request_id),
        about=about,
        opened_at=shop.now,
        kind=kind,
        order=number,
        due=due,
    )
    return shop.store.open_case(case, shopper=shop.shopper)


def _is_more_of(known: Case, *, kind: str, about: str, number: str, shop: Shop) -> bool:
    """Whether this goes on with a case of the same day: the same line, or the line an order's case left
    open."""
    today, day = shop.facts.local(shop.now).date(), shop.facts.local(known.opened_at).date()
    same = (known.order, known.status, day) == (number, "open", today) and {kind, known.kind} <= _GOODS
    return same and known.about in (about, WHOLE_ORDER)


def _extended(known: Case, *, kind: str, about: str, shop: Shop) -> Case:
    also = known.also if kind == known.kind else kind
    more = replace(known, about=about, also=also)
    if more != known:
        shop.store.put_case(more, shopper=shop.shopper)
    return more


def gets_back(shop: Shop) -> tuple[Message, ...]:
    """When somebody gets back to the shopper, as far as the opening hours tell."""
    hours, here = shop.facts.hours, shop.facts.local(shop.now)
    if hours is None:
        return ()
    if (span := hours.on(here.date())) and hours.open_at(here):
        return (say("talk_to_person.open_now", closes=span[1]),)
    day = hours.next_open(here)
    span = hours.on(day) if day else None
    if day is None or span is None:
        return ()
    return (say("talk_to_person.opens", day=day, opens=span[0]),)


def ordered(heard: Heard, shop: Shop) -> tuple[Order | None, Line | None]:
    """The order and, where there is one, the line of it that is spoken of: by name, else the order spoken of
    last, else the newest that came or should have, else the newest. A name in no order gives neither."""
    orders = [o for o in past(shop, limit=_HISTORY) if o.status != "cancelled"]
    if text := heard.text("product"):
        return _holding(text, orders, shop)
    focus = heard.conversation.focus
    spoken_of = next((order for order in orders if order.id == focus.order), None)
    orders.sort(key=lambda order: not _came(order, shop))
    of_it = next((o for o in orders if any(line.sku == focus.sku for line in o.lines)), None)
    order = spoken_of or of_it or (orders[0] if orders else None)
    if order is None:
        return None, None
    it = next((line for line in order.lines if line.sku == focus.sku), None)
    return order, it or (order.lines[0] if len(order.lines) == 1 else None)


def _holding(text: str, orders: list[Order], shop: Shop) -> tuple[Order | None, Line | None]:
    language = shop.locale[:2]
    words = reference.query(text, shop).text or text
    asked = set(tokens(words, language=language, stop=load(language).stop))
    shelf = shop.catalogue.get({line.sku for order in orders for line in order.lines})
    for order in sorted(orders, key=lambda order: not _came(order, shop)):
        for line in order.lines:
            about = [line.name]
            if product := shelf.get(line.sku):
                about += [product.title, product.brand, *product.category[-1:]]
            if asked and asked <= askable(" ".join(about), language=language):
                return order, line
    return None, None


def _came(order: Order, shop: Shop) -> bool:
    """It arrived, or should have: what is not due yet can neither go back nor be missing."""
    late = order.expected is not None and order.expected <= shop.facts.local(shop.now).date()
    return order.status == "delivered" or (late and order.status in COMING)


def _reference(request_id: str) -> str:
    """Four digits both sides can say aloud, the same for the same request."""
    return f"{sum(byte * 31**place for place, byte in enumerate(request_id.encode()[-12:])) % 10_000:04d}"

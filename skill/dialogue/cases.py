"""What a person at the shop has to look at: kept with a reference, and when somebody gets back is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from skill.catalogue.analyser import askable, tokens
from skill.catalogue.words import load
from skill.commerce.cart import Line
from skill.commerce.merchant import Case
from skill.commerce.order import COMING, Order
from skill.dialogue import reference
from skill.dialogue.conversation import Focus, Question
from skill.dialogue.history import past
from skill.dialogue.intent import Heard
from skill.dialogue.past import summary
from skill.dialogue.reply import Join, Message, Reply, say
from skill.operations.tally import counted
from skill.shop import Shop

_HISTORY = 10
_SAID = 3
# What a case is about when no line of the order was named, and when it is the money.
WHOLE_ORDER, CHARGE = "order", "charge"
# A thing that goes back and one that came damaged are one matter.
_GOODS = frozenset({"return", "problem"})


def opened(
    shop: Shop,
    *,
    kind: str = "person",
    about: str,
    order: Order | None = None,
    due: datetime | None = None,
    quantity: int | None = None,
    past: Sequence[str] | None = None,
) -> Case:
    """Keep a case, with a summary of the conversation's last turns (`past`; None: without). Its id is the
    request's own: the same request twice is one case. What is open already about the same thing in an order
    stays the one case it is, also when what was to go back turns out to be damaged, and when how many are
    was said later."""
    number = order.number if order else ""
    if number:
        for known in shop.store.cases(shop.shopper):
            same = (known.kind, known.about, known.order, known.status) == (kind, about, number, "open")
            if same or _is_more_of(known, kind=kind, about=about, number=number, shop=shop):
                return _extended(known, kind=kind, about=about, quantity=quantity, shop=shop)
    case = Case(
        id=shop.request_id,
        reference=reference_of(shop.request_id),
        about=about,
        opened_at=shop.now,
        kind=kind,
        order=number,
        due=due,
        quantity=quantity,
        summary=None if past is None else summary(past, shop),
    )
    if kind in ("person", "callback"):
        counted("hand_overs")
    return shop.store.open_case(case, shopper=shop.shopper)


def _is_more_of(known: Case, *, kind: str, about: str, number: str, shop: Shop) -> bool:
    """Whether this goes on with a case of the same day: the same line, or the line an order's case left
    open."""
    today, day = shop.facts.local(shop.now).date(), shop.facts.local(known.opened_at).date()
    same = (known.order, known.status, day) == (number, "open", today) and {kind, known.kind} <= _GOODS
    return same and about != CHARGE and known.about in (about, WHOLE_ORDER)


def _extended(known: Case, *, kind: str, about: str, quantity: int | None, shop: Shop) -> Case:
    also = known.also if kind == known.kind else kind
    count = known.quantity if quantity is None else quantity
    more = replace(known, about=about, also=also, quantity=count)
    if more != known:
        shop.store.put_case(more, shopper=shop.shopper)
    return more


def gets_back(shop: Shop) -> tuple[Message, ...]:
    """When somebody gets back to the shopper, as far as the desk's hours and its waiting time tell."""
    hours, here = shop.facts.desk_hours, shop.facts.local(shop.now)
    wait = shop.facts.desk.wait(now=shop.now)
    if hours is None:
        return () if wait is None else _waits(wait)
    if (span := hours.on(here.date())) and hours.open_at(here):
        # Who would be called after the desk has closed is told until when somebody is there.
        left = datetime.combine(here.date(), span[1], here.tzinfo) - here
        soon = wait is not None and timedelta(minutes=wait) <= left
        return (
            _waits(wait) if soon and wait is not None else (say("talk_to_person.open_now", closes=span[1]),)
        )
    day = hours.next_open(here)
    span = hours.on(day) if day else None
    if day is None or span is None:
        return ()
    return (say("talk_to_person.opens", day=day, opens=span[0]),)


def _waits(minutes: int) -> tuple[Message, ...]:
    return (say("talk_to_person.at_once"),) if minutes < 1 else (say("talk_to_person.waits", count=minutes),)


def ordered(
    heard: Heard, shop: Shop, *, among: Sequence[Order] | None = None
) -> tuple[Order | None, tuple[Line, ...]]:
    """The order and the lines of it that may be spoken of: by name, else the order spoken of last, else the
    newest that came or should have, else the newest. A name in no order gives neither. `among`: the orders
    that were named by number or day (None: none was)."""
    orders = [o for o in among or past(shop, limit=_HISTORY) if among or o.status != "cancelled"]
    if heard.chosen and heard.question:
        asked = shop.store.order(shop.shopper, id=str(heard.question.frozen.get("order", "")))
        return asked, tuple(line for line in asked.lines if line.sku == heard.chosen) if asked else ()
    if text := heard.text("product"):
        return _holding(text, orders, shop)
    focus = Focus() if among else heard.conversation.focus
    spoken_of = next((order for order in orders if order.id == focus.order), None)
    orders.sort(key=lambda order: not _came(order, shop))
    of_it = next((o for o in orders if any(line.sku == focus.sku for line in o.lines)), None)
    order = spoken_of or of_it or (orders[0] if orders else None)
    if order is None:
        return None, ()
    it = tuple(line for line in order.lines if line.sku == focus.sku)
    return order, it or (order.lines if len(order.lines) == 1 else ())


def which_line(heard: Heard, order: Order, lines: Sequence[Line], *, intent: str) -> Reply:
    """Ask which line of the order was meant; how many was said is kept."""
    kept = {name: slot for name, slot in heard.slots.items() if name == "quantity"}
    items = Join(tuple(line.briefly(order.lines) for line in lines[:_SAID]), "or")
    return Reply(
        prompt=say("change_quantity.which", items=items),
        ask=Question(
            intent=intent,
            awaiting="product",
            slots=kept,
            options=tuple(line.sku for line in lines),
            frozen={"order": order.id},
        ),
        focus=Focus(order=order.id),
    )


def _holding(text: str, orders: list[Order], shop: Shop) -> tuple[Order | None, tuple[Line, ...]]:
    language = shop.locale[:2]
    words = reference.query(text, shop).text or text
    asked = set(tokens(words, language=language, stop=load(language).stop))
    shelf = shop.catalogue.get({line.sku for order in orders for line in order.lines})
    for order in sorted(orders, key=lambda order: not _came(order, shop)):
        fitting, names = [], {line.sku: line.name for line in order.lines}
        for line in order.lines:
            about = [line.name]
            if product := shelf.get(line.sku):
                # Whoever shares the account may speak another language than whoever ordered.
                names[line.sku] = f"{line.name} {product.name(shop.locale)}"
                about += [product.title, product.brand, product.name(shop.locale), *product.category[-1:]]
            if asked and asked <= askable(" ".join(about), language=language):
                fitting.append(line)
        if fitting:
            # Those called so, before those that are only of that kind.
            called = [line for line in fitting if asked <= askable(names[line.sku], language=language)]
            return order, tuple(called or fitting)
    return None, ()


def _came(order: Order, shop: Shop) -> bool:
    """It arrived, or should have: what is not due yet can neither go back nor be missing."""
    late = order.expected is not None and order.expected <= shop.facts.local(shop.now).date()
    return order.status == "delivered" or (late and order.status in COMING)


def reference_of(request_id: str) -> str:
    """Four digits both sides can say aloud, the same for the same request."""
    return f"{sum(byte * 31**place for place, byte in enumerate(request_id.encode()[-12:])) % 10_000:04d}"

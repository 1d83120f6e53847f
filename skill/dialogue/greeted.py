"""What there is to say to who opens the shop: each as a Greeting, in the order it costs to look for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from skill.commerce.afterwards import MAX_ASKED as _MAX_ASKED
from skill.commerce.afterwards import Asked, earned, to_rate
from skill.commerce.greeting import Greeting
from skill.commerce.household import is_child, own_first
from skill.commerce.memory import of, values
from skill.commerce.merchant import Shopper
from skill.commerce.order import UNDERWAY, Order
from skill.commerce.personal import Personal
from skill.commerce.product import Product
from skill.dialogue.alerts import News, news, told
from skill.dialogue.history import UNDONE, newest
from skill.shop import Shop, change_shopper

# So many of the last orders are read, as many as the names of what was bought before need.
_ORDERS = 5
# Orders read where only those of one member count.
_AMONG = 30
# Offers looked through for one of this shopper's own.
_OFFERS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What there is, and what is needed to say it."""

    there: tuple[Greeting, ...]
    alert: News | None = None
    order: Order | None = None
    rated: Order | None = None
    offer: Product | None = None
    answered: str = ""
    # As it was before this turn, also in a repeated one.
    personal: Personal = field(default_factory=Personal)


def waiting(shop: Shop, *, opened: bool) -> Waiting:
    """All there is to say. `opened`: the session has just begun, so that there is room for what was not asked
    for. What comes of a cart needs no order, nor does what was waited for; so none is read then."""
    personal = _before(shop)
    alert = news(shop) if opened else None
    there = [Greeting("cart", _of_cart(shop))] if shop.cart.lines else []
    if alert:
        there.append(Greeting("alert", alert.sku))
    if opened and personal.answered:
        there.append(Greeting("answer", personal.answered))
    known = Waiting(there=tuple(there), alert=alert, answered=personal.answered, personal=personal)
    return known if there else _with_orders(known, shop, opened=opened)


def _with_orders(known: Waiting, shop: Shop, *, opened: bool) -> Waiting:
    personal, there = known.personal, list[Greeting]()
    orders = _orders(shop)
    order = next((order for order in orders if order.status in UNDERWAY), None)
    if order:
        kind = "payment" if order.status == "pending" else "underway"
        there.append(Greeting(kind, f"{order.id} {order.status}"))
    wants, child = shop.facts.afterwards, is_child(shop.about, shop.speaker)
    rated = to_rate(orders, asked=personal.asked, now=shop.now) if wants.rating and opened else None
    rated = None if child else rated
    if rated:
        there.append(Greeting("rating", rated.id))
    due = wants.reward and earned(orders, every=wants.reward_orders) and "orders" not in personal.rewarded
    if opened and due and not child:
        there.append(Greeting("reward", wants.reward))
    if opened and wants.friend and personal.friends > personal.thanked:
        there.append(Greeting("friend", str(personal.friends)))
    offer = best_offer(orders, shop) if opened and personal.offers else None
    if offer:
        there.append(Greeting("offer", offer.sku))
    seen_before = bool(orders) or bool(personal.greeted.kind)
    there.append(Greeting("back" if seen_before else "new"))
    return replace(known, there=tuple(there), order=order, rated=rated, offer=offer)


def best_offer(orders: Sequence[Order], shop: Shop) -> Product | None:
    """What this shopper bought before or saved for later, or is of a brand they like, and is cheaper now: the
    one that saves most. Nothing they do not like."""
    mine = {line.sku for order in orders if order.status not in UNDONE for line in order.lines}
    mine.update(line.sku for line in shop.cart.saved)
    known = of(shop.about.personal.known, person=shop.speaker)
    liked, disliked = ({value.casefold() for value in values(known, kind)} for kind in ("like", "dislike"))
    fitting = [
        product
        for product in shop.catalogue.offers(shop.now, limit=_OFFERS)
        if (product.sku in mine or product.brand.casefold() in liked)
        and product.brand.casefold() not in disliked
    ]
    return max(fitting, key=lambda p: (p.price.minor - p.price_at(shop.now).minor, p.sku), default=None)


def keep(chosen: Greeting, known: Waiting, shop: Shop) -> None:
    """Remember what was said, so that it is not said again; one write. Raises CartChanged when what is kept
    of the shopper keeps moving."""

    def after(about: Shopper) -> Shopper:
        personal = replace(about.personal, greeted=replace(chosen, request=shop.request_id))
        if chosen.kind == "rating" and known.rated:
            asked = Asked(known.rated.id, known.rated.number)
            personal = replace(personal, asked=(*personal.asked, asked)[-_MAX_ASKED:])
        if chosen.kind == "reward":
            personal = replace(personal, rewarded=(*personal.rewarded, "orders"))
        if chosen.kind == "friend":
            personal = replace(personal, thanked=personal.friends)
        if chosen.kind == "answer":
            personal = replace(personal, answered="")
        alerts = about.alerts
        if known.alert:
            alerts = told(alerts, known.alert.alert, request_id=shop.request_id)
        return replace(about, personal=personal, alerts=alerts)

    change_shopper(shop, after, step="greeting")


def _before(shop: Shop) -> Personal:
    """What is the shopper's own, as it was before this request was answered the first time."""
    personal = shop.about.personal
    said = personal.greeted
    if said.request != shop.request_id:
        return personal
    undo: Mapping[str, Personal] = {
        "rating": replace(personal, asked=tuple(one for one in personal.asked if one.order != said.topic)),
        "reward": replace(personal, rewarded=tuple(one for one in personal.rewarded if one != "orders")),
        "answer": replace(personal, answered=said.topic),
        "friend": replace(personal, thanked=personal.friends - 1),
    }
    return undo.get(said.kind, personal)


def _orders(shop: Shop) -> tuple[Order, ...]:
    most = max(_ORDERS, shop.facts.afterwards.reward_orders)
    read = most if shop.speaker is None else max(most, _AMONG)
    return own_first(newest(shop, limit=read), person=shop.speaker)[:most]


def _of_cart(shop: Shop) -> str:
    return f"{shop.cart.pieces} {shop.cart.lines[-1].sku}"

"""What an order placed now costs and when it is there, with the cart's coupon and its way to the shopper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from skill.commerce.cart import Cart, Line
from skill.commerce.coupon import Coupon, Earlier, Refusal, refusal
from skill.commerce.merchant import Branch
from skill.commerce.money import Money
from skill.commerce.order import Order
from skill.commerce.totals import Totals, quote
from skill.commerce.window import Window
from skill.dialogue.codes import spelled
from skill.dialogue.intent import Heard
from skill.dialogue.reply import Message, Spell, say
from skill.shop import Shop

# Orders that are looked through for a coupon used before: more than anybody places by voice.
_ORDERS = 500
_BASIS = 100
# Marks a question that was asked in the middle of checking out.
_AT_TILL = "till"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """`coupon` is the one on the cart, and `refused` why it does not count (None: it does); `store` is where
    the order is collected (None: it is delivered), `window` when it comes to the door (None: it is collected,
    or the shop has no windows)."""

    totals: Totals
    coupon: Coupon | None = None
    refused: Refusal | None = None
    store: Branch | None = None
    window: Window | None = None

    @property
    def counted(self) -> str:
        """The code that takes something off; empty when none does."""
        return self.coupon.code if self.coupon and not self.refused else ""


def bill(cart: Cart, shop: Shop) -> Bill:
    """What this cart costs now. A coupon or store the shop no longer has is as none."""
    coupon = shop.facts.coupon(cart.coupon) if cart.coupon else None
    refused = why_not(coupon, cart, shop) if coupon else None
    store = shop.facts.store(cart.pickup) if cart.pickup else None
    totals = quoted(cart.lines, shop, coupon=None if refused else coupon, pickup=store is not None)
    window = None if store else next_window(cart, shop)
    return Bill(totals=totals, coupon=coupon, refused=refused, store=store, window=window)


def next_window(cart: Cart, shop: Shop) -> Window | None:
    """The window this cart comes in: the one that was chosen while it can be had, or else the earliest. None
    where the shop has no windows."""
    coming = shop.facts.coming(now=shop.now)
    first = next(coming, None)
    return cart.window if cart.window and (cart.window == first or cart.window in coming) else first


def why_not(coupon: Coupon, cart: Cart, shop: Shop) -> Refusal | None:
    """Why this coupon does not count for this cart of this shopper, None when it does."""
    earlier: Iterable[Earlier] = ()
    if coupon.once or coupon.first:
        orders = shop.store.orders(shop.shopper, limit=_ORDERS)
        earlier = (Earlier(order.number, order.status, order.coupon) for order in orders)
    return refusal(coupon, lines=cart.subtotal(shop.currency), now=shop.now, earlier=earlier)


def quoted(
    lines: Iterable[Line], shop: Shop, *, coupon: Coupon | None = None, pickup: bool = False
) -> Totals:
    """What these lines cost under the shop's terms."""
    lines = tuple(lines)
    shelf = shop.catalogue.get(line.sku for line in lines)

    def category_of(sku: str) -> str:
        product = shelf.get(sku)
        return product.category[0] if product and product.category else ""

    return quote(lines, terms=shop.facts.terms, category_of=category_of, coupon=coupon, pickup=pickup)


def least(cart: Cart, shop: Shop) -> Money | None:
    """The smallest order there is, when this cart has not reached it. Only delivery asks for one."""
    minimum = shop.facts.terms.minimum_order
    if shop.facts.store(cart.pickup) or cart.subtotal(shop.currency).minor >= minimum:
        return None
    return Money(minimum, shop.currency)


def expected_day(shop: Shop) -> date:
    """The day an order placed now is expected at the door, where the shop is: that of its window."""
    if window := next_window(shop.cart, shop):
        return window.starts.date()
    return (shop.facts.local(shop.now) + timedelta(days=shop.facts.delivery_days)).date()


def arrival(store: Branch | None, shop: Shop, *, window: Window | None = None) -> Message:
    """When an order placed now is there, and where if it is collected."""
    if store:
        return ready(store, shop.facts.ready_at(store, now=shop.now), shop)
    if window:
        return say("checkout.arrives_in_window", window=spoken_window(window, shop))
    return say("checkout.arrives", day=expected_day(shop))


def on_its_way(order: Order, day: date, shop: Shop) -> Message:
    """When an order that was placed is at the door, and where that is written."""
    if order.window is None:
        return say("checkout.on_its_way", day=day)
    return say("checkout.on_its_way_in_window", window=window_of(order.window, shop))


def window_of(window: Window, shop: Shop) -> Message:
    """A window as it was kept, said where the shop is."""
    return spoken_window(Window(shop.facts.local(window.starts), shop.facts.local(window.ends)), shop)


def spoken_window(window: Window, shop: Shop) -> Message:
    """A window as it stands in a sentence: "tomorrow between 5 PM and 7 PM"."""
    day = window.starts.date()
    ahead = (day - shop.facts.local(shop.now).date()).days
    starts, ends = (moment.time() for moment in (window.starts, window.ends))
    if ahead == 0:
        return say("choose_window.today", starts=starts, ends=ends)
    if ahead == 1:
        return say("choose_window.tomorrow", starts=starts, ends=ends)
    return say("choose_window.on", day=day, starts=starts, ends=ends)


def ready(store: Branch, moment: datetime, shop: Shop) -> Message:
    """When and where an order can be collected."""
    here = shop.facts.local(moment)
    name, address = store.name(shop.locale), store.address(shop.locale)
    clock = here.time().replace(tzinfo=None)
    if here.date() == shop.facts.local(shop.now).date():
        return say("choose_pickup.ready_today", time=clock, store=name, address=address)
    return say("choose_pickup.ready_on", day=here.date(), time=clock, store=name, address=address)


def under_way(heard: Heard) -> Mapping[str, str | int]:
    """What was promised at the till, while its question is open or set aside for one of another intent that
    keeps it; empty when nobody is checking out."""
    question = heard.conversation.question
    if question is None:
        return {}
    if question.intent == "Checkout":
        return {**question.frozen, _AT_TILL: 1}
    return question.frozen if _AT_TILL in question.frozen else {}


def lines_known(heard: Heard, shop: Shop) -> bool:
    """Whether the cart's lines were read out at the till and have not changed since."""
    promised = under_way(heard)
    same = promised.get("version") == shop.cart.version or shop.request_id in shop.cart.seen
    return promised.get("cid") == shop.cart.cid and same


def gives(coupon: Coupon, shop: Shop) -> Message:
    """What a coupon gives, in the merchant's words or ours."""
    if name := coupon.name(shop.locale):
        return say("apply_coupon.named", name=name)
    if coupon.percent:
        percent = f"{coupon.percent / _BASIS:g}"
        return say("apply_coupon.percent_off", percent=percent)
    return say("apply_coupon.amount_off", amount=Money(coupon.amount, shop.currency))


def refused_because(code: str, refused: Refusal, coupon: Coupon | None, shop: Shop) -> Message:
    """Why a coupon does not count, exactly. One the shop has no longer is as expired."""
    if coupon is None:
        return say("apply_coupon.expired", code=spelled(code))
    match refused.reason:
        case "not_started":
            assert coupon.starts is not None
            return say(
                "apply_coupon.not_started", code=spelled(code), day=shop.facts.local(coupon.starts).date()
            )
        case "used":
            return say("apply_coupon.used", code=spelled(code), number=Spell(refused.order))
        case "first_only":
            return say("apply_coupon.first_only", code=spelled(code))
        case "minimum":
            assert refused.missing is not None
            minimum = Money(coupon.minimum, shop.currency)
            return say("apply_coupon.minimum", code=spelled(code), minimum=minimum, missing=refused.missing)
        case _:
            return say("apply_coupon.expired", code=spelled(code))

"""Check out: say what it is and what it costs, ask, place it once.

The yes is good only for what was read out: the same cart, at the same version, at the same total, brought in
the same window or collected at the same store, a few minutes ago at most. Anything else is read out again,
with the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC

from skill.commerce.cart import Cart, Line
from skill.commerce.memory import of, values
from skill.commerce.options import base_of
from skill.commerce.order import Order, spoken_number
from skill.commerce.usual import learned
from skill.dialogue import charging
from skill.dialogue.adding import as_item
from skill.dialogue.billing import (
    Bill,
    arrival,
    bill,
    expected_day,
    least,
    lines_known,
    refused_because,
    under_way,
)
from skill.dialogue.codes import spelled
from skill.dialogue.conversation import Focus, Question
from skill.dialogue.delivering import till, whereto
from skill.dialogue.difference import Promise, difference, promise, reasons
from skill.dialogue.difference import kept as stands
from skill.dialogue.guard import CODE, before_placing, grown_up, odd
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.placing import placed
from skill.dialogue.refreshing import refreshed
from skill.dialogue.reply import Card, Join, Message, Reply, say
from skill.dialogue.substitutes import said_at_checkout, setting
from skill.dialogue.suggesting import EXTRA, answered, code, extra, taken, with_extra
from skill.operations.tally import ordered, with_order
from skill.operations.turn import order_placed
from skill.shop import AlreadyPlaced, CartMoved, OutOfStock, Placed, Shop

NAME = "Checkout"
# How long a yes may follow the question, in seconds. Alexa itself stops listening after sixteen.
YES_IS_GOOD_FOR = 300
_SAID = 3


def handle(heard: Heard, shop: Shop) -> Reply:
    promised = heard.question.frozen if heard.question else {}
    if EXTRA in promised:
        return _with_or_without(str(promised[EXTRA]), heard, shop)
    if heard.confirmed is False:
        return Reply(say=(say("checkout.not_now"),))
    if "cid" in promised and heard.question and (heard.confirmed or heard.question.awaiting == CODE):
        return _answered(heard, shop)
    return begin(heard, shop)


def begin(heard: Heard, shop: Shop) -> Reply:
    """Check out: the one thing that goes with the order is offered first, where the merchant wants that."""
    able = shop.cart.lines and shop.linked and not grown_up(shop) and not least(shop.cart, shop)
    return (extra(heard, shop) if able else None) or _with_code(heard, shop)


def _with_or_without(sku: str, heard: Heard, shop: Shop) -> Reply:
    """The answer to that offer; either way the order is read out, and nothing more is offered for it."""
    product = taken(sku, shop) if heard.confirmed else None
    if product is None:
        gone = (say("checkout.gone_meanwhile"),) if heard.confirmed else ()
        return _with_code(heard, shop, lead=gone, change=lambda cart: answered(sku, cart))
    name, price = product.spoken(shop.locale), product.price_at(shop.now)
    added = say("add_to_cart.added", count=1, product=name, price=price)
    # One thing unasked is enough: no code on top of it.
    return read_out(shop, lead=(added,), change=lambda cart: with_extra(product, cart, shop), fewer=1)


def _with_code(
    heard: Heard,
    shop: Shop,
    *,
    lead: tuple[Message, ...] = (),
    change: Callable[[Cart], Cart] = lambda cart: cart,
) -> Reply:
    """The order read out, with a code that would count for it."""
    said, told = code(change(shop.cart), shop, told=heard.conversation.told)
    reply = read_out(shop, lead=lead, change=change, fewer=len(said))
    if not said or reply.ask is None or "cid" not in reply.ask.frozen:
        return reply
    return replace(reply, say=(*reply.say, *said), told=told)


def read_out(
    shop: Shop,
    *,
    lead: tuple[Message, ...] = (),
    change: Callable[[Cart], Cart] | None = None,
    known: bool = False,
    promised: Promise | None = None,
    fewer: int = 0,
) -> Reply:
    """Check the cart against shelf, stock, coupons and windows of now, say what changed, the lines and the
    total with tax and fees, and ask. `change` is made to the cart in the same write; with `known` lines only
    the rest is said. `promised`: what was read out and holds no longer, so that the difference is said.
    `fewer`: so many lines less are named, since something else is said."""
    if not shop.cart.lines:
        return Reply(say=(*lead, say("review_cart.empty")))
    if refused := grown_up(shop):
        return refused
    if not shop.linked:
        return _not_linked(shop, lead)
    cart, changes = refreshed(shop, change)
    if not cart.lines:
        return Reply(say=(*lead, *changes))
    bought = bill(cart, shop)
    totals = bought.totals
    if promised:
        changes = reasons(promised, promise(shop.cart, bought, shop), shop, told=changes)
    lead = (*lead, *changes)
    if minimum := least(cart, shop):
        return Reply(say=(*lead, say("checkout.minimum", minimum=minimum, total=totals.lines)))
    if charging.unpayable(shop):
        return Reply(say=(*lead, say("checkout.no_payment")))
    at = till(shop, store=bought.store, lead=lead)
    if at.refused:
        return at.refused
    shop = at.shop
    key = "checkout.total" if totals.delivery.minor else "checkout.total_free_delivery"
    key = "checkout.total_pickup" if bought.store else key
    key = key if totals.tax.minor else f"{key}_without_tax"
    coupon = _coupon_said(bought, shop)
    deposit = (say("checkout.deposit", deposit=totals.deposit),) if totals.deposit else ()
    other = difference(promised, totals.total) if promised else ()
    # One breath: what is said of coupon, deposit and store leaves fewer lines to be named.
    besides = len(coupon) + len(deposit) + len(other) + (bought.store is not None) + fewer
    named = max(1, _SAID - besides)
    items = say("checkout.lines", shop=shop.facts.called(shop.locale), items=briefly(cart.lines, most=named))
    same = cart.lines == shop.cart.lines and (promised is not None or not changes)
    return Reply(
        say=(
            *lead,
            *(() if known and same else (items,)),
            *coupon,
            say(key, total=totals.total, tax=totals.tax, delivery=totals.delivery),
            *deposit,
            *other,
            arrival(bought.store, shop, window=bought.window),
            *whereto(shop, store=bought.store),
            *at.said,
            *charging.how_paid(shop),
            *said_at_checkout(shop),
        ),
        prompt=odd(cart.lines, totals, shop) or say("checkout.sure", total=totals.total),
        reprompt=say("checkout.sure_again", total=totals.total),
        ask=Question(
            intent=NAME,
            awaiting="confirmed",
            frozen=promise(cart, bought, shop),
        ),
        card=at.card,
        focus=Focus(),
    )


def _not_linked(shop: Shop, lead: tuple[Message, ...]) -> Reply:
    if shop.unchecked:
        # Linking again would not help: the identity provider is away.
        return Reply(say=(*lead, say("checkout.account_unchecked")))
    return Reply(say=(*lead, say("checkout.link_account")), card=Card("link_account"), end=True)


def back(heard: Heard, shop: Shop, told: Message, *, miss: bool = False) -> Reply:
    """Say why a wish about the order cannot be, and return to what was open."""
    if heard.question and under_way(heard):
        return read_out(shop, lead=(told,), known=lines_known(heard, shop))
    return Reply(say=(told,), resume=True, miss=miss)


def briefly(lines: Sequence[Line], *, most: int = _SAID) -> Join:
    """The first lines, at `most` so many, by name and the rest by number, as one spoken list."""
    items: list[Message] = [as_item(line, lines) for line in lines[:most]]
    if len(lines) > most:
        items.append(say("checkout.others", count=len(lines) - most))
    return Join(tuple(items))


def _coupon_said(bought: Bill, shop: Shop) -> tuple[Message, ...]:
    """What the coupon takes off, or what it still waits for."""
    if bought.coupon and bought.refused:
        return (refused_because(bought.coupon.code, bought.refused, bought.coupon, shop),)
    if not bought.totals.discount.minor:
        return ()
    return (say("checkout.discount", code=spelled(bought.counted), amount=bought.totals.discount),)


def _answered(heard: Heard, shop: Shop) -> Reply:
    assert heard.question is not None
    promised = heard.question.frozen
    cid = str(promised["cid"])
    if shop.cart.cid != cid:
        earlier = shop.store.order(shop.shopper, id=cid)
        there = earlier is not None and earlier.status != "cancelled"
        if there and shop.request_id in shop.cart.seen:
            # This very yes, sent again.
            ordered()
        return placed(earlier, shop) if earlier and there else read_out(shop, lead=(say("checkout.changed"),))
    age = shop.now.timestamp() - heard.question.asked_at
    if age > YES_IS_GOOD_FOR:
        return read_out(shop, lead=(say("checkout.long_ago"),))
    bought = bill(shop.cart, shop)
    if not stands(promised, promise(shop.cart, bought, shop)):
        return read_out(shop, known=promised.get("version") == shop.cart.version, promised=promised)
    if not shop.linked:
        return read_out(shop)
    return before_placing(heard, shop, bought.totals) or _place(shop, bought)


def _wish(shop: Shop) -> str:
    """Where the shopper wants what comes to be left, as last told."""
    told = of(shop.about.personal.known, person=shop.speaker)
    return next(reversed(values(told, "delivery")), "")


def _way(bought: Bill) -> str:
    return bought.store.id if bought.store else ""


def _place(shop: Shop, bought: Bill) -> Reply:
    store = bought.store
    if charging.unpayable(shop):
        return Reply(say=(say("checkout.no_payment"),))
    payment = charging.payment_of(shop.cart.cid, bought.totals.total.minor, shop)
    status = "pending" if payment.open else "placed"
    order = Order(
        id=shop.cart.cid,
        number=spoken_number(shop.store.next_number()),
        shopper=shop.shopper,
        status=status,
        placed_at=shop.now,
        lines=shop.cart.lines,
        totals=bought.totals,
        expected=None if store else expected_day(shop),
        history=((status, shop.now),),
        coupon=bought.counted,
        pickup=_way(bought),
        ready_at=shop.facts.ready_at(store, now=shop.now).astimezone(UTC) if store else None,
        window=bought.window,
        substitutes=setting(shop),
        by=shop.speaker,
        contact=shop.about.contact,
        wish="" if store else _wish(shop),
        locale=shop.locale,
        account=shop.account,
        payment=payment,
        tally=with_order(),
    )
    renewed = Cart(
        cid=shop.new_id(),
        seen=(shop.request_id,),
        saved=shop.cart.saved,
        usual=learned(shop.cart, by=shop.speaker),
    )
    match shop.store.place(order, cart=shop.cart, renewed=renewed):
        case Placed(order):
            order_placed()
            ordered()
            return placed(order, shop)
        case AlreadyPlaced(order):
            ordered()
            return placed(order, shop)
        case OutOfStock(sku, left):
            line = next((line for line in shop.cart.lines if base_of(line.sku) == base_of(sku)), None)
            name = line.spoken if line else sku
            key = "add_to_cart.sold_out" if left <= 0 else "checkout.only_left"
            return Reply(
                say=(say(key, product=name, count=left),),
                prompt=say("checkout.without_it"),
                ask=Question(intent=NAME, awaiting="confirmed"),
                focus=Focus(sku=sku),
            )
        case CartMoved():
            return Reply(
                say=(say("checkout.changed"),),
                prompt=say("review_cart.check_out"),
                ask=Question(intent=NAME, awaiting="confirmed"),
            )


INTENT = Intent(name=NAME, handle=handle, slots={CODE: "code"}, elicits=(CODE,))

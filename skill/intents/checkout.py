"""Check out: say what it is and what it costs, ask, place it once.

The yes is good only for what was read out: the same cart, at the same version, at the same total, a few
minutes ago at most. Anything else is read out again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC

from skill.commerce.cart import Cart, Line, put
from skill.commerce.coupon import Refusal
from skill.commerce.order import Order, spoken_number
from skill.commerce.reorder import Plan, plan
from skill.dialogue.adding import as_item
from skill.dialogue.billing import (
    Bill,
    arrival,
    bill,
    expected_day,
    least,
    lines_known,
    ready,
    refused_because,
    under_way,
)
from skill.dialogue.conversation import Focus, Question
from skill.dialogue.delivering import mailed, till, whereto
from skill.dialogue.guard import CODE, before_placing, grown_up, odd, offer_code
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Card, Join, Message, Reply, Spell, say
from skill.dialogue.substitutes import said_at_checkout, setting
from skill.shop import AlreadyPlaced, CartMoved, OutOfStock, Placed, Shop, change_cart

NAME = "Checkout"
# How long a yes may follow the question, in seconds. Alexa itself stops listening after sixteen.
YES_IS_GOOD_FOR = 300
_SAID = 3
_ON_CARD = 30


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("checkout.not_now"),))
    promised = heard.question.frozen if heard.question else {}
    if promised and heard.question and (heard.confirmed or heard.question.awaiting == CODE):
        return _answered(heard, shop)
    return read_out(shop)


def read_out(
    shop: Shop,
    *,
    lead: tuple[Message, ...] = (),
    change: Callable[[Cart], Cart] | None = None,
    known: bool = False,
) -> Reply:
    """Check the cart against shelf, stock and coupons of now, say what changed, the lines and the total with
    tax and fees, and ask. `change` is made to the cart in the same write; with `known` lines only the rest
    is said."""
    if not shop.cart.lines:
        return Reply(say=(*lead, say("review_cart.empty")))
    if refused := grown_up(shop):
        return refused
    if not shop.linked:
        return _not_linked(shop, lead)
    cart, changes = _refreshed(shop, change)
    lead = (*lead, *changes)
    if not cart.lines:
        return Reply(say=lead)
    bought = bill(cart, shop)
    totals = bought.totals
    if minimum := least(cart, shop):
        return Reply(say=(*lead, say("checkout.minimum", minimum=minimum, total=totals.lines)))
    at = till(shop, store=bought.store, lead=lead)
    if at.refused:
        return at.refused
    shop = at.shop
    key = "checkout.total" if totals.delivery.minor else "checkout.total_free_delivery"
    key = "checkout.total_pickup" if bought.store else key
    key = key if totals.tax.minor else f"{key}_without_tax"
    coupon = _coupon_said(bought, shop)
    # One breath: what is said of coupon and store leaves fewer lines to be named.
    named = _SAID - len(coupon) - (bought.store is not None)
    items = say("checkout.lines", shop=shop.facts.called(shop.locale), items=briefly(cart.lines, most=named))
    return Reply(
        say=(
            *lead,
            *(() if known and not changes and cart.lines == shop.cart.lines else (items,)),
            *coupon,
            say(key, total=totals.total, tax=totals.tax, delivery=totals.delivery),
            arrival(bought.store, shop),
            *whereto(shop, store=bought.store),
            *at.said,
            *said_at_checkout(shop),
        ),
        prompt=odd(cart.lines, totals, shop) or say("checkout.sure", total=totals.total),
        reprompt=say("checkout.sure_again", total=totals.total),
        ask=Question(
            intent=NAME,
            awaiting="confirmed",
            frozen={
                "cid": cart.cid,
                "version": cart.version,
                "total": totals.total.minor,
                "way": _way(bought),
            },
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
    return (say("checkout.discount", code=bought.counted, amount=bought.totals.discount),)


def _answered(heard: Heard, shop: Shop) -> Reply:
    assert heard.question is not None
    promised = heard.question.frozen
    cid = str(promised["cid"])
    if shop.cart.cid != cid:
        earlier = shop.store.order(shop.shopper, id=cid)
        return _placed(earlier, shop) if earlier else read_out(shop, lead=(say("checkout.changed"),))
    age = shop.now.timestamp() - heard.question.asked_at
    if age > YES_IS_GOOD_FOR:
        return read_out(shop, lead=(say("checkout.long_ago"),))
    bought = bill(shop.cart, shop)
    as_promised = (
        shop.cart.version == promised["version"]
        and bought.totals.total.minor == promised["total"]
        and _way(bought) == promised.get("way", "")
    )
    if not as_promised:
        return read_out(shop, lead=(say("checkout.changed"),))
    if not shop.linked:
        return read_out(shop)
    return before_placing(heard, shop, bought.totals) or _place(shop, bought)


def _way(bought: Bill) -> str:
    return bought.store.id if bought.store else ""


def _place(shop: Shop, bought: Bill) -> Reply:
    store = bought.store
    order = Order(
        id=shop.cart.cid,
        number=spoken_number(shop.store.next_number()),
        shopper=shop.shopper,
        status="placed",
        placed_at=shop.now,
        lines=shop.cart.lines,
        totals=bought.totals,
        expected=None if store else expected_day(shop),
        history=(("placed", shop.now),),
        coupon=bought.counted,
        pickup=_way(bought),
        ready_at=shop.facts.ready_at(store, now=shop.now).astimezone(UTC) if store else None,
        substitutes=setting(shop),
        by=shop.speaker,
        contact=shop.about.contact,
        locale=shop.locale,
        account=shop.account,
    )
    renewed = Cart(cid=shop.new_id(), seen=(shop.request_id,), saved=shop.cart.saved)
    match shop.store.place(order, cart=shop.cart, renewed=renewed):
        case Placed(order) | AlreadyPlaced(order):
            return _placed(order, shop)
        case OutOfStock(sku, left):
            line = shop.cart.line(sku)
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


def _placed(order: Order, shop: Shop) -> Reply:
    card_lines = tuple(
        say("checkout.card_line", count=line.quantity, product=line.spoken, price=line.cost)
        for line in order.lines[:_ON_CARD]
    )
    store = shop.facts.store(order.pickup) if order.pickup else None
    collected = ready(store, order.ready_at, shop) if store and order.ready_at else None
    sums = (
        *(
            (say("checkout.card_discount", code=order.coupon, amount=order.totals.discount),)
            if order.totals.discount.minor
            else ()
        ),
        collected or say("checkout.card_delivery", amount=order.totals.delivery),
        say("checkout.card_tax", amount=order.totals.tax),
        say("checkout.card_total", amount=order.totals.total),
    )
    sentences = [say("checkout.placed", number=Spell(order.number), total=order.totals.total)]
    if order.expected:
        sentences.append(say("checkout.on_its_way", day=order.expected))
    if collected:
        sentences += collected, say("checkout.card_sent")
    sentences += mailed(order, shop)
    offer = offer_code(shop, order.totals)
    return Reply(
        say=tuple(sentences),
        prompt=offer.prompt if offer else None,
        ask=offer.ask if offer else None,
        card=Card("simple", say("checkout.card_title", number=order.number), (*card_lines, *sums)),
        focus=Focus(order=order.id),
        end=offer is None,
    )


def _refreshed(shop: Shop, change: Callable[[Cart], Cart] | None = None) -> tuple[Cart, tuple[Message, ...]]:
    """The cart at today's prices and within today's stock, with a coupon and a store there are, and what had
    to change. It is written once, with `change`, since a request changes the cart once."""
    wish = change or (lambda cart: cart)
    wished = wish(shop.cart)
    lines = wished.lines
    fresh = plan(
        lines,
        products=shop.catalogue.get(line.sku for line in lines),
        stock=shop.store.stock(line.sku for line in lines),
        now=shop.now,
        locale=shop.locale,
    )
    by_sku = {line.sku: line for line in fresh.lines}
    wanted = [by_sku.get(line.sku) or _none_of(line) for line in lines]
    changed = fresh.gone or fresh.short or fresh.prices
    kept, said = _still_good(put(wished, *wanted) if changed else wished, shop)
    if kept == shop.cart:
        return shop.cart, ()

    def renew(cart: Cart) -> Cart:
        # What another device changed meanwhile is left as it is, and read out again.
        cart = wish(cart)
        still = [new for new, old in zip(wanted, lines, strict=True) if cart.line(old.sku) == old]
        cart = put(cart, *still) if changed and still else cart
        return replace(cart, coupon=kept.coupon, pickup=kept.pickup)

    return change_cart(shop, renew), (*said, *changes_said(fresh))


def _still_good(cart: Cart, shop: Shop) -> tuple[Cart, tuple[Message, ...]]:
    """The cart without a coupon that will not count any more and a store there is no longer, and why."""
    said: list[Message] = []
    if not (cart.coupon or cart.pickup):
        return cart, ()
    bought = bill(cart, shop)
    if cart.pickup and bought.store is None:
        cart = replace(cart, pickup="")
        said.append(say("checkout.no_store"))
    refused = bought.refused if bought.coupon else Refusal("expired")
    if cart.coupon and refused and not refused.waits:
        said += refused_because(cart.coupon, refused, bought.coupon, shop), say("checkout.coupon_off")
        cart = replace(cart, coupon="")
    return cart, tuple(said)


def changes_said(fresh: Plan) -> tuple[Message, ...]:
    """What differs from before, in words: sold out, fewer left, dearer or cheaper."""
    said: list[Message] = []
    if fresh.gone:
        said.append(say("checkout.gone", items=Join(fresh.gone[:_SAID])))
    said += [
        say("checkout.only_left", product=line.spoken, count=line.quantity) for line in fresh.short[:_SAID]
    ]
    for change in fresh.prices[:_SAID]:
        key = "checkout.dearer" if change.was < change.line.price else "checkout.cheaper"
        said.append(say(key, product=change.line.spoken, was=change.was, price=change.line.price))
    # Beyond a few, the total that follows says it better.
    return tuple(said[:_SAID])


def _none_of(line: Line) -> Line:
    return Line(sku=line.sku, quantity=0, name=line.name, price=line.price)


INTENT = Intent(name=NAME, handle=handle, slots={CODE: "code"}, elicits=(CODE,))

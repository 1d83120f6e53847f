"""Check out: say what it is and what it costs, ask, place it once.

The yes is good only for what was read out: the same cart, at the same version, at the same total, a few
minutes ago at most. Anything else is read out again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from skill.commerce.cart import Cart, Line, put
from skill.commerce.money import Money
from skill.commerce.order import Order, spoken_number
from skill.commerce.reorder import Plan, plan
from skill.commerce.totals import Totals, quote
from skill.dialogue.conversation import Focus, Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Card, Join, Message, Reply, Spell, say
from skill.intents.review_cart import as_item
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
    if heard.confirmed and promised:
        return _answered(heard, shop)
    return read_out(shop)


def read_out(shop: Shop, *, lead: tuple[Message, ...] = ()) -> Reply:
    """Check the cart against shelf and stock of now, say what changed, the lines and the total with tax
    and fees, and ask."""
    if not shop.cart.lines:
        return Reply(say=(*lead, say("review_cart.empty")))
    if not shop.linked:
        return Reply(say=(*lead, say("checkout.link_account")), card=Card("link_account"), end=True)
    cart, changes = _refreshed(shop)
    lead = (*lead, *changes)
    if not cart.lines:
        return Reply(say=lead)
    totals = quoted(cart.lines, shop)
    least = shop.facts.terms.minimum_order
    if totals.lines.minor < least:
        minimum = Money(least, shop.currency)
        return Reply(say=(*lead, say("checkout.minimum", minimum=minimum, total=totals.lines)))
    key = "checkout.total" if totals.delivery.minor else "checkout.total_free_delivery"
    key = key if totals.tax.minor else f"{key}_without_tax"
    return Reply(
        say=(
            *lead,
            say("checkout.lines", shop=shop.facts.name, items=briefly(cart.lines)),
            say(key, total=totals.total, tax=totals.tax, delivery=totals.delivery),
            say("checkout.arrives", day=expected_day(shop)),
        ),
        prompt=say("checkout.sure", total=totals.total),
        reprompt=say("checkout.sure_again", total=totals.total),
        ask=Question(
            intent=NAME,
            awaiting="confirmed",
            frozen={"cid": cart.cid, "version": cart.version, "total": totals.total.minor},
        ),
        focus=Focus(),
    )


def briefly(lines: Sequence[Line]) -> Join:
    """The first lines by name and the rest by number, as one spoken list."""
    items: list[Message] = [as_item(line, lines) for line in lines[:_SAID]]
    if len(lines) > _SAID:
        items.append(say("checkout.others", count=len(lines) - _SAID))
    return Join(tuple(items))


def quoted(lines: Iterable[Line], shop: Shop) -> Totals:
    """What these lines cost under the shop's terms."""
    lines = tuple(lines)
    shelf = shop.catalogue.get(line.sku for line in lines)

    def category_of(sku: str) -> str:
        product = shelf.get(sku)
        return product.category[0] if product and product.category else ""

    return quote(lines, terms=shop.facts.terms, category_of=category_of)


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
    totals = quoted(shop.cart.lines, shop)
    if shop.cart.version != promised["version"] or totals.total.minor != promised["total"]:
        return read_out(shop, lead=(say("checkout.changed"),))
    if not shop.linked:
        return read_out(shop)
    return _place(shop, totals)


def _place(shop: Shop, totals: Totals) -> Reply:
    order = Order(
        id=shop.cart.cid,
        number=spoken_number(shop.store.next_number()),
        shopper=shop.shopper,
        status="placed",
        placed_at=shop.now,
        lines=shop.cart.lines,
        totals=totals,
        expected=expected_day(shop),
        history=(("placed", shop.now),),
    )
    renewed = Cart(cid=shop.new_id(), seen=(shop.request_id,))
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
    sums = (
        say("checkout.card_delivery", amount=order.totals.delivery),
        say("checkout.card_tax", amount=order.totals.tax),
        say("checkout.card_total", amount=order.totals.total),
    )
    sentences = [say("checkout.placed", number=Spell(order.number), total=order.totals.total)]
    if order.expected:
        sentences.append(say("checkout.on_its_way", day=order.expected))
    return Reply(
        say=tuple(sentences),
        card=Card("simple", say("checkout.card_title", number=order.number), (*card_lines, *sums)),
        focus=Focus(order=order.id),
        end=True,
    )


def _refreshed(shop: Shop) -> tuple[Cart, tuple[Message, ...]]:
    """The cart at today's prices and within today's stock, and what had to change."""
    lines = shop.cart.lines
    fresh = plan(
        lines,
        products=shop.catalogue.get(line.sku for line in lines),
        stock=shop.store.stock(line.sku for line in lines),
        now=shop.now,
        locale=shop.locale,
    )
    if not (fresh.gone or fresh.short or fresh.prices):
        return shop.cart, ()
    by_sku = {line.sku: line for line in fresh.lines}
    wanted = [by_sku.get(line.sku) or _none_of(line) for line in lines]
    cart = change_cart(shop, lambda cart: put(cart, *wanted))
    return cart, changes_said(fresh)


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


def expected_day(shop: Shop) -> date:
    """The day an order placed now is expected at the door, where the shop is."""
    return (shop.facts.local(shop.now) + timedelta(days=shop.facts.delivery_days)).date()


INTENT = Intent(name=NAME, handle=handle)

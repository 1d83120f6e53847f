"""What is said of an order that was placed, and what its card holds."""

from __future__ import annotations

from skill.commerce.order import Order
from skill.dialogue import charging
from skill.dialogue.billing import on_its_way, ready
from skill.dialogue.conversation import Focus
from skill.dialogue.delivering import mailed
from skill.dialogue.guard import offer_code
from skill.dialogue.reply import Card, Message, Reply, say
from skill.shop import Shop

# Lines that fit.
_ON_CARD = 30


def card_lines(order: Order) -> tuple[Message, ...]:
    """The order's lines as a card holds them, as many as fit."""
    return tuple(
        say("checkout.card_line", count=line.quantity, product=line.spoken, price=line.cost)
        for line in order.lines[:_ON_CARD]
    )


def placed(order: Order, shop: Shop) -> Reply:
    """What is said of an order that is kept: confirmed once it is paid, or why it is not yet."""
    if order.status == "pending":
        order = charging.pay(order, shop)
    if order.status == "pending":
        return charging.waiting(order, shop)
    if order.coupon and order.coupon == shop.facts.afterwards.friend and shop.about.personal.came_by:
        # Only now: it happens once to a shopper.
        from skill.dialogue.friends import ordered

        ordered(shop)
    store = shop.facts.store(order.pickup) if order.pickup else None
    collected = ready(store, order.ready_at, shop) if store and order.ready_at else None
    sums = (
        *(
            (say("checkout.card_discount", code=order.coupon, amount=order.totals.discount),)
            if order.totals.discount.minor
            else ()
        ),
        collected or say("checkout.card_delivery", amount=order.totals.delivery),
        *((say("checkout.card_deposit", amount=order.totals.deposit),) if order.totals.deposit else ()),
        say("checkout.card_tax", amount=order.totals.tax),
        *((say("checkout.card_rounding", amount=order.totals.rounding),) if order.totals.rounding else ()),
        say("checkout.card_total", amount=order.totals.total),
        *((say("checkout.card_paid"),) if order.payment.collected else ()),
    )
    sentences = [charging.placed_or_paid(order)]
    if order.expected:
        sentences.append(on_its_way(order, order.expected, shop))
    if collected:
        sentences += collected, say("checkout.card_sent")
    if order.wish:
        sentences.append(say("checkout.wish", wish=order.wish))
    sentences += mailed(order, shop)
    offer = offer_code(shop, order.totals)
    return Reply(
        say=tuple(sentences),
        prompt=offer.prompt if offer else None,
        ask=offer.ask if offer else None,
        card=Card("simple", say("checkout.card_title", number=order.number), (*card_lines(order), *sums)),
        focus=Focus(order=order.id),
        end=offer is None,
    )

"""An order paid by card, in words: how it is paid, that it was, and why it is not yet."""

from __future__ import annotations

from skill.commerce.order import Order
from skill.commerce.payment import Payment, charged
from skill.dialogue.conversation import Focus
from skill.dialogue.reply import Card, Message, Reply, Spell, say
from skill.paying import settle
from skill.shop import Shop

# Why a charge is refused, as it is said.
REASONS = ("declined", "expired", "funds", "no_card", "refused")


def unpayable(shop: Shop) -> bool:
    """Whether the shop charges cards and cannot just now: it would take orders that nobody pays."""
    return shop.facts.cards is not None and shop.payments is None


def how_paid(shop: Shop) -> tuple[Message, ...]:
    """How an order placed now is paid; nothing where the merchant bills."""
    return (say("checkout.by_card"),) if shop.facts.cards else ()


def payment_of(id: str, total: int, shop: Shop) -> Payment:
    """How an order of this id and total, in minor units, is to be paid."""
    return charged(id, total, customer=customer_of(shop)) if shop.facts.cards else Payment()


def customer_of(shop: Shop) -> str:
    """Who the payment provider knows the shopper as; empty while nobody said."""
    return shop.about.contact.customer if shop.about.contact else ""


def pay(order: Order, shop: Shop) -> Order:
    """The order after its money was moved as far as it can be now."""
    if shop.payments is None:
        return order
    return settle(order, books=shop.store, payments=shop.payments, now=lambda: shop.now)


def placed_or_paid(order: Order) -> Message:
    """That the order is placed, and charged where it is paid by card."""
    key = "checkout.paid" if order.payment.collected else "checkout.placed"
    return say(key, number=Spell(order.number), total=order.totals.total)


def waiting(order: Order, shop: Shop) -> Reply:
    """Why an order is not paid yet, that it is kept, for how long, and what to do."""
    number, refused = Spell(order.number), order.payment.refused
    focus = Focus(order=order.id)
    if refused is None:
        return Reply(say=(say("pay_order.checking", number=number),), focus=focus, end=True)
    why = say(_why(order), total=order.totals.total, shop=shop.facts.called(shop.locale))
    kept = _kept(order, shop)
    return Reply(
        say=(why, kept, say("pay_order.then_say")),
        card=Card("simple", say("checkout.card_title", number=order.number), (why, kept)),
        focus=focus,
        end=True,
    )


def unpaid(order: Order) -> Message:
    """What to say of an order that waits, in one sentence: the shopper is awaited, or the provider."""
    return say("pay_order.say_it" if order.payment.refused else "pay_order.is_checked")


def _why(order: Order) -> str:
    refused = order.payment.refused
    reason = refused.reason if refused else ""
    if refused and refused.state == "action":
        return "pay_order.action"
    return f"pay_order.because_{reason if reason in REASONS else 'declined'}"


def _kept(order: Order, shop: Shop) -> Message:
    until = shop.facts.local(order.placed_at + shop.facts.hold)
    number, clock = Spell(order.number), until.time().replace(second=0, microsecond=0, tzinfo=None)
    if until.date() == shop.facts.local(shop.now).date():
        return say("pay_order.kept", number=number, time=clock)
    return say("pay_order.kept_until", number=number, day=until.date(), time=clock)

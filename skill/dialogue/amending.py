"""Writing an amended order down: what it costs more is charged first, what it costs less is given back after.

An amendment counts when it is paid for. So the charge is kept with the order as it is, asked for, and only
then the amended order takes its place, paid. Whatever stops on the way leaves an order that was charged too
much or is about to be, which `settle` puts right by itself: it withdraws the charge or gives it back."""

from __future__ import annotations

from dataclasses import dataclass, replace

from skill.commerce.order import Order
from skill.commerce.payment import CARD, Movement, with_movement
from skill.dialogue.charging import pay
from skill.paying import Declined, Moved, Outcome, Payments, Unknown
from skill.shop import Amended, Amending, OrderMoved, Shop

# A charge is named once and then asked for.
_ASKED = 3


@dataclass(frozen=True, slots=True)
class Unpaid:
    """Nothing was amended: the charge for what it costs more was "refused", the bank wants "action" of the
    shopper, or nobody answered ("unknown")."""

    reason: str


def amend(order: Order, *, changed: Order, shop: Shop) -> Amending | Unpaid:
    """Put `changed` (of `commerce.amending.amended`) in the place of `order`, paid for. Safe to repeat as far
    as money goes; the order moves, so that a repeat is `OrderMoved`."""
    due = changed.payment.open
    if due is None or due.minor < 0 or order.payment.method != CARD:
        written = shop.store.amend(order, amended=changed)
        if isinstance(written, Amended):
            return Amended(pay(written.order, shop))
        return written
    if shop.payments is None or due.state != "due":
        return Unpaid("refused")
    begun = replace(order, payment=changed.payment)
    if not shop.store.change_order(order, changed=begun):
        return OrderMoved()
    begun, due, outcome = _charged(replace(begun, version=order.version + 1), due, shop.payments, shop)
    if not isinstance(outcome, Moved):
        pay(begun, shop)
        return Unpaid(_why(outcome))
    paid = replace(due, state="done", reference=outcome.reference, reason="")
    written = shop.store.amend(
        begun, amended=replace(changed, payment=with_movement(begun.payment, paid), version=begun.version)
    )
    if not isinstance(written, Amended):
        # Charged for nothing: that goes back.
        pay(begun, shop)
    return written


def _charged(begun: Order, due: Movement, payments: Payments, shop: Shop) -> tuple[Order, Movement, Outcome]:
    """Ask for the charge as often as its provider has something to be kept first: the name it has for it."""
    for _ in range(_ASKED):
        outcome = payments.charge(due, order=begun)
        if isinstance(outcome, Moved | Declined | Unknown):
            return begun, due, outcome
        due = replace(due, reference=outcome.reference)
        named = replace(begun, payment=with_movement(begun.payment, due))
        if not shop.store.change_order(begun, changed=named):
            break
        begun = replace(named, version=begun.version + 1)
    return begun, due, Unknown()


def _why(outcome: Outcome) -> str:
    if isinstance(outcome, Declined):
        return "action" if outcome.action else "refused"
    return "unknown"

"""Money at the seam: what is asked of a payment provider, and how an order comes to be settled.

The order is kept before anybody is charged, with the movement that is due and its key. So a crash between the
charge and its record loses nothing: whoever finds the order asks again under the same key, and money moves
once. A provider whose own keys are forgotten after a while says `Begun` first, and moves money only under a
name that is on record. `settle` writes down what became of a movement; an amendment does so itself, as its
charge and the amended order are one write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from skill.commerce.order import Order, moved
from skill.commerce.order import cost as cost
from skill.commerce.payment import Movement, towards, with_movement

# More steps than an order's money ever takes: a charge, its refund, and a few that others took meanwhile.
_STEPS = 12


@dataclass(frozen=True, slots=True)
class Begun:
    """Nothing moved yet; the provider calls the charge `reference`: to be kept, and asked for again."""

    reference: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The money moved, once; `reference` is the provider's name for the charge."""

    reference: str


@dataclass(frozen=True, slots=True)
class Declined:
    """It did not move and will not by itself. `reason` is one of "declined", "expired", "funds", "no_card"
    and "refused"; with `action` the bank wants to see the shopper first."""

    reason: str
    reference: str = ""
    action: bool = False


@dataclass(frozen=True, slots=True)
class Void:
    """It did not move, and under this key never will."""

    reference: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The provider did not say: to be asked again, under the same key."""


Outcome = Begun | Moved | Declined | Void | Unknown


class Payments(Protocol):
    """How a shop is paid. Every call is safe to repeat: under one key money moves once."""

    def charge(self, movement: Movement, *, order: Order) -> Outcome:
        """Take `movement.minor` from the order's customer; never Void."""
        ...

    def refund(self, movement: Movement, *, order: Order) -> Outcome:
        """Give back `-movement.minor` of the charge `movement.reference`; never Void."""
        ...

    def withdraw(self, movement: Movement, *, order: Order) -> Outcome:
        """See to it that an unwanted charge never succeeds: Void, or Moved when it had already."""
        ...


class Books(Protocol):
    """Where orders are kept."""

    def placed_order(self, id: str) -> Order | None: ...

    def change_order(self, order: Order, *, changed: Order, tell: str = "") -> bool: ...


def settle(order: Order, *, books: Books, payments: Payments, now: Callable[[], datetime]) -> Order:
    """The order after its money was moved as far as it can be now: what is due is asked for, what came of it
    is kept, a paid order becomes "placed", one that is free by now gets its money back. Safe to repeat, and
    to run twice at once. An order whose provider does not answer stays as it is."""
    for _ in range(_STEPS):
        changed, tell = _step(order, payments, now)
        if changed == order:
            return order
        if books.change_order(order, changed=changed, tell=tell):
            order = replace(changed, version=order.version + 1)
        elif (kept := books.placed_order(order.id)) is not None:
            # Somebody else took a step meanwhile.
            order = kept
        else:
            return order
    return order


def tried_again(order: Order, *, customer: str) -> Order:
    """The order with the charge that was refused due once more, of the customer as they are known now."""
    refused = order.payment.refused
    if refused is None:
        return order
    again = replace(refused, state="due", tries=refused.tries + 1, reason="")
    payment = with_movement(order.payment, again)
    return replace(order, payment=replace(payment, customer=customer or payment.customer))


def _step(order: Order, payments: Payments, now: Callable[[], datetime]) -> tuple[Order, str]:
    """The order one step on, or as it is when there is none, and what is to be told of it."""
    payment = towards(order.payment, cost(order), order=order.id)
    if payment != order.payment:
        return replace(order, payment=payment), ""
    movement = payment.open
    if movement is not None:
        return _noted(order, movement, _ask(movement, order, payments), now=now)
    if order.status == "pending" and payment.collected >= cost(order):
        return moved(order, "placed", now=now()), ""
    return order, ""


def _ask(movement: Movement, order: Order, payments: Payments) -> Outcome:
    if movement.state == "unwanted":
        return payments.withdraw(movement, order=order)
    if movement.minor < 0:
        return payments.refund(movement, order=order)
    return payments.charge(movement, order=order)


def _noted(
    order: Order, movement: Movement, outcome: Outcome, *, now: Callable[[], datetime]
) -> tuple[Order, str]:
    back, tell = movement.minor < 0, ""
    match outcome:
        case Begun(reference):
            after = replace(movement, reference=reference)
        case Moved(reference):
            # A refund keeps the name of the charge it belongs to.
            after = replace(
                movement, state="done", reference=movement.reference if back else reference, reason=""
            )
            tell = "order.refunded" if back else ""
        case Void(reference):
            after = replace(movement, state="void", reference=reference or movement.reference)
        case Declined(reason, reference, action):
            state = "action" if action else "declined"
            known = movement.reference if back else reference or movement.reference
            after = replace(movement, state=state, reason=reason, reference=known)
            tell = "" if back else "order.payment_refused"
        case Unknown():
            return order, ""
    order = replace(order, payment=with_movement(order.payment, after))
    if order.status == "pending" and order.payment.collected >= cost(order):
        return moved(order, "placed", now=now()), ""
    return order, tell

"""Charging, trying again, giving back and calling off, against localstripe over HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from skill.commerce.order import Order, cost, moved
from skill.commerce.payment import Movement, towards
from skill.commerce.totals import Totals
from skill.errors import BadInput
from skill.paying import Declined, Moved, Unknown, Void, settle, tried_again
from skill.payments import stripe as ours
from skill.payments.stripe import Stripe
from tests.commerce.goods import NOW, usd
from tests.payments.conftest import BANK, DECLINED, customer_with, save_card
from tests.payments.wire import BROKEN, LATE, LOST, NEVER, Fault, Served, Wire
from tests.test_paying import TOTAL, Kept, cancel, mend, pending

CHARGES = "/v1/payment_intents"


@pytest.fixture
def card(served: Served) -> Stripe:
    return Stripe(served.wire.key, minor_digits=2, api=served.address)


def settled(kept: Kept, card: Stripe) -> Order:
    return settle(kept.order, books=kept, payments=card, now=lambda: NOW)


def kept_for(customer: str, *, id: str = "", minor: int = TOTAL) -> Kept:
    """A pending order of its own."""
    id = id or f"order-{customer}"
    order = pending(minor, customer=customer)
    movements = tuple(replace(move, key=id) for move in order.payment.movements)
    return Kept(replace(order, id=id, payment=replace(order.payment, movements=movements)))


def intents(wire: Wire, customer: str) -> list[dict[str, Any]]:
    """Every PaymentIntent of a customer."""
    _, found = wire.ask("GET", f"{CHARGES}?limit=100")
    return [intent for intent in found["data"] if intent["customer"] == customer]


def paid(wire: Wire, customer: str) -> int:
    """What a customer paid in all, less what they were given back."""
    took = back = 0
    for intent in intents(wire, customer):
        if intent["status"] == "succeeded":
            took += intent["amount"]
            _, refunds = wire.ask("GET", f"/v1/refunds?payment_intent={intent['id']}&limit=100")
            back += sum(refund["amount"] for refund in refunds["data"])
    return took - back


def test_a_saved_card_is_charged_once_and_the_order_is_placed(wire: Wire, card: Stripe) -> None:
    customer = customer_with(wire)
    kept = kept_for(customer)
    assert settled(kept, card).status == "placed"
    assert settled(kept, card) == kept.order
    [intent] = intents(wire, customer)
    assert (intent["amount"], intent["currency"], intent["status"]) == (TOTAL, "usd", "succeeded")
    assert intent["metadata"] == {"order": kept.order.id, "number": "00001", "movement": kept.order.id}
    assert kept.order.payment.movements[0].reference == intent["id"]


def test_a_card_that_is_nobodys_choice_is_found_all_the_same(wire: Wire, card: Stripe) -> None:
    customer = customer_with(wire, default=False)
    assert settled(kept_for(customer), card).status == "placed"


@pytest.mark.parametrize(
    ("decline", "reason"),
    [
        ("", "declined"),
        ("insufficient_funds", "funds"),
        ("expired_card", "expired"),
        ("do_not_honor", "declined"),
    ],
)
def test_a_declined_card_keeps_the_order_and_says_why(
    wire: Wire, card: Stripe, decline: str, reason: str
) -> None:
    customer = customer_with(wire, DECLINED, decline=decline)
    order = settled(kept_for(customer), card)
    assert order.payment.refused is not None
    assert (order.status, order.payment.refused.state, order.payment.refused.reason) == (
        "pending",
        "declined",
        reason,
    )
    assert paid(wire, customer) == 0


def test_a_bank_that_wants_to_see_the_shopper_is_told_apart(wire: Wire, card: Stripe) -> None:
    order = settled(kept_for(customer_with(wire, BANK)), card)
    assert order.payment.refused is not None
    assert (order.status, order.payment.refused.state) == ("pending", "action")


def test_nobody_known_and_nobody_of_that_name_have_no_card(wire: Wire, card: Stripe) -> None:
    _, without = wire.ask("POST", "/v1/customers", "email=shopper%40example.com")
    for customer in ("", without["id"]):
        order = settled(kept_for(customer, id=f"none-{customer}"), card)
        assert order.payment.refused is not None
        assert order.payment.refused.reason == "no_card"


def test_trying_again_confirms_the_same_intent_with_the_card_there_is_now(wire: Wire, card: Stripe) -> None:
    customer = customer_with(wire, DECLINED)
    kept = kept_for(customer)
    settled(kept, card)
    mend(kept)
    assert settled(kept, card).status == "pending", "the card is the same"
    tries = [key for key in wire._answers if key.startswith(f"{kept.order.id}-")]
    assert len(tries) == 2, "asked anew, not answered from before"
    save_card(wire, customer, "4242424242424242")
    mend(kept)
    assert settled(kept, card).status == "placed"
    assert [intent["status"] for intent in intents(wire, customer)] == ["succeeded"]


def test_who_was_unknown_pays_once_they_are_known(wire: Wire, card: Stripe) -> None:
    kept = kept_for("", id="unknown-at-first")
    settled(kept, card)
    customer = customer_with(wire)
    kept.order = replace(tried_again(kept.order, customer=customer), version=kept.order.version + 1)
    assert settled(kept, card).status == "placed"
    assert paid(wire, customer) == TOTAL


def test_another_customer_pays_with_the_same_intent(wire: Wire, card: Stripe) -> None:
    first, second = customer_with(wire, DECLINED), customer_with(wire)
    kept = kept_for(first)
    settled(kept, card)
    kept.order = replace(tried_again(kept.order, customer=second), version=kept.order.version + 1)
    assert settled(kept, card).status == "placed"
    assert (len(intents(wire, first)), paid(wire, second)) == (0, TOTAL)


def test_a_placed_order_that_is_called_off_is_given_back_in_full(wire: Wire, card: Stripe) -> None:
    customer = customer_with(wire)
    kept = kept_for(customer)
    settled(kept, card)
    cancel(kept)
    assert settled(kept, card).payment.collected == 0
    assert (paid(wire, customer), kept.order.payment.refunded) == (0, TOTAL)


def test_parts_are_given_back_and_taken_as_the_price_changes(wire: Wire, card: Stripe) -> None:
    customer = customer_with(wire)
    kept = kept_for(customer)
    settled(kept, card)
    for minor in (1000, 400, 900):
        changed = replace(
            kept.order,
            totals=Totals(usd(minor), usd(0), usd(0), usd(minor), usd(0)),
            version=kept.order.version + 1,
        )
        kept.order = replace(changed, payment=towards(changed.payment, cost(changed), order=changed.id))
        settled(kept, card)
        assert paid(wire, customer) == minor == kept.order.payment.collected


def test_an_order_called_off_while_it_waits_is_never_charged_later(wire: Wire, card: Stripe) -> None:
    customer = customer_with(wire, DECLINED)
    kept = kept_for(customer)
    settled(kept, card)
    late = kept.order
    cancel(kept)
    settled(kept, card)
    assert [intent["status"] for intent in intents(wire, customer)] == ["canceled"]
    # Whoever still believes it is wanted, with a card that is good by now, cannot charge it.
    save_card(wire, customer, "4242424242424242")
    refused = late.payment.refused
    assert refused is not None
    again = replace(refused, state="due", tries=2)
    card.charge(again, order=late)
    assert paid(wire, customer) == 0


def test_an_unwanted_charge_that_had_moved_is_told_and_given_back(wire: Wire, card: Stripe) -> None:
    customer = customer_with(wire)
    kept = kept_for(customer)
    wire.faults = [Fault(LOST, "/confirm")]
    assert settled(kept, card).status == "pending"
    assert paid(wire, customer) == TOTAL
    cancel(kept)
    settled(kept, card)
    assert [m.state for m in kept.order.payment.movements] == ["done", "done"]
    assert paid(wire, customer) == 0


FAULTS = [
    *(Fault(kind, of) for kind in (NEVER, LOST, BROKEN) for of in (CHARGES, "/confirm")),
    *(Fault(kind, "/v1/customers/{customer}") for kind in (NEVER, BROKEN)),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.kind}-{fault.of.split('/')[-1]}")
@pytest.mark.parametrize("next_day", [False, True], ids=["soon", "the_next_day"])
def test_a_fault_of_the_wire_loses_nothing_and_charges_once(
    wire: Wire, card: Stripe, fault: Fault, next_day: bool
) -> None:
    customer = customer_with(wire)
    kept = kept_for(customer)
    wire.faults = [Fault(fault.kind, fault.of.format(customer=customer))]
    assert settled(kept, card).status == "pending"
    assert wire.faults == []
    if next_day:
        wire.forget_keys()
    assert settled(kept, card).status == "placed"
    assert paid(wire, customer) == TOTAL


@pytest.mark.parametrize("kind", [NEVER, LOST, BROKEN])
@pytest.mark.parametrize("next_day", [False, True], ids=["soon", "the_next_day"])
def test_a_fault_while_giving_back_gives_back_once(
    wire: Wire, card: Stripe, kind: str, next_day: bool
) -> None:
    customer = customer_with(wire)
    kept = kept_for(customer)
    settled(kept, card)
    cancel(kept)
    wire.faults = [Fault(kind, "POST /v1/refunds")]
    assert settled(kept, card).payment.open is not None
    if next_day:
        wire.forget_keys()
    settled(kept, card)
    assert (paid(wire, customer), kept.order.payment.refunded) == (0, TOTAL)


@pytest.mark.on_time
def test_who_takes_long_is_not_waited_for_and_the_charge_is_found_later(wire: Wire, card: Stripe) -> None:
    customer = customer_with(wire)
    kept = kept_for(customer)
    settled(kept_for(customer, id="warm"), card)
    wire.faults = [Fault(LATE, "/confirm", seconds=5)]
    before = time.monotonic()
    assert settled(kept, card).status == "pending"
    assert time.monotonic() - before < ours.TO_BEGIN + ours.TO_CHARGE + 0.5
    assert settled(kept, card).status == "placed"
    assert paid(wire, customer) == 2 * TOTAL


@pytest.mark.on_time
def test_a_turn_has_time_for_what_it_may_have_to_do() -> None:
    assert ours.TO_BEGIN + ours.TO_CHARGE <= 5
    assert ours.TO_WITHDRAW + ours.TO_REFUND <= 5


def test_two_who_settle_at_once_charge_once(wire: Wire, card: Stripe) -> None:
    customer = customer_with(wire)
    for round in range(5):
        kept = kept_for(customer, id=f"at-once-{customer}-{round}")
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _, kept=kept: settled(kept, card), range(4)))
        assert settled(kept, card).status == "placed"
    assert paid(wire, customer) == 5 * TOTAL


def test_two_who_give_back_at_once_give_back_once(wire: Wire, card: Stripe) -> None:
    customer = customer_with(wire)
    kept = kept_for(customer)
    settled(kept, card)
    cancel(kept)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: settled(kept, card), range(4)))
    settled(kept, card)
    assert paid(wire, customer) == 0


def test_a_secret_that_is_not_taken_leaves_the_order_as_it_is(served: Served) -> None:
    customer = customer_with(served.wire)
    served.wire.key = "nobody"
    wrong = Stripe("sk_test_wrong", minor_digits=2, api=served.address)
    assert settled(kept_for(customer), wrong).status == "pending"


@pytest.mark.parametrize(
    ("currency", "digits", "minor", "amount"),
    [
        ("USD", 2, 1636, 1636),
        ("JPY", 0, 500, 500),
        ("ISK", 0, 5, 500),
        ("ALL", 0, 120, 12000),
        ("EUR", 2, 1, 1),
    ],
)
def test_amounts_are_in_the_unit_the_provider_counts_in(
    served: Served, currency: str, digits: int, minor: int, amount: int
) -> None:
    customer = customer_with(served.wire)
    kept = kept_for(customer, minor=minor)
    money = [replace(part, currency=currency) for part in (usd(minor), usd(0))]
    kept.order = replace(kept.order, totals=Totals(money[0], money[1], money[1], money[0], money[1]))
    settled(kept, Stripe(served.wire.key, minor_digits=digits, api=served.address))
    [intent] = intents(served.wire, customer)
    assert (intent["amount"], intent["currency"]) == (amount, currency.lower())


def test_what_cannot_be_charged_to_the_unit_is_refused(served: Served) -> None:
    order = pending(5124)
    dinar = Totals(
        *(replace(part, currency="KWD") for part in (usd(5124), usd(0), usd(0), usd(5124), usd(0)))
    )
    card = Stripe(served.wire.key, minor_digits=3, api=served.address)
    assert card.charge(order.payment.movements[0], order=replace(order, totals=dinar)) == Declined("refused")
    assert served.wire.seen == []


def test_a_charge_that_was_never_begun_is_withdrawn_without_asking(wire: Wire, card: Stripe) -> None:
    assert card.withdraw(Movement(key="o1", minor=5, state="unwanted"), order=pending()) == Void()
    assert wire.seen == []


def test_what_the_merchant_gave_back_by_hand_is_refused_and_not_given_twice(wire: Wire, card: Stripe) -> None:
    customer = customer_with(wire)
    kept = kept_for(customer)
    settled(kept, card)
    reference = kept.order.payment.movements[0].reference
    wire.ask("POST", "/v1/refunds", f"payment_intent={reference}&amount={TOTAL}")
    cancel(kept)
    for _ in range(2):
        settled(kept, card)
    assert [m.state for m in kept.order.payment.movements] == ["done", "declined"]
    assert paid(wire, customer) == 0


@pytest.mark.parametrize(
    "made",
    [
        lambda: Stripe("pk_test_1", minor_digits=2),
        lambda: Stripe("sk_1", minor_digits=2, api="http://x.example"),
    ],
)
def test_what_is_no_secret_or_no_safe_address_is_refused(made: Callable[[], Stripe]) -> None:
    with pytest.raises(BadInput):
        made()


def test_the_order_that_was_asked_for_is_the_one_that_is_moved(wire: Wire, card: Stripe) -> None:
    customer = customer_with(wire)
    order = kept_for(customer).order
    begun = card.charge(order.payment.movements[0], order=order)
    assert not isinstance(begun, (Moved, Unknown))
    assert card.charge(order.payment.movements[0], order=order) == begun, "the key names it"
    assert moved(order, "cancelled", now=NOW).payment.movements[0].state == "unwanted"

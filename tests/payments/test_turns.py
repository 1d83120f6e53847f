"""A shop that charges cards, talked to through the Lambda door, with localstripe behind it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from skill.app import shopper_key
from skill.commerce.contact import Contact
from skill.commerce.coupon import Coupon
from skill.commerce.merchant import Facts, Shopper
from skill.commerce.payment import Cards
from skill.commerce.trust import sealed
from skill.merchants.money import settle_open
from skill.shop import Stocking
from tests.conversations.replay import WORLDS
from tests.payments.conftest import BANK, DECLINED, customer_with, save_card
from tests.payments.test_stripe import intents, paid
from tests.payments.wire import BROKEN, LATE, LOST, NEVER, Fault, Served, Wire
from tests.talk import NOW, ROOT, Talk, furnish, kept, lambda_door, send_through

USER = "amzn1.ask.account.PAYS"
TOTAL = 1877


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, served: Served) -> ModuleType:
    """The door of a shop whose cards Stripe charges."""
    monkeypatch.setenv("SAYSO_CATALOGUES", str(tmp_path / "catalogues"))
    monkeypatch.setenv("SAYSO_STRIPE_API", served.address)
    monkeypatch.setenv("SHOP_STRIPE", served.wire.key)
    door = lambda_door(f"sqlite:{tmp_path / 'shop.db'}", monkeypatch=monkeypatch)
    furnish(door, world=WORLDS / "cards.json")
    by_stripe = Cards(provider="stripe", secret_env="SHOP_STRIPE")
    door.app.store.publish(replace(facts(door), cards=by_stripe), stock={})
    return door


def facts(door: ModuleType) -> Facts:
    found: Facts = door.app.store.visit("nobody").facts
    return found


def key(door: ModuleType) -> str:
    return shopper_key(USER, secret=door.app.settings.shopper_secret)


def known_as(door: ModuleType, customer: str, **more: Any) -> str:
    about = Shopper(linked=True, contact=Contact(customer=customer, source="account", at=NOW), **more)
    door.app.store.put_shopper(key(door), about=about)
    return customer


def talk_to(door: ModuleType) -> Talk:
    return Talk(send_through(door), user=USER, shop="Harbor Corner")


def order_of(door: ModuleType) -> Any:
    [order] = door.app.store.orders(key(door))
    return order


def reconciled(door: ModuleType) -> None:
    store: Stocking = door.app.store
    shop = facts(door)
    later = NOW.replace(minute=NOW.minute + 5)
    settle_open(store, payments=door.app.payments(shop), now=lambda: later, hold=shop.hold)


def test_the_total_read_out_is_charged_and_confirmed_with_a_card(door: ModuleType, wire: Wire) -> None:
    customer = known_as(door, customer_with(wire))
    talk = talk_to(door)
    read = talk.say("check out").speech
    assert "the total is $18.77" in read
    assert "It is paid with your saved card." in read
    assert wire.seen == [], "nobody is charged before the yes"
    answer = talk.say("yes")
    assert "I charged $18.77 to your saved card" in answer.speech
    card = answer.response["response"]["card"]["content"]
    assert "1 × Wharf ground coffee" in card
    assert card.endswith("Total: $18.77\nPaid with your saved card")
    assert paid(wire, customer) == TOTAL
    assert [event.kind for event in door.app.store.events()] == ["order.placed"]


def test_a_yes_said_twice_charges_once_and_is_answered_alike(door: ModuleType, wire: Wire) -> None:
    customer = known_as(door, customer_with(wire))
    talk = talk_to(door)
    talk.say("check out")
    session = talk.session
    first = talk.say("yes").speech
    talk.session, talk.last = session, None
    assert talk.say("yes").speech == first
    assert (paid(wire, customer), len(intents(wire, customer))) == (TOTAL, 1)


def test_a_declined_card_is_said_and_the_order_kept_until_it_is_paid(door: ModuleType, wire: Wire) -> None:
    customer = known_as(door, customer_with(wire, DECLINED, decline="insufficient_funds"))
    talk = talk_to(door)
    talk.say("check out")
    assert "Your card does not cover the $18.77" in talk.say("yes").speech
    assert (order_of(door).status, door.app.store.events()[0].kind) == ("pending", "order.payment_refused")
    assert kept(door, USER)["cart"] == {}
    save_card(wire, customer, "4242424242424242")
    talk.say("pay for my order")
    assert "I charged $18.77" in talk.say("yes").speech
    assert (paid(wire, customer), len(intents(wire, customer))) == (TOTAL, 1)


def test_a_bank_that_asks_sends_the_shopper_to_their_account(door: ModuleType, wire: Wire) -> None:
    known_as(door, customer_with(wire, BANK))
    talk = talk_to(door)
    talk.say("check out")
    assert "Your bank wants you to confirm the $18.77 yourself" in talk.say("yes").speech
    assert order_of(door).status == "pending"


def test_a_shopper_nobody_knows_is_told_to_save_a_card(door: ModuleType, wire: Wire) -> None:
    talk = talk_to(door)
    talk.say("check out")
    assert "There is no card in your account" in talk.say("yes").speech
    customer = known_as(door, customer_with(wire))
    talk.say("pay for my order")
    assert "I charged $18.77" in talk.say("yes").speech
    assert paid(wire, customer) == TOTAL


@pytest.mark.parametrize("kind", [NEVER, LOST, BROKEN])
@pytest.mark.parametrize("of", ["/v1/payment_intents", "/confirm"])
def test_without_an_answer_the_order_is_kept_and_settled_by_whoever_comes_later(
    door: ModuleType, wire: Wire, kind: str, of: str
) -> None:
    customer = known_as(door, customer_with(wire))
    talk = talk_to(door)
    talk.say("check out")
    wire.faults = [Fault(kind, of)]
    assert "its payment is still being checked" in talk.say("yes").speech
    assert order_of(door).status == "pending"
    reconciled(door)
    assert (order_of(door).status, paid(wire, customer)) == ("placed", TOTAL)
    assert "is placed" in talk.say("where's my order").speech


@pytest.mark.on_time
def test_a_turn_ends_in_time_whatever_takes_long(door: ModuleType, wire: Wire) -> None:
    known_as(door, customer_with(wire))
    talk = talk_to(door)
    talk.say("check out")
    # Each takes almost as long as it may.
    wire.faults = [Fault(LATE, "POST /v1/payment_intents", seconds=1.2), Fault(LATE, "/confirm", seconds=9)]
    before = time.monotonic()
    assert "still being checked" in talk.say("yes").speech
    assert time.monotonic() - before < 6


def test_an_order_called_off_is_given_back_and_said(door: ModuleType, wire: Wire) -> None:
    customer = known_as(door, customer_with(wire))
    talk = talk_to(door)
    for said in ("check out", "yes", "cancel my order"):
        talk.say(said)
    assert "The $18.77 go back to your card" in talk.say("yes").speech
    assert (paid(wire, customer), order_of(door).payment.refunded) == (0, TOTAL)


def test_an_order_called_off_while_its_charge_is_unknown_goes_back_too(door: ModuleType, wire: Wire) -> None:
    customer = known_as(door, customer_with(wire))
    talk = talk_to(door)
    talk.say("check out")
    wire.faults = [Fault(LOST, "/confirm")]
    for said in ("yes", "cancel my order"):
        talk.say(said)
    assert "go back to your card" in talk.say("yes").speech
    assert paid(wire, customer) == 0


def test_a_voice_code_is_asked_for_before_an_order_that_waits_is_paid(door: ModuleType, wire: Wire) -> None:
    shop = facts(door)
    door.app.store.publish(replace(shop, terms=replace(shop.terms, code_from=1000)), stock={})
    customer = known_as(door, customer_with(wire, DECLINED), code=sealed("4071", salt="salt"))
    talk = talk_to(door)
    talk.say("check out")
    talk.say("yes")
    talk.say("four zero seven one")
    save_card(wire, customer, "4242424242424242")
    talk.say("pay for my order")
    assert "code" in talk.say("yes").speech
    assert paid(wire, customer) == 0
    assert "I charged $18.77" in talk.say("four zero seven one").speech


def test_what_costs_nothing_is_placed_without_a_charge(door: ModuleType, wire: Wire) -> None:
    shop = facts(door)
    gift = Coupon(code="GIFT", percent=10_000, heard={"en": ("gift",)})
    free = replace(shop, coupons=(gift,), terms=replace(shop.terms, delivery_fee=0))
    door.app.store.publish(free, stock={})
    talk = talk_to(door)
    for said in ("apply the code gift", "check out", "yes"):
        talk.say(said)
    assert (order_of(door).status, order_of(door).totals.total.minor) == ("placed", 0)
    assert wire.seen == []


@pytest.mark.parametrize("secret", ["", "pk_test_wrong"])
def test_without_its_secret_the_shop_takes_no_orders_it_could_not_charge(
    door: ModuleType, monkeypatch: pytest.MonkeyPatch, secret: str, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SHOP_STRIPE", secret)
    talk = talk_to(door)
    assert "I cannot take payment just now" in talk.say("check out").speech
    assert kept(door, USER)["orders"] == []
    assert "SHOP_STRIPE" in caplog.text
    assert "pk_test_wrong" not in caplog.text


def test_nothing_of_stripe_is_loaded_before_an_order_is_placed(door: ModuleType, wire: Wire) -> None:
    known_as(door, customer_with(wire))
    program = (
        "import sys\n"
        "import pytest\n"
        "from tests.talk import Talk, lambda_door, send_through\n"
        "door = lambda_door(sys.argv[1], monkeypatch=pytest.MonkeyPatch())\n"
        f"talk = Talk(send_through(door), user={USER!r}, shop='Harbor Corner')\n"
        "talk.say('check out')\n"
        "print('stripe' in sys.modules or 'requests' in sys.modules)\n"
        "talk.say('yes')\n"
        "print('stripe' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, door.app.settings.store],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["False", "True"]

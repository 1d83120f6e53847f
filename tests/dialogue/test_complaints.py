"""What went wrong, told in the shopper's words: which order and line it is about, and what became of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from types import ModuleType

from skill.app import shopper_key
from skill.commerce.cart import Line
from skill.commerce.merchant import Case
from skill.commerce.money import Money
from skill.commerce.order import Order
from skill.commerce.payment import CARD, Movement, Payment
from tests.dialogue.conftest import USER
from tests.talk import Talk


def key(door: ModuleType) -> str:
    return shopper_key(USER, secret=door.app.settings.shopper_secret)


def cases(door: ModuleType) -> tuple[Case, ...]:
    found: tuple[Case, ...] = door.app.store.cases(key(door))
    return found


def newest(door: ModuleType) -> Order:
    found: Order = door.app.store.orders(key(door))[0]
    return found


def with_two_milks(door: ModuleType) -> None:
    """The newest order also holds two kinds of milk."""
    order = newest(door)
    price = Money(449, "USD")
    milks = (
        Line(sku="oat-milk", quantity=2, name="Brindle oat milk, half gallon", price=price),
        Line(sku="almond-milk", quantity=3, name="Brindle almond milk, half gallon", price=price),
    )
    door.app.store.put_order(replace(order, lines=(*order.lines, *milks)))


def test_which_line_is_asked_when_several_fit(arrived: ModuleType, shopper: Talk) -> None:
    with_two_milks(arrived)
    asked = shopper.say("I got the wrong milk")
    assert cases(arrived) == ()
    assert "Which one do you mean: Brindle oat milk or Brindle almond milk?" in asked.speech
    shopper.say("the almond milk")
    assert [(case.about, case.order) for case in cases(arrived)] == [
        ("Brindle almond milk half gallon", "52817")
    ]


def test_how_many_are_broken_is_kept_when_the_line_is_asked_for(arrived: ModuleType, shopper: Talk) -> None:
    with_two_milks(arrived)
    shopper.say("two of them were broken")
    heard = shopper.say("the second one")
    (case,) = cases(arrived)
    assert (case.about, case.quantity) == ("Wharf ground coffee", 2)
    assert case.reference in heard.speech


def test_fewer_than_the_line_holds_are_said_back(arrived: ModuleType, shopper: Talk) -> None:
    with_two_milks(arrived)
    heard = shopper.say("two of the almond milk were broken")
    assert "2 of Brindle almond milk of order 52817" in heard.speech
    assert cases(arrived)[0].quantity == 2


def test_an_order_named_by_its_number_is_the_one_it_is_about(arrived: ModuleType, shopper: Talk) -> None:
    shopper.say("there's a problem with order 40213")
    shopper.say("there's a problem with order 99999")
    assert [case.order for case in cases(arrived)] == ["40213"]


def test_a_thing_goes_back_from_the_order_that_was_named(arrived: ModuleType, shopper: Talk) -> None:
    shopper.say("I want to return the eggs from order 40213")
    assert [(case.kind, case.order) for case in cases(arrived)] == [("return", "40213")]


def test_an_empty_parcel_is_a_problem_of_the_whole_order(arrived: ModuleType, shopper: Talk) -> None:
    assert "order 52817" in shopper.say("my parcel is empty").speech
    assert [(case.kind, case.about) for case in cases(arrived)] == [("problem", "order")]


def test_money_taken_twice_is_a_matter_of_its_own(arrived: ModuleType, shopper: Talk) -> None:
    shopper.say("my parcel is empty")
    heard = shopper.say("I was charged twice")
    assert "what you paid for order 52817" in heard.speech
    assert [case.about for case in cases(arrived)] == ["charge", "order"]


def test_what_a_card_was_charged_is_said_from_the_books(arrived: ModuleType, shopper: Talk) -> None:
    order = newest(arrived)
    moves = (Movement(key=order.id, minor=order.totals.total.minor, state="done", reference="ch_1"),)
    arrived.app.store.put_order(replace(order, payment=Payment(method=CARD, movements=moves)))
    heard = shopper.say("I was charged twice for order 52817")
    assert "one charge went through here, $66.98" in heard.speech


def answered(door: ModuleType, **changed: object) -> None:
    (case,) = cases(door)
    door.app.store.put_case(replace(case, **changed), shopper=key(door))  # type: ignore[arg-type]


def test_a_complaint_nobody_answered_yet_is_told_as_that(arrived: ModuleType, shopper: Talk) -> None:
    assert "nothing that the shop has to look at" in shopper.say("what about my complaint").speech
    shopper.say("the eggs never came")
    heard = shopper.say("what about my complaint")
    assert "Larkenrow brown eggs" in heard.speech
    assert "has not answered yet" in heard.speech
    assert "6 PM" in heard.speech


def test_what_the_shop_answered_is_told_by_the_reference(arrived: ModuleType, shopper: Talk) -> None:
    shopper.say("the eggs never came")
    note = (datetime.fromisoformat("2026-11-20T12:00:00+00:00"), "New eggs come with your next order.")
    answered(arrived, status="answered", notes=(note,))
    (case,) = cases(arrived)
    for said in (f"what happened with {case.reference}", "has the shop answered"):
        assert "on Friday, November 20: New eggs come with your next order." in shopper.say(said).speech


def test_a_case_that_is_closed_is_told_as_settled(arrived: ModuleType, shopper: Talk) -> None:
    shopper.say("I was charged twice")
    answered(arrived, status="closed")
    heard = shopper.say("what about my complaint")
    assert "what you paid for order 52817" in heard.speech
    assert "It is settled." in heard.speech


def test_a_number_that_is_an_orders_is_answered_with_the_order(arrived: ModuleType, shopper: Talk) -> None:
    assert "Order 40213" in shopper.say("what happened with 40213").speech


def test_stars_are_no_complaint(arrived: ModuleType, shopper: Talk) -> None:
    shopper.say("five stars")
    assert "nothing that the shop has to look at" in shopper.say("what about my complaint").speech

"""What changes between the total and the yes is said before anything is ordered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import ModuleType

import pytest

from skill.commerce.merchant import Facts
from tests.talk import NOW, Talk, kept


def changed(door: ModuleType, change: Callable[[Facts], Facts]) -> None:
    """The merchant publishes other facts."""
    facts = door.app.store.visit("anybody").facts
    door.app.store.publish(change(facts), stock={})


def without_coupons(facts: Facts) -> Facts:
    return replace(facts, coupons=())


def run_out(facts: Facts) -> Facts:
    return replace(facts, coupons=tuple(replace(coupon, ends=NOW) for coupon in facts.coupons))


def without_stores(facts: Facts) -> Facts:
    return replace(facts, stores=())


def at_the_till(talk: Talk, *wishes: str) -> None:
    for said in ("add goat milk", "make it four", *wishes, "check out"):
        talk.say(said)


@pytest.mark.parametrize("gone", [run_out, without_coupons])
def test_a_coupon_that_ran_out_since_the_total_is_taken_off_and_said(
    door: ModuleType, talk: Talk, gone: Callable[[Facts], Facts]
) -> None:
    at_the_till(talk, "apply the code save ten")
    changed(door, gone)
    answer = talk.say("yes")
    assert kept(door)["orders"] == []
    assert "SAVE10 has run out" in answer.speech
    assert "coupon" not in kept(door)


def test_the_total_without_the_coupon_is_the_one_charged(door: ModuleType, talk: Talk) -> None:
    at_the_till(talk, "apply the code save ten")
    changed(door, run_out)
    read = talk.say("yes").speech
    placed = talk.say("yes").speech
    order = kept(door)["orders"][0]
    total = f"${order['total'] / 100:.2f}"
    assert total in read
    assert total in placed
    assert "coupon" not in order


def test_a_store_that_closed_since_the_total_is_said_even_at_the_same_price(
    door: ModuleType, talk: Talk
) -> None:
    changed(door, lambda facts: replace(facts, terms=replace(facts.terms, delivery_fee=0)))
    at_the_till(talk, "I'll pick it up")
    changed(door, without_stores)
    answer = talk.say("yes")
    assert kept(door)["orders"] == []
    assert "would be delivered" in answer.speech
    assert talk.say("yes").ended
    assert "pickup" not in kept(door)["orders"][0]


def test_a_coupon_counts_for_one_order_and_again_when_that_is_called_off(
    door: ModuleType, talk: Talk
) -> None:
    at_the_till(talk, "apply the code save ten")
    talk.say("yes")
    number = kept(door)["orders"][0]["number"]
    talk.say("add goat milk")
    assert number in talk.say("apply the code save ten").speech
    assert "coupon" not in kept(door)
    talk.say("cancel my order")
    talk.say("yes")
    talk.say("apply the code save ten")
    assert kept(door)["coupon"] == "SAVE10"

"""No substitutes, this time or ever: nothing else is offered unasked, and the order says so."""

from __future__ import annotations

from types import ModuleType

import pytest

from skill.app import shopper_key
from tests.talk import USER, Talk, send_through

OFFER = "instead"


@pytest.mark.parametrize("said", ["add gluten free fusilli", "find gluten free fusilli"])
@pytest.mark.parametrize("wish", ["no substitutions", "never substitute", "don't replace anything"])
def test_what_is_sold_out_is_only_said_to_be(talk: Talk, said: str, wish: str) -> None:
    assert OFFER in talk.say(said).speech
    talk.say(wish)
    heard = talk.say(said).speech
    assert "is out of" in heard
    assert OFFER not in heard


def test_what_there_is_instead_is_still_answered(talk: Talk) -> None:
    talk.say("no substitutions")
    talk.say("add gluten free fusilli")
    assert "penne" in talk.say("what do you have instead").speech


def test_a_wish_for_this_order_ends_with_it(door: ModuleType, talk: Talk) -> None:
    for said in ("no substitutions", "add goat milk", "make it four", "check out", "yes"):
        talk.say(said)
    (order,) = door.app.store.orders(shopper_key(USER, secret=door.app.settings.shopper_secret))
    assert order.substitutes is False
    assert OFFER in talk.say("add gluten free fusilli").speech


def test_a_wish_for_good_stays(door: ModuleType, talk: Talk) -> None:
    for said in ("never substitute", "add goat milk", "make it four", "check out", "yes"):
        talk.say(said)
    (order,) = door.app.store.orders(shopper_key(USER, secret=door.app.settings.shopper_secret))
    assert order.substitutes is False
    assert OFFER not in talk.say("add gluten free fusilli").speech


def test_this_order_may_differ_from_the_others(talk: Talk) -> None:
    talk.say("never substitute")
    talk.say("substitutions are fine")
    assert OFFER in talk.say("add gluten free fusilli").speech
    assert "this order" in talk.say("what's my substitution setting").speech


def test_between_the_total_and_the_yes_it_keeps_both(door: ModuleType, talk: Talk) -> None:
    for said in ("add goat milk", "make it four", "check out"):
        talk.say(said)
    settled = talk.say("no substitutions")
    assert send_through(door)(settled.request) == settled.response
    assert "placed" in talk.say("yes").speech


def test_the_read_out_says_it_in_a_few_words(talk: Talk) -> None:
    for said in ("no substitutions", "add goat milk", "make it four"):
        talk.say(said)
    assert "Nothing will be replaced." in talk.say("check out").speech

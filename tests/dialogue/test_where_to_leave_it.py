"""Where an order is left: told once, on every order that is delivered, and never on one that is collected."""

from __future__ import annotations

from types import ModuleType

import pytest

from skill.commerce.order import Order, unattributed
from tests.dialogue.test_memory import ANN, BEN, key, known
from tests.talk import Talk

DOOR = "at the front door"
MILK = "add six Pennymeadow whole milk one gallon"


def ordered(door: ModuleType) -> list[Order]:
    return [*door.app.store.orders(key(door))]


def buys(talk: Talk, *, by: str | None = None) -> str:
    for sentence in (MILK, "check out"):
        talk.say(sentence, person=by)
    return talk.say("yes", person=by).speech


def test_it_is_remembered_passed_on_with_the_order_and_said(door: ModuleType, talk: Talk) -> None:
    assert f"orders left {DOOR}" in talk.say(f"leave my packages {DOOR}").speech
    assert DOOR in talk.say("what do you know about me").speech
    assert f"I passed on where to leave it: {DOOR}." in buys(talk)
    [order] = ordered(door)
    assert order.wish == DOOR
    assert unattributed(order).wish == ""


@pytest.mark.parametrize(
    "what", ["order", "orders", "package", "parcels", "parcel", "delivery", "deliveries"]
)
def test_whatever_it_is_called_that_is_left(door: ModuleType, talk: Talk, what: str) -> None:
    talk.say(f"leave my {what} by the blue gate")
    assert known(door) == [("delivery", "by the blue gate")]


def test_the_last_word_counts(door: ModuleType, talk: Talk) -> None:
    talk.say(f"leave my packages {DOOR}")
    talk.say("please leave my orders behind the garage")
    assert known(door) == [("delivery", "behind the garage")]
    buys(talk)
    assert ordered(door)[0].wish == "behind the garage"


def test_what_is_collected_is_left_nowhere(door: ModuleType, talk: Talk) -> None:
    talk.say(f"leave my packages {DOOR}")
    for sentence in (MILK, "pick it up", "check out"):
        talk.say(sentence)
    assert "where to leave it" not in talk.say("yes").speech
    [order] = ordered(door)
    assert order.pickup
    assert order.wish == ""


@pytest.mark.parametrize(
    "sentence",
    [f"don't leave my packages {DOOR} anymore", f"forget that orders are left {DOOR}", "forget that"],
)
def test_it_goes_when_it_is_taken_back(door: ModuleType, talk: Talk, sentence: str) -> None:
    talk.say(f"leave my packages {DOOR}")
    talk.say(sentence)
    assert known(door) == []
    assert "where to leave it" not in buys(talk)


def test_it_is_the_wish_of_who_told_it(door: ModuleType, talk: Talk) -> None:
    talk.say(f"leave my packages {DOOR}", person=ANN)
    assert "where to leave it" not in buys(talk, by=BEN)
    assert "where to leave it" in buys(talk, by=ANN)

"""Alexa, the SDK and shoppers repeat themselves: the same request twice acts once."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from tests.talk import Talk, kept, send_through


def again(door: ModuleType, talk: Talk) -> dict[str, Any]:
    """Send the last request once more, byte for byte."""
    assert talk.last is not None
    return send_through(door)(talk.last.request)


@pytest.mark.parametrize(
    ("before", "sentence"),
    [
        ([], "add goat milk"),
        (["add goat milk"], "one more"),
        (["add goat milk"], "make it three"),
        (["add goat milk", "make it three"], "one less"),
        (["add goat milk", "add fifteen lemons", "the first one"], "take the goat milk off"),
        (["add goat milk", "make it three"], "undo"),
        (["add goat milk", "empty my cart"], "yes"),
        (["find oat milk"], "the second one"),
        (["add goat milk"], "no I said sourdough bread"),
        ([], "add goat milk and sourdough bread and a dozen organic eggs"),
        (["add goat milk"], "I'll take two"),
        (["add goat milk"], "apply the code save ten"),
        (["add goat milk", "apply the code save ten"], "take the coupon off"),
        (["add goat milk", "make it four", "check out"], "apply the code save ten"),
        (["add goat milk", "make it four", "check out"], "I'll pick it up instead"),
        (["find oat milk", "the first one", "make it three", "check out", "yes"], "same as last time"),
    ],
)
def test_a_repeated_request_changes_the_cart_once(
    door: ModuleType, talk: Talk, before: list[str], sentence: str
) -> None:
    for said in before:
        talk.say(said)
    talk.say(sentence)
    once = kept(door)
    answer = again(door, talk)
    assert kept(door) == once
    assert answer["response"]["outputSpeech"]["ssml"]


def test_a_repeated_yes_places_one_order_and_says_its_number_again(door: ModuleType, talk: Talk) -> None:
    for said in ("add goat milk", "make it four", "check out"):
        talk.say(said)
    placed = talk.say("yes")
    answer = again(door, talk)
    orders = kept(door)["orders"]
    assert len(orders) == 1
    assert answer == placed.response
    assert orders[0]["number"] in placed.speech


def test_a_second_yes_to_the_same_question_orders_nothing_more(door: ModuleType, talk: Talk) -> None:
    for said in ("add goat milk", "make it four", "check out"):
        talk.say(said)
    asked = talk.session
    talk.say("yes")
    talk.session = asked
    talk.last = None
    second = talk.say("yes")
    assert [order["number"] for order in kept(door)["orders"]] == [kept(door)["orders"][0]["number"]]
    assert kept(door)["orders"][0]["number"] in second.speech


@pytest.mark.parametrize("sentence", ["apply the code save ten", "I'll pick it up instead"])
def test_what_is_repeated_at_the_till_reads_the_same_total_again(
    door: ModuleType, talk: Talk, sentence: str
) -> None:
    for said in ("add goat milk", "make it four", "check out"):
        talk.say(said)
    first = talk.say(sentence)
    assert again(door, talk)["response"]["outputSpeech"] == first.response["response"]["outputSpeech"]


@pytest.mark.parametrize("sentence", ["apply the code save ten", "I'll pick it up instead"])
def test_a_coupon_or_another_way_voids_the_total_read_before(
    door: ModuleType, talk: Talk, sentence: str
) -> None:
    for said in ("add goat milk", "make it four", "check out"):
        talk.say(said)
    asked = talk.session
    talk.say(sentence)
    talk.session = asked
    answer = talk.say("yes")
    assert kept(door)["orders"] == []
    assert "changed" in answer.speech
    assert not answer.ended


def test_a_yes_to_an_old_total_reads_the_new_one(door: ModuleType, talk: Talk) -> None:
    for said in ("add goat milk", "make it four", "check out"):
        talk.say(said)
    asked = talk.session
    talk.say("add one more")
    talk.session = asked
    answer = talk.say("yes")
    assert kept(door)["orders"] == []
    assert "changed" in answer.speech
    assert not answer.ended


def test_a_repeated_request_for_a_person_is_one_case(door: ModuleType, talk: Talk) -> None:
    talk.say("talk to a person")
    again(door, talk)
    assert len(kept(door)["requests"]) == 1


def test_a_repeated_cancellation_gives_the_pieces_back_once(door: ModuleType, talk: Talk) -> None:
    store = door.app.store
    before = store.stock(["milk-goat-nannybrook-qt"])["milk-goat-nannybrook-qt"]
    for said in ("add goat milk", "make it four", "check out", "yes", "cancel my order"):
        talk.say(said)
    assert store.stock(["milk-goat-nannybrook-qt"])["milk-goat-nannybrook-qt"] == before - 4
    talk.say("yes")
    again(door, talk)
    assert store.stock(["milk-goat-nannybrook-qt"])["milk-goat-nannybrook-qt"] == before
    assert kept(door)["orders"][0]["status"] == "cancelled"

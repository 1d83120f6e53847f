"""What is put aside for later: kept with the cart and beyond the order, and back at today's price."""

from __future__ import annotations

from types import ModuleType

import pytest

from skill.app import shopper_key
from skill.commerce.cart import Cart
from tests.talk import USER, Talk, kept, send_through

GOAT = "milk-goat-nannybrook-qt"


def cart(door: ModuleType) -> Cart:
    found: Cart = door.app.store.visit(shopper_key(USER, secret=door.app.settings.shopper_secret)).cart
    return found


def saved(door: ModuleType) -> dict[str, int]:
    return {line.sku: line.quantity for line in cart(door).saved}


def test_a_line_is_put_aside_and_comes_back(door: ModuleType, talk: Talk) -> None:
    talk.say("add two goat milk")
    talk.say("save the goat milk for later")
    assert (kept(door)["cart"], saved(door)) == ({}, {GOAT: 2})
    talk.say("put the saved ones back")
    assert (kept(door)["cart"], saved(door)) == ({GOAT: 2}, {})


def test_what_was_only_found_is_kept_in_mind_once(door: ModuleType, talk: Talk) -> None:
    talk.say("find goat milk")
    talk.say("put that on my list")
    assert "already" in talk.say("put the goat milk on my wish list").speech
    assert (kept(door)["cart"], saved(door)) == ({}, {GOAT: 1})


def test_the_second_one_is_the_second_that_was_said(door: ModuleType, talk: Talk) -> None:
    talk.say("find oat milk")
    said = talk.session.attributes["listing"]["skus"]
    talk.say("keep the second one for another time")
    assert list(saved(door)) == [said[1]]


@pytest.mark.parametrize(
    "sentence", ["save it for later", "move the goat milk back to my cart", "take the goat milk off my list"]
)
def test_a_repeated_request_changes_the_list_once(door: ModuleType, talk: Talk, sentence: str) -> None:
    for before in ("add goat milk", "save it for later", "add goat milk"):
        talk.say(before)
    talk.say(sentence)
    once = cart(door)
    assert talk.last is not None
    send_through(door)(talk.last.request)
    assert cart(door) == once


def test_undo_takes_it_off_the_list_again(door: ModuleType, talk: Talk) -> None:
    for before in ("add goat milk", "save it for later", "undo"):
        talk.say(before)
    assert (kept(door)["cart"], saved(door)) == ({GOAT: 1}, {})


def test_an_order_leaves_what_is_saved(door: ModuleType, talk: Talk) -> None:
    for before in ("add goat milk", "save it for later", "add sourdough bread", "make it three"):
        talk.say(before)
    for said in ("check out", "yes"):
        talk.say(said)
    assert len(kept(door)["orders"]) == 1
    assert saved(door) == {GOAT: 1}


def test_what_is_sold_out_meanwhile_stays_on_the_list(door: ModuleType, talk: Talk) -> None:
    for before in ("add two goat milk", "save it for later"):
        talk.say(before)
    facts = door.app.store.visit("anybody").facts
    door.app.store.publish(facts, stock={GOAT: 0})
    assert "still on your list" in talk.say("add what I saved").speech
    door.app.store.publish(facts, stock={GOAT: 1})
    assert "Only one" in talk.say("add what I saved").speech
    assert kept(door)["cart"] == {GOAT: 1}


def test_the_list_is_emptied_only_after_a_yes(door: ModuleType, talk: Talk) -> None:
    for before in ("add goat milk", "save it for later", "empty my list"):
        talk.say(before)
    assert saved(door)
    talk.say("yes")
    assert not saved(door)


def test_put_back_means_what_was_taken_out_a_moment_ago(door: ModuleType, talk: Talk) -> None:
    for before in ("add two goat milk", "remove the goat milk", "put the goat milk back"):
        talk.say(before)
    assert kept(door)["cart"] == {GOAT: 2}

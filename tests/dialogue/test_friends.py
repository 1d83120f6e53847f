"""A friend's code: for somebody else, for a first order, once; and whoever gave it is thanked."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

from skill.app import shopper_key
from skill.commerce.afterwards import friend_code
from skill.commerce.personal import Personal
from tests.talk import USER, Talk, send_through

FRIEND = "amzn1.ask.account.FRIEND"


def key(door: ModuleType, user: str) -> str:
    return shopper_key(user, secret=door.app.settings.shopper_secret)


def personal(door: ModuleType, user: str = USER) -> Personal:
    kept: Personal = door.app.store.visit(key(door, user)).shopper.personal
    return kept


def spelled(door: ModuleType) -> str:
    return " ".join(friend_code(key(door, USER)))


def bought(talk: Talk) -> str:
    """What is heard when an order is placed."""
    talk.say("add six Pennymeadow whole milk one gallon")
    talk.say("check out")
    return talk.say("yes").speech


def test_a_friends_first_order_thanks_whoever_gave_the_code(door: ModuleType, talk: Talk) -> None:
    assert "Your code for friends" in talk.say("refer a friend").speech
    friend = Talk(send_through(door), user=FRIEND)
    friend.say("add six Pennymeadow whole milk one gallon")
    assert "ten percent off" in friend.say(f"use code {spelled(door)}").speech
    friend.say("check out")
    placed = friend.say("yes")
    assert "number" in placed.speech or "placed" in placed.speech
    assert personal(door).friends == 1
    # The yes that comes again thanks nobody again.
    send_through(door)(placed.request)
    assert personal(door).friends == 1
    talk.new_session()
    assert "A friend of yours has ordered" in talk.say("!launch").speech
    talk.new_session()
    assert "A friend of yours has ordered" not in talk.say("!launch").speech
    talk.say("add six Pennymeadow whole milk one gallon")
    assert "ten percent off" in talk.say("use code friends").speech


def test_nobody_is_their_own_friend(door: ModuleType, talk: Talk) -> None:
    talk.say("refer a friend")
    talk.say("add six Pennymeadow whole milk one gallon")
    assert "your own code" in talk.say(f"use code {spelled(door)}").speech


def test_who_ordered_before_is_no_new_friend(door: ModuleType, talk: Talk) -> None:
    talk.say("refer a friend")
    friend = Talk(send_through(door), user=FRIEND)
    bought(friend)
    assert "first order" in friend.say(f"use code {spelled(door)}").speech
    assert personal(door, FRIEND).came_by == ""


def test_the_coupon_for_friends_is_nobodys_who_did_not_come_by_one(door: ModuleType, talk: Talk) -> None:
    talk.say("add six Pennymeadow whole milk one gallon")
    assert "percent" not in talk.say("use code friends").speech


def test_a_code_of_who_was_erased_is_no_code(door: ModuleType, talk: Talk) -> None:
    talk.say("refer a friend")
    door.app.store.erase(key(door, USER), until=door.app.clock())
    friend = Talk(send_through(door), user=FRIEND)
    friend.say("add six Pennymeadow whole milk one gallon")
    assert "percent" not in friend.say(f"use code {spelled(door)}").speech


def test_a_shop_without_a_coupon_for_friends_has_no_codes(arrived: ModuleType, shopper: Talk) -> None:
    assert "no code for friends" in shopper.say("refer a friend").speech


def test_a_second_order_thanks_nobody_again(door: ModuleType, talk: Talk) -> None:
    talk.say("refer a friend")
    about = door.app.store.visit(key(door, FRIEND)).shopper
    mine = replace(about, personal=Personal(came_by=friend_code(key(door, USER))))
    door.app.store.put_shopper(key(door, FRIEND), about=mine)
    for _ in range(2):
        friend = Talk(send_through(door), user=FRIEND)
        friend.say("add six Pennymeadow whole milk one gallon")
        friend.say("use code friends")
        friend.say("check out")
        friend.say("yes")
    assert personal(door).friends == 1

"""Who opens the shop hears one thing, and another the next time; how it was is asked once."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from types import ModuleType

from skill.app import shopper_key
from skill.commerce.merchant import Case, Shopper
from skill.merchants.answering import note
from tests.dialogue.conftest import USER
from tests.talk import NOW, Talk, send_through


def key(door: ModuleType) -> str:
    return shopper_key(USER, secret=door.app.settings.shopper_secret)


def kept(door: ModuleType) -> Shopper:
    about: Shopper = door.app.store.visit(key(door)).shopper
    return about


def asked(door: ModuleType, talk: Talk) -> str:
    """Open the shop anew."""
    talk.new_session()
    return talk.say("!launch").speech


def cases(door: ModuleType) -> tuple[Case, ...]:
    found: tuple[Case, ...] = door.app.store.cases(key(door))
    return found


def test_how_it_was_is_asked_once_at_the_first_launch_after_it_came(
    arrived: ModuleType, shopper: Talk
) -> None:
    assert "has arrived. How was it" in asked(arrived, shopper)
    assert "How was it" not in asked(arrived, shopper)
    assert [one.number for one in kept(arrived).personal.asked] == ["52817"]


def test_a_launch_that_comes_twice_is_answered_alike(arrived: ModuleType, shopper: Talk) -> None:
    shopper.new_session()
    opened = shopper.say("!launch")
    before = kept(arrived)
    assert send_through(arrived)(opened.request) == opened.response
    assert kept(arrived) == before


def test_a_number_and_a_word_are_one_answer(arrived: ModuleType, shopper: Talk) -> None:
    asked(arrived, shopper)
    assert "4 stars" in shopper.say("four, the milk was warm").speech
    (case,) = cases(arrived)
    assert (case.kind, case.stars, case.about, case.also) == ("rating", 4, "milk was warm", "")


def test_a_bad_rating_is_a_case_with_the_word(arrived: ModuleType, shopper: Talk) -> None:
    asked(arrived, shopper)
    answer = shopper.say("one star because the box was damaged")
    (case,) = cases(arrived)
    assert (case.stars, case.about, case.also) == (1, "the box was damaged", "problem")
    assert "reference" in answer.speech
    assert "about order 52817" in shopper.say("what happened with my complaint").speech


def test_who_says_only_a_bad_number_is_asked_why_and_may_leave_it(arrived: ModuleType, shopper: Talk) -> None:
    asked(arrived, shopper)
    assert "What shall the shop know" in shopper.say("two").speech
    assert "passed that on" in shopper.say("slow delivery").speech
    assert [(case.stars, case.about) for case in cases(arrived)] == [(2, "slow delivery")]


def test_a_no_to_why_leaves_the_rating(arrived: ModuleType, shopper: Talk) -> None:
    asked(arrived, shopper)
    shopper.say("one")
    shopper.say("no")
    assert [(case.stars, case.also) for case in cases(arrived)] == [(1, "problem")]


def test_any_other_wish_is_done_and_the_question_is_gone(arrived: ModuleType, shopper: Talk) -> None:
    asked(arrived, shopper)
    said = shopper.say("add two eggs").speech
    assert "eggs" in said
    assert "How was it" not in said
    asked(arrived, shopper)
    assert cases(arrived) == ()


def test_a_question_to_the_shop_does_not_bring_the_rating_back(arrived: ModuleType, shopper: Talk) -> None:
    asked(arrived, shopper)
    assert "How was it" not in shopper.say("are you open on monday").speech


def test_what_was_rated_unasked_is_not_asked_about(arrived: ModuleType, shopper: Talk) -> None:
    shopper.say("five stars for my last order")
    assert "How was it" not in asked(arrived, shopper)


def test_what_the_shop_answered_is_told_once(arrived: ModuleType, shopper: Talk) -> None:
    shopper.say("I want to talk to someone")
    (case,) = cases(arrived)
    answered = replace(case, status="answered", notes=((NOW, "New eggs come tomorrow."),))
    arrived.app.store.put_case(answered, shopper=key(arrived))
    assert note(answered, shopper=key(arrived), store=arrived.app.store)
    assert "New eggs come tomorrow" in asked(arrived, shopper)
    assert "New eggs come tomorrow" not in asked(arrived, shopper)


def test_the_cart_is_mentioned_at_each_launch_in_other_words(arrived: ModuleType, shopper: Talk) -> None:
    shopper.say("add coffee")
    first, second = asked(arrived, shopper), asked(arrived, shopper)
    assert "your cart" in first.lower()
    assert "your cart" in second.lower()
    assert first != second


def test_who_only_looks_in_leaves_nothing_behind(arrived: ModuleType) -> None:
    stranger = Talk(send_through(arrived), user="amzn1.ask.account.STRANGER", shop="Harbor Corner")
    assert "Welcome to Harbor Corner" in stranger.say("!launch").speech
    whose = shopper_key("amzn1.ask.account.STRANGER", secret=arrived.app.settings.shopper_secret)
    assert arrived.app.store.visit(whose).shopper == Shopper()


def test_welcome_back_is_never_said_the_same_way_twice_running(arrived: ModuleType, shopper: Talk) -> None:
    heard = [asked(arrived, shopper) for _ in range(4)]
    assert all(one != two for one, two in pairwise(heard))

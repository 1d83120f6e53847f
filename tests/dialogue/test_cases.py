"""What a person at the shop has to look at: returns, problems, calls and stars, each kept once."""

from __future__ import annotations

from datetime import datetime
from types import ModuleType
from typing import Any

import pytest

from skill.app import shopper_key
from skill.commerce.merchant import Case
from tests.dialogue.conftest import USER
from tests.talk import Talk, send_through


def cases(door: ModuleType) -> tuple[Case, ...]:
    found: tuple[Case, ...] = door.app.store.cases(shopper_key(USER, secret=door.app.settings.shopper_secret))
    return found


@pytest.mark.parametrize(
    ("said", "kind", "about", "order"),
    [
        ("I want to return the shoes", "return", "Quayside canvas shoes black size 9", "52817"),
        ("send the coffee back", "return", "Wharf ground coffee", "52817"),
        ("the eggs never came", "problem", "Larkenrow brown eggs one dozen", "40213"),
        ("you sent me the wrong coffee", "problem", "Wharf ground coffee", "52817"),
        ("I got the wrong size", "problem", "order", "52817"),
        ("one was broken", "problem", "order", "52817"),
        ("talk to a person", "person", "general", ""),
    ],
)
def test_it_is_kept_with_the_order_it_is_about(
    arrived: ModuleType, shopper: Talk, said: str, kind: str, about: str, order: str
) -> None:
    heard = shopper.say(said)
    (case,) = cases(arrived)
    assert (case.kind, case.about, case.order) == (kind, about, order)
    assert case.reference in heard.speech
    assert "6 PM" in heard.speech


def test_the_same_thing_again_is_the_same_case(arrived: ModuleType, shopper: Talk) -> None:
    first = shopper.say("I want to return the shoes")
    assert send_through(arrived)(first.request) == first.response
    shopper.say("send this back")
    assert len(cases(arrived)) == 1


def test_what_goes_back_and_is_broken_is_one_case(arrived: ModuleType, shopper: Talk) -> None:
    for said in ("I want to return the shoes", "one was broken", "I want my money back"):
        shopper.say(said)
    (case,) = cases(arrived)
    assert (case.kind, case.also, case.about) == ("return", "problem", "Quayside canvas shoes black size 9")


def test_what_is_said_of_an_order_and_then_of_a_line_is_one_case(arrived: ModuleType, shopper: Talk) -> None:
    first = shopper.say("I got the wrong size")
    assert shopper.say("the coffee was broken").request != first.request
    (case,) = cases(arrived)
    assert (case.about, case.order) == ("Wharf ground coffee", "52817")


def test_what_was_never_ordered_is_no_case_before_a_person_is_wanted(
    arrived: ModuleType, shopper: Talk
) -> None:
    assert "no lawnmower in your orders" in shopper.say("I want to return the lawnmower").speech
    assert cases(arrived) == ()
    shopper.say("yes")
    assert [case.kind for case in cases(arrived)] == ["person"]


def test_what_shall_go_back_is_asked_when_it_was_not_said(arrived: ModuleType, shopper: Talk) -> None:
    shopper.say("I want to return something")
    assert cases(arrived) == ()
    shopper.say("the coffee")
    assert cases(arrived)[0].about == "Wharf ground coffee"


@pytest.mark.parametrize(
    ("said", "due"),
    [
        (["call me back on monday at ten"], "2026-11-23T10:00:00-05:00"),
        (["have someone call me at five"], "2026-11-21T17:00:00-05:00"),
        (["call me at half past three"], "2026-11-21T15:30:00-05:00"),
        (["call me back", "on tuesday at eleven"], "2026-11-24T11:00:00-05:00"),
        (["call me back", "monday", "ten"], "2026-11-23T10:00:00-05:00"),
        (["call me tomorrow at ten", "yes"], "2026-11-23T08:00:00-05:00"),
        (["call me at nine", "yes"], "2026-11-23T08:00:00-05:00"),
    ],
)
def test_a_call_is_kept_for_a_time_when_somebody_is_there(
    arrived: ModuleType, shopper: Talk, said: list[str], due: str
) -> None:
    for sentence in said:
        shopper.say(sentence)
    (case,) = cases(arrived)
    assert (case.kind, case.due) == ("callback", datetime.fromisoformat(due))


def test_no_call_is_kept_for_a_time_when_nobody_is_there(arrived: ModuleType, shopper: Talk) -> None:
    shopper.say("call me on sunday at ten")
    assert cases(arrived) == ()
    shopper.say("no")
    assert cases(arrived) == ()


def test_stars_are_kept_for_the_last_order_and_the_last_ones_count(
    arrived: ModuleType, shopper: Talk
) -> None:
    for said in ("rate my last order", "six", "three", "five stars"):
        shopper.say(said)
    (case,) = cases(arrived)
    assert (case.kind, case.order, case.stars) == ("rating", "52817", 5)


def test_few_stars_are_a_case_somebody_looks_at(arrived: ModuleType, shopper: Talk) -> None:
    assert "What shall the shop know" in shopper.say("one star").speech
    (case,) = cases(arrived)
    assert (case.kind, case.order, case.also) == ("rating", "52817", "problem")


def test_without_an_order_that_arrived_there_is_nothing_to_rate(talk: Talk) -> None:
    assert "nothing to rate" in talk.say("four stars").speech


def card(response: dict[str, Any]) -> str:
    return str(response["response"]["card"]["content"])


def test_the_list_is_written_to_the_app(talk: Talk) -> None:
    assert "card" not in talk.say("email me the list").response["response"]
    for said in ("add two goat milk", "find sourdough bread", "put that on my list"):
        talk.say(said)
    sent = talk.say("send me my cart")
    assert "e-mail" in sent.speech
    assert "goat milk" in card(sent.response)
    assert "$9.98" in card(sent.response)
    assert "sourdough" in card(sent.response)

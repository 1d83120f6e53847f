"""What was asked for is told when the shop is opened: one thing, once, and the same to a repeated request."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

from skill.app import shopper_key
from skill.commerce.merchant import Shopper
from tests.talk import USER, Talk, send_through

FUSILLI = "pasta-fusilli-gluten-free-farandello-12oz"


def about(door: ModuleType) -> Shopper:
    shopper: Shopper = door.app.store.visit(
        shopper_key(USER, secret=door.app.settings.shopper_secret)
    ).shopper
    return shopper


def stocked(door: ModuleType, sku: str, left: int) -> None:
    facts = door.app.store.visit("anybody").facts
    door.app.store.publish(facts, stock={sku: left})


def waiting(door: ModuleType, talk: Talk) -> str:
    """Ask to be told when something sold out is back; its SKU."""
    talk.say("find gluten free fusilli")
    talk.say("tell me when it's back")
    (alert,) = about(door).alerts
    return alert.sku


def test_what_is_back_is_told_at_the_next_launch_and_can_be_had(door: ModuleType, talk: Talk) -> None:
    stocked(door, waiting(door, talk), 5)
    talk.new_session()
    opened = talk.say("!launch")
    assert "fusilli" in opened.speech
    assert "back in stock" in opened.speech
    assert "Added" in talk.say("yes").speech


def test_it_is_told_once_but_the_same_to_a_repeated_request(door: ModuleType, talk: Talk) -> None:
    stocked(door, waiting(door, talk), 5)
    talk.new_session()
    opened = talk.say("!launch")
    assert send_through(door)(opened.request) == opened.response
    talk.new_session()
    assert "back in stock" not in talk.say("!launch").speech
    assert "no alerts" in talk.say("what alerts do I have").speech


def test_nothing_is_told_before_it_has_come(door: ModuleType, talk: Talk) -> None:
    waiting(door, talk)
    talk.new_session()
    assert "fusilli" not in talk.say("!launch").speech
    assert "fusilli" in talk.say("what alerts do I have").speech


def test_one_launch_tells_one_thing(door: ModuleType, talk: Talk) -> None:
    stocked(door, waiting(door, talk), 5)
    talk.say("add goat milk")
    talk.say("remind me to finish my order")
    talk.new_session()
    first = talk.say("!launch").speech
    talk.new_session()
    second = talk.say("!launch").speech
    assert ("back in stock" in first, "reminded" in first) == (True, False)
    assert ("back in stock" in second, "reminded" in second) == (False, True)


def test_asked_for_twice_it_is_one_alert(door: ModuleType, talk: Talk) -> None:
    waiting(door, talk)
    assert talk.last is not None
    send_through(door)(talk.last.request)
    talk.say("tell me when it's back")
    assert len(about(door).alerts) == 1


def test_a_lower_price_is_told_when_it_has_come(door: ModuleType, talk: Talk) -> None:
    talk.say("find goat milk")
    talk.say("tell me if it drops below four dollars")
    (alert,) = about(door).alerts
    assert (alert.kind, alert.price) == ("price", 400)
    key = shopper_key(USER, secret=door.app.settings.shopper_secret)
    # As if the price had been above it when it was asked for.
    door.app.store.put_shopper(key, about=replace(about(door), alerts=(replace(alert, price=600),)))
    talk.new_session()
    assert "goat milk" in talk.say("!launch").speech


def test_a_price_that_is_low_enough_already_is_said(door: ModuleType, talk: Talk) -> None:
    talk.say("find goat milk")
    assert "already" in talk.say("tell me when it drops below nine dollars").speech
    assert about(door).alerts == ()


def test_what_is_in_stock_is_offered_instead_of_an_alert(door: ModuleType, talk: Talk) -> None:
    talk.say("find goat milk")
    assert "in stock now" in talk.say("tell me when it's back in stock").speech
    assert "Added" in talk.say("yes").speech


def test_reminders_are_not_promised(door: ModuleType, talk: Talk) -> None:
    assert "empty" in talk.say("remind me to finish my order tonight").speech
    talk.say("add goat milk")
    assert "next open" in talk.say("remind me to finish my order tomorrow at ten").speech


def test_no_more_alerts_means_none(door: ModuleType, talk: Talk) -> None:
    stocked(door, waiting(door, talk), 5)
    talk.say("stop the alerts")
    talk.new_session()
    assert "back in stock" not in talk.say("!launch").speech

"""Until when an order can go back: told with the real date, and no longer than that."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import pytest

from skill.app import shopper_key
from skill.shop import NOBODY
from tests.dialogue.conftest import USER
from tests.talk import Talk


def allow(door: ModuleType, days: int | None) -> None:
    facts = replace(door.app.store.visit(NOBODY).facts, returns_days=days)
    door.app.store.publish(facts, stock={})


@pytest.mark.parametrize(
    ("days", "said"),
    [(90, "Yes, order 52817 can go back until"), (1, "I am sorry, order 52817 could go back until")],
)
def test_the_last_day_of_an_order_is_told(arrived: ModuleType, shopper: Talk, days: int, said: str) -> None:
    allow(arrived, days)
    assert said in shopper.say("can I still return order five two eight one seven").speech


def test_what_has_not_come_yet_has_its_whole_time_left(arrived: ModuleType, shopper: Talk) -> None:
    allow(arrived, 30)
    key = shopper_key(USER, secret=arrived.app.settings.shopper_secret)
    order = arrived.app.store.orders(key)[0]
    arrived.app.store.put_order(replace(order, status="shipped", history=(("placed", order.placed_at),)))
    heard = shopper.say(f"can I still return order {' '.join(order.number)}").speech
    assert "has not arrived yet. Once it has, you have 30 days" in heard


def test_too_late_a_person_is_offered(arrived: ModuleType, shopper: Talk) -> None:
    allow(arrived, 1)
    assert "Shall I ask a person" in shopper.say("can I still return my last order").speech
    shopper.say("yes")
    key = shopper_key(USER, secret=arrived.app.settings.shopper_secret)
    assert [case.order for case in arrived.app.store.cases(key)] == ["52817"]


def test_where_no_time_is_known_the_shops_answer_counts_or_nobody_knows(
    arrived: ModuleType, shopper: Talk
) -> None:
    allow(arrived, None)
    assert "I do not know that" in shopper.say("can I still return my last order").speech

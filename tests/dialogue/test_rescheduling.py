"""A placed order that is to come at another time: only in a window the shop delivers in, after asking."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest

from skill.app import shopper_key
from skill.commerce.order import Order, moved
from skill.commerce.window import WEEKDAYS, Span
from skill.devtools.scenario import load_scenario, read_scenario
from tests.conversations.replay import WORLDS
from tests.talk import NOW, Talk, lambda_door, send_through

USER = "amzn1.ask.account.AMEND"
# On weekdays alone, the second of them on Fridays only.
EVENING = Span(days=WEEKDAYS[:5], starts=time(17), ends=time(19))
NOON = Span(days=("fri",), starts=time(11), ends=time(13))


@pytest.fixture
def harbor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A shop that delivers in windows, whose shopper placed an order ten minutes ago."""
    monkeypatch.setenv("SAYSO_CATALOGUES", str(tmp_path / "catalogues"))
    door = lambda_door(f"sqlite:{tmp_path / 'shop.db'}", monkeypatch=monkeypatch)
    settings, store = door.app.settings, door.app.store
    load_scenario(
        read_scenario(WORLDS / "amending.json"),
        store=store,
        folder=settings.catalogues / settings.shop,
        now=NOW,
        key=partial(shopper_key, secret=settings.secret),
    )
    store.publish(replace(store.visit("nobody").facts, spans=(EVENING, NOON)), stock={})
    return door


@pytest.fixture
def talk(harbor: ModuleType) -> Talk:
    return Talk(send_through(harbor), user=USER, shop="Harbor Corner")


def newest(door: ModuleType) -> Order:
    found: Order = door.app.store.orders(shopper_key(USER, secret=door.app.settings.shopper_secret))[0]
    return found


def test_the_only_window_of_a_day_is_proposed_and_kept(harbor: ModuleType, talk: Talk) -> None:
    asked = talk.say("deliver my last order on wednesday instead")
    assert "Order 71234 would then come on Wednesday between 5 PM and 7 PM" in asked.speech
    assert newest(harbor).window is None
    done = talk.say("yes")
    order = newest(harbor)
    assert order.window is not None
    assert (order.expected, order.window.starts.hour) == (date(2026, 11, 25), 17)
    assert order.totals.total.minor == 3285
    assert send_through(harbor)(done.request) == done.response
    assert newest(harbor) == order


def test_of_several_windows_the_time_is_asked(harbor: ModuleType, talk: Talk) -> None:
    asked = talk.say("deliver my last order on friday")
    assert "between 11 AM and 1 PM" in asked.speech
    assert "between 5 PM and 7 PM" in asked.speech
    assert "would then come on Friday between 5 PM and 7 PM" in talk.say("six").speech
    talk.say("yes")
    assert newest(harbor).expected == date(2026, 11, 27)


def test_a_day_without_delivery_is_answered_with_the_windows_after_it(harbor: ModuleType, talk: Talk) -> None:
    asked = talk.say("deliver my last order on sunday instead")
    assert "no delivery then" in asked.speech
    assert "Monday" in asked.speech
    assert newest(harbor).window is None


def test_an_order_that_is_being_packed_keeps_its_time(harbor: ModuleType, talk: Talk) -> None:
    talk.say("deliver my last order on wednesday instead")
    order = newest(harbor)
    assert harbor.app.store.change_order(order, changed=moved(order, "preparing", now=NOW))
    assert "can no longer be changed" in talk.say("yes").speech
    assert newest(harbor).window is None


def test_a_shop_without_windows_promises_no_day(harbor: ModuleType, talk: Talk) -> None:
    store = harbor.app.store
    store.publish(replace(store.visit("nobody").facts, spans=()), stock={})
    assert "does not deliver at chosen times" in talk.say("deliver my last order on wednesday instead").speech

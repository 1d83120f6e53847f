"""From what a shopper says to what Amazon hears: a yes by voice, an order that goes on, "stop", reminders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from skill import reaching
from skill.alexa.contact import NOTIFICATIONS, REMINDERS
from skill.app import shopper_key
from skill.commerce.money import Money
from skill.commerce.notices import Notifying, Quiet, Wishes
from skill.commerce.order import Order, moved
from skill.commerce.totals import Totals
from skill.deployment import see_to_orders
from skill.shop import NOBODY
from tests.notifications.amazon import CLIENT, SECRET, Amazon, amazon
from tests.talk import NOW, USER, Talk, furnish, lambda_door, send_through

DEVICE = "amzn1.ask.device.KITCHEN"
CARD = "AskForPermissionsConsent"


@dataclass
class World:
    """A shop that notifies, Amazon on this machine, and one who talks."""

    door: ModuleType
    there: Amazon
    last: Any = None
    sent: int = 0

    @property
    def key(self) -> str:
        return shopper_key(USER, secret=self.door.app.settings.shopper_secret)

    @property
    def wishes(self) -> Wishes:
        found: Wishes = self.door.app.store.visit(self.key).shopper.notices
        return found

    @property
    def card(self) -> Any:
        return self.last.response["response"].get("card")

    def system(self, envelope: dict[str, Any]) -> None:
        system = envelope["context"]["System"]
        system |= {"apiEndpoint": self.there.url, "apiAccessToken": "device-token"}
        system.setdefault("device", {})["deviceId"] = DEVICE

    def talk(self, locale: str = "en-US") -> Talk:
        send = send_through(self.door)

        def sent(envelope: dict[str, Any]) -> dict[str, Any]:
            self.system(envelope)
            return send(envelope)

        return Talk(sent, locale=locale, now=NOW)

    def say(self, talk: Talk, *said: str) -> str:
        for text in said:
            self.last = talk.say(text)
        speech: str = self.last.speech
        return speech

    def order(self, *statuses: str) -> None:
        """An order of the shopper's that goes on, and a round that tells of it."""
        store, none = self.door.app.store, Money(0, "USD")
        self.sent += 1
        order = Order(
            id=f"order-{self.sent}",
            number="31415",
            shopper=self.key,
            status="preparing",
            placed_at=NOW,
            lines=(),
            totals=Totals(none, none, none, none, none),
            locale="en-US",
        )
        store.put_order(order)
        for status in statuses:
            order = store.placed_order(order.id)
            assert store.change_order(order, changed=moved(order, status, now=NOW))
        see_to_orders(self.door.app)

    def tells(self, terms: Notifying) -> None:
        store = self.door.app.store
        store.publish(replace(store.visit(NOBODY).facts, notices=terms), stock={})


@pytest.fixture(scope="module")
def served() -> Iterator[Amazon]:
    with amazon() as there:
        yield there


@pytest.fixture
def world(served: Amazon, tmp_path: Path, catalogues: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    for kept in (served.tokens, served.events, served.asked, served.reminders):
        kept.clear()
    for known in (served.valid, served.denied, served.moods):
        known.clear()
    reaching._tokens.cache_clear()
    monkeypatch.setenv("SAYSO_CATALOGUES", str(catalogues))
    monkeypatch.setenv("SAYSO_LWA", f"{served.url}/auth/o2/token")
    monkeypatch.setenv("SAYSO_NOTICES", SECRET)
    door = lambda_door(f"sqlite:{tmp_path / 'shop.db'}", monkeypatch=monkeypatch)
    furnish(door)
    made = World(door, served)
    made.tells(Notifying(client_id=CLIENT, secret_env="SAYSO_NOTICES"))
    return made


def test_an_order_is_told_of_from_an_explicit_yes_until_a_stop(world: World) -> None:
    talk = world.talk()
    world.order("shipped")
    assert "notification" in world.say(talk, "tell me when my order ships")
    assert world.wishes == Wishes()
    said = world.say(talk, "yes")
    assert "when your orders ship" in said
    assert world.card == {"type": CARD, "permissions": [NOTIFICATIONS]}
    assert USER not in world.wishes.reach
    assert (world.wishes.endpoint, world.wishes.zone) == (world.there.url, "Europe/Berlin")
    assert world.there.events == []
    world.order("shipped")
    (event,) = world.there.events
    assert event["relevantAudience"]["payload"] == {"user": USER}
    assert event["event"]["payload"]["state"] == {"status": "ORDER_SHIPPED"}
    world.say(talk, "don't message me any more")
    assert (world.wishes.consents, world.wishes.reach) == ((), "")
    world.order("shipped")
    assert len(world.there.events) == 1


def test_the_same_yes_sent_twice_is_one(world: World) -> None:
    talk = world.talk()
    world.say(talk, "tell me when my order ships", "yes", "tell me when my order ships")
    assert "already" in world.last.speech
    assert len(world.wishes.consents) == 1


def test_who_says_no_hears_nothing_and_who_said_stop_is_not_offered_anything(world: World) -> None:
    talk = world.talk()
    world.say(talk, "tell me when my order ships", "no")
    assert world.wishes == Wishes()
    world.say(talk, "stop all notifications")
    world.say(talk, "tell me if oat milk gets cheaper")
    assert "Shall I" not in world.last.speech
    world.say(talk, "let me know when I run out", "yes")
    assert world.wishes.kinds == ("again",)
    assert world.wishes.stopped is None


def test_quiet_hours_said_by_voice_hold_back_what_is_due(world: World) -> None:
    talk = world.talk()
    world.say(talk, "tell me when my order ships", "yes", "don't message me between 3 pm and 6 pm")
    # Four in the afternoon in Berlin.
    world.order("shipped")
    assert world.there.events == []
    box = world.door.app.store.box(world.key)
    assert box.due == NOW + timedelta(hours=2)
    assert isinstance(world.wishes.quiet, Quiet)


def test_amazons_word_that_notifications_are_off_is_obeyed(world: World) -> None:
    talk = world.talk()
    world.say(talk, "tell me when my order ships", "yes")
    event = {
        "version": "1.0",
        "context": {"System": {"application": {"applicationId": ""}, "user": {"userId": USER}}},
        "request": {
            "type": "AlexaSkillEvent.ProactiveSubscriptionChanged",
            "requestId": "r-sub",
            "timestamp": (NOW + timedelta(minutes=1)).isoformat(),
            "body": {"subscriptions": [{"eventName": "AMAZON.OrderStatus.Updated"}]},
        },
    }
    world.door.lambda_handler(event, None)
    assert world.wishes.kinds == ("order",)
    event["request"] |= {"body": {}, "requestId": "r-sub-2"}  # type: ignore[operator]
    world.door.lambda_handler(event, None)
    assert (world.wishes.consents, world.wishes.reach) == ((), "")


def test_a_reminder_is_read_back_and_set_on_the_device_by_its_own_clock(world: World) -> None:
    talk = world.talk()
    asked = world.say(talk, "remind me to order oat milk on Friday at ten")
    assert "10" in asked
    assert "oat milk" in asked
    assert world.there.reminders == []
    assert "Done" in world.say(talk, "yes")
    (reminder,) = world.there.reminders
    assert reminder["trigger"] == {
        "type": "SCHEDULED_ABSOLUTE",
        "scheduledTime": "2026-11-27T10:00:00.000",
        "timeZoneId": "Europe/Berlin",
    }
    content = reminder["alertInfo"]["spokenInfo"]["content"]
    assert content == [{"locale": "en-US", "text": "Order oat milk at Saffron Wagon."}]
    assert reminder["requestTime"] == "2026-11-21T16:00:00.000"


def test_a_reminder_that_is_not_allowed_sends_a_card_and_one_that_is_refused_says_so(world: World) -> None:
    talk = world.talk()
    world.there.denied.add("reminders")
    said = world.say(talk, "remind me to order oat milk tomorrow at ten", "yes")
    assert "permission" in said
    assert world.card == {"type": CARD, "permissions": [REMINDERS]}
    world.there.denied.clear()
    for mood, words in ((403, "cannot take another"), (500, "did not work"), ("taken", "did not work")):
        world.there.moods["/v1/alerts/reminders"] = [mood]
        assert words in world.say(talk, "remind me to order oat milk tomorrow at ten", "yes")


def test_the_cart_is_reminded_of_at_the_time_that_was_said(world: World) -> None:
    talk = world.talk()
    world.say(talk, "add sourdough bread", "remind me to finish my order tomorrow at ten")
    assert "cart" in world.last.speech
    world.say(talk, "yes")
    assert world.there.reminders[0]["alertInfo"]["spokenInfo"]["content"][0]["text"].startswith("Your cart")


def test_a_shop_without_its_secret_is_told_so_and_sends_no_notification(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world.say(world.talk(), "tell me when my order ships", "yes")
    monkeypatch.delenv("SAYSO_NOTICES")
    world.order("shipped")
    assert "SAYSO_NOTICES is not set" in caplog.text
    assert world.there.events == []

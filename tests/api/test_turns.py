"""What a merchant's program changes, heard by the shopper in the next turn."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
from flask.testing import FlaskClient

from skill.api.web import MOUNT
from skill.server import create_app
from tests.api.conftest import key_of
from tests.talk import Talk, send_through

MILK = "milk-goat-nannybrook-qt"


class Till:
    """A program of the shop's, with a key."""

    def __init__(self, client: FlaskClient, key: str) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {key}"}

    def send(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._client.open(MOUNT + path, method=method, json=body, headers=self._headers)
        assert answer.status_code in (200, 201), answer.text
        return answer.get_json()


@pytest.fixture
def till(door: ModuleType) -> Till:
    return Till(create_app(door.app, verify=None).test_client(), key_of(door.app, "till"))


def test_a_price_and_an_empty_shelf_are_told_at_once(till: Till, talk: Talk) -> None:
    assert "$4.99" in talk.say("how much is goat milk").speech
    till.send("PATCH", "/prices", [{"sku": MILK, "price": {"amount": 555, "currency": "USD"}}])
    assert "$5.55" in talk.say("how much is goat milk").speech
    till.send("PATCH", "/stock", [{"sku": MILK, "left": 0}])
    assert "out of Nannybrook goat milk" in talk.say("is goat milk in stock").speech


def test_a_new_product_is_found_by_its_name_and_a_new_answer_by_its_question(till: Till, talk: Talk) -> None:
    honey = {"sku": "honey", "title": "Zebra clover honey", "price": {"amount": 799, "currency": "USD"}}
    till.send("PUT", "/products/honey", honey)
    assert "Zebra clover honey" in talk.say("find zebra honey").speech
    wrap = {"questions": ["do you gift wrap zebras"], "answer": "Only the small ones."}
    till.send("PUT", "/faqs/zebras", wrap)
    assert "Only the small ones" in talk.say("do you gift wrap zebras").speech


def test_a_parcel_on_its_way_is_told_with_its_carrier_in_every_language(
    till: Till, talk: Talk, door: ModuleType
) -> None:
    for sentence in ("add goat milk", "make it four", "check out", "yes"):
        talk.say(sentence)
    (order,) = till.send("GET", "/orders")["orders"]
    assert "UPS" not in talk.say("where's my order").speech
    tracking = {"carrier": "UPS", "number": "1Z999"}
    till.send("POST", f"/orders/{order['id']}/status", {"status": "shipped", "tracking": tracking})
    asked = {"en-US": "where's my order", "de-DE": "wo ist meine Bestellung", "ar-SA": "وين طلبي"}
    told = {"en-US": "with UPS", "de-DE": "mit UPS", "ar-SA": "مع شركة UPS"}
    for locale, sentence in asked.items():
        answer = Talk(send_through(door), locale=locale).say(sentence)
        assert told[locale] in answer.speech
        assert "1Z999" not in answer.speech
    till.send("POST", f"/orders/{order['id']}/status", {"status": "delivered"})
    assert "UPS" not in talk.say("where's my order").speech

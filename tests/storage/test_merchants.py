"""One deployment, many merchants: a skill is one shop, and no shop can be reached through another's."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from itertools import count
from pathlib import Path
from time import monotonic
from types import ModuleType
from typing import Any

import pytest

from skill.alexa.request import MalformedRequest, application_id
from skill.app import App
from skill.commerce.merchant import Facts
from skill.commerce.money import Money
from skill.commerce.product import Product
from skill.commerce.totals import Terms
from skill.deployment import Shops
from skill.merchants.publish import Place, Wanted, publish
from skill.settings import Settings
from skill.storage.open import prepare
from tests.talk import NOW, USER, lambda_door

BAKERY, DAIRY = "amzn1.ask.skill.bakery", "amzn1.ask.skill.dairy"
COUNT = count(1)


def furnish(app: App, name: str, *products: str) -> None:
    """A shop of its own with these products."""
    rows = [
        (row, Product(sku=f"sku-{row}", title=title, price=Money(100, "USD"), stock=9))
        for row, title in enumerate(products)
    ]
    facts = Facts(name=name, terms=Terms(currency="USD"), catalogue="")
    place = Place(store=app.store, folder=app.settings.catalogues / app.settings.shop, clock=app.clock)
    publish(rows, place=place, wanted=Wanted(facts=facts))


@pytest.fixture(params=["sqlite", "dynamodb"])
def door(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The Lambda door of a deployment with two merchants beside the main shop, which is nobody's."""
    store = f"sqlite:{tmp_path / 'shop.db'}"
    if request.param == "dynamodb":
        store = f"dynamodb:merchants-{uuid.uuid4().hex}@{request.getfixturevalue('ministack')}"
        prepare(store)
    monkeypatch.setenv("SAYSO_CATALOGUES", str(tmp_path / "catalogues"))
    opened = lambda_door(store, monkeypatch=monkeypatch)
    for skill, shop, name, products in (
        (BAKERY, "bakery", "Crumb Corner", ("Rye bread", "Oat bread")),
        (DAIRY, "dairy", "Churn Lane", ("Oat milk", "Goat cheese")),
    ):
        assert opened.shops.main.store.put_skill(skill, shop=shop)
        furnish(opened.shops.named(shop), name, *products)
    return opened


def ask(
    door: ModuleType, skill: str, intent: str = "", *, attributes: Any = None, **slots: str
) -> dict[str, Any]:
    """What a skill answers this one user, who is the same everywhere."""
    asked: dict[str, Any] = {"type": "LaunchRequest"}
    if intent:
        filled = {name: {"name": name, "value": value} for name, value in slots.items()}
        asked = {"type": "IntentRequest", "intent": {"name": intent, "slots": filled}}
    asked |= {"requestId": f"r{next(COUNT)}", "timestamp": NOW.isoformat(), "locale": "en-US"}
    system = {"application": {"applicationId": skill}, "user": {"userId": USER}, "device": {"deviceId": "d"}}
    session = {
        **{"new": attributes is None, "sessionId": "s", "application": {"applicationId": skill}},
        **{"user": {"userId": USER}, "attributes": attributes or {}},
    }
    envelope = {"version": "1.0", "context": {"System": system}, "session": session, "request": asked}
    answer: dict[str, Any] = door.lambda_handler(json.loads(json.dumps(envelope)), None)
    return answer


def speech(answer: dict[str, Any]) -> str:
    return str(answer["response"]["outputSpeech"]["ssml"])


def test_each_skill_is_its_own_shop(door: ModuleType) -> None:
    assert "Crumb Corner" in speech(ask(door, BAKERY))
    assert "Churn Lane" in speech(ask(door, DAIRY))
    assert "Oat bread" in speech(ask(door, BAKERY, "FindProduct", query="oat"))
    assert "Oat milk" in speech(ask(door, DAIRY, "FindProduct", query="oat"))
    assert "$" not in speech(ask(door, BAKERY, "FindProduct", query="goat cheese"))


def test_one_user_has_a_cart_and_a_history_in_each_shop(door: ModuleType) -> None:
    ask(door, BAKERY, "AddToCart", product="rye bread")
    assert "Rye bread" in speech(ask(door, BAKERY, "ReviewCart"))
    assert "empty" in speech(ask(door, DAIRY, "ReviewCart"))
    ask(door, DAIRY, "AddToCart", product="goat cheese")
    assert "cheese" not in speech(ask(door, BAKERY, "ReviewCart"))


def test_what_one_shop_remembers_of_a_session_reaches_nothing_in_another(door: ModuleType) -> None:
    """The attributes of a bakery's session, sent to the dairy: SKUs are the dairy's own, names too."""
    listed = ask(door, BAKERY, "FindProduct", query="bread")["sessionAttributes"]
    answer = speech(ask(door, DAIRY, "NameProduct", attributes=listed, position="first"))
    assert "bread" not in answer
    assert "bread" not in speech(ask(door, DAIRY, "AMAZON.NextIntent", attributes=listed))


def test_stock_is_each_shops_own(door: ModuleType) -> None:
    bakery, dairy = door.shops.named("bakery").store, door.shops.named("dairy").store
    bakery.publish(bakery.visit("nobody").facts, stock={"sku-0": 1})
    assert (bakery.stock(["sku-0"]), dairy.stock(["sku-0"])) == ({"sku-0": 1}, {"sku-0": 9})


def test_a_skill_nobody_registered_is_refused(door: ModuleType) -> None:
    for stranger in ("amzn1.ask.skill.stranger", ""):
        answer = ask(door, stranger)
        assert answer["response"]["shouldEndSession"] is True
        assert "Crumb" not in speech(answer)


def test_two_skills_in_one_request_are_refused(door: ModuleType) -> None:
    envelope = {
        "context": {"System": {"application": {"applicationId": BAKERY}, "user": {"userId": USER}}},
        "session": {"application": {"applicationId": DAIRY}, "user": {"userId": USER}},
        "request": {"type": "LaunchRequest", "requestId": "r", "timestamp": NOW.isoformat()},
    }
    with pytest.raises(MalformedRequest, match="differ"):
        application_id(envelope)
    answer = door.lambda_handler(envelope, None)
    assert not {"Crumb Corner", "Churn Lane"} & set(speech(answer).split("."))
    assert answer["response"]["shouldEndSession"] is True


def test_nothing_is_said_to_the_end_of_a_session_that_is_not_ours(door: ModuleType) -> None:
    for session in (BAKERY, DAIRY, "amzn1.ask.skill.stranger"):
        envelope = {
            "context": {"System": {"application": {"applicationId": "amzn1.ask.skill.stranger"}}},
            "session": {"application": {"applicationId": session}, "user": {"userId": USER}},
            "request": {"type": "SessionEndedRequest", "requestId": "r", "timestamp": NOW.isoformat()},
        }
        assert door.lambda_handler(envelope, None)["response"] == {}


def test_a_skill_registered_later_is_heard_within_a_minute(
    door: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = "amzn1.ask.skill.late"
    assert late not in door.shops
    assert door.shops.main.store.put_skill(late, shop="bakery")
    assert late not in door.shops
    later = monotonic() + 61
    monkeypatch.setattr("skill.deployment.monotonic", lambda: later)
    assert "Crumb Corner" in speech(ask(door, late))


def test_the_skills_of_the_settings_are_the_main_shop(tmp_path: Path) -> None:
    settings = Settings(store=f"sqlite:{tmp_path / 'a.db'}", skill_ids=frozenset({"mine"}))
    shops = Shops(settings)
    assert shops.of("mine") is shops.main
    assert shops.of("yours") is None
    shops.main.store.put_skill("yours", shop="other")
    fresh = Shops(settings)
    other = fresh.of("yours")
    assert other is not None
    assert (other.settings.shop, fresh.of("mine")) == ("other", fresh.main)


def test_where_no_skill_is_named_any_is_the_main_shop(tmp_path: Path) -> None:
    shops = Shops(Settings(store=f"sqlite:{tmp_path / 'a.db'}"))
    assert shops.of("anything") is shops.main
    assert not shops.any()


def test_shoppers_of_two_shops_have_keys_of_two_kinds() -> None:
    main = Settings()
    assert replace(main, shop="bakery").shopper_secret != replace(main, shop="dairy").shopper_secret
    assert main.shopper_secret == main.secret

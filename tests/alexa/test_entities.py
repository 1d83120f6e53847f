"""Dynamic entities: what was just read out is known by name, and what comes back as a SKU is meant."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from skill.alexa.typed import Turned, envelope
from skill.dialogue.turn import Slot
from skill.speech.utterances import Match
from tests.alexa.test_screens import put_in_cart
from tests.talk import NOW, Talk, furnish, kept, lambda_door, send_through

UPDATE = "Dialog.UpdateDynamicEntities"
AUTHORITY = "amzn1.er-authority.echo-sdk"
SKILL = "amzn1.ask.skill.1"
OAT, OTHER = "milk-oat-brindle-half-gal", "milk-oat-oatwick-half-gal"


def update(turned: Turned) -> dict[str, Any] | None:
    directives = turned.response["response"].get("directives", [])
    found = [directive for directive in directives if directive["type"] == UPDATE]
    assert len(found) <= 1
    return found[0] if found else None


def values(turned: Turned) -> dict[str, list[str]]:
    """Each SKU sent with all it may be called."""
    directive = update(turned)
    if directive is None:
        return {}
    (products,) = directive["types"]
    assert products["name"] == "Product"
    names = {value["id"]: value["name"] for value in products["values"]}
    return {sku: [name["value"], *name.get("synonyms", [])] for sku, name in names.items()}


def authority(*ids: str, dynamic: bool) -> dict[str, Any]:
    name = f"{AUTHORITY}.dynamic.{SKILL}.Product" if dynamic else f"{AUTHORITY}.{SKILL}.Product"
    if not ids:
        return {"authority": name, "status": {"code": "ER_SUCCESS_NO_MATCH"}}
    found = [{"value": {"name": id, "id": id}} for id in ids]
    return {"authority": name, "status": {"code": "ER_SUCCESS_MATCH"}, "values": found}


def add(talk: Talk, text: str, *authorities: dict[str, Any]) -> dict[str, Any]:
    """The request to add `text` as Alexa sends it when it knew the name."""
    heard = Match("AddToCart", {"product": Slot(text)}, 0.0)
    request = envelope(heard, session=talk.session, now=NOW, request_id="resolved")
    slot = request["request"]["intent"]["slots"]["product"]
    slot["resolutions"] = {"resolutionsPerAuthority": list(authorities)}
    return request


def test_a_list_read_out_is_known_by_name_in_the_order_it_was_said(talk: Talk) -> None:
    sent = values(talk.say("find oat milk"))
    assert list(sent)[:2] == [OAT, OTHER]
    assert "Oatwick" in sent[OTHER]
    directive = update(talk.say("find eggs"))
    assert directive
    assert directive["updateBehavior"] == "REPLACE"


def test_a_name_two_of_them_share_tells_neither_and_is_not_sent(talk: Talk) -> None:
    sent = values(talk.say("find oat milk"))
    every = [name.lower() for names in sent.values() for name in names]
    assert len(every) == len(set(every))
    assert "Brindle oat milk" not in sent[OAT]


def test_the_same_names_are_not_sent_again(talk: Talk) -> None:
    assert values(talk.say("find oat milk"))
    assert update(talk.say("do you take returns")) is None


def test_what_is_in_the_cart_and_what_was_just_added_are_known(talk: Talk) -> None:
    talk.say("find oat milk")
    talk.say("the first one")
    sent = values(talk.say("find eggs"))
    assert OAT in sent
    assert next(iter(sent)) != OAT
    talk.say("the first one")
    assert "eggs-large-pennymeadow-12ct" in values(talk.say("find bananas"))


def test_a_new_session_is_told_anew_and_a_closing_one_nothing(talk: Talk) -> None:
    talk.say("find oat milk")
    talk.say("the first one")
    talk.new_session()
    assert OAT in values(talk.say("open saffron wagon"))
    assert update(talk.say("stop")) is None


def test_a_touch_is_not_answered_with_names(door: ModuleType) -> None:
    talk = Talk(send_through(door), screen=True)
    talk.say("find oat milk")
    assert update(talk.touch("touch", "pick", "bananas-each")) is None
    assert "bananas-each" in values(talk.say("do you take returns"))


@pytest.mark.parametrize("lines", [20, 50])
def test_a_hundred_names_at_the_most_none_too_long(door: ModuleType, talk: Talk, lines: int) -> None:
    put_in_cart(door, lines)
    sent = values(talk.say("open saffron wagon"))
    names = [name for names in sent.values() for name in names]
    assert len(sent) == lines
    assert len(names) <= 100
    assert all(0 < len(name) <= 140 for name in names)


@pytest.mark.parametrize("dynamic_first", [True, False])
def test_what_was_resolved_to_a_sku_is_that_product(
    door: ModuleType, talk: Talk, dynamic_first: bool
) -> None:
    both = [authority(OTHER, dynamic=True), authority(dynamic=False)]
    send_through(door)(add(talk, "oat milk", *(both if dynamic_first else reversed(both))))
    assert kept(door)["cart"] == {OTHER: 1}


def test_of_two_authorities_the_names_just_sent_count(door: ModuleType, talk: Talk) -> None:
    static, dynamic = authority("bananas-each", dynamic=False), authority(OAT, dynamic=True)
    send_through(door)(add(talk, "oat milk", static, dynamic))
    assert kept(door)["cart"] == {OAT: 1}


def test_of_several_that_alexa_cannot_tell_apart_the_one_offered_is_meant(
    door: ModuleType, talk: Talk
) -> None:
    talk.say("find oat milk")
    several = authority("milk-almond-brindle-half-gal", OTHER, dynamic=False)
    send_through(door)(add(talk, "plant milk", several))
    assert kept(door)["cart"] == {OTHER: 1}


def test_a_name_is_answered_with_the_product_it_was_resolved_to(door: ModuleType, talk: Talk) -> None:
    talk.say("find oat milk")
    named = add(talk, "oat", authority(OTHER, dynamic=True))
    named["request"]["intent"]["name"] = "NameProduct"
    send_through(door)(named)
    assert kept(door)["cart"] == {OTHER: 1}


def test_a_sku_nobody_sells_is_looked_for_by_its_words(door: ModuleType, talk: Talk) -> None:
    answer = send_through(door)(add(talk, "oat milk", authority("bogus", dynamic=True)))
    assert "Oatwick" in answer["response"]["outputSpeech"]["ssml"]
    assert kept(door)["cart"] == {}


def test_names_are_forgotten_once_when_there_is_nothing_left_to_name(talk: Talk) -> None:
    talk.say("find oat milk")
    talk.say("the first one")
    talk.new_session()
    assert OAT in values(talk.say("open saffron wagon"))
    talk.say("empty my cart")
    directive = update(talk.say("yes"))
    assert directive
    assert directive["updateBehavior"] == "CLEAR"
    assert not directive.get("types")
    assert update(talk.say("do you take returns")) is None
    talk.new_session()
    assert update(talk.say("open saffron wagon")) is None


BOUGHT = "milk-goat-nannybrook-qt"


def buy(talk: Talk, name: str) -> None:
    talk.say(f"add {name}")
    talk.say("make it four")
    talk.say("check out")
    talk.say("yes")
    talk.new_session()


def test_what_was_bought_before_is_known_by_name_for_the_whole_session(door: ModuleType, talk: Talk) -> None:
    buy(talk, "goat milk")
    assert kept(door)["orders"]
    assert values(talk.say("open saffron wagon"))[BOUGHT][0] == "Nannybrook goat milk one quart"
    sent = list(values(talk.say("find eggs")))
    assert BOUGHT in sent
    assert sent[0] != BOUGHT
    assert BOUGHT in values(talk.say("find bananas"))


def test_a_shopper_is_not_asked_about_twice_in_a_session(
    door: ModuleType, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    buy(talk, "goat milk")
    trips = counted(door, monkeypatch)
    talk.say("open saffron wagon")
    # Greeting and names share what was read; what was said is kept.
    assert trips == ["visit", "orders", "save_shopper"]
    trips.clear()
    talk.say("start over")
    assert trips == ["visit", "orders", "save_shopper"]


def test_opening_the_shop_stays_within_its_round_trips(
    door: ModuleType, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk.say("tell me when the goat milk is on sale")
    talk.say("add goat milk")
    trips = counted(door, monkeypatch)
    for person in (None, "amzn1.ask.person.A"):
        talk.new_session()
        trips.clear()
        talk.say("open saffron wagon", person=person)
        assert len(trips) <= 3


def counted(door: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The store's answers from now on, by what was asked."""
    trips: list[str] = []
    store = type(door.app.store)
    for name in ("visit", "stock", "orders", "order", "cases", "save_cart", "save_shopper"):
        original = getattr(store, name)

        def ask(self: Any, *args: Any, name: str = name, original: Any = original, **more: Any) -> Any:
            trips.append(name)
            return original(self, *args, **more)

        monkeypatch.setattr(store, name, ask)
    return trips


@pytest.fixture
def backed(tmp_path: Path, catalogues: Path, monkeypatch: pytest.MonkeyPatch) -> Talk:
    """Somebody talking to a shop whose names are in a catalog of Alexa's."""
    monkeypatch.setenv("SAYSO_CATALOGUES", str(catalogues))
    monkeypatch.setenv("SAYSO_ALEXA_CATALOG", "1")
    opened = lambda_door(f"sqlite:{tmp_path / 'backed.db'}", monkeypatch=monkeypatch)
    furnish(opened)
    return Talk(send_through(opened))


def test_a_catalog_is_hidden_only_while_there_is_a_choice_to_be_made(backed: Talk) -> None:
    buy(backed, "goat milk")
    assert update(backed.say("open saffron wagon")) is None
    sent = values(backed.say("add oat milk"))
    assert list(sent)[:2] == [OAT, OTHER]
    directive = update(backed.say("the first one"))
    assert directive
    assert directive["updateBehavior"] == "CLEAR"
    assert update(backed.say("what's in my cart")) is None

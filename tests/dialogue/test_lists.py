"""Lists of one's own, asked for in ways that are not quite the list's name, twice, or for nothing."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

from skill.app import shopper_key
from skill.commerce.lists import Entry, OwnList
from tests.talk import USER, Talk, send_through

SAUCE = "add the Dijon mustard to my barbecue list"


def lists(door: ModuleType) -> tuple[OwnList, ...]:
    key = shopper_key(USER, secret=door.app.settings.shopper_secret)
    found: tuple[OwnList, ...] = door.app.store.visit(key).shopper.personal.lists
    return found


def test_a_list_that_does_not_exist_is_made_when_it_is_wanted(door: ModuleType, talk: Talk) -> None:
    assert "Shall I make one?" in talk.say(SAUCE).speech
    assert "with" in talk.say("yes").speech
    assert [(own.name, len(own.entries)) for own in lists(door)] == [("barbecue", 1)]


def test_a_request_that_comes_twice_puts_it_on_once(door: ModuleType, talk: Talk) -> None:
    talk.say("make a list called barbecue")
    said = talk.say("two hamburger buns")
    first = lists(door)
    assert first[0].entries[0].quantity == 2
    assert send_through(door)(said.request) == said.response
    assert lists(door) == first


def test_a_list_is_read_three_at_a_time_and_goes_on(door: ModuleType, talk: Talk) -> None:
    talk.say("make a list called party")
    skus = [product.sku for product in door.app.catalogue(door.app.ready()).popular(limit=5)]
    key = shopper_key(USER, secret=door.app.settings.shopper_secret)
    about = door.app.store.visit(key).shopper
    own = OwnList("party", tuple(Entry(sku) for sku in skus))
    personal = replace(about.personal, lists=(own,))
    door.app.store.put_shopper(key, about=replace(about, personal=personal))
    assert "2 more" in talk.say("what's on my party list").speech
    assert "party list has" in talk.say("more").speech


def test_the_list_that_was_read_is_the_list(door: ModuleType, talk: Talk) -> None:
    for name in ("party", "camping"):
        talk.say(f"make a list called {name}")
        talk.say("hamburger buns")
    talk.say("what's on my party list")
    assert "party" in talk.say("delete the list").speech
    talk.say("no")
    assert len(lists(door)) == 2
    talk.say("delete my party list")
    talk.say("yes")
    assert [own.name for own in lists(door)] == ["camping"]


def test_a_list_nobody_made_is_not_read(door: ModuleType, talk: Talk) -> None:
    assert "no lists yet" in talk.say("what's on my christmas list").speech
    talk.say("make a list called party")
    assert "party" in talk.say("what's on my christmas list").speech


def test_a_list_in_the_cart_is_there_for_the_next_time(door: ModuleType, talk: Talk) -> None:
    talk.say("make a list called party")
    talk.say("hamburger buns")
    said = talk.say("put my party list in my cart")
    assert "Into your cart" in said.speech
    assert send_through(door)(said.request) == said.response
    assert len(lists(door)[0].entries) == 1

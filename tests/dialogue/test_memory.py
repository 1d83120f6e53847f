"""Memory the shopper controls: whose it is, what it does to what is found, and how it goes."""

from __future__ import annotations

from types import ModuleType

from skill.app import shopper_key
from skill.commerce.merchant import Member, Shopper
from tests.talk import USER, Talk, send_through

ANN, BEN = "amzn1.ask.person.ANN", "amzn1.ask.person.BEN"


def key(door: ModuleType) -> str:
    return shopper_key(USER, secret=door.app.settings.shopper_secret)


def known(door: ModuleType) -> list[tuple[str, str]]:
    about: Shopper = door.app.store.visit(key(door)).shopper
    return [(one.kind, one.value) for one in about.personal.known]


def test_what_one_person_told_serves_nobody_else(door: ModuleType, talk: Talk) -> None:
    talk.say("I'm vegan", person=ANN)
    assert "Only vegan" in talk.say("find milk", person=ANN).speech
    assert "vegan" not in talk.say("find milk", person=BEN).speech
    assert "Nothing yet" in talk.say("what do you know about me", person=BEN).speech


def test_what_nobody_was_recognised_for_serves_all(door: ModuleType, talk: Talk) -> None:
    talk.say("I'm vegan")
    assert "Only vegan" in talk.say("find milk", person=BEN).speech


def test_what_a_child_tells_is_not_kept(door: ModuleType, talk: Talk) -> None:
    child = shopper_key(BEN, secret=door.app.settings.shopper_secret)
    about = Shopper(linked=True, members={child: Member(name="Ben", child=True)})
    door.app.store.put_shopper(key(door), about=about)
    assert "grown-up" in talk.say("I'm vegan", person=BEN).speech
    assert "grown-up" in talk.say("forget everything about me", person=BEN).speech
    assert known(door) == []


def test_a_request_that_comes_twice_is_remembered_once(door: ModuleType, talk: Talk) -> None:
    said = talk.say("I wear size medium")
    assert send_through(door)(said.request) == said.response
    assert known(door) == [("size", "medium")]


def test_what_is_only_nearly_a_diet_is_not_kept(door: ModuleType, talk: Talk) -> None:
    talk.say("I'm cheaper")
    assert known(door) == []


def test_a_diet_says_nothing_of_what_is_no_food(door: ModuleType, talk: Talk) -> None:
    talk.say("I'm vegan")
    assert "vegan" not in talk.say("find trash bags").speech


def test_a_brand_that_was_asked_for_is_had_though_it_is_not_liked(door: ModuleType, talk: Talk) -> None:
    talk.say("I don't like Brindle")
    assert "Brindle" in talk.say("add the Brindle almond milk half gallon").speech


def test_the_search_goes_on_within_the_diet(door: ModuleType, talk: Talk) -> None:
    talk.say("I'm vegan")
    talk.say("find milk")
    refined = talk.say("under four dollars").speech
    assert "Pennymeadow" not in refined


def test_what_was_just_told_is_forgotten_at_once(door: ModuleType, talk: Talk) -> None:
    talk.say("I'm vegan")
    talk.say("I hate mushrooms")
    assert "forgotten" in talk.say("forget that").speech
    assert known(door) == [("diet", "vegan")]


def test_which_is_asked_and_the_name_of_it_is_the_answer(door: ModuleType, talk: Talk) -> None:
    talk.say("I'm vegan")
    talk.say("I wear size medium")
    talk.say("what do you know about me")
    assert "What shall I forget" in talk.say("yes").speech
    talk.say("vegan")
    assert known(door) == [("size", "medium")]


def test_a_no_keeps_everything(door: ModuleType, talk: Talk) -> None:
    talk.say("I'm vegan")
    talk.say("forget everything about me")
    talk.say("no")
    assert known(door) == [("diet", "vegan")]


def test_it_is_exported_and_erased_with_the_shopper(door: ModuleType, talk: Talk) -> None:
    talk.say("I'm vegan")
    talk.say("make a list called party")
    exported = door.app.store.export(key(door))["profile"]["personal"]
    assert exported["known"][0][:2] == ["diet", "vegan"]
    assert exported["lists"][0][0] == "party"
    door.app.store.erase(key(door), until=door.app.clock())
    assert door.app.store.visit(key(door)).shopper == Shopper()


def test_what_orders_show_is_said_as_such(arrived: ModuleType, shopper: Talk) -> None:
    assert "From your orders" in shopper.say("what do you know about me").speech


def test_nothing_is_suggested_that_does_not_fit(door: ModuleType, talk: Talk) -> None:
    assert "milk" in talk.say("what's popular").speech
    talk.say("I'm vegan")
    talk.say("what do you recommend")
    assert talk.last is not None
    skus = talk.last.response["sessionAttributes"]["listing"]["skus"]
    app = door.app
    shelf = app.catalogue(app.ready()).get(skus)
    assert len(shelf) > 1
    assert all("vegan" in product.diet for product in shelf.values() if product.diet)

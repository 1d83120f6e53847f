"""What is not understood is kept for the merchant: only of who allowed it, without what names anybody."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import pytest

from skill.app import shopper_key
from skill.commerce.contact import Address, Contact
from skill.commerce.merchant import Member, Shopper
from skill.dialogue.trimmed import trimmed
from skill.shop import NOBODY
from tests.talk import USER, Talk

KNOWN = Shopper(
    members={"m": Member(name="Zoë")},
    contact=Contact(
        name="Ann Miller",
        email="ann@example.org",
        address=Address(lines=("12 Elm Row",), city="Springfield", code="12345", country="US"),
    ),
)


def kept(door: ModuleType) -> list[tuple[str, str]]:
    return [(one.text, one.kind) for _, one in door.app.store.sentences()]


def test_nothing_is_kept_of_who_was_never_asked(door: ModuleType, talk: Talk) -> None:
    talk.say("do you rent out bicycles")
    assert kept(door) == []


def test_what_was_looked_for_in_vain_is_kept_once_allowed(door: ModuleType, talk: Talk) -> None:
    talk.say("you may learn from what I say")
    talk.say("do you rent out bicycles")
    talk.say("find oat milk")
    assert kept(door) == [("rent out bicycles", "product")]


def test_a_question_without_an_answer_is_kept_as_one(door: ModuleType, talk: Talk) -> None:
    talk.say("you may learn from what I say")
    assert talk.say("what is your policy on bicycles").intent == "AskShop"
    assert [kind for _, kind in kept(door)] == ["question"]


def test_whoever_takes_it_back_takes_back_what_was_kept(door: ModuleType, talk: Talk) -> None:
    talk.say("you may learn from what I say")
    talk.say("do you rent out bicycles")
    assert "deleted" in talk.say("stop learning from me").speech
    talk.say("do you rent out bicycles")
    assert kept(door) == []


def test_a_shop_that_keeps_nothing_says_so(door: ModuleType, talk: Talk) -> None:
    store = door.app.store
    facts = store.visit(NOBODY).facts
    store.publish(replace(facts, privacy=replace(facts.privacy, sentences_days=0)), stock={})
    assert "keeps nothing" in talk.say("you may learn from what I say").speech
    talk.say("do you rent out bicycles")
    assert kept(door) == []


def test_a_child_allows_nothing(door: ModuleType, talk: Talk) -> None:
    family, kid = (shopper_key(id, secret=door.app.settings.shopper_secret) for id in (USER, "kid"))
    door.app.store.put_shopper(family, about=Shopper(members={kid: Member(name="Kim", child=True)}))
    assert "grown-up" in talk.say("you may learn from what I say", person="kid").speech
    assert door.app.store.visit(family).shopper.insight.learn is None


@pytest.mark.parametrize(
    ("said", "language", "left"),
    [
        ("Do you gift wrap?", "en", "do you gift wrap"),
        ("can you wrap two of those", "en", "can you wrap two of those"),
        ("my name is Bob Smith", "en", ""),
        ("call five five five one two three four", "en", "call #"),
        ("is zoë allowed to order", "en", "is … allowed to order"),
        ("does ann miller get points", "en", "does … get points"),
        ("bring it to springfield", "en", "bring it to …"),
        ("write to bob dot smith at mail dot com please", "en", "write to … please"),
        ("write to bob@mail.com please", "en", "write to … please"),
        ("come to fourteen oak street", "en", "come to # …"),
        ("do you deliver to 10115", "en", "do you deliver to #"),
        ("ask mrs jones about it", "en", "ask mrs … about it"),
        ("habt ihr ein Brot ohne Gluten", "de", "habt ihr ein brot ohne gluten"),
        ("ich heiße Max Müller", "de", ""),
        ("kennt ihr herrn müller", "de", "kennt ihr herrn …"),
        ("liefert ihr in die Lindenstraße", "de", "liefert ihr in …"),
        ("zwei null eins fünf", "de", ""),
        ("عندكم تغليف هدايا", "ar", "عندكم تغليف هدايا"),
        ("اسمي محمد", "ar", ""),
        ("توصلون شارع العليا", "ar", "توصلون …"),
        ("42", "en", ""),
    ],
)
def test_a_sentence_is_kept_without_what_names_somebody(said: str, language: str, left: str) -> None:
    assert trimmed(said, about=KNOWN, language=language) == left

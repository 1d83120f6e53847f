"""A person is wanted: how long it takes, what they are told, and how their answer comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from pathlib import Path
from types import ModuleType

import pytest

from skill.app import shopper_key
from skill.commerce.contact import Contact
from skill.commerce.desk import Desk, Reported
from skill.commerce.merchant import COPY, Case, Facts, Mailing
from skill.deployment import see_to_orders
from skill.shop import NOBODY
from tests.conversations.replay import WORLDS
from tests.dialogue.conftest import USER
from tests.merchants.letter_world import text_of
from tests.talk import NOW, Talk, furnish, lambda_door, send_through


def key(door: ModuleType) -> str:
    return shopper_key(USER, secret=door.app.settings.shopper_secret)


def cases(door: ModuleType) -> tuple[Case, ...]:
    found: tuple[Case, ...] = door.app.store.cases(key(door))
    return found


def with_desk(door: ModuleType, desk: Desk) -> Facts:
    facts: Facts = replace(door.app.store.visit(NOBODY).facts, desk=desk)
    door.app.store.publish(facts, stock={})
    return facts


DESKS = [
    (Desk(minutes=20), "in about 20 minutes"),
    (Desk(minutes=1), "in about one minute"),
    (Desk(minutes=20, reported=Reported(minutes=0, until=NOW + timedelta(hours=1))), "right away"),
    (Desk(minutes=20, reported=Reported(minutes=3, until=NOW)), "in about 20 minutes"),
    # Longer than the desk is there today.
    (Desk(minutes=900), "until 6 PM today"),
    # Nobody is there on Saturdays.
    (Desk(minutes=20, days={"mon": (time(9), time(17))}), "Monday at 9 AM"),
]


@pytest.mark.parametrize(("desk", "said"), DESKS)
def test_how_long_it_takes_is_said(arrived: ModuleType, shopper: Talk, desk: Desk, said: str) -> None:
    with_desk(arrived, desk)
    assert said in shopper.say("I want to talk to a person").speech


def test_in_the_middle_of_a_question_it_comes_back_and_the_cart_stays(
    arrived: ModuleType, shopper: Talk
) -> None:
    shopper.say("add the canvas shoes size 9")
    before = arrived.app.store.visit(key(arrived)).cart
    asked = shopper.say("change my order")
    assert asked.reprompt is not None
    answered = shopper.say("I want to talk to someone")
    assert asked.reprompt in answered.speech
    assert arrived.app.store.visit(key(arrived)).cart == before


def test_the_case_tells_the_turns_before_it_without_the_shoppers_words(
    arrived: ModuleType, shopper: Talk
) -> None:
    shopper.say("find flibbertigibbets")
    shopper.say("are you open on monday")
    shopper.say("I want to talk to someone")
    (case,) = cases(arrived)
    assert case.summary is not None
    assert [step.intent for step in case.summary.steps][-1] == "OpeningHours"
    assert all(not step.words for step in case.summary.steps)
    assert case.summary.steps[0].miss or "not_found" in str(case.summary.steps[0].said)


@pytest.mark.parametrize(
    "said", ["this is useless", "you are stupid", "I'm fed up", "you never understand me"]
)
def test_who_is_angry_is_offered_a_person(arrived: ModuleType, shopper: Talk, said: str) -> None:
    heard = shopper.say(said)
    assert heard.intent == "BeUpset"
    assert heard.speech.endswith("Shall I ask a person at the shop to get back to you?")
    shopper.say("yes")
    assert [case.kind for case in cases(arrived)] == ["person"]


def test_what_was_talked_about_is_put_on_a_card_where_nobody_is_written_to(
    arrived: ModuleType, shopper: Talk
) -> None:
    shopper.say("are you open on monday")
    sent = shopper.say("send me what we talked about")
    card = sent.response["response"]["card"]
    assert "On Monday the shop is open" in card["content"]
    assert cases(arrived) == ()


def test_what_was_talked_about_is_mailed_where_the_address_is_known(
    tmp_path: Path, catalogues: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAYSO_CATALOGUES", str(catalogues / "arrived"))
    monkeypatch.setenv("SAYSO_MAIL", f"folder:{tmp_path / 'letters'}")
    door = lambda_door(f"sqlite:{tmp_path / 'mail.db'}", monkeypatch=monkeypatch)
    furnish(door, world=WORLDS / "arrived.json")
    store, shopper = door.app.store, Talk(send_through(door), user=USER, shop="Harbor Corner")
    facts = replace(store.visit(NOBODY).facts, mail=Mailing(sender="orders@harbor.example"))
    store.publish(replace(facts, desk=Desk(email="desk@harbor.example")), stock={})
    known = replace(store.visit(key(door)).shopper, contact=Contact(name="Ann", email="ann@home.example"))
    store.put_shopper(key(door), about=known)
    shopper.say("are you open on monday")
    shopper.say("where is order five two eight one seven")
    assert "by e-mail" in shopper.say("send me what we talked about").speech
    shopper.say("I want to talk to someone")
    assert [case.kind for case in cases(door)] == ["person", COPY]
    see_to_orders(door.app, still=lambda: True)
    told = {str(letter["To"]): text_of(letter) for letter in letters_in(tmp_path / "letters")}
    transcript, desk = told["Ann <ann@home.example>"], told["desk@harbor.example"]
    # The shopper reads their own words again, the desk only what was answered.
    assert "are you open" in transcript.lower()
    assert "On Monday, " in transcript or "Monday" in transcript
    assert "OpeningHours: " in desk
    assert "52817: " in desk
    assert "ann@home.example" in desk


def letters_in(folder: Path) -> list[EmailMessage]:
    """The letters that left, those of one event apart from the shopper's note that their request is there."""
    parsed = BytesParser(policy=SMTP)
    found = [parsed.parsebytes(path.read_bytes()) for path in sorted(folder.rglob("*.eml"))]
    return [letter for letter in found if "We have your request" not in str(letter["Subject"])]

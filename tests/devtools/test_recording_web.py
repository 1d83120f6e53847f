"""A conversation on the page becomes a recording."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
from flask.testing import FlaskClient

from skill.devtools.recording_form import recording
from skill.server import create_app
from tests.devtools.talking import USER, Page


@pytest.fixture
def page(door: ModuleType) -> FlaskClient:
    return create_app(door.app, verify=None).test_client()


def test_what_was_said_and_heard_is_recorded_turn_by_turn(page: FlaskClient) -> None:
    talk = Page(page)
    heard = [talk.say(text)["speech"] for text in ("add four goat milks", "check out", "yes")]
    made = talk.recorded().get_json()
    turns = recording(made, called="recording").turns
    assert [(turn.say, turn.hears) for turn in turns[:2]] == [
        ("add four goat milks", heard[0]),
        ("check out", heard[1]),
    ]
    assert [turn.intent for turn in turns] == ["AddToCart", "Checkout", "Yes"]
    assert [turn.ends for turn in turns] == [False, False, True]
    assert made["wants"] == "milk"
    assert made["locale"] == "en-US"
    assert "shop" not in made
    assert made["at_the_end"]["orders"][0]["lines"] == {"milk-goat-nannybrook-qt": 4}


def test_a_recording_holds_no_id_of_the_conversation(page: FlaskClient) -> None:
    talk = Page(page)
    talk.say("add goat milk")
    sent = talk.turns[0]["answer"]["request"]
    made = talk.recorded().get_data(as_text=True)
    for id in (USER, sent["session"]["sessionId"], sent["request"]["requestId"]):
        assert id not in made


def test_what_was_kept_before_the_first_turn_is_recorded_with_it(page: FlaskClient) -> None:
    before = Page(page)
    for text in ("add four goat milks", "check out", "yes", "add lemons", "the first one"):
        before.say(text)
    talk = Page(page)
    talk.say("where's my order")
    made = talk.recorded().get_json()
    assert made["shopper"]["cart"] == [{"sku": "lemons-each", "quantity": 1, "price": 69}]
    assert made["shopper"]["orders"][0]["lines"][0]["sku"] == "milk-goat-nannybrook-qt"
    number = made["shopper"]["orders"][0]["number"]
    assert number in made["turns"][0]["hears"]
    assert made["at_the_end"]["orders"][0]["number"] == number


def test_a_touch_that_answers_goes_without_the_mark_of_its_question(page: FlaskClient) -> None:
    talk = Page(page, screen=True)
    talk.say("add four goat milks")
    talk.say("check out")
    drawn = talk.turns[-1]["answer"]["response"]["response"]["directives"][-1]["datasources"]["payload"]
    yes = next(action["touch"] for action in drawn["actions"] if action["touch"][1] == "yes")
    talk.touch(*yes)
    made = talk.recorded().get_json()
    assert made["screen"] is True
    assert made["turns"][2]["touch"] == ["touch", "yes"]
    assert made["turns"][2]["intent"] == "Touch"


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ([], "send {"),
        ({"turns": "none"}, "send {"),
        ({"turns": []}, "nothing to record"),
        ({"turns": [{"say": "hello"}]}, "number 1 has no answer"),
        ({"turns": [{"say": "hello", "answer": {"response": 3}}]}, "number 1 has no answer"),
        ({"start": {"shopper": 3}}, "start: hand back"),
        ({"start": {"shopper": {"cart": [{"sku": 4}]}}}, "recording: shopper.cart.0"),
    ],
)
def test_what_cannot_be_recorded_is_refused_with_the_remedy(
    page: FlaskClient, sent: Any, reason: str
) -> None:
    talk = Page(page)
    talk.say("add goat milk")
    whole = {"wants": "milk", "user": USER, "turns": talk.turns, **sent} if isinstance(sent, dict) else sent
    answer = page.post("/simulator/recording", json=whole)
    assert answer.status_code == 400
    assert reason in answer.get_json()["error"]


def test_turns_of_two_languages_are_no_recording(page: FlaskClient) -> None:
    talk = Page(page)
    talk.say("add goat milk")
    other = Page(page, locale="de-DE")
    other.say("was ist im Warenkorb")
    talk.turns += other.turns
    answer = talk.recorded()
    assert answer.status_code == 400
    assert "one language" in answer.get_json()["error"]

"""Numbers and days as platforms really send them: as words, as weeks, and as what is neither."""

from __future__ import annotations

from datetime import date, datetime
from types import ModuleType
from typing import Any

import pytest

from skill.dialogue.brief import brief
from skill.dialogue.conversation import Conversation
from skill.dialogue.intent import Heard, whole_number
from skill.dialogue.turn import Slot, Turn
from tests.talk import NOW, Talk, kept, publish_sample, send_through


def heard(text: str, locale: str) -> Heard:
    turn = Turn(request_id="r", intent="AddToCart", now=NOW, locale=locale, user="u")
    return Heard(turn=turn, conversation=Conversation(), slots={"quantity": Slot(text)})


@pytest.mark.parametrize(
    ("text", "locale", "number"),
    [
        ("2", "en-US", 2),
        ("0", "en-US", 0),
        ("2.0", "en-US", 2),
        ("2,0", "de-DE", 2),
        ("two", "en-US", 2),
        ("Twenty one", "en-US", 21),
        ("zwei", "de-DE", 2),
        ("اثنين", "ar-SA", 2),
        ("٢", "ar-SA", 2),
    ],
)
def test_a_number_is_one_however_it_is_written(text: str, locale: str, number: int) -> None:
    assert heard(text, locale).number("quantity") == number
    assert not heard(text, locale).unheard("quantity")


@pytest.mark.parametrize(
    "text", ["?", "-1", "−1", "2.5", "2,5", "1,000", "xyz", "1" + "0" * 12, "½", "two milks"]
)
def test_what_is_no_whole_number_was_not_heard(text: str) -> None:
    assert heard(text, "en-US").number("quantity") is None
    assert heard(text, "en-US").unheard("quantity")
    assert heard(text, "en-US").unheard("price", "quantity")


def test_what_was_not_said_was_not_misheard() -> None:
    assert not heard("", "en-US").unheard("quantity")
    assert whole_number(Slot("x", (), -1), language="en") is None


def ask(talk: Talk, intent: str, **slots: str) -> dict[str, Any]:
    """An intent request with these slots, as the session stands."""
    request = dict(talk.say("what's in my cart").request)
    asked = {
        name: {"name": name, "value": value, "confirmationStatus": "NONE"} for name, value in slots.items()
    }
    request["request"] = {
        **request["request"],
        "requestId": f"{intent}-{sorted(slots.items())}",
        "intent": {"name": intent, "confirmationStatus": "NONE", "slots": asked},
    }
    return request


def answer(door: ModuleType, talk: Talk, intent: str, **slots: str) -> str:
    response = send_through(door)(ask(talk, intent, **slots))
    return str(response["response"]["outputSpeech"]["ssml"])


@pytest.mark.parametrize("quantity", ["?", "-1", "2.5", "xyz"])
def test_how_many_is_asked_again_when_it_was_no_number(door: ModuleType, talk: Talk, quantity: str) -> None:
    said = answer(door, talk, "AddToCart", product="bananas by the piece", quantity=quantity)
    assert "how many" in said.lower()
    assert kept(door)["cart"] == {}


# 21 November 2026 is the Saturday of week 47.
@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2026-W47-WE", "today"),
        ("2026-W47", "today"),
        ("2026-W48-WE", "November 28"),
        ("2026-W48", "On Monday"),
    ],
)
def test_a_week_is_its_monday_and_a_weekend_its_saturday(
    door: ModuleType, talk: Talk, said: str, day: str
) -> None:
    assert day in answer(door, talk, "OpeningHours", day=said)


@pytest.mark.parametrize("said", ["?", "2026-12", "2026-W77", "2026", "sometime"])
def test_a_day_that_is_none_is_asked_for_and_is_not_today(door: ModuleType, talk: Talk, said: str) -> None:
    hours = answer(door, talk, "OpeningHours", day=said)
    assert "I did not get the day." in hours
    assert hours.endswith("?</speak>")
    call = answer(door, talk, "CallBack", day=said, time="14:00")
    assert "I did not get the day." in call
    assert "reference" not in call


def test_a_description_is_cut_where_a_sentence_ends() -> None:
    text = "Roasted in Troy. Bold and dark, approx. 5 of 5. " + "It keeps for a year and more " * 5
    assert brief(text) == "Roasted in Troy. Bold and dark, approx. 5 of 5."


@pytest.mark.parametrize(
    "text", ["Very nice. " * 800, "very nice, " * 800, "a" * 5000, "جيد جدا. " * 500, "!"]
)
def test_a_description_is_never_longer_than_a_breath(text: str) -> None:
    said = brief(text)
    assert 0 < len(said) <= 200
    assert len(said.split()) <= 30
    assert not said.endswith((",…", " …"))


def test_a_short_description_is_said_as_it_is() -> None:
    assert brief("Good  with\nmilk") == "Good with milk"


def test_the_day_of_today_is_what_the_tests_think_it_is() -> None:
    assert datetime.date(NOW) == date.fromisocalendar(2026, 47, 6)


@pytest.mark.parametrize("question", ["tell me more about it", "how much is it", "is it in stock"])
def test_what_is_no_longer_sold_is_said_to_be_so(door: ModuleType, talk: Talk, question: str) -> None:
    talk.say("find oat milk")
    publish_sample(door.app, but=lambda product: "oat" in product.title.lower())
    assert talk.say(question).speech.startswith("That is no longer sold here.")

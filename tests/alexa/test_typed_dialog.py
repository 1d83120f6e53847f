"""Dialogs as Alexa plays them, with a small skill of their own: what is asked, confirmed and handed back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from skill.alexa.typed import Session, Turned, meant, session_from, session_json
from skill.alexa.typed_model import Model, model_of
from skill.dialogue.turn import Slot
from skill.speech.utterances import Match

NOW = datetime(2026, 11, 22, tzinfo=UTC)
NOTHING: dict[str, Any] = {"shouldEndSession": False}


def booking(*, strategy: str = "SKILL_RESPONSE") -> Model:
    """A skill that books a table: for how many is needed, the day is confirmed, and so is the whole."""
    slots = [
        {"name": "guests", "type": "AMAZON.NUMBER"},
        {"name": "day", "type": "AMAZON.DATE"},
        {"name": "wish", "type": "Wish"},
    ]
    raw = {
        "languageModel": {
            "invocationName": "the table",
            "intents": [
                {"name": "Book", "slots": slots, "samples": ["book"]},
                {"name": "Ask", "slots": [{"name": "wish", "type": "Wish"}], "samples": ["ask {wish}"]},
                {"name": "AMAZON.YesIntent", "samples": []},
            ],
            "types": [{"name": "Wish", "values": [{"name": {"value": "by the window"}}]}],
        },
        "dialog": {
            "delegationStrategy": strategy,
            "intents": [
                {
                    "name": "Book",
                    "confirmationRequired": True,
                    "prompts": {"confirmation": "all"},
                    "slots": [
                        {
                            "name": "guests",
                            "type": "AMAZON.NUMBER",
                            "elicitationRequired": True,
                            "confirmationRequired": False,
                            "prompts": {"elicitation": "how many"},
                        },
                        {
                            "name": "day",
                            "type": "AMAZON.DATE",
                            "elicitationRequired": False,
                            "confirmationRequired": True,
                            "prompts": {"confirmation": "that day"},
                        },
                    ],
                }
            ],
        },
        "prompts": [
            prompt("how many", "For how many?"),
            prompt("that day", "On {day}?"),
            prompt("all", "A table for {guests}, right?"),
        ],
    }
    return model_of(raw, locale="en-US")


def prompt(id: str, text: str) -> dict[str, Any]:
    return {"id": id, "variations": [{"type": "PlainText", "value": text}]}


class Table:
    """The skill and its shopper: `answers` are what the skill responds, one for each request."""

    def __init__(self, *answers: dict[str, Any], strategy: str = "SKILL_RESPONSE") -> None:
        self.model = booking(strategy=strategy)
        self.answers = list(answers)
        self.requests: list[dict[str, Any]] = []
        self.session = Session(id="s", user="u", locale="en-US")

    def mean(self, intent: str, **slots: str) -> Turned:
        turned, after = meant(
            Match(intent, {name: Slot(text) for name, text in slots.items()}, 0.0),
            session=self.session,
            send=self._send,
            now=NOW,
            request_id="r",
            model=self.model,
        )
        # As a page keeps it between two turns.
        self.session = session_from(session_json(after))
        assert self.session == after
        return turned

    def _send(self, envelope: dict[str, Any]) -> dict[str, Any]:
        self.requests.append(envelope["request"])
        return {"version": "1.0", "response": self.answers.pop(0)}

    @property
    def last(self) -> dict[str, Any]:
        return self.requests[-1]


def says(text: str, *directives: dict[str, Any], end: bool = False) -> dict[str, Any]:
    spoken = {"type": "PlainText", "text": text}
    return {"outputSpeech": spoken, "directives": list(directives), "shouldEndSession": end}


def elicit(slot: str, **updated: Any) -> dict[str, Any]:
    return {"type": "Dialog.ElicitSlot", "slotToElicit": slot, **updated}


def intent(name: str, **slots: str) -> dict[str, Any]:
    return {"name": name, "slots": {key: {"name": key, "value": value} for key, value in slots.items()}}


def test_an_intent_with_a_dialog_starts_it_and_one_without_has_none() -> None:
    table = Table(says("Fine."), says("Fine."))
    table.mean("Book")
    assert table.last["dialogState"] == "STARTED"
    table.mean("Ask")
    assert "dialogState" not in table.last


def test_every_slot_is_listed_and_the_empty_ones_are_empty() -> None:
    table = Table(says("Fine."))
    table.mean("Book", guests="4")
    slots = table.last["intent"]["slots"]
    assert list(slots) == ["guests", "day", "wish"]
    assert slots["guests"]["value"] == "4"
    assert slots["day"] == {"name": "day", "confirmationStatus": "NONE"}


def test_an_intent_without_slots_lists_none() -> None:
    table = Table(says("Fine."))
    table.mean("Yes")
    assert table.last["intent"] == {"name": "AMAZON.YesIntent", "confirmationStatus": "NONE"}


def test_what_was_filled_before_is_kept_when_a_slot_is_asked_for() -> None:
    table = Table(
        says("How many?", elicit("guests", updatedIntent=intent("Book", day="2026-12-01"))), NOTHING
    )
    table.mean("Ask", wish="by the window")
    assert table.session.elicit == ("Book", "guests")
    assert table.session.asking
    assert table.session.asking.under.slots == {"day": "2026-12-01"}


def test_without_an_updated_intent_the_one_that_was_sent_goes_on() -> None:
    table = Table(says("Which day?", elicit("day")))
    table.mean("Book", guests="4")
    assert table.session.asking
    assert table.session.asking.under.slots == {"guests": "4"}


@pytest.mark.parametrize(
    "directive",
    [
        elicit("wish", updatedIntent=intent("Ask")),
        elicit("colour", updatedIntent=intent("Book")),
        {"type": "Dialog.Delegate", "updatedIntent": intent("Ask")},
        {"type": "Dialog.ConfirmIntent", "updatedIntent": intent("NoSuchIntent")},
    ],
)
def test_what_alexa_knows_no_dialog_for_is_ignored(directive: dict[str, Any]) -> None:
    table = Table(says("Fine.", directive))
    table.mean("Ask")
    assert table.session.asking is None
    assert len(table.requests) == 1


@pytest.mark.parametrize(("said", "state"), [("Yes", "CONFIRMED"), ("No", "DENIED")])
def test_a_slot_that_was_asked_about_comes_back_confirmed_or_denied(said: str, state: str) -> None:
    confirm = {"type": "Dialog.ConfirmSlot", "slotToConfirm": "day"}
    table = Table(says("On that day?", confirm), NOTHING)
    table.mean("Book", guests="4", day="2026-12-01")
    turned = table.mean(said)
    assert turned.intent == "Book"
    assert table.last["intent"]["slots"]["day"]["confirmationStatus"] == state
    assert table.last["intent"]["slots"]["guests"]["value"] == "4"
    assert table.last["intent"]["confirmationStatus"] == "NONE"
    assert table.last["dialogState"] == "IN_PROGRESS"


@pytest.mark.parametrize(("said", "state"), [("Yes", "CONFIRMED"), ("No", "DENIED")])
def test_an_intent_that_was_asked_about_comes_back_confirmed_or_denied(said: str, state: str) -> None:
    table = Table(says("All right?", {"type": "Dialog.ConfirmIntent"}), NOTHING)
    table.mean("Book", guests="4")
    table.mean(said)
    assert table.last["intent"]["confirmationStatus"] == state
    assert table.last["dialogState"] == "COMPLETED"


def test_another_wish_ends_what_was_asked() -> None:
    table = Table(says("All right?", {"type": "Dialog.ConfirmIntent"}), says("Fine."))
    table.mean("Book", guests="4")
    table.mean("Ask", wish="by the window")
    assert table.last["intent"]["name"] == "Ask"
    assert table.session.asking is None


def test_a_dialog_that_was_handed_to_alexa_is_led_by_its_prompts_until_it_is_complete() -> None:
    table = Table(says("", {"type": "Dialog.Delegate"}), says("Booked.", end=True))
    assert table.mean("Book").speech == "For how many?"
    assert len(table.requests) == 1
    turned = table.mean("Book", guests="4", day="2026-12-01")
    assert (turned.speech, turned.request, turned.ended) == ("On 2026-12-01?", {}, False)
    assert table.mean("Yes").speech == "A table for 4, right?"
    assert len(table.requests) == 1
    turned = table.mean("Yes")
    assert (turned.speech, turned.ended) == ("Booked.", True)
    assert table.last["dialogState"] == "COMPLETED"
    assert table.last["intent"]["confirmationStatus"] == "CONFIRMED"
    assert table.last["intent"]["slots"]["day"]["confirmationStatus"] == "CONFIRMED"


def test_a_complete_dialog_that_is_handed_to_alexa_comes_back_at_once() -> None:
    updated = {**intent("Book", guests="4"), "confirmationStatus": "CONFIRMED"}
    table = Table(says("", {"type": "Dialog.Delegate", "updatedIntent": updated}), says("Booked."))
    assert table.mean("Book").speech == "Booked."
    assert [request["dialogState"] for request in table.requests] == ["STARTED", "COMPLETED"]
    assert len({request["requestId"] for request in table.requests}) == 2


def test_a_skill_that_only_hands_back_is_left_alone_in_the_end() -> None:
    updated = {**intent("Book", guests="4"), "confirmationStatus": "CONFIRMED"}
    back = says("", {"type": "Dialog.Delegate", "updatedIntent": updated})
    table = Table(*[back] * 20)
    table.mean("Book")
    assert len(table.requests) < 10


def test_with_its_own_strategy_alexa_asks_before_the_skill_hears_anything() -> None:
    table = Table(says("Booked."), strategy="ALWAYS")
    assert table.mean("Book").speech == "For how many?"
    assert table.requests == []
    table.mean("Book", guests="4")
    assert table.mean("Yes").speech == "Booked."
    assert [request["dialogState"] for request in table.requests] == ["COMPLETED"]


def test_a_session_that_ends_waits_for_nothing() -> None:
    table = Table(says("Bye.", {"type": "Dialog.Delegate"}, end=True))
    assert table.mean("Book").ended
    assert len(table.requests) == 1


Damage = Callable[[dict[str, Any]], Any]


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: raw.update(asking={"slot": "day"}),
        lambda raw: raw.update(asking="day"),
        lambda raw: raw["asking"].update(slot=3),
        lambda raw: raw["asking"]["under"].update(slots=["day"]),
        lambda raw: raw.update(dynamic=[]),
        lambda raw: raw.update(dynamic={"Product": "milk"}),
        lambda raw: raw.update(locale=3),
        lambda raw: raw.update(asked_again="yes"),
        lambda raw: raw.update(surprise=1),
    ],
)
def test_a_session_that_was_never_handed_out_is_refused(damage: Damage) -> None:
    table = Table(says("Which day?", elicit("day")))
    table.mean("Book", guests="4")
    raw = session_json(table.session)
    damage(raw)
    with pytest.raises((TypeError, KeyError, ValueError)):
        session_from(raw)

"""Slots as Alexa sends them and as it might: what was said, what it resolved to, and what could be served."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.alexa.fields import MAX_TEXT, text, when
from skill.alexa.slots import can_fulfill, read_slots
from skill.dialogue.turn import Slot
from skill.intents import everything
from tests.alexa.test_request_types import envelope
from tests.talk import kept, lambda_door, send_through

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def resolved(*ids: str, code: str = "ER_SUCCESS_MATCH") -> dict[str, Any]:
    values = [{"value": {"name": id, "id": id}} for id in ids]
    return {"resolutionsPerAuthority": [{"authority": "a", "status": {"code": code}, "values": values}]}


@given(ANYTHING)
def test_whatever_a_field_holds_becomes_text_that_can_be_stored_and_said(value: Any) -> None:
    found = text(value)
    assert len(found) <= MAX_TEXT
    assert found.encode("utf-8").decode() == found
    assert not any(ord(letter) < 32 for letter in found)


@given(ANYTHING)
def test_whatever_slots_hold_is_read(value: Any) -> None:
    for raw in (value, {"a": value}, {"a": {"value": value, "resolutions": value, "slotValue": value}}):
        for slot in read_slots(raw).values():
            assert slot.text or slot.ids


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("oat milk", "oat milk"),
        ("oat\0milk\ud800", "oat milk"),
        ("\u202emilk\u202c", "milk"),
        ("حليب\u200f", "حليب"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("🧀", "🧀"),
        (2, "2"),
        ("x" * 8_000, "x" * MAX_TEXT),
    ],
)
def test_what_was_said_is_kept_and_what_nobody_says_is_not(said: object, read: str) -> None:
    assert read_slots({"product": {"name": "product", "value": said}}) == {
        "product": Slot(read, (), _number(read))
    }


@pytest.mark.parametrize("said", [None, "", "  ", "\0", True, 1.5, [], {}, 10**4_000])
def test_a_slot_without_words_is_none(said: object) -> None:
    assert read_slots({"product": {"name": "product", "value": said}}) == {}


def test_of_hundreds_of_slots_and_values_only_so_many_are_looked_at() -> None:
    slots = {f"slot{n}": {"value": "x", "resolutions": resolved(*map(str, range(900)))} for n in range(700)}
    found = read_slots(slots)
    assert len(found) == 40
    assert {len(slot.ids) for slot in found.values()} == {50}


def test_a_slot_under_a_name_no_slot_has_is_left_out() -> None:
    assert read_slots({"x" * 9_000: {"value": "x"}, "\ud800": {"value": "x"}, "": {"value": "y"}}) == {
        "": Slot("y")
    }


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-11-21T15:00:00Z", "2026-11-21T15:00:00+00:00"),
        ("2026-11-21T15:00:00", "2026-11-21T15:00:00+00:00"),
        ("2026-11-21T16:00:00+01:00", "2026-11-21T15:00:00+00:00"),
        ("0001-01-01T00:00:00+23:59", None),
        ("9999-12-31T23:59:59-23:59", None),
        ("string", None),
        (1700000000000, None),
        (None, None),
    ],
)
def test_a_moment_is_read_as_utc_or_not_at_all(value: object, moment: str | None) -> None:
    found = when(value)
    assert (found.isoformat() if found else None) == moment


@pytest.mark.parametrize(
    ("name", "slots", "answer"),
    [
        ("FindProduct", {}, {"canFulfill": "YES"}),
        ("BookFlight", {}, {"canFulfill": "NO"}),
        (None, {}, {"canFulfill": "NO"}),
        (["FindProduct"], {}, {"canFulfill": "NO"}),
        (
            "BookFlight",
            {"city": {"value": "Rome"}},
            {"canFulfill": "NO", "slots": {"city": {"canUnderstand": "NO", "canFulfill": "NO"}}},
        ),
        (
            "AddToCart",
            {"product": {"value": "oat milk"}, "quantity": {"value": "2"}},
            {
                "canFulfill": "YES",
                "slots": {
                    "product": {"canUnderstand": "MAYBE", "canFulfill": "YES"},
                    "quantity": {"canUnderstand": "YES", "canFulfill": "YES"},
                },
            },
        ),
        (
            "AddToCart",
            {"product": {"value": "oat milk", "resolutions": resolved("oat-1")}},
            {"canFulfill": "YES", "slots": {"product": {"canUnderstand": "YES", "canFulfill": "YES"}}},
        ),
        (
            "AddToCart",
            {"quantity": {"value": "?"}, "gift wrap": {"value": "red"}},
            {
                "canFulfill": "MAYBE",
                "slots": {
                    "quantity": {"canUnderstand": "NO", "canFulfill": "NO"},
                    "gift wrap": {"canUnderstand": "NO", "canFulfill": "NO"},
                },
            },
        ),
        ("AddToCart", {"product": {"value": None}}, {"canFulfill": "YES"}),
        ("AddToCart", [1], {"canFulfill": "YES"}),
    ],
)
def test_whether_an_intent_can_be_served_is_told_with_each_slot(
    name: object, slots: object, answer: dict[str, Any]
) -> None:
    raw = {"request": {"locale": "en-US", "intent": {"name": name, "slots": slots}}}
    assert can_fulfill(raw, intents=everything()) == answer


def test_asking_what_can_be_done_does_nothing(door: ModuleType) -> None:
    before = kept(door)
    slots = {
        "product": {"name": "product", "value": "goat milk"},
        "quantity": {"name": "quantity", "value": "2"},
    }
    raw = envelope("CanFulfillIntentRequest", intent={"name": "AddToCart", "slots": slots})
    answer = send_through(door)(raw)
    assert answer["response"]["canFulfillIntent"]["canFulfill"] == "YES"
    assert answer["response"]["canFulfillIntent"]["slots"].keys() == slots.keys()
    assert kept(door) == before


def test_another_skill_is_told_that_nothing_can_be_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAYSO_SKILL_ID", "amzn1.ask.skill.11111111-1111-4111-8111-111111111111")
    door = lambda_door(f"sqlite:{tmp_path / 'shop.db'}", monkeypatch=monkeypatch)
    raw = envelope("CanFulfillIntentRequest", intent={"name": "FindProduct", "slots": {}})
    assert send_through(door)(raw)["response"] == {"canFulfillIntent": {"canFulfill": "NO"}}


def test_a_number_is_understood_in_the_language_it_was_asked_in() -> None:
    raw = {"intent": {"name": "AddToCart", "slots": {"quantity": {"value": "zwei"}}}}
    for locale, understood in (("de-DE", "YES"), ("de", "YES"), ("en-US", "NO"), ("xx", "NO"), (None, "NO")):
        told = can_fulfill({"request": {**raw, "locale": locale}}, intents=everything())
        assert told["slots"]["quantity"]["canUnderstand"] == understood


def _number(read: str) -> int | None:
    return int(read) if read.isdecimal() else None

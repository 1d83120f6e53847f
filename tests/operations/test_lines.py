"""The log of a shop that somebody hosts: which form, from which level, and what a line holds."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

import pytest

from skill.errors import BadInput
from skill.operations.lines import JsonLines, round_logged, settings_of, turn_logged
from skill.operations.round import RoundRecord
from tests.operations.test_emf import TURN


@pytest.mark.parametrize(
    ("text", "level", "as_json"),
    [
        ("", logging.WARNING, False),
        ("text", logging.WARNING, False),
        ("json", logging.INFO, True),
        ("DEBUG", logging.DEBUG, False),
        ("json,warning", logging.WARNING, True),
        ("error json", logging.ERROR, True),
        ("Info TEXT", logging.INFO, False),
    ],
)
def test_sayso_log_names_form_and_level(text: str, level: int, as_json: bool) -> None:
    found, formatter = settings_of(text)
    assert (found, isinstance(formatter, JsonLines)) == (level, as_json)


@pytest.mark.parametrize("text", ["jsonn", "json text", "debug info", "verbose"])
def test_what_sayso_log_cannot_mean_is_said(text: str) -> None:
    with pytest.raises(BadInput, match=r"SAYSO_LOG='.*: write \"json\""):
        settings_of(text)


def written(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [json.loads(JsonLines().format(record)) for record in caplog.records]


def test_a_turn_is_a_line_with_its_fields(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        turn_logged(TURN)
    [line] = written(caplog)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line.pop("time"))
    assert line == {
        "level": "INFO",
        "logger": "sayso",
        "message": "turn: IntentRequest AddToCart add_to_cart.added in 12.3 ms",
        "event": "turn",
        "request_id": TURN.request_id,
        "type": "IntentRequest",
        "locale": "en-US",
        "shop": "shop",
        "intent": "AddToCart",
        "outcome": "add_to_cart.added",
        "milliseconds": 12.345,
        "cold": True,
        "ended": False,
        "read_units": 1.5,
        "write_units": 2.0,
        "round_trips": 2,
        "orders_placed": 0,
        "trace": TURN.trace,
    }


def test_a_round_in_which_nothing_happened_is_not_told(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        round_logged(RoundRecord(shop="shop"))
        round_logged(RoundRecord(shop="shop", told=2, due=1, oldest_untold=3.5))
    [line] = written(caplog)
    assert (line["event"], line["told"], line["due"], line["oldest_untold"]) == ("round", 2, 1, 3.5)


def test_what_others_attach_to_a_record_does_not_come_into_a_line() -> None:
    record = logging.makeLogRecord({"name": "other", "msg": "plain", "body": "Zuleika Dobson"})
    assert "Zuleika" not in JsonLines().format(record)


def test_a_line_break_in_a_message_makes_no_second_line() -> None:
    record = logging.makeLogRecord({"name": "sayso", "msg": 'one\n{"level": "ERROR"}'})
    assert "\n" not in JsonLines().format(record)

"""CloudWatch's lines, as its specification has them, and as alarms and dashboard expect them."""

from __future__ import annotations

import json
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
from jsonschema import Draft7Validator

from skill.operations import emf, metrics, onlambda
from skill.operations.round import RoundRecord
from skill.operations.turn import TurnRecord, Watch
from tests.talk import Talk

TURN = TurnRecord(
    request_id="amzn1.echo-api.request.1",
    kind="IntentRequest",
    shop="shop",
    locale="en-US",
    intent="AddToCart",
    outcome="add_to_cart.added",
    milliseconds=12.345,
    cold=True,
    read_units=1.5,
    write_units=2.0,
    round_trips=2,
    orders_placed=0,
    ended=False,
    trace="0af7651916cd43dd8448eb211c80319c",
)
_TEXT = {"type": "string", "minLength": 1, "maxLength": 1024}
# The rules of the specification's "Embedded metric format document structure" and its JSON schema.
_DIRECTIVE = {
    "type": "object",
    "required": ["Namespace", "Dimensions", "Metrics"],
    "additionalProperties": False,
    "properties": {
        "Namespace": _TEXT,
        "Dimensions": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "array", "minItems": 1, "maxItems": 30, "items": {**_TEXT, "maxLength": 250}},
        },
        "Metrics": {
            "type": "array",
            "minItems": 1,
            "maxItems": 100,
            "items": {
                "type": "object",
                "required": ["Name"],
                "additionalProperties": False,
                "properties": {
                    "Name": _TEXT,
                    "Unit": {"enum": ["Count", "Milliseconds", "Seconds", "Bytes", "Percent", "None"]},
                    "StorageResolution": {"enum": [1, 60]},
                },
            },
        },
    },
}
SCHEMA = {
    "type": "object",
    "required": ["_aws"],
    "properties": {
        "_aws": {
            "type": "object",
            "required": ["Timestamp", "CloudWatchMetrics"],
            "additionalProperties": False,
            "properties": {
                "Timestamp": {"type": "integer", "minimum": 1_000_000_000_000},
                "CloudWatchMetrics": {"type": "array", "minItems": 1, "items": _DIRECTIVE},
            },
        }
    },
}


def extracted(line: str) -> dict[tuple[str, ...], dict[str, float]]:
    """What CloudWatch makes of a line: the metrics for each set of dimensions, with their values."""
    assert "\n" not in line
    assert len(line.encode()) < 256 * 1024
    told = json.loads(line)
    Draft7Validator(SCHEMA).validate(told)
    found: dict[tuple[str, ...], dict[str, float]] = {}
    for directive in told["_aws"]["CloudWatchMetrics"]:
        assert directive["Namespace"] == "Sayso"
        for names in directive["Dimensions"]:
            # Every target has to be a member of the root: text for a dimension, a number for a metric.
            places = tuple(f"{name}={told[name]}" for name in names)
            assert all(isinstance(told[name], str) and 0 < len(told[name]) <= 1024 for name in names)
            assert places not in found, "a metric would be counted twice"
            found[places] = {metric["Name"]: told[metric["Name"]] for metric in directive["Metrics"]}
            assert all(type(value) in (int, float) for value in found[places].values())
    return found


def lines_of(turn: TurnRecord) -> list[str]:
    written: list[str] = []
    emf.turns_to(written.append, stage="prod", now=lambda: 1_795_000_000.5)(turn)
    return written


def test_a_turn_is_one_line_with_its_metrics_by_stage_shop_and_intent() -> None:
    [line] = lines_of(TURN)
    found = extracted(line)
    of_all = {
        **{"Turns": 1, "Faults": 0, "Refused": 0, "Latency": 12.345, "ReadUnits": 1.5, "WriteUnits": 2.0},
        **{"RoundTrips": 2, "ColdStarts": 1, "OrdersPlaced": 0},
    }
    assert found == {
        ("Stage=prod",): of_all,
        ("Stage=prod", "Shop=shop"): of_all,
        ("Stage=prod", "Intent=AddToCart"): {"Turns": 1, "Faults": 0, "Latency": 12.345},
    }
    told = json.loads(line)
    assert told["_aws"]["Timestamp"] == 1_795_000_000_500
    assert (told["request_id"], told["outcome"]) == (TURN.request_id, TURN.outcome)


@pytest.mark.parametrize(
    ("session", "figures"),
    [
        ({"turns": 4, "cart": 700, "misses": 2}, {"SessionsWithOrder": 0, "CartsLeft": 1, "Misses": 2}),
        (
            {"turns": 4, "orders": 1, "hand_overs": 1},
            {"SessionsWithOrder": 1, "CartsLeft": 0, "HandOvers": 1},
        ),
    ],
)
def test_a_turn_that_ends_its_session_tells_of_that_too(
    session: dict[str, int], figures: dict[str, int]
) -> None:
    [line] = lines_of(replace(TURN, session=session))
    found = extracted(line)["Stage=prod", "Shop=shop"]
    assert found["Sessions"] == 1
    assert found["Turns"] == 1
    assert {name: found[name] for name in figures} == figures


def test_a_turn_of_no_shop_and_no_intent_names_neither() -> None:
    [line] = lines_of(replace(TURN, shop="", intent="", outcome="refused"))
    found = extracted(line)
    assert set(found) == {("Stage=prod",)}
    assert found["Stage=prod",]["Refused"] == 1


def test_a_round_is_one_line_by_stage_and_shop() -> None:
    written: list[str] = []
    done = RoundRecord(shop="shop", told=3, dead=1, settled=2, due=4, oldest_untold=61.5)
    emf.rounds_to(written.append, stage="prod")(done)
    figures = {"Told": 3, "Dead": 1, "Settled": 2, "Due": 4, "OldestUntold": 61.5}
    assert extracted(*written) == {("Stage=prod",): figures, ("Stage=prod", "Shop=shop"): figures}


def test_every_metric_has_a_unit_and_a_record_that_tells_it() -> None:
    names = {*metrics.OF_TURNS, *metrics.OF_SESSIONS, *metrics.OF_INTENTS, *metrics.OF_ROUNDS}
    assert set(metrics.UNITS) == names


@pytest.mark.parametrize(
    ("environ", "stage"),
    [
        ({}, ""),
        ({"AWS_LAMBDA_FUNCTION_NAME": "skill"}, "dev"),
        ({"AWS_LAMBDA_FUNCTION_NAME": "skill", "SAYSO_STAGE": "prod"}, "prod"),
        ({"SAYSO_STAGE": "prod"}, "prod"),
    ],
)
def test_metrics_are_told_on_lambda_and_where_a_stage_is_named(environ: dict[str, str], stage: str) -> None:
    assert onlambda.stage_of(environ) == stage
    assert len(onlambda.turns(environ)) == len(onlambda.rounds(environ)) == (1 if stage else 0)


def test_the_lambda_door_writes_a_line_for_each_turn(
    door: ModuleType, talk: Talk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(door, "watch", Watch(*onlambda.turns({"SAYSO_STAGE": "test"})))
    talk.say("add goat milk")
    talk.say("what's in my cart")
    found = [extracted(line) for line in capsys.readouterr().out.splitlines()]
    assert [sorted(places)[1] for places in found] == [
        ("Stage=test", "Intent=AddToCart"),
        ("Stage=test", "Intent=ReviewCart"),
    ]


def test_a_line_is_written_in_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces: list[Any] = []

    class Out:
        write = pieces.append

        def flush(self) -> None:
            pieces.append(None)

    monkeypatch.setattr("sys.stdout", Out())
    emf.write_line("{}")
    assert pieces == ["{}\n", None]

"""What a turn tells: what it was, how it ended, what it cost, each for itself; nothing of a person."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.errors import CatalogueNotLinked
from skill.operations.turn import (
    FAULT,
    REFUSED,
    SILENCE,
    TurnRecord,
    Watch,
    noted,
    order_placed,
    spent,
    values,
)
from tests.talk import ROOT, Talk, send_through

LAUNCH: dict[str, Any] = json.loads((ROOT / "tests" / "requests" / "launch.json").read_text("utf-8"))[
    "request"
]


@pytest.fixture
def told(door: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[TurnRecord]:
    """Everything the Lambda door tells of its turns."""
    records: list[TurnRecord] = []
    monkeypatch.setattr(door, "watch", Watch(records.append))
    return records


def test_a_turn_tells_its_intent_and_the_first_thing_said(told: list[TurnRecord], talk: Talk) -> None:
    talk.say("add goat milk")
    [turn] = told
    assert (turn.kind, turn.intent, turn.outcome) == ("IntentRequest", "AddToCart", "add_to_cart.added")
    assert (turn.shop, turn.locale, turn.request_id) == ("shop", "en-US", "request-1")
    assert turn.milliseconds > 0
    assert turn.round_trips >= 2
    assert not turn.ended


def test_an_order_is_counted_once_and_by_the_turn_that_placed_it(told: list[TurnRecord], talk: Talk) -> None:
    for said in ("add goat milk", "make it four", "check out", "yes"):
        talk.say(said)
    assert [turn.orders_placed for turn in told] == [0, 0, 0, 1]


def test_a_broken_rule_is_told_by_its_key_and_is_no_fault(
    told: list[TurnRecord], door: ModuleType, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(_: str) -> None:
        raise CatalogueNotLinked

    monkeypatch.setattr(door.app.store, "visit", nothing)
    door.lambda_handler(LAUNCH, None)
    assert [(turn.outcome, values(turn)["Faults"]) for turn in told] == [("common.no_catalogue", 0)]
    assert told[0].ended


def test_a_fault_is_told_as_one(
    told: list[TurnRecord], door: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door.app.store, "visit", lambda _: 1 / 0)
    door.lambda_handler(LAUNCH, None)
    assert [(turn.outcome, values(turn)["Faults"]) for turn in told] == [(FAULT, 1)]


def test_silence_and_refusal_are_told_as_such(told: list[TurnRecord], door: ModuleType) -> None:
    ended = {**LAUNCH, "request": {**LAUNCH["request"], "type": "SessionEndedRequest"}}
    door.lambda_handler(ended, None)
    door.lambda_handler({"request": {"type": 7}}, None)
    assert [turn.outcome for turn in told] == [SILENCE, REFUSED]
    assert [values(turn)["Turns"] for turn in told] == [1, 0]


def test_an_event_that_could_not_be_carried_out_is_a_fault_and_is_raised(
    told: list[TurnRecord], door: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door.app.store, "erase", lambda *_, **__: 1 / 0)
    monkeypatch.setattr(door.app.store, "visit", lambda *_, **__: 1 / 0)
    kind = "AlexaSkillEvent.SkillDisabled"
    gone = {"context": LAUNCH["context"], "request": {**LAUNCH["request"], "type": kind}}
    with pytest.raises(door.NotAnswered):
        door.lambda_handler(gone, None)
    assert [(turn.kind, turn.outcome) for turn in told] == [(kind, FAULT)]


def test_only_the_first_turn_of_a_process_is_cold(told: list[TurnRecord], talk: Talk) -> None:
    talk.say("add goat milk")
    talk.say("what's in my cart")
    assert [turn.cold for turn in told] == [True, False]


def test_turns_beside_each_other_add_to_their_own_record_only() -> None:
    told: list[TurnRecord] = []
    watch, together = Watch(told.append), Barrier(8)

    def answer(raw: Any) -> dict[str, Any]:
        together.wait()
        for _ in range(raw["n"]):
            spent(read_units=0.5)
        if raw["n"] % 2:
            order_placed()
        together.wait()
        noted(outcome=f"n.{raw['n']}")
        return {}

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: watch.answer(answer, {"n": n}), range(8)))
    assert {(turn.outcome, turn.round_trips, turn.read_units, turn.orders_placed) for turn in told} == {
        (f"n.{n}", n, n / 2, n % 2) for n in range(8)
    }


def test_what_is_spent_outside_of_turns_is_nobodys() -> None:
    told: list[TurnRecord] = []
    spent(read_units=5.0)
    order_placed()
    Watch(told.append).answer(lambda _: {}, {})
    assert (told[0].read_units, told[0].orders_placed) == (0.0, 0)


def test_who_cannot_be_told_keeps_neither_the_shopper_nor_the_others_waiting(
    caplog: pytest.LogCaptureFixture,
) -> None:
    told: list[TurnRecord] = []

    def broken(_: TurnRecord) -> None:
        raise OSError(28, "no space left")

    assert Watch(broken, told.append).answer(lambda _: {"response": {}}, {}) == {"response": {}}
    assert len(told) == 1
    assert [record.message for record in caplog.records] == ["a turn could not be told of"]


@pytest.mark.parametrize(
    ("id", "kind", "kept"),
    [
        ("amzn1.echo-api.request.1", "LaunchRequest", True),
        ("Zuleika Dobson", "her name", False),
        ("x" * 81, "X" * 81, False),
        ("ﷺ", "Éclair", False),
        (7, ["LaunchRequest"], False),
        ("", "", False),
        ("../..", "A..B", False),
    ],
)
def test_ids_and_types_are_told_only_where_they_look_like_some(id: Any, kind: Any, kept: bool) -> None:
    told: list[TurnRecord] = []
    Watch(told.append).answer(lambda _: {}, {"request": {"requestId": id, "type": kind}})
    assert (told[0].request_id, told[0].kind) == ((id, kind) if kept else ("", ""))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=10,
)


@given(raw=_JSON, response=st.dictionaries(st.sampled_from(["response", "version"]), _JSON))
def test_whatever_comes_in_or_goes_out_can_be_told_of(raw: Any, response: dict[str, Any]) -> None:
    told: list[TurnRecord] = []
    assert Watch(told.append).answer(lambda _: response, raw) == response
    assert json.dumps(values(told[0]))


def test_an_intent_that_is_none_of_ours_is_not_told(told: list[TurnRecord], door: ModuleType) -> None:
    request = {**LAUNCH["request"], "type": "IntentRequest", "intent": {"name": "ZuleikaDobson"}}
    send_through(door)({**LAUNCH, "request": request})
    assert told[0].intent == ""
    assert told[0].outcome

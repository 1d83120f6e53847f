"""What a session counts, and that it is kept once: at its end, or with the order it ends with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import ModuleType
from typing import Any

import pytest

from skill.alexa.typed_session import session_ended
from skill.commerce.experiment import Arm, Experiment
from skill.operations.tally import begun, counted, counting, merged, trusted, with_order
from skill.operations.turn import TurnRecord, Watch
from skill.shop import NOBODY
from tests.talk import NOW, Talk, send_through

DAY = date(2026, 11, 21)
ARMS = (Arm(id="usual"), Arm(id="short", texts={"en": "Hi, {shop} here."}))
GREETING = Experiment(id="greeting", prompt="launch.first_time", arms=ARMS)


def hang_up(door: ModuleType, talk: Talk) -> None:
    """The shopper falls silent, and Alexa says so."""
    send_through(door)(
        session_ended("EXCEEDED_MAX_REPROMPTS", session=talk.session, now=NOW, request_id="gone")
    )
    talk.new_session()


def told(door: ModuleType) -> list[Mapping[str, int]]:
    """What is kept of the day's sessions."""
    return [counts for _, counts in door.app.store.counted(DAY)]


def test_a_session_that_is_left_is_kept_with_what_it_counted(door: ModuleType, talk: Talk) -> None:
    for said in ("open saffron wagon", "find oat milk", "add goat milk", "take the goat milk off", "undo"):
        talk.say(said)
    assert not told(door)
    hang_up(door, talk)
    [counts] = told(door)
    known = {kind: counts.get(kind) for kind in ("launches", "turns", "searches", "adds", "corrections")}
    assert known == {"launches": 1, "turns": 5, "searches": 1, "adds": 1, "corrections": 2}
    assert counts["cart"] > 0
    assert "orders" not in counts


def test_what_is_not_understood_and_who_is_sent_for_are_counted(door: ModuleType, talk: Talk) -> None:
    for said in ("xyzzy plugh", "talk to a person", "stop"):
        talk.say(said)
    [counts] = told(door)
    assert (counts["misses"], counts["hand_overs"], counts["turns"]) == (1, 1, 3)


def test_a_session_that_ends_with_an_order_is_kept_with_it_and_costs_no_write(
    door: ModuleType, talk: Talk
) -> None:
    for said in ("add goat milk", "make it four", "check out", "yes"):
        talk.say(said)
    assert not told(door)
    [order] = door.app.store.placed(limit=5).orders
    assert order.tally.day == "2026-11-21"
    counts = order.tally.counts
    assert (counts["turns"], counts["orders"], counts["turns_to_order"], counts["checkouts"]) == (4, 1, 4, 1)
    assert counts["cart"] == 0


def test_the_end_of_a_session_is_told_to_whoever_runs_the_shop(
    door: ModuleType, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    records: list[TurnRecord] = []
    monkeypatch.setattr(door, "watch", Watch(records.append))
    talk.say("add goat milk")
    hang_up(door, talk)
    assert [bool(record.session) for record in records] == [False, True]
    assert records[1].session["adds"] == 1
    assert records[1].shop == "shop"


def test_a_session_that_cannot_be_kept_ends_all_the_same(
    door: ModuleType, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise TimeoutError("throttled")

    monkeypatch.setattr(type(door.app.store), "count", broken)
    talk.say("add goat milk")
    assert talk.say("stop").ended


def test_a_shopper_is_part_of_an_experiment_once_and_hears_the_same_again(
    door: ModuleType, talk: Talk
) -> None:
    store = door.app.store
    store.publish(replace(store.visit(NOBODY).facts, experiments=(GREETING,)), stock={})
    heard = []
    for _ in range(2):
        heard.append(talk.say("open saffron wagon").speech)
        hang_up(door, talk)
    assert heard[0] == heard[1]
    arms = [kind for counts in told(door) for kind in counts if kind.startswith("heard:")]
    assert arms in (["heard:greeting:usual"], ["heard:greeting:short"])
    assert heard[0].startswith("Hi, ") == (arms == ["heard:greeting:short"])


def test_experiments_share_shoppers_by_their_parts() -> None:
    uneven = Experiment(id="x", prompt="p", arms=(Arm(id="a", share=3), Arm(id="b")))
    drawn = [uneven.arm(f"shopper-{n}").id for n in range(2_000)]
    assert 1_400 < drawn.count("a") < 1_600
    assert drawn == [uneven.arm(f"shopper-{n}").id for n in range(2_000)]


def test_counts_of_a_session_only_grow_and_the_cart_is_as_it_was_last() -> None:
    with counting(begun("r", day=DAY)) as turn:
        counted("adds")
        placed = with_order()
    assert placed is not None
    assert turn.tally.counts == {"adds": 1}
    assert placed.counts == {"adds": 1, "orders": 1, "turns": 1, "turns_to_order": 1, "cart": 0}
    later = {"adds": 2, "turns": 2, "cart": 500}
    assert merged(placed.counts, later) == merged(later, placed.counts)
    assert merged(placed.counts, later)["cart"] == 500
    counted("adds")
    assert turn.tally.counts == {"adds": 1}


@pytest.mark.parametrize(
    "counts", [{"turns": -1}, {"x" * 200: 1}, {"turns": 10**15}, {f"k{n}": 1 for n in range(500)}]
)
def test_counts_that_cannot_be_ours_are_not_believed(counts: dict[str, int]) -> None:
    believed = trusted(replace(begun("r", day=DAY), counts=counts), today=DAY)
    assert believed is not None
    assert len(believed.counts) <= 60
    assert all(0 < n < 10**12 + 1 and len(kind) < 100 for kind, n in believed.counts.items())


def test_a_session_of_another_day_begins_anew() -> None:
    assert trusted(begun("r", day=date(2020, 1, 1)), today=DAY) is None
    assert trusted(replace(begun("r", day=DAY), day="tomorrow"), today=DAY) is None

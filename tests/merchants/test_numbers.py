"""A shop's days in numbers: sums, shares, the funnel and what experiments come to."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skill.commerce.experiment import Arm, Experiment
from skill.counting import Sentence
from skill.merchants.figures import COLUMNS, STAGES, as_csv, compared, figures, most_unanswered
from skill.merchants.numbers import Day, added_up, close_days, days, known, session
from skill.operations.tally import Tally
from skill.shop import Stocking
from skill.storage.sqlite import open_sqlite
from tests.storage.stores import FACTS, SHOP, cart, line, order_of

DAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
NEXT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
EXPERIMENT = Experiment(id="hello", prompt="launch.first_time", arms=(Arm(id="usual"), Arm(id="new")))


@pytest.fixture
def store(tmp_path: Path) -> Stocking:
    opened = open_sqlite(str(tmp_path / "shop.db"), shop=SHOP, clock=lambda: NEXT)
    opened.publish(FACTS, stock={})
    return opened


def bought(
    store: Stocking, id: str, *, shopper: str, at: datetime = NOON, counts: Mapping[str, int] | None = None
) -> None:
    tally = None if counts is None else Tally(f"s-{id}", at.date().isoformat(), counts)
    store.put_order(replace(order_of(cart(line(), cid=id), shopper=shopper, placed_at=at), tally=tally))


def test_sessions_add_up_with_the_orders_they_ended_with(store: Stocking) -> None:
    store.count({"turns": 3, "launches": 1, "searches": 1, "cart": 0}, id="a", day=DAY)
    store.count({"turns": 2, "adds": 1, "cart": 700, "misses": 1, "hand_overs": 1}, id="b", day=DAY)
    store.count({"notices_sent": 1}, id="notice-1", day=DAY)
    bought(store, "o1", shopper="ann", counts={"turns": 5, "orders": 1, "turns_to_order": 5})
    told = added_up(store, FACTS, DAY).day.counts
    assert [told.get(stage) for stage in STAGES] == [3, 3, 2, 1, 1]
    assert (told["turns"], told["carts_left"], told["value_left"]) == (10, 1, 700)
    assert (told["orders_placed"], told["order_value"], told["after:5"]) == (1, 399, 1)
    assert (told["with_person"], told["with_miss"], told["notices_sent"]) == (1, 1, 1)


def test_a_session_that_went_on_after_its_order_counts_once(store: Stocking) -> None:
    bought(store, "o1", shopper="ann", counts={"turns": 4, "orders": 1, "turns_to_order": 4, "cart": 0})
    store.count({"turns": 6, "orders": 1, "turns_to_order": 4, "cart": 200}, id="s-o1", day=DAY)
    told = added_up(store, FACTS, DAY).day.counts
    assert (told["sessions"], told["turns"], told["orders"]) == (1, 6, 1)


def test_whoever_ordered_before_orders_again(store: Stocking) -> None:
    bought(store, "o1", shopper="ann", at=NOON - timedelta(days=9))
    bought(store, "o2", shopper="ann")
    bought(store, "o3", shopper="bob")
    bought(store, "o4", shopper="bob", at=NOON + timedelta(hours=1))
    told = added_up(store, FACTS, DAY).day.counts
    assert (told["orders_placed"], told["orders_again"]) == (3, 2)


def test_a_day_is_kept_once_it_is_over_and_stays_as_it_was(store: Stocking) -> None:
    store.count({"turns": 3}, id="a", day=DAY)
    early = datetime(2026, 11, 21, 5, 59, tzinfo=UTC)
    assert not any(day.date == DAY for day in (known(store, DAY),) if day)
    close_days(store, FACTS, now=early)
    assert known(store, DAY) is None
    close_days(store, FACTS, now=early + timedelta(minutes=1))
    assert not close_days(store, FACTS, now=NEXT)
    store.count({"turns": 9}, id="late", day=DAY)
    kept = known(store, DAY)
    assert kept is not None
    assert kept.counts["turns"] == 3
    assert [day.counts.get("turns", 0) for day in days(store, FACTS, now=NEXT, count=2)] == [3, 0]


def test_a_shop_elsewhere_has_its_own_day(store: Stocking) -> None:
    tokyo = replace(FACTS, timezone="Asia/Tokyo")
    bought(store, "o1", shopper="ann", at=datetime(2026, 11, 19, 16, 0, tzinfo=UTC))
    assert added_up(store, tokyo, DAY).day.counts["orders_placed"] == 1
    assert "orders_placed" not in {k for k, n in added_up(store, FACTS, DAY).day.counts.items() if n}


def test_a_shopper_counts_once_in_an_experiment_however_often_they_order(store: Stocking) -> None:
    facts = replace(FACTS, experiments=(EXPERIMENT,))
    trial = EXPERIMENT.trial("ann")
    for n, back in enumerate((1, 0)):
        at, heard = NOON - timedelta(days=back), {f"heard:{trial}": 1}
        bought(store, f"o{n}", shopper="ann", at=at, counts={"turns": 2, "orders": 1, **heard})
    close_days(store, facts, now=NEXT)
    sums = figures([*days(store, facts, now=NEXT, count=4)], facts)["experiments"][0]["arms"]
    assert sorted((arm["heard"], arm["ordered"]) for arm in sums) == [(0, 0), (1, 1)]
    assert set(store.visit("ann").shopper.insight.trials) == {trial, f"{trial}:won"}


def test_shares_say_nothing_where_nothing_happened() -> None:
    told = figures([Day(DAY)], FACTS)
    assert all(told["totals"][name] == 0 for name in COLUMNS)
    assert {told["totals"][name] for name in ("conversion", "rating", "repeat", "turns_to_order")} == {None}


def test_totals_are_made_of_all_days_and_not_of_their_shares() -> None:
    one = {"sessions": 10, "to_order": 5, "after:3": 4, "after:9": 1, "carts_left": 5, "with_person": 1}
    two = {"sessions": 90, "to_order": 5, "after:9": 5, "orders_placed": 3, "order_value": 1001}
    told = figures([Day(DAY, one), Day(DAY + timedelta(days=1), two)], FACTS)["totals"]
    assert (told["conversion"], told["abandonment"], told["automation"]) == (0.1, 0.3333, 0.99)
    assert (told["turns_to_order"], told["average_order"]) == (9, 334)


def test_a_table_has_a_line_a_day() -> None:
    told = figures([Day(DAY, {"sessions": 2}), Day(DAY + timedelta(days=1))], FACTS)
    rows = list(csv.DictReader(io.StringIO(as_csv(told))))
    assert [(row["date"], row["sessions"], row["conversion"]) for row in rows] == [
        ("2026-11-20", "2", "0.0"),
        ("2026-11-21", "0", ""),
    ]
    assert {row["currency"] for row in rows} == {"USD"}


@pytest.mark.parametrize(
    ("usual", "new", "verdict"),
    [
        ((10, 100), (11, 100), "no_difference"),
        ((10, 100), (40, 100), "better"),
        ((40, 100), (10, 100), "worse"),
        ((0, 29), (29, 29), "too_few"),
    ],
)
def test_an_experiment_says_no_more_than_it_knows(
    usual: tuple[int, int], new: tuple[int, int], verdict: str
) -> None:
    sums = {
        **{"won:hello:usual": usual[0], "heard:hello:usual": usual[1]},
        **{"won:hello:new": new[0], "heard:hello:new": new[1]},
    }
    first, second = compared(EXPERIMENT, sums)["arms"]
    assert "verdict" not in first
    assert second["verdict"] == verdict
    assert ("difference" in second) is (verdict != "too_few")


@given(
    counts=st.dictionaries(
        st.sampled_from(["turns", "searches", "adds", "checkouts", "orders", "cart", "misses", "hand_overs"]),
        st.integers(0, 50),
    )
)
@settings(max_examples=50)
def test_nobody_comes_further_without_having_come_so_far(counts: dict[str, int]) -> None:
    told = session(counts)
    reached = [told.get(stage, 0) for stage in STAGES]
    if counts.get("turns"):
        assert reached == sorted(reached, reverse=True)
        assert not (told.get("carts_left") and told.get("to_order"))
    else:
        assert not any(reached)


def test_what_most_shoppers_asked_in_vain_comes_first(store: Stocking) -> None:
    asked = Sentence(text="do you gift wrap", kind="question", locale="en-US", at=NOON)
    for shopper, text in (("ann", "stamps"), ("ann", "do you gift wrap"), ("bob", "do you gift wrap")):
        store.keep_sentence(replace(asked, text=text), shopper=shopper, days=30)
    told = most_unanswered(store)
    assert [(one["text"], one["shoppers"]) for one in told] == [("do you gift wrap", 2), ("stamps", 1)]
    assert told[0]["last"] == "2026-11-20"

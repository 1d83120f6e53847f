"""What is kept for the merchant's numbers, on every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from skill.counting import Sentence
from skill.operations.tally import Tally
from skill.shop import Stocking
from tests.storage.stores import FACTS, NOW, Place, buy, cart, line, order_of, saved

DAY = date(2026, 11, 21)
SAID = Sentence(text="do you gift wrap", kind="question", locale="en-US", at=NOW)


def test_what_a_session_counted_is_kept_once_however_often_it_is_said(store: Stocking) -> None:
    for counts in ({"turns": 2}, {"turns": 3, "orders": 1}, {"turns": 3, "orders": 1}):
        store.count(counts, id="session-1", day=DAY)
    store.count({"turns": 1}, id="session-2", day=DAY)
    store.count({"turns": 9}, id="session-1", day=DAY + timedelta(days=1))
    assert dict(store.counted(DAY)) == {"session-1": {"turns": 3, "orders": 1}, "session-2": {"turns": 1}}


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_day_that_was_added_up_is_dropped(store: Stocking) -> None:
    store.count({"turns": 1}, id="a", day=DAY)
    store.count({"turns": 1}, id="a", day=DAY + timedelta(days=1))
    store.drop_counted(DAY)
    assert not dict(store.counted(DAY))
    assert dict(store.counted(DAY + timedelta(days=1)))


def test_a_sentence_is_kept_under_whoever_said_it_and_once(store: Stocking) -> None:
    store.keep_sentence(SAID, shopper="ann", days=30)
    store.keep_sentence(replace(SAID, at=NOW + timedelta(minutes=1)), shopper="ann", days=30)
    store.keep_sentence(SAID, shopper="anna", days=30)
    kept = sorted(store.sentences(), key=lambda pair: pair[0])
    assert kept == [("ann", replace(SAID, at=NOW + timedelta(minutes=1))), ("anna", SAID)]
    said = [
        {"text": SAID.text, "kind": "question", "locale": "en-US", "at": "2026-11-21T12:01:00.000000+00:00"}
    ]
    assert store.export("ann")["sentences"] == said


def test_whoever_is_forgotten_leaves_no_sentence(store: Stocking) -> None:
    store.publish(FACTS, stock={})
    for shopper in ("ann", "anna", "bob"):
        store.keep_sentence(SAID, shopper=shopper, days=30)
    store.forget("anna")
    store.erase("ann", until=NOW)
    assert [shopper for shopper, _ in store.sentences()] == ["bob"]


def test_what_was_said_after_the_wish_to_be_forgotten_stays(store: Stocking) -> None:
    store.publish(FACTS, stock={})
    later = replace(SAID, text="are you there", at=NOW + timedelta(hours=1))
    store.keep_sentence(SAID, shopper="ann", days=30)
    store.keep_sentence(later, shopper="ann", days=30)
    store.erase("ann", until=NOW)
    assert list(store.sentences()) == [("ann", later)]


def test_a_sentence_is_gone_after_its_days(store: Stocking) -> None:
    store.keep_sentence(replace(SAID, at=NOW - timedelta(days=30)), shopper="ann", days=30)
    store.keep_sentence(replace(SAID, at=NOW - timedelta(days=29)), shopper="bob", days=30)
    assert [shopper for shopper, _ in store.sentences()] == ["bob"]


def test_sentences_are_dropped_by_shopper_by_text_and_all(store: Stocking) -> None:
    other = replace(SAID, text="do you sell stamps")
    for shopper, sentence in (("ann", SAID), ("bob", SAID), ("bob", other), ("cleo", other), ("cleo", SAID)):
        store.keep_sentence(sentence, shopper=shopper, days=30)
    assert store.drop_sentences(shopper="cleo") == 2
    assert store.drop_sentences(text=SAID.text) == 2
    assert list(store.sentences()) == [("bob", other)]
    assert store.drop_sentences() == 1
    assert not list(store.sentences())


def test_an_order_keeps_what_its_session_counted(store: Stocking) -> None:
    filled = saved(store, cart(line()))
    tally = Tally("abc", "2026-11-21", {"turns": 4, "orders": 1})
    buy(store, filled, order=replace(order_of(filled), tally=tally))
    kept = store.placed_order("cart-1")
    assert kept is not None
    assert kept.tally == tally


@pytest.mark.parametrize("place", ["ministack"], indirect=True)
def test_a_session_costs_one_write_unit_and_a_growing_day_would_cost_more(place: Place) -> None:
    """Why a session is an item of its own: to add to a day's item costs by all that it holds already."""
    kinds = [f"heard:experiment-{n}:another-arm" for n in range(40)]
    own = {"PK": {"S": "own"}, "SK": {"S": "1"}, "text": {"S": '{"turns":4,"orders":1,"searches":2}'}}
    put = place.client.put_item(TableName=place.table, Item=own)
    adding = {
        "Key": {"PK": {"S": "day"}, "SK": {"S": "1"}},
        "UpdateExpression": "ADD " + ", ".join(f"#{n} :one" for n in range(40)),
        "ExpressionAttributeNames": {f"#{n}": kind for n, kind in enumerate(kinds)},
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }
    for _ in range(2):
        add = place.client.update_item(TableName=place.table, **adding)
    assert put["ConsumedCapacity"]["CapacityUnits"] == 1.0
    assert add["ConsumedCapacity"]["CapacityUnits"] == 2.0

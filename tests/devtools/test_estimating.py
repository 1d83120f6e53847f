"""What a turn would cost in DynamoDB, estimated, beside what a DynamoDB API counts for the same errand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from skill.app import build
from skill.devtools.estimating import Estimated, open_estimated, read_units, size
from skill.operations.turn import spent
from skill.settings import Settings
from skill.storage.open import prepare
from tests.bench import NotReady
from tests.devtools.simulated import Page, developed, page_of
from tests.programs import ministack
from tests.talk import NOW, publish_sample

ERRAND = (
    "open saffron wagon",
    "find oat milk",
    "the second one",
    "make it three",
    "add two goat milk",
    "take off the goat milk",
    "undo that",
    "what's in my cart",
    "check out",
    "yes",
    "open saffron wagon",
    "where's my order",
    "cancel my order",
    "yes",
    "i want to talk to a person",
)


@pytest.fixture(scope="module")
def dynamodb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    try:
        with ministack(tmp_path_factory.mktemp("ministack")) as address:
            yield f"dynamodb:units@{address}"
    except NotReady as reason:
        pytest.skip(str(reason))


def costs(page: Page) -> list[tuple[str, float, float]]:
    """Each turn with its read and write units."""
    turns = [(text, page.say(text)["turn"]) for text in ERRAND]
    return [(f"{text}: {turn['outcome']}", turn["read_units"], turn["write_units"]) for text, turn in turns]


def count_batches(store: Any) -> None:
    """Count what reads in batches cost, by their keys: ministack does not. No item here is larger than a
    unit."""

    def note(params: dict[str, Any], **_: Any) -> None:
        for asked in params["RequestItems"].values():
            units = len(asked["Keys"]) * (1.0 if asked["ConsistentRead"] else 0.5)
            spent(read_units=units, round_trips=0)

    store._client.meta.events.register("provide-client-params.dynamodb.BatchGetItem", note)


def test_the_estimate_is_what_dynamodb_counts(dynamodb: str, tmp_path: Path) -> None:
    prepare(dynamodb)
    settings = Settings(store=dynamodb, catalogues=tmp_path / "there-catalogues", assume_linked=True)
    there = build(settings, open=open_estimated)
    publish_sample(there)
    count_batches(there.store)
    page = page_of(there)
    # A process reads the facts once.
    page.state()
    counted = costs(page)
    assert costs(page_of(developed(tmp_path / "here"))) == counted
    assert {write > 0 for _, _, write in counted} == {True, False}


def test_a_store_that_counts_is_left_as_it_is(dynamodb: str) -> None:
    assert not isinstance(open_estimated(dynamodb, shop="shop", clock=lambda: NOW), Estimated)


def test_an_estimate_is_told_to_be_one(tmp_path: Path) -> None:
    turn = page_of(developed(tmp_path)).say("add goat milk")["turn"]
    assert turn["estimated"]
    assert turn["write_units"] >= 1


def test_a_turn_that_writes_nothing_costs_no_write(tmp_path: Path) -> None:
    turn = page_of(developed(tmp_path)).say("what's in my cart")["turn"]
    assert (turn["read_units"], turn["write_units"]) == (3.0, 0.0)


@pytest.mark.parametrize(
    ("item", "bytes"),
    [
        ({"PK": {"S": "abc"}}, 5),
        ({"n": {"N": "0"}}, 3),
        ({"n": {"N": "1234"}}, 5),
        ({"doc": {"B": b"1234"}}, 7),
        ({"seen": {"L": [{"S": "ab"}, {"S": "c"}]}}, 4 + 3 + 3 + 2),
        ({"ü": {"S": "ü"}}, 4),
    ],
)
def test_an_item_is_as_large_as_its_names_and_values(item: dict[str, Any], bytes: int) -> None:
    assert size(item) == bytes


def test_a_read_is_paid_by_started_four_kilobytes_and_half_where_it_may_be_old() -> None:
    assert read_units(0, 1, 4096, consistent=True) == 3
    assert read_units(4097, consistent=True) == 2
    assert read_units(4097, 0, consistent=False) == 1.5

"""What a turn costs its store: as DynamoDB tells it, and as it is counted for a file."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from skill.operations.turn import TurnRecord, Watch
from skill.storage.dynamodb import DynamoStore, connect, create_table
from skill.storage.sqlite import open_sqlite
from tests.bench import NotReady
from tests.programs import ministack, moto_on_a_socket
from tests.storage.stores import FACTS, NOW, buy, cart, line, order_of, saved


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with moto_on_a_socket() as address:
        yield address


@pytest.fixture
def store(endpoint: str) -> DynamoStore:
    """A shop in a table of moto's, which tells what reads cost."""
    return shop_at(endpoint)


@pytest.fixture(scope="module")
def transacting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DynamoStore]:
    """The same with ministack, which tells what transactions cost."""
    try:
        with ministack(tmp_path_factory.mktemp("ministack")) as address:
            yield shop_at(address)
    except NotReady as reason:
        pytest.skip(str(reason))


def shop_at(endpoint: str) -> DynamoStore:
    client, table = connect(endpoint), f"units-{uuid.uuid4().hex}"
    create_table(client, table)
    opened = DynamoStore(client, table=table, shop="harbor", clock=lambda: NOW)
    opened.publish(FACTS, stock={"milk": 100})
    return opened


def told(of: Any) -> TurnRecord:
    """What a turn tells that does this with the store."""
    records: list[TurnRecord] = []
    Watch(records.append).answer(lambda _: of() or {}, {})
    return records[0]


def test_a_read_costs_read_units_and_a_round_trip(store: DynamoStore) -> None:
    store.visit("ann")
    cost = told(lambda: store.visit("ann") and {})
    assert cost.round_trips == 1
    assert cost.read_units > 0
    assert cost.write_units == 0


def test_a_write_costs_write_units_and_a_round_trip(store: DynamoStore) -> None:
    cost = told(lambda: saved(store, cart(line(quantity=1), cid="c"), shopper="ann") and {})
    assert (cost.round_trips, cost.read_units) == (1, 0)
    assert cost.write_units >= 1


def test_a_transaction_and_a_query_are_counted_as_what_they_are(transacting: DynamoStore) -> None:
    kept = saved(transacting, cart(line(quantity=1), cid="c"), shopper="ann")
    order = order_of(kept, shopper="ann", placed_at=NOW, number="00001")
    placing = told(lambda: buy(transacting, kept, order=order) and {})
    # An order, its pointer, the cart, an event: two units each, besides the shop's month.
    assert placing.write_units >= 8
    asking = told(lambda: transacting.orders("ann") and {})
    assert (asking.round_trips, asking.write_units) == (1, 0)
    assert asking.read_units > 0


def test_a_write_that_is_refused_is_a_round_trip(store: DynamoStore) -> None:
    moved = saved(store, cart(line(quantity=1), cid="c"), shopper="ann")
    again = told(lambda: store.save_cart(cart(line(), cid="other"), shopper="ann", request_id="r") and {})
    assert moved
    assert again.round_trips == 1


def test_turns_at_once_on_one_client_keep_their_costs_apart(store: DynamoStore) -> None:
    store.visit("ann")

    def turn(n: int) -> tuple[int, TurnRecord]:
        return n, told(lambda: [store.visit("ann") for _ in range(n)] and {})

    with ThreadPoolExecutor(6) as pool:
        found = dict(pool.map(turn, range(1, 7)))
    one = found[1].read_units
    assert [found[n].round_trips for n in range(1, 7)] == [1, 2, 3, 4, 5, 6]
    assert [found[n].read_units for n in range(1, 7)] == [n * one for n in range(1, 7)]


def test_what_nobody_counts_is_asked_for_all_the_same_and_changes_nothing(store: DynamoStore) -> None:
    assert store.visit("ann").facts.name == FACTS.name


def test_a_file_counts_its_reads_and_writes(tmp_path: Path) -> None:
    store = open_sqlite(str(tmp_path / "shop.db"), shop="harbor", clock=lambda: NOW)
    store.publish(FACTS, stock={"milk": 100})
    cost = told(lambda: store.visit("ann") and {})
    assert (cost.round_trips, cost.read_units, cost.write_units) == (1, 0, 0)

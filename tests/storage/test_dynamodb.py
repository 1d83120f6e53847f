"""What DynamoDB promises besides the contract, while the wire and the service misbehave."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, ReadTimeoutError
from botocore.httpsession import URLLib3Session

from skill.commerce.cart import Cart, add
from skill.commerce.contact import Address, Contact
from skill.commerce.order import moved
from skill.commerce.payment import charged
from skill.shop import AlreadyPlaced, Amended, OutOfStock, Placed
from skill.storage.dynamodb import DynamoStore, connect, create_table
from tests.storage.stores import FACTS, NOW, SHOP, Place, cart, line, order_of

pytestmark = pytest.mark.parametrize("place", ["ministack"], indirect=True)

CONFLICT = {"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}
CONTACT = Contact(
    name="Zoë Zimmermann-Featherstonehaugh",
    email="zoe.zimmermann@mail.example.com",
    address=Address(
        lines=("1234 North Harbor Boulevard", "Apartment 12b"),
        city="Long Beach",
        region="California",
        code="90802-1234",
        country="US",
    ),
    customer="cus_NffrFeUfNV2Hib",
    source="account",
    at=NOW,
)


class Killed(Exception):
    """The process ended here, for all the store can do about it."""


class Bytes:
    def __init__(self, content: bytes) -> None:
        self.content = content

    def stream(self) -> list[bytes]:
        return [self.content]


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK waits up to a second before it sends again; these tests need not."""
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda _: None))


@pytest.fixture
def client(place: Place) -> Any:
    """The store's own, to misbehave; the one of `place` stays honest."""
    return connect(place.client.meta.endpoint_url)


@pytest.fixture
def store(place: Place, client: Any) -> DynamoStore:
    return DynamoStore(client, table=place.table, shop=SHOP, clock=lambda: NOW)


def misbehave(client: Any, fault: Callable[[str], str | AWSResponse | None]) -> None:
    """Ask `fault`, with the operation's name, what becomes of each request."""
    wire = URLLib3Session()

    def on_the_way(request: Any, **_: Any) -> AWSResponse | None:
        operation = request.headers["X-Amz-Target"].decode().rpartition(".")[2]
        chosen = fault(operation)
        if chosen in ("answer lost", "killed after"):
            wire.send(request)
        if chosen == "never sent":
            raise ConnectTimeoutError(endpoint_url=request.url)
        if chosen == "answer lost":
            raise ReadTimeoutError(endpoint_url=request.url)
        if chosen in ("killed before", "killed after"):
            raise Killed
        return chosen if isinstance(chosen, AWSResponse) else None

    client.meta.events.register("before-send.dynamodb", on_the_way)


def once(*faults: str | AWSResponse, on: str) -> Callable[[str], str | AWSResponse | None]:
    """These faults one after another, in requests of one operation; then none."""
    left = list(faults)
    return lambda operation: left.pop(0) if left and operation == on else None


def answer(status: int, code: str, **more: Any) -> AWSResponse:
    body = json.dumps({"__type": code, "message": "so it goes", **more}).encode()
    return AWSResponse("http://ministack", status, {}, Bytes(body))


def unwell() -> AWSResponse:
    return answer(500, "InternalServerError")


def throttled() -> AWSResponse:
    return answer(400, "ThrottlingException")


def test_a_saved_cart_whose_answer_was_lost_counts_as_saved(
    place: Place, client: Any, store: DynamoStore
) -> None:
    misbehave(client, once("answer lost", on="PutItem"))
    saved = store.save_cart(cart(line()), shopper="ann", request_id="r1")
    assert saved is not None
    assert (saved.version, saved.pieces) == (1, 1)
    misbehave(client, once("answer lost", "answer lost", on="PutItem"))
    saved = store.save_cart(add(saved, line()), shopper="ann", request_id="r2")
    assert saved is not None
    assert (saved.version, saved.pieces) == (2, 2)


def test_an_order_whose_answer_was_lost_is_placed_once(place: Place, client: Any, store: DynamoStore) -> None:
    store.publish(FACTS, stock={"milk": 5, "eggs": None})
    misbehave(client, once("answer lost", on="TransactWriteItems"))
    counted = cart(line("milk", 2))
    assert store.place(order_of(counted), cart=counted, renewed=Cart(cid="cart-2")) == Placed(
        order_of(counted)
    )
    assert store.stock(["milk"]) == {"milk": 3}
    assert len(place.told()) == 1


def test_a_checkout_given_up_after_it_was_written_is_found_by_the_next(
    place: Place, client: Any, store: DynamoStore
) -> None:
    store.publish(FACTS, stock={"milk": 5})
    misbehave(client, once(*["answer lost"] * 3, on="TransactWriteItems"))
    mine = cart(line("milk", 2))
    with pytest.raises(ReadTimeoutError):
        store.place(order_of(mine), cart=mine, renewed=Cart(cid="cart-2"))
    again = order_of(mine, number="00002")
    assert store.place(again, cart=mine, renewed=Cart(cid="cart-3")) == AlreadyPlaced(order_of(mine))
    assert store.stock(["milk"]) == {"milk": 3}


def test_a_cancellation_whose_answer_was_lost_restocks_once(
    place: Place, client: Any, store: DynamoStore
) -> None:
    store.publish(FACTS, stock={"milk": 5})
    order = order_of(cart(line("milk", 2)))
    store.put_order(order)
    misbehave(client, once("answer lost", "never sent", on="TransactWriteItems"))
    assert store.cancel(order, cancelled=moved(order, "cancelled", now=NOW)) is True
    assert store.stock(["milk"]) == {"milk": 7}


def test_an_order_amended_and_changed_though_answers_are_lost_is_so_once(
    place: Place, client: Any, store: DynamoStore
) -> None:
    store.publish(FACTS, stock={"milk": 5})
    order = order_of(cart(line("milk", 2)))
    store.put_order(order)
    misbehave(client, once("answer lost", "never sent", on="TransactWriteItems"))
    amended = store.amend(order, amended=replace(order, lines=(line("milk", 4),)))
    assert isinstance(amended, Amended)
    assert store.stock(["milk"]) == {"milk": 3}
    misbehave(client, once("answer lost", on="TransactWriteItems"))
    noted = replace(amended.order, notes=((NOW, "two boxes"),))
    assert store.change_order(amended.order, changed=noted, tell="order.changed")
    assert place.told() == [("order.amended", "cart-1"), ("order.changed", "cart-1")]


def test_an_event_saved_though_the_answer_is_lost_is_saved_by_whom_it_was(
    place: Place, client: Any, store: DynamoStore
) -> None:
    mine = cart(line())
    store.place(order_of(mine), cart=mine, renewed=Cart(cid="cart-2"))
    [event] = store.events()
    claimed = replace(event, tries=1)
    misbehave(client, once("answer lost", on="PutItem"))
    assert store.save_event(event, changed=claimed)
    assert not place.open().save_event(event, changed=claimed)
    misbehave(client, once("answer lost", on="TransactWriteItems"))
    done = replace(claimed, state="done")
    assert store.save_event(claimed, changed=done)
    assert not place.open().save_event(claimed, changed=done)
    assert store.events() == (done,)


def test_a_number_whose_answer_was_lost_leaves_a_gap_and_no_double(
    place: Place, client: Any, store: DynamoStore
) -> None:
    first = store.next_number()
    misbehave(client, once("answer lost", on="UpdateItem"))
    assert (store.next_number(), store.next_number()) == (first + 2, first + 3)


def test_conflicting_transactions_are_tried_again(place: Place, client: Any, store: DynamoStore) -> None:
    store.publish(FACTS, stock={"milk": 5})
    conflict = [
        answer(400, "TransactionCanceledException", CancellationReasons=[{"Code": "None"}] * 3 + [CONFLICT])
        for _ in range(3)
    ]
    misbehave(client, once(*conflict, on="TransactWriteItems"))
    mine = cart(line())
    assert store.place(order_of(mine), cart=mine, renewed=Cart(cid="cart-2")) == Placed(order_of(mine))
    misbehave(client, once(answer(400, "TransactionConflictException"), on="PutItem"))
    renewed = store.visit("ann").cart
    assert renewed is not None
    assert store.save_cart(add(renewed, line()), shopper="ann", request_id="r1")


def test_a_conflict_that_never_ends_is_given_up(
    place: Place, client: Any, store: DynamoStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skill.storage.pausing.time", SimpleNamespace(sleep=lambda _: None))
    store.next_number()
    misbehave(client, lambda _: answer(400, "TransactionCanceledException", CancellationReasons=[CONFLICT]))
    with pytest.raises(TimeoutError):
        store.place(order_of(cart()), cart=cart(), renewed=Cart(cid="cart-2"))


def test_a_transaction_cancelled_for_another_reason_is_a_fault(
    place: Place, client: Any, store: DynamoStore
) -> None:
    reasons = [{"Code": "ValidationError", "Message": "no"}]
    misbehave(
        client,
        once(
            answer(400, "TransactionCanceledException", CancellationReasons=reasons), on="TransactWriteItems"
        ),
    )
    with pytest.raises(ClientError):
        store.place(order_of(cart()), cart=cart(), renewed=Cart(cid="cart-2"))


def test_batches_left_unfinished_are_finished(place: Place, client: Any, store: DynamoStore) -> None:
    stock: dict[str, int | None] = {f"sku-{n}": n for n in range(60)}
    unwritten = {
        "PutRequest": {"Item": {"PK": {"S": f"S#{SHOP}#K#extra"}, "SK": {"S": "STK"}, "sku": {"S": "extra"}}}
    }
    unread = {"Keys": [{"PK": {"S": f"S#{SHOP}#K#sku-7"}, "SK": {"S": "STK"}}]}
    partly_written = AWSResponse(
        "", 200, {}, Bytes(json.dumps({"UnprocessedItems": {place.table: [unwritten]}}).encode())
    )
    partly_read = AWSResponse(
        "", 200, {}, Bytes(json.dumps({"Responses": {}, "UnprocessedKeys": {place.table: unread}}).encode())
    )
    store.publish(FACTS, stock=stock)
    misbehave(client, once(partly_written, on="BatchWriteItem"))
    store.publish(FACTS, stock={"extra": None})
    misbehave(client, once(partly_read, on="BatchGetItem"))
    assert store.stock(["sku-7"]) == {"sku-7": 7}
    assert store.stock(["extra"]) == {"extra": None}


def test_checkouts_through_faults_are_neither_doubled_nor_lost(
    place: Place, client: Any, store: DynamoStore
) -> None:
    random, faults = Random(7), Counter[str]()
    makers: dict[str, Callable[[], str | AWSResponse]] = {
        **{name: name.__str__ for name in ("never sent", "answer lost", "killed before", "killed after")},
        "500": unwell,
        "throttled": throttled,
    }

    def fault(_: str) -> str | AWSResponse | None:
        if random.random() > 0.3:
            return None
        name = random.choice(list(makers))
        faults[name] += 1
        return makers[name]()

    store.publish(FACTS, stock={"milk": 1000, "eggs": None})
    misbehave(client, fault)

    def buy(shopper: str, turn: int, wanted: str) -> bool:
        """One turn of a shopper who insists on `wanted`, the id of the cart meant; True when sold."""
        kept = store.visit(shopper).cart or Cart(cid=wanted)
        if kept.cid == wanted and not kept.lines:
            filled = add(add(kept, line("milk")), line("eggs"))
            kept = store.save_cart(filled, shopper=shopper, request_id=f"{turn}") or kept
        order = order_of(kept, shopper=shopper, number=f"{store.next_number():05}")
        if kept.cid != wanted:
            return store.order(shopper, id=wanted) is not None
        placed = store.place(order, cart=kept, renewed=Cart(cid=f"{shopper}-{turn + 1}"))
        assert isinstance(placed, Placed | AlreadyPlaced), placed
        return True

    def call_off(shopper: str, wanted: str) -> bool:
        order = store.order(shopper, id=wanted)
        assert order is not None
        return order.status == "cancelled" or store.cancel(
            order, cancelled=moved(order, "cancelled", now=NOW)
        )

    def insist(turn: Callable[[], bool]) -> None:
        while True:
            try:
                if turn():
                    return
            except (Killed, BotoCoreError, ClientError):
                continue

    shoppers, turns = ("ann", "ben", "cem"), 16
    for turn in range(turns):
        for shopper in shoppers:
            insist(lambda: buy(shopper, turn, f"{shopper}-{turn}"))  # noqa: B023
            if turn % 4 == 0:
                insist(lambda: call_off(shopper, f"{shopper}-{turn}"))  # noqa: B023
    fault_free, called_off = place.open(), 3 * turns // 4
    orders = [order for shopper in shoppers for order in fault_free.orders(shopper, limit=999)]
    assert Counter(order.status for order in orders) == {
        "placed": 3 * turns - called_off,
        "cancelled": called_off,
    }
    assert {piece.quantity for order in orders for piece in order.lines} == {1}
    assert len({order.number for order in orders}) == len(orders)
    assert fault_free.stock(["milk", "eggs"]) == {"milk": 1000 - 3 * turns + called_off, "eggs": None}
    assert Counter(kind for kind, _ in place.told()) == {
        "order.placed": 3 * turns,
        "order.cancelled": called_off,
    }
    assert sum(faults.values()) > turns
    assert faults.keys() == makers.keys()


def test_a_turn_stays_within_its_budget(place: Place, client: Any, store: DynamoStore) -> None:
    spent: list[tuple[float, float]] = []

    def ask(params: dict[str, Any], model: Any, **_: Any) -> None:
        if model.name == "BatchGetItem":
            # Ministack does not report these: a consistent read of up to 4 KB is one unit for each key.
            spent.append((len(params["RequestItems"][place.table]["Keys"]), 0))
        else:
            params["ReturnConsumedCapacity"] = "TOTAL"

    def count(parsed: dict[str, Any], model: Any, **_: Any) -> None:
        if used := parsed.get("ConsumedCapacity"):
            units = sum(one["CapacityUnits"] for one in (used if isinstance(used, list) else [used]))
            spent.append((units, 0) if model.name in ("Query", "GetItem") else (0, units))

    def cost() -> tuple[int, float, float]:
        total = len(spent), sum(reads for reads, _ in spent), sum(writes for _, writes in spent)
        spent.clear()
        return total

    store.publish(FACTS, stock={f"sku-{n}": 9 for n in range(3)})
    # The facts are this process's from its first visit on.
    store.visit("ann")
    client.meta.events.register("provide-client-params.dynamodb", ask)
    client.meta.events.register("after-call.dynamodb", count)
    store.visit("ann")
    mine = store.save_cart(cart(*(line(f"sku-{n}") for n in range(3))), shopper="ann", request_id="r1")
    assert mine is not None
    assert cost() == (2, 3, 1)
    store.place(order_of(mine, number=f"{store.next_number():05}"), cart=mine, renewed=Cart(cid="cart-2"))
    trips, reads, writes = cost()
    assert (trips, reads) == (2, 0)
    assert writes <= 2 * 3 + 11
    card = cart(*(line(f"sku-{n}") for n in range(3)), cid="cart-3")
    due = replace(
        order_of(card, shopper="ben", status="pending"), payment=charged("cart-3", 1197, customer="c")
    )
    store.next_number()
    store.place(due, cart=card, renewed=Cart(cid="cart-4"))
    trips, reads, writes = cost()
    assert (trips, reads) == (2, 0)
    assert writes <= 2 * 3 + 11
    # As large as an order gets: the quantity of each of 50 lines, and all that is known of its delivery.
    store.publish(FACTS, stock={f"sku-{n}": 9 for n in range(50)})
    store.visit("ann")
    cost()
    long = cart(*(line(f"sku-{n}", name=f"Whole Milk, Pasteurised, {n} oz") for n in range(50)), cid="cart-5")
    large = replace(order_of(long, shopper="cem"), contact=CONTACT, locale="en-US")
    store.next_number()
    store.place(large, cart=long, renewed=Cart(cid="cart-6"))
    trips, reads, writes = cost()
    assert (trips, reads) == (2, 0)
    assert writes <= 2 * 50 + 11
    store.visit("ann")
    store.orders("ann")
    assert cost() == (2, 3.5, 0)


def test_facts_are_read_once_and_again_after_another_process_published(
    place: Place, client: Any, store: DynamoStore
) -> None:
    asked: list[str] = []
    client.meta.events.register("before-call.dynamodb", lambda model, **_: asked.append(model.name))
    assert place.open().publish(FACTS, stock={}) is not None
    for _ in range(3):
        store.visit("ann")
    assert asked == ["BatchGetItem", "GetItem", "BatchGetItem", "BatchGetItem"]
    assert place.open().publish(replace(FACTS, name="Renamed"), stock={}) is not None
    assert {store.visit("ann").facts.name for _ in range(2)} == {"Renamed"}
    assert asked[4:] == ["BatchGetItem", "GetItem", "BatchGetItem"]


def test_an_order_is_indexed_by_day_and_time_and_by_its_number_and_nothing_else_is(
    place: Place, store: DynamoStore
) -> None:
    store.publish(FACTS, stock={"milk": 5})
    mine = store.save_cart(cart(line()), shopper="ann", request_id="r1")
    assert mine is not None
    store.place(order_of(mine), cart=mine, renewed=Cart(cid="cart-2"))
    indexed = place.client.scan(TableName=place.table, IndexName="GSI1")["Items"]
    assert sorted(indexed, key=lambda item: str(item["PK"]["S"])) == [
        {
            "PK": {"S": f"S#{SHOP}#O#cart-1"},
            "SK": {"S": "ORDER"},
            "GSI1PK": {"S": f"S#{SHOP}#N#31415"},
            "GSI1SK": {"S": "cart-1"},
        },
        {
            "PK": {"S": "U#ann"},
            "SK": {"S": "O#cart-1"},
            "GSI1PK": {"S": f"S#{SHOP}#D#2026-11-21"},
            "GSI1SK": {"S": "12:00:00.000000#cart-1"},
        },
    ]


def test_making_the_table_twice_leaves_it_as_it_is(place: Place, store: DynamoStore) -> None:
    store.publish(FACTS, stock={"milk": 5})
    create_table(place.client, place.table)
    assert store.stock(["milk"]) == {"milk": 5}
    ttl = place.client.describe_time_to_live(TableName=place.table)["TimeToLiveDescription"]
    assert (ttl["TimeToLiveStatus"], ttl["AttributeName"]) == ("ENABLED", "ttl")


def test_a_short_line_is_named_with_what_is_left(place: Place, store: DynamoStore) -> None:
    store.publish(FACTS, stock={"milk": 2, "eggs": None})
    mine = cart(line("eggs"), line("milk", 3))
    assert store.place(order_of(mine), cart=mine, renewed=Cart(cid="cart-2")) == OutOfStock("milk", 2)

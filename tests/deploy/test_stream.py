"""The worker called by the table's stream: a merchant hears within seconds, and nobody is told twice."""

from __future__ import annotations

import json
import runpy
import threading
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from skill.merchants.lease import Lease
from skill.merchants.together import last_count
from skill.storage import event_items, layout, layout_orders
from tests.merchants.receiver import receiving
from tests.merchants.test_worker import events, listen, now, order, shop_in
from tests.talk import ROOT


class Context:
    """Lambda's, with so many milliseconds left."""

    aws_request_id = "stream"

    def __init__(self, left: int = 50_000) -> None:
        self._ends = time.monotonic() + left / 1000

    def get_remaining_time_in_millis(self) -> int:
        return int((self._ends - time.monotonic()) * 1000)


def record(keys: Mapping[str, Any], *, name: str = "INSERT", number: str = "111") -> dict[str, Any]:
    """As Lambda hands a record of a KEYS_ONLY stream over."""
    return {
        "eventID": "7de3041dd709b024af6f29e4fa13d34c",
        "eventName": name,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "eu-west-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1795219200.0,
            "Keys": dict(keys),
            "SequenceNumber": number,
            "SizeBytes": 61,
            "StreamViewType": "KEYS_ONLY",
        },
        "eventSourceARN": "arn:aws:dynamodb:eu-west-1:123456789012:table/shop/stream/2026-11-22T10:00:00.000",
    }


def written(number: str = "111") -> dict[str, Any]:
    """An event that waits was written."""
    event = event_items.made("order.placed", "cart-1", of="", at=now())
    return record(layout_orders.event_key(event.id, shop="shop", waiting=True), number=number)


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The worker's module on a fresh store, which may post to this machine."""
    monkeypatch.setenv("SAYSO_STORE", f"sqlite:{tmp_path / 'shop.db'}")
    for name in ("SAYSO_SHOP", "SAYSO_NOW", "SAYSO_SKILL_ID"):
        monkeypatch.delenv(name, raising=False)
    module = runpy.run_path(str(ROOT / "lambda" / "worker.py"))
    scope, see = module["lambda_handler"].__globals__, module["see_to_all_orders"]
    scope["see_to_all_orders"] = lambda shops, **asked: see(shops, **{**asked, "local": True})
    return scope


def test_what_the_stream_brings_is_told_and_nothing_is_sent_again(worker: Any, tmp_path: Path) -> None:
    store = shop_in(tmp_path, shop="shop")
    with receiving() as receiver:
        listen(store, receiver)
        order(store, 1)
        event = {"Records": [written("111"), written("222")]}
        assert worker["lambda_handler"](json.loads(json.dumps(event)), Context()) == {"batchItemFailures": []}
        assert receiver.ids() == [told.id for told in events(store)]
        assert len(receiver.heard["/"]) == 1


def test_the_schedule_still_hears_how_much_was_done(worker: Any, tmp_path: Path) -> None:
    store = shop_in(tmp_path, shop="shop")
    with receiving() as receiver:
        listen(store, receiver)
        order(store, 1)
        # What EventBridge Scheduler sends where no input is set.
        assert worker["lambda_handler"]({"version": "0", "id": "53dc4d37"}, Context()) == {"done": 1}


def test_the_slower_schedule_has_what_is_bought_together_counted_once_a_day(
    worker: Any, template: dict[str, Any], tmp_path: Path
) -> None:
    store = shop_in(tmp_path, shop="shop")
    for n in range(6):
        order(store, n)
    schedule = template["Resources"]["WorkerFunction"]["Properties"]["Events"]["Count"]["Properties"]
    event = json.loads(schedule["Input"])
    assert last_count(store) is None
    assert worker["lambda_handler"](event, Context()) == {"counted": 1}
    assert last_count(store) is not None
    assert worker["lambda_handler"](event, Context()) == {"counted": 0}


def test_a_shop_with_more_orders_than_there_is_time_for_is_told_in_the_log(
    worker: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = shop_in(tmp_path, shop="shop")
    order(store, 1)
    # The time is up while the count goes on.
    asked = iter([True])
    worker["see_to_pairs"](worker["shops"], still=lambda: next(asked, False))
    assert last_count(store) is None
    assert "run 'sayso catalogue pairs' once a day" in caplog.text


def test_what_is_written_while_another_worker_ends_is_told_when_that_one_is_done(
    worker: Any, tmp_path: Path
) -> None:
    store = shop_in(tmp_path, shop="shop")
    lease = Lease(store, "orders")
    with receiving() as receiver:
        listen(store, receiver)
        assert lease.take("another", now=now(), until=now() + timedelta(minutes=1))
        order(store, 1)
        worker["PAUSE"] = 0.05
        over = threading.Timer(0.4, lambda: lease.take("another", now=now(), until=now()))
        over.start()
        assert worker["lambda_handler"]({"Records": [written()]}, Context()) == {"batchItemFailures": []}
        over.join()
        assert len(receiver.ids()) == 1


def test_a_worker_that_goes_on_is_left_to_it(worker: Any, tmp_path: Path) -> None:
    store = shop_in(tmp_path, shop="shop")
    with receiving() as receiver:
        listen(store, receiver)
        assert Lease(store, "orders").take("another", now=now(), until=now() + timedelta(minutes=1))
        order(store, 1)
        worker |= {"PAUSE": 0.05, "WAIT": 0.2}
        assert worker["lambda_handler"]({"Records": [written()]}, Context()) == {"batchItemFailures": []}
        assert receiver.heard == {}
        assert events(store)[0].state == "waiting"


def test_what_there_was_no_time_for_is_asked_for_again_from_the_first_record_on(
    worker: Any, tmp_path: Path
) -> None:
    store = shop_in(tmp_path, shop="shop")
    with receiving() as receiver:
        listen(store, receiver)
        order(store, 1)
        event = {"Records": [written("111"), written("222")]}
        told = worker["lambda_handler"](event, Context(left=14_000))
        assert told == {"batchItemFailures": [{"itemIdentifier": "111"}]}
        assert receiver.heard == {}


@pytest.mark.parametrize(
    "other",
    [
        record(layout_orders.event_key("01A", shop="harbor", waiting=True), name="MODIFY"),
        record(layout_orders.event_key("01A", shop="harbor", waiting=True), name="REMOVE"),
        record(layout_orders.event_key("01A", shop="harbor", waiting=False)),
        record(layout.shopper_key("ann", "CART")),
        record(layout.stock_key("harbor", "milk")),
        record(layout.document_key("harbor", "lease", "orders")),
    ],
    ids=["claimed", "told", "put beside", "cart", "stock", "lease"],
)
def test_nothing_else_that_is_written_makes_the_worker_look(
    other: dict[str, Any], worker: Any, tmp_path: Path
) -> None:
    store = shop_in(tmp_path, shop="shop")
    with receiving() as receiver:
        listen(store, receiver)
        order(store, 1)
        assert worker["lambda_handler"]({"Records": [other]}, Context()) == {"batchItemFailures": []}
        assert receiver.heard == {}

"""What a round for a shop's orders tells: how much was told, given up and settled, and what is left."""

from __future__ import annotations

import json
import runpy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from skill.app import build
from skill.deployment import Shops, see_to_all_orders, see_to_orders
from skill.merchants import telling, webhooks
from skill.merchants.webhooks import Endpoint, secret_of
from skill.operations.round import RoundRecord
from skill.settings import Settings
from skill.shop import Stocking
from tests.merchants.receiver import Receiver, receiving
from tests.operations.test_emf import extracted
from tests.storage.stores import FACTS, NOW, buy, cart, line, order_of, saved
from tests.talk import ROOT


class Clock:
    """A time that is set. It begins after events are made: those bear the time that it really is."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC) + timedelta(hours=1)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def shops(tmp_path: Path) -> Shops:
    clock = Clock()
    wired = Shops(
        Settings(store=f"sqlite:{tmp_path / 'shop.db'}", catalogues=tmp_path / "c"),
        wire=lambda settings: replace(build(settings), clock=clock),
    )
    wired.main.store.publish(FACTS, stock={"milk": 100})
    return wired


def listen(store: Stocking, receiver: Receiver) -> None:
    receiver.secrets["/"] = secret_of(bytes(32))
    webhooks.add(
        store, Endpoint(id="we_root", url=receiver.url + "/", secret=receiver.secrets["/"], created=NOW)
    )


def order(store: Stocking) -> None:
    kept = saved(store, cart(line(quantity=1), cid="c"), shopper="ann")
    buy(store, kept, order=order_of(kept, shopper="ann", placed_at=NOW, number="00001"))


def test_a_round_tells_what_was_told_and_that_nothing_is_left(shops: Shops) -> None:
    told: list[RoundRecord] = []
    with receiving() as receiver:
        listen(shops.main.store, receiver)
        order(shops.main.store)
        see_to_orders(shops.main, local=True, tell=[told.append])
    assert told == [RoundRecord(shop="shop", told=1)]


def test_an_event_nobody_takes_grows_old_and_is_given_up_in_the_end(shops: Shops) -> None:
    told: list[RoundRecord] = []
    with receiving() as receiver:
        receiver.first["/"] = lambda _: 500
        listen(shops.main.store, receiver)
        order(shops.main.store)
        clock: Any = shops.main.clock
        for _ in range(len(telling.PAUSES) + 1):
            receiver.heard.clear()
            see_to_orders(shops.main, local=True, tell=[told.append], chance=lambda: 0.0)
            clock.now += timedelta(days=2)
    ages = [done.oldest_untold for done in told[:-1]]
    assert ages == sorted(ages)
    assert ages[1] - ages[0] == 2 * 86_400
    assert [done.dead for done in told] == [0] * len(telling.PAUSES) + [1]
    assert (told[-1].due, told[-1].oldest_untold) == (0, 0.0)


def test_what_a_round_did_not_come_to_is_due(shops: Shops) -> None:
    told: list[RoundRecord] = []
    with receiving() as receiver:
        listen(shops.main.store, receiver)
        order(shops.main.store)
        see_to_orders(shops.main, local=True, still=lambda: False, tell=[told.append])
    assert [(done.told, done.due) for done in told] == [(0, 1)]
    assert told[0].oldest_untold > 0


def test_the_worker_on_lambda_writes_a_line_for_each_round(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SAYSO_STORE", f"sqlite:{tmp_path / 'shop.db'}")
    monkeypatch.setenv("SAYSO_STAGE", "test")
    worker: dict[str, Any] = runpy.run_path(str(ROOT / "lambda" / "worker.py"))
    worker["shops"].main.store.publish(FACTS, stock={"milk": 100})
    order(worker["shops"].main.store)
    assert worker["rounds"](holder="a", seconds=60, local=True) == 1
    first, *_ = [extracted(line) for line in capsys.readouterr().out.splitlines()]
    assert first["Stage=test", "Shop=shop"]["Told"] == 1


def test_who_cannot_be_told_of_a_round_does_not_end_it(
    shops: Shops, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[RoundRecord] = []

    def broken(_: RoundRecord) -> None:
        raise OSError(28, "no space left")

    see_to_all_orders(shops, local=True, still=lambda: True, tell=[broken, told.append])
    assert len(told) == 1
    assert json.dumps(told[0].values())
    assert "could not be told" in caplog.text

"""Whoever makes the rounds for orders: killed and started anew, served, or called on Lambda."""

from __future__ import annotations

import json
import os
import random
import runpy
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from skill.commerce.event import Event
from skill.merchants import webhooks
from skill.merchants.webhooks import Endpoint, secret_of
from skill.shop import Stocking
from skill.storage.open import open_store
from tests.merchants.receiver import Receiver, receiving
from tests.storage.stores import FACTS, buy, cart, line, order_of, saved
from tests.talk import ROOT

SECRET = secret_of(bytes(32))


def now() -> datetime:
    return datetime.now(UTC)


def shop_in(folder: Path, *, shop: str = "harbor") -> Stocking:
    store = open_store(f"sqlite:{folder / 'shop.db'}", shop=shop, clock=now)
    store.publish(FACTS, stock={"milk": 10_000})
    return store


def listen(store: Stocking, receiver: Receiver, path: str = "/") -> None:
    receiver.secrets[path] = SECRET
    id = f"we_{path.strip('/') or 'root'}"
    webhooks.add(store, Endpoint(id=id, url=receiver.url + path, secret=SECRET, created=now()))


def order(store: Stocking, n: int) -> None:
    placed = saved(store, cart(line(quantity=1), cid=f"cart-{n}"), shopper=f"ann-{n}")
    buy(store, placed, order=order_of(placed, shopper=f"ann-{n}", placed_at=now(), number=f"{n:05}"))


def events(store: Stocking) -> tuple[Event, ...]:
    return store.events(limit=10_000)


def wait_for(holds: Callable[[], bool], *, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.05)
    return holds()


@contextmanager
def started(*arguments: str, **environ: str) -> Iterator[subprocess.Popen[str]]:
    """A process that has told in a line that it is ready; killed at the end, if it still runs."""
    with subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env={**os.environ, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as worker:
        try:
            assert worker.stdout is not None
            worker.stdout.readline()
            yield worker
        finally:
            worker.kill()


def test_every_event_arrives_at_every_endpoint_though_the_worker_is_killed_again_and_again(
    tmp_path: Path,
) -> None:
    seed = random.randrange(10**6)
    print("seed", seed)
    chance = random.Random(seed)
    store, n = shop_in(tmp_path), 0
    spec = f"sqlite:{tmp_path / 'shop.db'}"
    with receiving() as receiver:
        # Each message is met so the first time; later it is taken.
        receiver.first["/good"] = lambda _: 204
        receiver.first["/failing"] = lambda n: (500, 204, 302, 404, 204)[n % 5]
        receiver.first["/stalling"] = lambda n: 0.6 if n % 7 == 0 else 200
        for path in receiver.first:
            listen(store, receiver, path)
        for _ in range(6):
            with started("tests.merchants.worker", spec) as worker:
                until = time.monotonic() + 0.2 + 0.5 * chance.random()
                while time.monotonic() < until:
                    n += 1
                    order(store, n)
                    time.sleep(0.02)
            assert worker.returncode == -signal.SIGKILL

        def done() -> bool:
            # Nobody waits for the long pauses here.
            for event in events(store):
                if event.state == "waiting" and event.due.timestamp() > time.time() + HURRY:
                    store.save_event(event, changed=replace(event, due=now()))
            return all(event.state == "done" for event in events(store))

        with started("tests.merchants.worker", spec):
            assert wait_for(done, seconds=60), [event for event in events(store) if event.state != "done"]
        placed = {event.id for event in events(store)}
        assert len(placed) == n
        for path in receiver.first:
            assert set(receiver.ids(path)) == placed
        assert receiver.bad == []
        print("orders", n, "heard", {path: len(receiver.heard[path]) for path in receiver.first})


# Seconds that an event may wait in that test: longer than a claim holds.
HURRY = 1.0


def test_a_served_shop_tells_what_happens_within_seconds_and_ends_in_order(tmp_path: Path) -> None:
    spec = f"sqlite:{tmp_path / 'shop.db'}"
    # On an empty store it makes itself the sample shop.
    arguments = ("skill", "serve", "--unsigned", "--port", "0")
    with receiving() as receiver, started(*arguments, SAYSO_STORE=spec) as server:
        store = open_store(spec, shop="shop", clock=now)
        listen(store, receiver)
        order(store, 1)
        assert wait_for(lambda: bool(receiver.ids()), seconds=20)
        assert receiver.ids() == [event.id for event in events(store)]
        server.send_signal(signal.SIGINT)
        out, _ = server.communicate(timeout=20)
    assert "Traceback" not in out
    # Whoever comes next need not wait for the lease.
    lease = json.loads(store.document("lease", "orders") or "{}")
    assert datetime.fromisoformat(lease["until"]) <= now()


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The Lambda worker's module on a fresh store."""
    monkeypatch.setenv("SAYSO_STORE", f"sqlite:{tmp_path / 'shop.db'}")
    for name in ("SAYSO_SHOP", "SAYSO_NOW", "SAYSO_SKILL_ID"):
        monkeypatch.delenv(name, raising=False)
    return runpy.run_path(str(ROOT / "lambda" / "worker.py"))


def test_the_lambda_worker_tells_all_shops_until_nothing_is_due(worker: Any, tmp_path: Path) -> None:
    main, hill = shop_in(tmp_path, shop="shop"), shop_in(tmp_path, shop="hill")
    main.put_skill("amzn1.ask.skill.hill", shop="hill")
    with receiving() as receiver:
        listen(main, receiver, "/main")
        listen(hill, receiver, "/hill")
        for n in range(1, 121):
            order(main, n)
        order(hill, 500)
        assert worker["rounds"](holder="a", seconds=120, local=True) == 121
        assert len(set(receiver.ids("/main"))) == 120
        assert len(receiver.ids("/hill")) == 1
        assert receiver.bad == []


def test_of_two_lambda_workers_one_works_and_gives_the_lease_back(worker: Any, tmp_path: Path) -> None:
    store = shop_in(tmp_path, shop="shop")
    with receiving() as receiver:
        listen(store, receiver)
        order(store, 1)
        take = worker["Lease"](store, "orders").take
        assert take("another", now=now(), until=datetime(2100, 1, 1, tzinfo=UTC))
        assert worker["rounds"](holder="a", seconds=60, local=True) == 0
        assert take("another", now=now(), until=now())
        assert worker["rounds"](holder="a", seconds=60, local=True) == 1
        assert take("b", now=now(), until=now())


def test_a_lambda_worker_whose_time_is_up_leaves_the_rest_to_the_next(worker: Any, tmp_path: Path) -> None:
    store = shop_in(tmp_path, shop="shop")

    class Context:
        aws_request_id = "a"

        def get_remaining_time_in_millis(self) -> int:
            return 14_000

    with receiving() as receiver:
        listen(store, receiver)
        order(store, 1)
        assert worker["lambda_handler"]({}, Context()) == {"done": 0}
        assert [event.tries for event in events(store)] == [0]
        assert receiver.heard == {}


def test_on_lambda_nothing_is_posted_to_the_machine_itself(worker: Any, tmp_path: Path) -> None:
    store = shop_in(tmp_path, shop="shop")
    with receiving() as receiver:
        listen(store, receiver)
        order(store, 1)
        assert worker["rounds"](holder="a", seconds=60) == 0
        assert receiver.heard == {}
    assert "not encrypted" in events(store)[0].error

"""What SQLite promises besides the contract: a killed process loses nothing, and files may be shared."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from skill.commerce.contact import Contact
from skill.commerce.merchant import Case, Shopper
from skill.errors import BadInput
from skill.storage.sqlite import SqliteStore, open_sqlite
from tests.storage.stores import FACTS, NOW, SHOP, cart, line, order_of

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}

# Shops until it is killed, telling each order's id after the store acknowledged it.
SHOPPER = """
import itertools, sys
from skill.commerce.cart import Cart, add
from skill.shop import Placed
from tests.storage.stores import NOW, SHOP, line, order_of
from skill.storage.sqlite import open_sqlite
store = open_sqlite(sys.argv[1], shop=SHOP, clock=lambda: NOW)
for n in itertools.count():
    cart = store.visit("ann").cart or Cart(cid="first")
    filled = store.save_cart(add(cart, line()), shopper="ann", request_id=f"{sys.argv[2]}-{n}")
    order = order_of(filled, number=str(store.next_number()))
    placed = store.place(order, cart=filled, renewed=Cart(cid=f"{sys.argv[2]}-{n}"))
    assert isinstance(placed, Placed), placed
    print(order.id, flush=True)
"""

# Waits to be let go, opens one new file after the other, then buys milk in new shops until there is none.
CROWD = """
import sys, time
from skill.commerce.cart import Cart
from skill.shop import Placed
from tests.storage.stores import FACTS, NOW, SHOP, cart, line, order_of
from skill.storage.sqlite import open_sqlite
sys.stdin.readline()
for empty in range(60):
    open_sqlite(f"{sys.argv[1]}/empty-{empty}/shop.db", shop=SHOP, clock=lambda: NOW)
for shop in range(8):
    store = open_sqlite(f"{sys.argv[1]}/{shop}/shop.db", shop=SHOP, clock=lambda: NOW)
    if store.next_number() == 1:
        store.publish(FACTS, stock={"milk": 25})
    while not store.stock(["milk"]):
        time.sleep(0.001)
    bought = -1
    placed = True
    while placed:
        bought += 1
        mine = cart(line(), cid=f"{sys.argv[2]}-{bought}")
        order = order_of(mine, shopper=mine.cid)
        placed = isinstance(store.place(order, cart=mine, renewed=Cart(cid="next")), Placed)
    print(bought)
"""


def opened(path: Path) -> SqliteStore:
    return open_sqlite(str(path), shop=SHOP, clock=lambda: NOW)


def test_a_killed_writer_loses_no_acknowledged_order(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    store = opened(path)
    store.publish(FACTS, stock={"milk": 100_000})
    acknowledged: list[str] = []
    for life in range(3):
        writer = subprocess.Popen(
            [sys.executable, "-c", SHOPPER, str(path), str(life)], env=ENVIRONMENT, stdout=subprocess.PIPE
        )
        assert writer.stdout is not None
        acknowledged += [writer.stdout.readline().decode().strip() for _ in range(40 + 17 * life)]
        writer.send_signal(signal.SIGKILL)
        # What it had still told before it died, but for a line cut short.
        acknowledged += [line.decode().strip() for line in writer.stdout if line.endswith(b"\n")]
        writer.stdout.close()
        assert writer.wait() == -signal.SIGKILL

        orders = {order.id: order for order in store.orders("ann", limit=100_000)}
        assert set(acknowledged) <= orders.keys()
        # At most the order in hand was written and not yet told, each time.
        assert len(orders) - len(acknowledged) <= life + 1
        pieces = sum(line.quantity for order in orders.values() for line in order.lines)
        assert store.stock(["milk"]) == {"milk": 100_000 - pieces}
        assert {event.about for event in store.events(limit=100_000)} == orders.keys()
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


def test_processes_that_open_a_new_file_at_once_share_it_and_sell_no_piece_twice(tmp_path: Path) -> None:
    crowd = [
        subprocess.Popen(
            [sys.executable, "-c", CROWD, str(tmp_path), str(n)],
            env=ENVIRONMENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(4)
    ]
    for one in crowd:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    bought = [[int(count) for count in one.communicate()[0].split()] for one in crowd]
    assert [one.returncode for one in crowd] == [0] * 4
    assert [sum(counts) for counts in zip(*bought, strict=True)] == [25] * 8


def test_a_child_forked_from_a_server_opens_its_own_connection(tmp_path: Path) -> None:
    store = opened(tmp_path / "shop.db")
    inherited = store._db()
    child = os.fork()
    if child == 0:
        os._exit(store.next_number() if store._db() is not inherited else 99)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    assert store.next_number() == 2


def test_a_thread_for_every_request_is_served(tmp_path: Path) -> None:
    store = opened(tmp_path / "shop.db")
    numbers = []
    for _ in range(30):
        with ThreadPoolExecutor(1) as thread:
            numbers.append(thread.submit(store.next_number).result())
    assert numbers == list(range(1, 31))


def test_every_commit_reaches_the_disk(tmp_path: Path) -> None:
    store = opened(tmp_path / "shop.db")
    connection = store._db()
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert connection.execute("PRAGMA busy_timeout").fetchone() == (5000,)


def test_two_shops_in_one_file_do_not_meet(tmp_path: Path) -> None:
    harbor, hill = (
        opened(tmp_path / "shop.db"),
        open_sqlite(str(tmp_path / "shop.db"), shop="hill", clock=lambda: NOW),
    )
    harbor.publish(FACTS, stock={"milk": 5})
    assert hill.stock(["milk"]) == {}
    assert (harbor.next_number(), harbor.next_number(), hill.next_number()) == (1, 2, 1)


def test_a_path_that_cannot_hold_a_shop_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Milk, bread, and no database at all. " * 40)
    for path in (tmp_path, tmp_path / "notes.txt", tmp_path / "notes.txt" / "shop.db"):
        with pytest.raises(BadInput, match="SAYSO_STORE"):
            opened(path)


def test_a_file_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    opened(tmp_path / "shop.db")
    connection = sqlite3.connect(tmp_path / "shop.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(BadInput, match="later Sayso"):
        opened(tmp_path / "shop.db")


def test_what_was_erased_is_in_no_byte_of_the_file_nor_of_its_log(tmp_path: Path) -> None:
    store = open_sqlite(str(tmp_path / "shop.db"), shop=SHOP, clock=lambda: NOW)
    store.publish(FACTS, stock={})

    def private(n: int) -> str:
        return f"Zuleika-{n:03}-Dobson"

    # Long ones and short ones, some on pages of their own, in an order that tears pages apart.
    for n in sorted(range(120), key=lambda n: n * 61 % 127):
        contact = Contact(name=private(n), email=private(n) * 9)
        store.put_shopper(f"shopper-{n:03}", about=Shopper(contact=contact))
        for k in range(n % 3 + 1):
            order = order_of(cart(*[line()] * (n % 7 + 1), cid=f"o-{n}-{k}"), shopper=f"shopper-{n:03}")
            store.put_order(replace(order, contact=contact))
        case = Case(id=f"c-{n}", reference="1", about=private(n) * (n % 11 * 20), opened_at=NOW)
        store.open_case(case, shopper=f"shopper-{n:03}")
    gone = range(0, 120, 3)
    for n in gone:
        store.erase(f"shopper-{n:03}", until=NOW)
    assert store.sweep(now=NOW + timedelta(minutes=1)) == len(gone)
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    left = [n for n in gone if private(n).encode() in kept or f"shopper-{n:03}".encode() in kept]
    assert left == []
    assert all(private(n).encode() in kept for n in range(120) if n not in gone)
    assert store._db().execute("PRAGMA secure_delete").fetchone() == (1,)

"""Where a shopper's data lies: in one partition of theirs, and once they are erased nowhere, in any store."""

from __future__ import annotations

import json
import sqlite3
import uuid
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from skill.app import shopper_key
from skill.commerce.contact import Address, Contact
from skill.commerce.merchant import Member, Shopper
from skill.commerce.order import Tracking, reported
from skill.merchants.retention import forget_due
from skill.shop import Stocking
from skill.storage.open import prepare
from tests.talk import NOW, ROOT, Talk, furnish, lambda_door, send_through

USER, PERSON = "amzn1.ask.account.QUIXOTE7", "amzn1.ask.person.QUIXOTE8"
NAME, STREET, MAIL = "Zuleika Dobson", "7 Mile End", "zuleika@dobson.example"
SAID = "quixotic marzipan"
CONTACT = Contact(
    name=NAME,
    email=MAIL,
    address=Address(lines=(STREET,), city="Trumpington", code="CB2", country="GB"),
    customer="cus_quixote",
    source="account",
    at=NOW,
)
# In whatever case, and as JSON would write it.
PRIVATE = ("quixot", "zuleika", "dobson", "mile end", "trumpington", "marzipan")
Rows = Callable[[], Iterator[tuple[str, str]]]


@pytest.fixture(params=["sqlite", "ministack"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def store_at(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if kind == "sqlite":
        return f"sqlite:{tmp_path / 'shop.db'}"
    store = f"dynamodb:private-{uuid.uuid4().hex}@{request.getfixturevalue('ministack')}"
    prepare(store)
    return store


@pytest.fixture
def door(store_at: str, catalogues: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setenv("SAYSO_CATALOGUES", str(catalogues))
    opened = lambda_door(store_at, monkeypatch=monkeypatch)
    furnish(opened)
    return opened


@pytest.fixture
def rows(door: ModuleType, store_at: str) -> Rows:
    """Every row or item there is, as whose partition it lies in ("": nobody's) and its text."""
    store = door.app.store

    def of_sqlite() -> Iterator[tuple[str, str]]:
        with sqlite3.connect(store_at.partition(":")[2]) as db:
            db.row_factory = sqlite3.Row
            tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for table in tables:
                for row in db.execute(f"SELECT * FROM {table}"):
                    found = dict(row)
                    yield str(found.get("shopper", "")), f"{table} {found}"
        db.close()

    def of_dynamodb() -> Iterator[tuple[str, str]]:
        pages = store._client.get_paginator("scan").paginate(TableName=store._table)
        for item in (item for page in pages for item in page["Items"]):
            partition = str(item["PK"]["S"])
            yield (
                partition.removeprefix("U#") if partition.startswith("U#") else "",
                json.dumps(item, default=unpacked),
            )

    return of_sqlite if store_at.startswith("sqlite") else of_dynamodb


def unpacked(packed: bytes) -> str:
    """A long document, which lies there compressed."""
    return zlib.decompress(packed).decode()


def key(door: ModuleType, id: str = USER) -> str:
    return shopper_key(id, secret=door.app.settings.shopper_secret)


def lived(door: ModuleType) -> None:
    """A full life: a household, a contact, a voice code, wishes, cases, orders reported on, and the merchant
    told of all of it."""
    store: Stocking = door.app.store
    talk = Talk(send_through(door), user=USER)
    for said in (
        *("add goat milk", f"find {SAID}", "save it for later", "add clover honey"),
        *("set a voice code", "four zero seven one", "four zero seven one"),
        *("tell me when goat milk gets cheaper", f"talk to a person about {SAID}"),
    ):
        talk.say(said, person=PERSON)
    about = store.visit(key(door)).shopper
    members = {key(door, PERSON): Member(name=NAME)}
    known = replace(about, contact=CONTACT, members=members, account="account-7")
    assert store.save_shopper(known, shopper=key(door), request_id="contact")
    for said in (
        "add clover honey",
        "make it four",
        "check out",
        "yes",
        "add goat milk",
        "the goat milk was sour",
    ):
        talk.say(said, person=PERSON)
    [order] = store.orders(key(door))
    named = replace(order, contact=CONTACT, payment=replace(order.payment, customer=CONTACT.customer))
    assert store.change_order(order, changed=named)
    [order] = store.orders(key(door))
    parcel = Tracking("DHL", "7788", url=f"https://dhl.example/{STREET}")
    assert store.change_order(
        order, changed=reported(order, "shipped", now=NOW, tracking=parcel, note=f"left with {NAME}")
    )
    for event in store.events():
        assert store.save_event(event, changed=replace(event, state="done", tries=1, told=("mail",)))


def disabled(door: ModuleType) -> None:
    envelope = json.loads((ROOT / "tests" / "requests" / "skill_disabled.json").read_text("utf-8"))["request"]
    envelope["context"]["System"]["user"]["userId"] = USER
    send_through(door)(envelope)


def some_time_later(door: ModuleType) -> None:
    store: Stocking = door.app.store
    forget_due(store, facts=store.visit("nobody").facts, now=NOW + timedelta(minutes=1))


def with_private(rows: Rows, *also: str) -> list[str]:
    """What of all that is kept names somebody."""
    return [text for _, text in rows() if any(word in text.lower() for word in (*PRIVATE, *also))]


def test_a_full_life_leaves_personal_data_in_one_partition_alone(door: ModuleType, rows: Rows) -> None:
    lived(door)
    everything = list(rows())
    mine = " ".join(text for whose, text in everything if whose == key(door)).lower()
    for word in ("zuleika dobson", "7 mile end", "zuleika@dobson.example", "marzipan", "cus_quixote"):
        assert word in mine
    assert door.app.store.visit(key(door)).shopper.code
    assert door.app.store.visit(key(door)).shopper.alerts
    assert len(door.app.store.cases(key(door))) == 2
    others = [text for whose, text in everything if whose != key(door)]
    assert len(others) > 100
    assert [text for text in others if any(word in text.lower() for word in PRIVATE)] == []
    # Not even there: who they are to Alexa is kept nowhere.
    assert not any(id.lower() in mine for id in (USER, PERSON))


def test_who_takes_the_skill_off_is_nowhere_any_more(door: ModuleType, rows: Rows, tmp_path: Path) -> None:
    lived(door)
    [order] = door.app.store.orders(key(door))
    disabled(door)
    some_time_later(door)
    keys = (key(door).lower(), key(door, PERSON).lower())
    assert with_private(rows, *keys) == []
    kept = door.app.store.placed_order(order.id)
    assert (kept.number, kept.totals, kept.account) == (order.number, order.totals, order.account)
    # Nor in what lies beside the database: the log it writes ahead, pages that became free.
    for path in tmp_path.rglob("*"):
        text = path.read_bytes().lower() if path.is_file() else b""
        assert [word for word in (*PRIVATE, *keys) if word.encode() in text] == [], path


def meanwhile(door: ModuleType, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next call of the store's `method` finds the skill disabled just before it writes."""
    real = getattr(door.app.store, method)
    calls: list[str] = []

    def late(*args: Any, **named: Any) -> Any:
        if not calls:
            calls.append(method)
            disabled(door)
        return real(*args, **named)

    monkeypatch.setattr(door.app.store, method, late)


@pytest.mark.parametrize("method", ["save_cart", "place", "open_case", "save_shopper"])
def test_a_turn_in_flight_brings_nobody_back(
    door: ModuleType, rows: Rows, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = Talk(send_through(door), user=USER)
    if method == "place":
        for said in ("add goat milk", "make it four", "check out"):
            talk.say(said, person=PERSON)
    meanwhile(door, method, monkeypatch)
    sentences = {
        "save_cart": "add goat milk",
        "place": "yes",
        "open_case": f"talk to a person about {SAID}",
        "save_shopper": "tell me when goat milk gets cheaper",
    }
    talk.say(sentences[method], person=PERSON)
    if method != "place":
        # A cart that was read before is gone: nothing is ordered, and the shopper hears what is in it now.
        assert key(door) in str(list(rows()))
    some_time_later(door)
    assert with_private(rows, key(door).lower(), key(door, PERSON).lower()) == []


def test_who_comes_back_is_somebody_new_and_stays(door: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    lived(door)
    disabled(door)
    later = NOW + timedelta(seconds=40)
    again = lambda_door(door.app.settings.store, now=later, monkeypatch=monkeypatch)
    Talk(send_through(again), user=USER, now=later).say("add clover honey")
    some_time_later(door)
    visit = again.app.store.visit(key(door))
    assert visit.cart is not None
    assert [line.quantity for line in visit.cart.lines] == [1]
    assert visit.shopper == Shopper()
    assert again.app.store.orders(key(door)) == ()

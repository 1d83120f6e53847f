"""Who may ask the merchant API, for what, and that no merchant meets another: over every route there is."""

from __future__ import annotations

import json
import re
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from skill.api.route import Route
from skill.api.web import all_routes
from tests.api.conftest import SECRET, Merchant, ask, key_of
from tests.talk import NOW

# What is signed takes no key: tests/api/test_hooks.py.
ROUTES = tuple(route for route in all_routes() if not route.signed)
every_route = pytest.mark.parametrize("route", ROUTES, ids=lambda route: str(route.name))


def address(route: Route, merchant: Merchant, *, spoken: bool = False) -> str:
    """The path of a route, with the ids of what a merchant has."""
    order = merchant.number if spoken else merchant.order
    ids = {
        "/products/{sku}": merchant.sku,
        "/faqs/{id}": merchant.faq,
        "/orders/{id}": order,
        "/orders/{id}/status": order,
        "/cases/{id}": merchant.reference if spoken else merchant.case,
        "/cases/{id}/status": merchant.reference if spoken else merchant.case,
        "/webhooks/{id}": merchant.webhook,
    }
    return re.sub(r"{\w+}", ids.get(route.path, f"{SECRET}-1"), route.path)


def body(route: Route, merchant: Merchant) -> Any:
    """The example of a route, about a merchant's own product."""
    if route.raw:
        return f"id\ttitle\tprice\tlink\n{merchant.sku}\tNew\t9.99 USD\thttps://example.com\n".encode()
    text = json.dumps(route.example)
    return json.loads(re.sub(r'("sku": )"[^"]*"', rf'\1"{merchant.sku}"', text)) if route.body else None


def kept(merchant: Merchant) -> Any:
    """Everything there is of a shop: rows of every table, and its catalogue versions."""
    path = merchant.app.settings.store.removeprefix("sqlite:")
    with sqlite3.connect(path) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {
            table: db.execute(
                f"SELECT * FROM {table} WHERE shop = ? ORDER BY 1, 2", (merchant.app.settings.shop,)
            ).fetchall()
            for table in tables
        }
    db.close()
    folder = merchant.app.settings.catalogues / merchant.app.settings.shop
    return rows, sorted(str(file) for file in folder.rglob("*"))


@every_route
def test_a_request_without_a_good_key_is_told_nothing(route: Route, harbor: Merchant) -> None:
    past = NOW - timedelta(seconds=1)
    keys = {
        "": "",
        "nobody's": "Bearer sayso_" + "x" * 43,
        "cut": f"Bearer {harbor.key[:-1]}",
        "another scheme": f"Basic {harbor.key}",
        "revoked": f"Bearer {key_of(harbor.app, 'revoked', revoked=past)}",
        "expired": f"Bearer {key_of(harbor.app, 'expired', expires=NOW)}",
    }
    before = kept(harbor)
    told = set()
    for sent in keys.values():
        headers = {"Authorization": sent} if sent else {}
        answer = ask(harbor.url, route.method, address(route, harbor), body(route, harbor), **headers)
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        told.add(answer.text)
    assert len(told) == 1
    assert kept(harbor) == before


@every_route
def test_a_key_does_what_its_scope_says_and_nothing_else(route: Route, harbor: Merchant) -> None:
    other = {"read": "write", "write": "read"}[route.scope]
    wrong = harbor.holding(key_of(harbor.app, other, scopes=[other]))
    before = kept(harbor)
    answer = wrong.ask(route.method, address(route, harbor), body(route, harbor))
    assert answer.status == 403
    assert route.scope in answer.json["detail"]
    assert kept(harbor) == before
    right = harbor.holding(key_of(harbor.app, route.scope, scopes=[route.scope]))
    assert right.ask(route.method, address(route, harbor), body(route, harbor)).status not in (401, 403)


@every_route
@pytest.mark.parametrize("spoken", [False, True])
def test_no_merchant_reads_or_changes_anything_of_another(
    route: Route, spoken: bool, harbor: Merchant, hill: Merchant
) -> None:
    assert harbor.number != hill.number
    before = kept(hill)
    answer = harbor.ask(route.method, address(route, hill, spoken=spoken), body(route, hill))
    assert answer.status < 500
    assert kept(hill) == before
    said = answer.text.replace(f"{SECRET}-", "")
    assert SECRET not in said


def test_a_key_whose_time_has_not_come_opens_the_shop(harbor: Merchant) -> None:
    later = harbor.holding(key_of(harbor.app, "later", expires=NOW + timedelta(seconds=1)))
    assert later.ask("GET", "/shop").status == 200


def test_two_merchants_with_the_same_order_number_each_get_their_own(
    harbor: Merchant, hill: Merchant
) -> None:
    order = harbor.app.store.placed_order(harbor.order)
    assert order is not None
    harbor.app.store.put_order(replace(order, number=hill.number))
    assert harbor.ask("GET", f"/orders/{hill.number}").json["id"] == harbor.order
    assert hill.ask("GET", f"/orders/{hill.number}").json["id"] == hill.order


def test_the_secret_of_a_key_is_nowhere_in_the_store(harbor: Merchant) -> None:
    path = Path(harbor.app.settings.store.removeprefix("sqlite:"))
    held = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    assert harbor.key.encode() not in held

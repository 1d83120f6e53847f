"""Products, prices and stock over the API: what is sent is there, and live in the next turn."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from skill.api.catalogue import products
from skill.api.web import MOUNT, one_shop, register
from skill.app import build
from tests.api.conftest import Merchant, key_of, settings_of

HONEY = {
    "sku": "honey/1 ü",
    "title": "Clover honey, 12 oz",
    "names": {"en": "clover honey, twelve ounces", "de-DE": "Kleehonig, 340 Gramm"},
    "also": ["bee gold"],
    "brand": "Hive",
    "category": ["Pantry", "Honey"],
    "categories": {"de": ["Vorrat", "Honig"]},
    "description": "Raw.",
    "price": {"amount": 799, "currency": "USD"},
    "offer": {
        "price": {"amount": 699, "currency": "USD"},
        "starts": "2026-11-01T00:00:00Z",
        "ends": "2026-12-01T00:00:00+01:00",
    },
    "group": "honey",
    "colour": "amber",
    "size": "M",
    "measure": {"milli": 12000, "unit": "oz"},
    "multipack": 2,
    "limit": 6,
    "diet": ["vegetarian"],
    "contains": [],
    "goes_with": ["harbor-tea"],
    "popularity": 7,
    "rating": 45,
    "reviews": 3,
    "left": 4,
}
ADDRESS = "/products/honey%2F1%20%C3%BC"


def dollars(amount: int, currency: str = "USD") -> dict[str, Any]:
    return {"amount": amount, "currency": currency}


def test_a_product_put_is_read_back_whole_and_put_again_changes_nothing(harbor: Merchant) -> None:
    made = harbor.ask("PUT", ADDRESS, HONEY)
    assert made.status == 201
    read = harbor.ask("GET", ADDRESS)
    assert read.json == made.json
    assert read.json == {**HONEY, "offer": {**HONEY["offer"], **_times(read.json)}}  # type: ignore[dict-item]
    version = harbor.app.store.visit("x").facts.catalogue
    again = harbor.ask("PUT", ADDRESS, read.json)
    assert (again.status, again.json) == (200, read.json)
    assert harbor.app.store.visit("x").facts.catalogue == version


def _times(told: dict[str, Any]) -> dict[str, str]:
    assert told["offer"]["starts"] == "2026-11-01T00:00:00Z"
    return {name: told["offer"][name] for name in ("starts", "ends")}


def test_products_are_listed_by_sku_in_pages(harbor: Merchant) -> None:
    batch = [{**HONEY, "sku": f"sku-{n}", "goes_with": []} for n in range(5)]
    assert harbor.ask("POST", "/products", batch).json == {"new": 5, "changed": 0}
    skus, after, pages = [], "", 0
    while after is not None:
        page = harbor.ask("GET", f"/products?limit=3&after={after}").json
        skus += [product["sku"] for product in page["products"]]
        after, pages = page["next"], pages + 1
    assert skus == ["harbor-milk", "harbor-tea", *(f"sku-{n}" for n in range(5))]
    assert pages == 3


def test_a_product_replaced_or_taken_out_is_listed_once_or_not_at_all(harbor: Merchant) -> None:
    harbor.ask("PUT", "/products/harbor-tea", {"sku": "harbor-tea", "title": "Tea", "price": dollars(1)})
    assert harbor.ask("DELETE", "/products/harbor-milk").status == 204
    assert harbor.ask("DELETE", "/products/harbor-milk").status == 404
    assert [product["title"] for product in harbor.ask("GET", "/products").json["products"]] == ["Tea"]
    last = harbor.ask("DELETE", "/products/harbor-tea")
    assert (last.status, last.json["type"]) == (409, "urn:sayso:problem:last_product")
    assert harbor.ask("GET", "/products/harbor-tea").status == 200


def test_stock_is_what_is_left_and_a_price_does_not_touch_it(harbor: Merchant) -> None:
    assert harbor.ask("GET", "/products/harbor-milk").json["left"] == 7
    changed = harbor.ask("PATCH", "/prices", [{"sku": "harbor-milk", "price": dollars(449)}])
    assert changed.json == {
        "done": 1,
        "refused": 0,
        "rows": [{"sku": "harbor-milk", "done": True, "problem": "", "remedy": "", "left": None}],
    }
    form = harbor.ask("GET", "/products/harbor-milk").json
    assert (form["price"], form["left"]) == (dollars(449), 7)
    # Without "left" a product put anew keeps its stock, with it the stock is set.
    left = form.pop("left")
    harbor.ask("PUT", "/products/harbor-milk", {**form, "title": "Oat milk"})
    assert harbor.ask("GET", "/products/harbor-milk").json["left"] == left
    harbor.ask("PUT", "/products/harbor-milk", {**form, "left": None})
    assert harbor.app.store.stock(["harbor-milk"]) == {"harbor-milk": None}


def test_an_offer_is_put_kept_and_taken_away(harbor: Merchant) -> None:
    def offer() -> Any:
        return harbor.ask("GET", "/products/harbor-milk").json["offer"]

    harbor.ask("PATCH", "/prices", [{"sku": "harbor-milk", "offer": {"price": dollars(299)}}])
    assert offer() == {"price": dollars(299), "starts": None, "ends": None}
    harbor.ask("PATCH", "/prices", [{"sku": "harbor-milk", "price": dollars(499)}])
    assert offer() == {"price": dollars(299), "starts": None, "ends": None}
    harbor.ask("PATCH", "/prices", [{"sku": "harbor-milk", "offer": None}])
    assert offer() is None


def test_rows_that_cannot_be_are_told_and_the_others_are_done(harbor: Merchant) -> None:
    answer = harbor.ask(
        "PATCH",
        "/stock",
        [
            {"sku": "harbor-milk", "change": -7},
            {"sku": "nothing", "left": 3},
            {"sku": "harbor-tea", "change": 1},
        ],
        Idempotency_Key="one",
    )
    assert answer.status == 207
    rows = [(row["sku"], row["done"], row["problem"], row["left"]) for row in answer.json["rows"]]
    assert rows == [
        ("harbor-milk", True, "", 0),
        ("nothing", False, "unknown", None),
        ("harbor-tea", False, "uncounted", None),
    ]
    assert all(row["remedy"] for row in answer.json["rows"][1:])
    short = harbor.ask("PATCH", "/stock", [{"sku": "harbor-milk", "change": -1}], Idempotency_Key="two")
    assert short.json["rows"][0]["problem"] == "short"
    prices = harbor.ask(
        "PATCH", "/prices", [{"sku": sku, "price": dollars(5)} for sku in ("nothing", "harbor-tea")]
    )
    assert (prices.status, prices.json["done"], prices.json["refused"]) == (207, 1, 1)
    assert harbor.ask("GET", "/products/harbor-tea").json["price"] == dollars(5)


def test_a_product_taken_out_has_no_stock_to_change(harbor: Merchant) -> None:
    harbor.ask("DELETE", "/products/harbor-milk")
    answer = harbor.ask("PATCH", "/stock", [{"sku": "harbor-milk", "left": 3}])
    assert answer.json["rows"][0]["problem"] == "unknown"


def test_stock_moves_once_under_one_key_however_often_it_is_sent(harbor: Merchant) -> None:
    move = [{"sku": "harbor-milk", "change": 5}]

    def send(_: int) -> tuple[int, str]:
        answer = harbor.ask("PATCH", "/stock", move, Idempotency_Key="delivery-1")
        return answer.status, answer.text

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(send, range(8)))) == 1
    assert harbor.app.store.stock(["harbor-milk"]) == {"harbor-milk": 12}
    other = harbor.ask("PATCH", "/stock", [{"sku": "harbor-milk", "change": 6}], Idempotency_Key="delivery-1")
    assert (other.status, other.json["type"]) == (422, "urn:sayso:problem:key_used")
    # Another key's word is another word.
    second = harbor.holding(key_of(harbor.app, "second"))
    assert second.ask("PATCH", "/stock", move, Idempotency_Key="delivery-1").json["rows"][0]["left"] == 17
    unnamed = harbor.ask("PATCH", "/stock", move)
    assert (unnamed.status, unnamed.json["place"]) == (400, "Idempotency-Key")
    assert harbor.app.store.stock(["harbor-milk"]) == {"harbor-milk": 17}


@pytest.mark.parametrize(
    ("method", "path", "body", "place"),
    [
        ("PUT", "/products/a", {"sku": "b", "title": "B", "price": dollars(1)}, "sku"),
        ("PUT", "/products/a", {"sku": "a", "title": "B", "price": dollars(1, "EUR")}, "price.currency"),
        ("PUT", "/products/a", {"sku": "a", "title": "B", "price": dollars(-1)}, "price.amount"),
        ("PUT", "/products/a", {"sku": "a", "title": "B", "price": 3.99}, "price"),
        ("PUT", "/products/a", {"sku": "a", "price": dollars(1)}, "title"),
        ("PUT", "/products/a", {"sku": "a", "title": "B", "price": dollars(1), "stock": 3}, "stock"),
        (
            "POST",
            "/products",
            [{"sku": s, "title": "A", "price": dollars(1, c)} for s, c in (("a", "USD"), ("b", "EUR"))],
            "1.price.currency",
        ),
        ("POST", "/products", [{"sku": "a", "title": "A", "price": dollars(1)}] * 2, "1.sku"),
        ("POST", "/products", [], ""),
        ("PATCH", "/stock", [{"sku": "a"}], "0"),
        ("PATCH", "/stock", [{"sku": "a", "left": 1, "change": 1}], "0"),
        ("PATCH", "/stock", [{"sku": "a", "left": 1}] * 1001, ""),
        ("PATCH", "/prices", [{"sku": "a"}], "0"),
        ("GET", "/products?limit=0", None, "limit"),
        ("GET", "/products?colour=red", None, "colour"),
    ],
)
def test_what_cannot_be_is_refused_naming_the_place_and_nothing_is_written(
    harbor: Merchant, method: str, path: str, body: Any, place: str
) -> None:
    version = harbor.app.store.visit("x").facts.catalogue
    answer = harbor.ask(method, path, body)
    assert answer.status == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.json["status"], answer.json["place"]) == (422, place)
    assert answer.json["detail"]
    assert answer.json["remedy"]
    assert harbor.app.store.visit("x").facts.catalogue == version


def test_a_shop_is_opened_over_the_api_alone(tmp_path: Path) -> None:
    app = build(settings_of(tmp_path, "new"))
    web = Flask(__name__)
    register(web, shop_of=one_shop(app))
    client = web.test_client()
    key = {"Authorization": f"Bearer {key_of(app, 'new')}"}
    tea = {"sku": "tea", "title": "Mint tea", "price": dollars(249, "EUR"), "left": 3}
    early = client.put(f"{MOUNT}/products/tea", json=tea, headers=key)
    assert (early.status_code, early.get_json()["type"]) == (404, "urn:sayso:problem:no_shop")
    shop = {"name": "New", "currency": "EUR"}
    assert client.put(f"{MOUNT}/shop", json=shop, headers=key).status_code == 200
    assert client.get(f"{MOUNT}/products", headers=key).get_json() == {"products": [], "next": None}
    assert client.put(f"{MOUNT}/products/tea", json=tea, headers=key).status_code == 201
    assert products(app, ["tea"])["tea"].stock == 3


def test_a_catalogue_that_is_elsewhere_is_told_as_such(harbor: Merchant) -> None:
    app = harbor.app
    app.store.publish(replace(app.store.visit("x").facts, catalogue="elsewhere"), stock={})
    for method, path in (("GET", "/products"), ("GET", "/products/a"), ("DELETE", "/products/a")):
        answer = harbor.ask(method, path)
        assert (answer.status, answer.json["type"]) == (503, "urn:sayso:problem:not_here")

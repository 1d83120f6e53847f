"""A described world is in the store as it was described, or a message says what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from skill.catalogue.search import CatalogueIndex
from skill.commerce.merchant import Member, Shopper
from skill.commerce.money import Money
from skill.commerce.order import NEXT
from skill.commerce.product import Measure, Offer, Product
from skill.commerce.trust import opens
from skill.devtools.scenario import load_scenario, read_scenario, schema, state
from skill.errors import BadInput
from skill.shop import Stocking
from skill.storage.sqlite import open_sqlite

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
World = dict[str, Any]
WORLD: World = {
    "shop": {"name": "Kiosk", "tax": {"default": 1000, "Food": 0}, "delivery": {"fee": 499}},
    "products": [
        {
            "sku": "oat",
            "names": {"en": "Brindle oat milk, half gallon", "de": "Hafermilch"},
            "brand": "Brindle",
            "category": "Food > Plant Milk",
            "price": 449,
            "stock": 8,
            "limit": 6,
            "offer": {"price": 399, "ends": "2026-12-01T00:00:00Z"},
            "goes_with": ["soap"],
            "description": "Creamy.",
            "group": "oats",
            "colour": "white",
            "size": "half gallon",
            "measure": {"milli": 64000, "unit": "floz"},
            "multipack": 2,
            "diet": ["vegan"],
            "contains": ["oats"],
            "popularity": 7,
        },
        {"sku": "soap", "names": {"en-US": "Soap"}, "category": ["Household", "Bath"], "price": 250},
    ],
    "shoppers": [
        {
            "user": "ann",
            "linked": False,
            "members": {"person-1": "Bo"},
            "cart": [{"sku": "oat", "quantity": 2}, {"sku": "soap", "price": 99}],
            "orders": [
                {
                    "number": "12345",
                    "placed_at": "2026-11-01T10:00:00-05:00",
                    "expected": "2026-11-03",
                    "lines": [{"sku": "soap", "quantity": 2, "price": 200}],
                },
                {
                    "placed_at": "2026-11-20T10:00:00Z",
                    "status": "shipped",
                    "lines": [{"sku": "oat"}, {"sku": "gone", "price": 1000}],
                },
            ],
        },
        {"user": "bea"},
    ],
}


@pytest.fixture
def store(tmp_path: Path) -> Stocking:
    return open_sqlite(str(tmp_path / "shop.db"), shop="kiosk", clock=lambda: NOW)


def load(world: World, store: Stocking, folder: Path) -> None:
    path = folder / "world.json"
    path.write_text(json.dumps(world), "utf-8")
    load_scenario(read_scenario(path), store=store, folder=folder / "versions", now=NOW, key="key-{}".format)


def changed(change: Callable[[World], object]) -> World:
    world = deepcopy(WORLD)
    change(world)
    return world


def test_a_world_reads_back_as_it_was_described(store: Stocking, tmp_path: Path) -> None:
    load(WORLD, store, tmp_path)
    number = store.orders("key-ann")[0].number
    assert state(store, "key-ann") == {
        "cart": {"oat": 2, "soap": 1},
        "orders": [
            {
                "number": number,
                "status": "shipped",
                "placed_at": "2026-11-20T10:00:00+00:00",
                # 3.99 + 10.00 + 4.99 delivery; what is no longer sold and delivery bear 10 %.
                "total": 399 + 1000 + 499 + 150,
                "currency": "USD",
                "lines": {"oat": 1, "gone": 1},
            },
            {
                "number": "12345",
                "status": "delivered",
                "placed_at": "2026-11-01T15:00:00+00:00",
                "total": 400 + 499 + 90,
                "currency": "USD",
                "lines": {"soap": 2},
            },
        ],
        "requests": [],
    }
    assert state(store, "key-bea") == {"cart": {}, "orders": [], "requests": []}


def test_the_shelves_are_those_described(store: Stocking, tmp_path: Path) -> None:
    load(WORLD, store, tmp_path)
    facts = store.visit("key-ann").facts
    shelves = CatalogueIndex(tmp_path / "versions" / facts.catalogue)
    assert facts.name == "Kiosk"
    assert store.stock(["oat", "soap"]) == {"oat": 8, "soap": None}
    assert shelves.get(["oat"])["oat"] == Product(
        sku="oat",
        title="Brindle oat milk, half gallon",
        names={"en": "Brindle oat milk, half gallon", "de": "Hafermilch"},
        price=Money(449, "USD"),
        offer=Offer(Money(399, "USD"), ends=datetime(2026, 12, 1, tzinfo=UTC)),
        brand="Brindle",
        category=("Food", "Plant Milk"),
        description="Creamy.",
        group="oats",
        colour="white",
        size="half gallon",
        measure=Measure(64_000, "floz"),
        multipack=2,
        limit=6,
        diet=("vegan",),
        contains=("oats",),
        goes_with=("soap",),
        popularity=7,
        stock=8,
    )
    assert shelves.get(["soap"])["soap"].category == ("Household", "Bath")


def test_what_is_known_of_a_shopper_is_what_was_described(store: Stocking, tmp_path: Path) -> None:
    load(WORLD, store, tmp_path)
    assert store.visit("key-ann").shopper == Shopper(
        linked=False, members={"key-person-1": Member(name="Bo")}
    )
    assert store.visit("key-bea").shopper == Shopper(linked=True)


def test_a_household_is_kept_by_hashed_persons_and_a_code_sealed(store: Stocking, tmp_path: Path) -> None:
    world = deepcopy(WORLD)
    ann = world["shoppers"][0]
    ann["members"] = {"person-1": "Bo", "person-2": {"name": "Kim", "child": True}}
    ann["voice_code"] = "0412"
    ann["cart"][0]["by"] = "person-1"
    ann["orders"][0]["by"] = "person-1"
    load(world, store, tmp_path)
    visit = store.visit("key-ann")
    assert visit.shopper.members == {
        "key-person-1": Member(name="Bo"),
        "key-person-2": Member(name="Kim", child=True),
    }
    assert opens("0412", visit.shopper.code)
    assert "0412" not in visit.shopper.code.partition("$")[0]
    assert visit.cart is not None
    assert visit.cart.lines[0].by == "key-person-1"
    assert "key-person-1" in {order.by for order in store.orders("key-ann")}


def test_lines_have_the_price_of_now_unless_another_is_given(store: Stocking, tmp_path: Path) -> None:
    load(WORLD, store, tmp_path)
    cart = store.visit("key-ann").cart
    assert cart is not None
    assert {line.sku: line.price.minor for line in cart.lines} == {"oat": 399, "soap": 99}


def test_an_order_tells_when_each_status_began(store: Stocking, tmp_path: Path) -> None:
    load(WORLD, store, tmp_path)
    shipped, delivered = store.orders("key-ann")
    assert [status for status, _ in shipped.history] == ["placed", "shipped"]
    assert delivered.history[-1][0] == "delivered"
    assert delivered.history[-1][1].date() == delivered.expected == date(2026, 11, 3)


def test_coupons_and_ways_of_cart_and_orders_are_kept(store: Stocking, tmp_path: Path) -> None:
    def ways(world: World) -> None:
        world["shop"]["coupon"] = [{"code": "HALF", "percent": 5000}]
        world["shop"]["store"] = [{"id": "mid", "name": "Mid Street", "address": "1 Mid Street"}]
        cart, orders = (
            {"cart": [{"sku": "oat"}]},
            {"placed_at": "2026-11-20T10:00:00Z", "lines": [{"sku": "soap"}]},
        )
        way = {"coupon": "HALF", "pickup": "mid"}
        world["shoppers"] = [
            {"user": "ann", **way, **cart, "orders": [{**orders, **way, "ready_at": "2026-11-20T12:00:00Z"}]}
        ]

    load(changed(ways), store, tmp_path)
    kept = state(store, "key-ann")
    assert (kept["coupon"], kept["pickup"]) == ("HALF", "mid")
    # Half of 2.50 with 10 % tax, and no delivery.
    assert [(order["total"], order["coupon"], order["pickup"]) for order in kept["orders"]] == [
        (138, "HALF", "mid")
    ]
    assert store.orders("key-ann")[0].ready_at == datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_loading_again_replaces_all_that_was_kept(store: Stocking, tmp_path: Path) -> None:
    load(WORLD, store, tmp_path)
    load(WORLD, store, tmp_path)
    assert len(store.orders("key-ann")) == 2
    load(changed(lambda world: world["shoppers"][0].update(cart=[], orders=[])), store, tmp_path)
    assert state(store, "key-ann") == {"cart": {}, "orders": [], "requests": []}


def test_orders_without_a_number_get_numbers_of_their_own(store: Stocking, tmp_path: Path) -> None:
    def busy(world: World) -> None:
        order = {"placed_at": "2026-11-20T10:00:00Z", "lines": [{"sku": "oat"}]}
        world["shoppers"] = [{"user": user, "orders": [order] * 3} for user in "abc"]

    load(changed(busy), store, tmp_path)
    numbers = [order.number for user in "abc" for order in store.orders(f"key-{user}")]
    assert len(set(numbers)) == 9


@pytest.mark.parametrize(
    ("change", "place", "told"),
    [
        (lambda w: w.pop("products"), "products", "is missing; write it"),
        (lambda w: w.update(products=[]), "products", "at least 1 item"),
        (lambda w: w.update(clock=1), "clock", "is not known here"),
        (lambda w: w["products"][1].pop("price"), "products.1.price", "is missing; write it"),
        (lambda w: w["products"][1].update(price=2.5), "products.1.price", "a whole number"),
        (lambda w: w["products"][1].update(price=-1), "products.1.price", "greater than or equal to 0"),
        (lambda w: w["products"][1].update(names={}), "products.1.names", "at least 1 item"),
        (lambda w: w["products"][1].update(color="red"), "products.1.color", "is not known here"),
        (lambda w: w["products"][1].update(sku="oat"), "the whole file", "sku 'oat' stands twice"),
        (lambda w: w["shop"].update(currency="ZZZ"), "shop.currency", "is no ISO 4217 code"),
        (lambda w: w["shop"].update(timezone="Mars"), "shop.timezone", "as in America/New_York"),
        (
            lambda w: w["shoppers"][0]["cart"][0].update(quantity=0),
            "shoppers.0.cart.0.quantity",
            "or equal to 1",
        ),
        (lambda w: w["shoppers"][0].update(coupon="X"), "the whole file", "'X' is no coupon of the shop"),
        (
            lambda w: w["shoppers"][0]["orders"][0].update(pickup="x"),
            "the whole file",
            "'x' is no store of the shop",
        ),
        (
            lambda w: w["shoppers"][0]["cart"][0].update(sku="x"),
            "the whole file",
            "cart names the unknown sku 'x'",
        ),
        (
            lambda w: w["shoppers"][0]["orders"][1]["lines"][1].pop("price"),
            "the whole file",
            "give the line a price",
        ),
        (
            lambda w: w["shoppers"][0]["orders"][0].update(status="lost"),
            "shoppers.0.orders.0.status",
            "'placed'",
        ),
        (lambda w: w["shoppers"][0]["orders"][0].update(number="1"), "shoppers.0.orders.0.number", "pattern"),
        (
            lambda w: w["shoppers"][0]["orders"][0].update(placed_at="2026-11-01T10:00:00"),
            "shoppers.0.orders.0.placed_at",
            "timezone",
        ),
    ],
)
def test_what_is_wrong_is_named_with_file_and_place(
    tmp_path: Path, change: Callable[[World], object], place: str, told: str
) -> None:
    path = tmp_path / "world.json"
    path.write_text(json.dumps(changed(change)), "utf-8")
    with pytest.raises(BadInput) as raised:
        read_scenario(path)
    assert str(raised.value).startswith(f"{path}: {place}: ")
    assert told in str(raised.value)


@pytest.mark.parametrize(
    ("content", "told"), [(b"{", "is not JSON"), (b"[]", "the whole file"), (b"\xff", "cannot be read")]
)
def test_a_file_that_describes_no_world_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "world.json"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=told):
        read_scenario(path)
    with pytest.raises(BadInput, match=r"none\.json: cannot be read"):
        read_scenario(tmp_path / "none.json")


def test_every_status_an_order_may_have_can_be_described() -> None:
    statuses = schema()["$defs"]["ScenarioOrder"]["properties"]["status"]["enum"]
    assert set(statuses) == set(NEXT)


def test_the_published_schema_is_the_one_in_use() -> None:
    published = (ROOT / "docs" / "scenario.schema.json").read_text("utf-8")
    assert json.loads(published) == schema(), (
        "write it anew: sayso scenario schema > docs/scenario.schema.json"
    )

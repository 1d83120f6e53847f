"""Buying again what was bought before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from skill.commerce.cart import Line
from skill.commerce.order import Order
from skill.commerce.reorder import USUAL_ORDERS, Plan, PriceChange, plan, usual
from skill.commerce.totals import Totals
from tests.commerce.goods import NOW, line, product, usd


def planned(*wanted: Line, stock: dict[str, int | None] | None = None) -> Plan:
    shelf = {sku: product(sku, price=399) for sku in ("milk", "eggs")}
    shelf["salt"] = product("salt", price=399, limit=2)
    return plan(wanted, products=shelf, stock=stock or {}, now=NOW, locale="en-US")


def past(*lines: Line, days_ago: int, status: str = "delivered") -> Order:
    return Order(
        id=f"o{days_ago}",
        number="00001",
        shopper="s",
        status=status,
        placed_at=NOW - timedelta(days=days_ago),
        lines=lines,
        totals=Totals(*[usd(0)] * 5),
    )


def test_what_is_there_as_before_is_bought_as_before() -> None:
    assert planned(line("milk", 2), line("eggs")) == Plan((line("milk", 2), line("eggs")))


@pytest.mark.parametrize("left", [0, -1])
def test_what_is_sold_out_is_gone(left: int) -> None:
    assert planned(line("milk"), line("eggs"), stock={"milk": left}) == Plan((line("eggs"),), gone=("Milk",))


def test_what_the_shop_no_longer_sells_is_gone_under_its_old_name() -> None:
    old = line("cape", name="Velvet cape, red")
    assert planned(old).gone == ("Velvet cape red",)


@pytest.mark.parametrize(("wanted", "stock"), [(line("milk", 5), {"milk": 2}), (line("salt", 5), {})])
def test_of_what_is_short_the_rest_is_bought(wanted: Line, stock: dict[str, int | None]) -> None:
    made = planned(wanted, stock=stock)
    assert made.lines == made.short == (line(wanted.sku, 2),)


def test_a_stock_that_is_not_counted_never_runs_short() -> None:
    assert planned(line("milk", 50), stock={"milk": None}).lines == (line("milk", 50),)


@pytest.mark.parametrize("was", [299, 499])
def test_a_changed_price_is_told_and_the_one_of_now_charged(was: int) -> None:
    made = planned(line("milk", price=was))
    assert made.lines == (line("milk", price=399),)
    assert made.prices == (PriceChange(line("milk", price=399), usd(was)),)


def test_the_usual_is_what_stood_in_half_of_the_last_orders() -> None:
    orders = [
        past(line("milk", 2), line("eggs"), days_ago=1),
        past(line("milk", 1), line("salt"), days_ago=8),
        past(line("milk", 2), line("eggs"), days_ago=15),
        past(line("salt"), days_ago=22),
    ]
    assert usual(orders) == (line("milk", 2), line("eggs"), line("salt"))


def test_one_order_is_no_habit() -> None:
    assert usual([past(line("milk"), days_ago=1)]) == ()
    assert usual([]) == ()


@pytest.mark.parametrize("status", ["cancelled", "failed", "refunded"])
def test_orders_that_came_to_nothing_make_no_habit(status: str) -> None:
    orders = [past(line("milk"), days_ago=day, status=status) for day in (1, 2, 3)]
    assert usual(orders) == ()


def test_only_the_last_orders_make_the_habit_whatever_their_order() -> None:
    old = [past(line("cape"), days_ago=100 + day) for day in range(USUAL_ORDERS)]
    fresh = [past(line("milk"), days_ago=day) for day in range(USUAL_ORDERS)]
    assert usual([*old, *fresh]) == (line("milk"),)


def test_the_usual_has_the_price_and_name_told_last() -> None:
    fresh, old = line("milk", price=450, name="New Milk"), line("milk", price=399, name="Milk")
    assert usual([past(old, days_ago=9), past(fresh, days_ago=1)]) == (fresh,)

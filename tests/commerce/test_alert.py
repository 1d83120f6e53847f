"""What a shopper waits for: kept once, due when it has come, never more than a few."""

from __future__ import annotations

from datetime import timedelta

import pytest

from skill.commerce.alert import MAX_ALERTS, Alert, is_due, with_alert
from tests.commerce.goods import NOW, product


def alert(kind: str = "stock", sku: str = "milk", *, price: int | None = None) -> Alert:
    return Alert(kind=kind, sku=sku, price=price, asked_at=NOW)


def test_asked_for_twice_it_is_kept_once_as_it_was_asked_last() -> None:
    kept = with_alert(with_alert((), alert("price", price=300)), alert("price", price=250))
    assert kept == (alert("price", price=250),)


def test_one_thing_may_be_waited_for_in_two_ways() -> None:
    assert len(with_alert((alert("price", price=1),), alert("stock"))) == 2


def test_the_oldest_go_when_there_are_too_many() -> None:
    kept: tuple[Alert, ...] = ()
    for number in range(MAX_ALERTS + 2):
        kept = with_alert(kept, alert(sku=str(number)))
    assert [one.sku for one in kept] == [str(number) for number in range(2, MAX_ALERTS + 2)]


@pytest.mark.parametrize(
    ("waiting", "price", "left", "due"),
    [
        (alert("stock"), 399, 0, False),
        (alert("stock"), 399, 3, True),
        (alert("stock"), 399, None, True),
        (alert("stock", "gone"), 399, 3, False),
        (alert("price", price=398), 399, 3, False),
        (alert("price", price=399), 399, 3, True),
        (alert("price", price=500), 399, 0, False),
        (alert("order", ""), 399, 0, True),
    ],
)
def test_it_is_due_when_it_has_come_and_can_be_had(
    waiting: Alert, price: int, left: int | None, due: bool
) -> None:
    shelf = {"milk": product("milk", price=price)}
    later = NOW + timedelta(days=1)
    assert is_due(waiting, products=shelf, stock={"milk": left}, now=later) is due

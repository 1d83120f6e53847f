"""What was bought before settles ties, and only ties."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from skill.catalogue.results import Found, Several, skus_of
from skill.commerce.cart import Cart, Line
from skill.commerce.merchant import Facts, Shopper
from skill.commerce.money import Money
from skill.commerce.order import Order
from skill.commerce.product import Product
from skill.commerce.totals import Terms, quote
from skill.dialogue.conversation import Conversation
from skill.dialogue.history import first_mine, mine, past
from skill.dialogue.intent import Heard
from skill.dialogue.turn import Slot, Turn
from skill.intents.order_status import find
from skill.shop import Catalogue, Shop
from skill.storage.sqlite import open_sqlite

NOW = datetime(2026, 11, 22, tzinfo=UTC)
A, B, C = (Product(sku=sku, title=sku, price=Money(100, "USD")) for sku in "abc")
TERMS = Terms(currency="USD")
TIED = Several((A, B, C), close=2)


def order(*skus: str, status: str = "delivered") -> Order:
    lines = tuple(Line(sku=sku, quantity=1, name=sku, price=Money(100, "USD")) for sku in skus)
    totals = quote(lines, terms=TERMS, category_of=lambda _: "default")
    return Order(
        id="", number="12345", shopper="me", status=status, placed_at=NOW, lines=lines, totals=totals
    )


@pytest.fixture
def shop(tmp_path: Path) -> Callable[..., Shop]:
    """A shop whose shopper placed these orders, the newest first, with this much left of what is counted."""

    def opened(*past: Order, speaker: str | None = None, **left: int) -> Shop:
        store = open_sqlite(str(tmp_path / "shop.db"), shop="kiosk", clock=lambda: NOW)
        facts = Facts(name="Kiosk", terms=TERMS, catalogue="v1")
        store.publish(facts, stock={"a": None, "b": None, "c": None, **left})
        for age, placed in enumerate(past):
            at = NOW - timedelta(days=age)
            store.put_order(replace(placed, id=f"{9000 - age}", placed_at=at))
        return Shop(
            store=store,
            catalogue=cast(Catalogue, None),
            facts=facts,
            about=Shopper(),
            cart=Cart(cid="cart"),
            shopper="me",
            request_id="request",
            now=NOW,
            locale="en-US",
            linked=True,
            new_id=lambda: "id",
            speaker=speaker,
        )

    return opened


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("0007", "10007"),
        ("10007", "10007"),
        ("7", "22227"),
        ("27", "22227"),
        ("one zero zero zero seven", "10007"),
        ("0", None),
        ("00000", None),
        ("?", None),
        ("310007", None),
    ],
)
def test_an_order_is_found_by_its_last_digits_with_their_zeros(
    shop: Callable[..., Shop], said: str, number: str | None
) -> None:
    orders = [replace(order("a"), number=number) for number in ("22227", "10007")]
    turn = Turn(request_id="r", intent="OrderStatus", now=NOW, locale="en-US", user="u")
    asked = Heard(turn=turn, conversation=Conversation(), slots={"number": Slot(said)})
    found = find(asked, orders, shop())
    assert (found and found.number) == number


def test_the_one_bought_before_is_meant_and_it_is_said_why(shop: Callable[..., Shop]) -> None:
    assert mine(TIED, shop(order("b", "x"))) == Found(B, why="bought")


def test_the_one_bought_more_often_is_meant(shop: Callable[..., Shop]) -> None:
    assert mine(TIED, shop(order("a"), order("b"), order("b"))) == Found(B, why="bought")


@pytest.mark.parametrize(
    "past",
    [[], [order("x")], [order("c")], [order("b", status="cancelled")], [order("b", status="refunded")]],
)
def test_history_that_tells_nothing_changes_nothing(shop: Callable[..., Shop], past: list[Order]) -> None:
    assert mine(TIED, shop(*past)) == TIED


def test_two_bought_alike_are_asked_about_the_later_first(shop: Callable[..., Shop]) -> None:
    result = mine(TIED, shop(order("b"), order("a")))
    assert isinstance(result, Several)
    assert skus_of(result.products) == ("b", "a", "c")


def test_what_is_sold_out_is_not_taken_unasked(shop: Callable[..., Shop]) -> None:
    result = mine(TIED, shop(order("b"), b=0))
    assert isinstance(result, Several)
    assert skus_of(result.products) == ("b", "a", "c")


def test_my_milk_is_what_i_bought_and_not_what_others_did(shop: Callable[..., Shop]) -> None:
    hers, anyones, mine_ = (
        replace(order(sku), by=by) for sku, by in (("a", "maya"), ("c", None), ("b", "ben"))
    )
    household = (hers, hers, mine_)
    assert mine(TIED, shop(*household, speaker="ben")) == Found(B, why="bought")
    assert mine(TIED, shop(*household, speaker="maya")) == Found(A, why="bought")
    assert mine(TIED, shop(*household, speaker="kim")) == TIED
    assert mine(TIED, shop(*household)) == Found(A, why="bought")
    assert past(shop(hers, anyones, mine_, speaker="ben"), limit=2)[0].by == "ben"


def test_a_list_only_gets_another_order(shop: Callable[..., Shop]) -> None:
    result = first_mine(TIED, shop(order("b")))
    assert isinstance(result, Several)
    assert (skus_of(result.products), result.close) == (("b", "a", "c"), 2)


@pytest.mark.parametrize(
    "result", [Found(A), Several((A, B), close=1), Several((A, B), close=2, whole=False)]
)
def test_where_words_tell_nobody_looks_at_the_past(result: Found | Several) -> None:
    assert mine(result, cast(Shop, None)) == first_mine(result, cast(Shop, None)) == result

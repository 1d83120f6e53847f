"""Where an order is that was shipped in part: what is on its way, and what is still to come."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

import pytest

from skill.app import shopper_key
from skill.commerce.cart import Line
from skill.commerce.money import Money
from skill.commerce.order import Order, Tracking, reported
from skill.commerce.totals import Totals
from tests.talk import NOW, USER, Talk, send_through

ASKED = {"en-US": "where is my order", "de-DE": "wo ist meine Bestellung", "ar-SA": "وين طلبي"}


def tell(door: ModuleType, locale: str, pieces: Mapping[str, int]) -> str:
    """What is said about an order of three milk and two eggs of which so many pieces have left."""
    app = door.app
    total = Money(2_000, "USD")
    none = Money(0, "USD")
    order = Order(
        id="c1",
        number="31415",
        shopper=shopper_key(USER, secret=app.settings.shopper_secret),
        status="preparing",
        placed_at=NOW,
        lines=(
            Line(sku="milk", quantity=3, name="Whole milk", price=Money(400, "USD")),
            Line(sku="eggs", quantity=2, name="Brown eggs", price=Money(400, "USD")),
        ),
        totals=Totals(total, none, none, total, none),
    )
    ups = Tracking("UPS", "1Z9")
    app.store.put_order(reported(order, "partly_shipped", now=NOW, pieces=pieces, tracking=ups))
    said: str = Talk(send_through(door), locale=locale).say(ASKED[locale]).speech
    return said


def test_the_pieces_on_their_way_and_those_to_come_are_told_apart(door: ModuleType) -> None:
    said = tell(door, "en-US", {"milk": 2, "eggs": 2})
    assert said.startswith("Part of order")
    on_its_way, _, rest = said.partition("Still to come: ")
    assert "Sent so far: 2 of Whole milk and 2 of Brown eggs." in on_its_way
    assert "Whole milk" in rest
    assert "eggs" not in rest
    assert "UPS" in rest


@pytest.mark.parametrize("locale", sorted(ASKED))
def test_where_the_shop_did_not_say_which_pieces_it_is_told_that_it_is_part(
    door: ModuleType, locale: str
) -> None:
    said = tell(door, locale, {})
    assert "UPS" in said
    assert "Whole milk" not in said


@pytest.mark.parametrize(("locale", "word"), [("de-DE", "Noch nicht dabei: "), ("ar-SA", "ولم يُشحن بعد: ")])
def test_it_is_told_in_the_shoppers_language(door: ModuleType, locale: str, word: str) -> None:
    said = tell(door, locale, {"milk": 3})
    before, found, after = said.partition(word)
    assert found
    assert "eggs" in after
    assert "milk" in before

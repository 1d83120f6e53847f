"""Lines of one product with different options are pieces of one stock, in every store."""

from __future__ import annotations

from dataclasses import replace

import pytest

from skill.commerce.cart import Cart
from skill.commerce.order import moved
from skill.shop import OutOfStock, Placed, Stocking
from skill.storage import items
from skill.storage.shop_items import dump_facts, load_facts
from tests.commerce.test_options import EXTRAS, MILK, SIZE, TEXT
from tests.storage.stores import FACTS, NOW, Place, buy, cart, line, order_of, saved

SMALL, LARGE = "latte?size=small", "latte?milk=oat&size=large"


def test_the_stock_of_a_configured_sku_is_its_products(store: Stocking) -> None:
    store.publish(FACTS, stock={"latte": 3, "mug": None})
    assert store.stock([SMALL, "latte", "mug?engraving=Anna", "tea?size=small"]) == {
        SMALL: 3,
        "latte": 3,
        "mug?engraving=Anna": None,
    }


@pytest.mark.parametrize("place", ["sqlite", "ministack"], indirect=True)
def test_an_order_takes_both_lines_from_one_stock_or_nothing(place: Place) -> None:
    store = place.open()
    store.publish(FACTS, stock={"latte": 3})
    first = saved(store, cart(line(SMALL, 2), line(LARGE, 2)))
    assert buy(store, first) == OutOfStock("latte", 3)
    second = saved(store, replace(first, lines=(line(SMALL, 2), line(LARGE))), request_id="r2")
    assert isinstance(buy(store, second), Placed)
    assert store.stock([LARGE]) == {LARGE: 0}
    kept = store.orders("ann")[0]
    assert store.cancel(kept, cancelled=moved(kept, "cancelled", now=NOW))
    assert store.stock(["latte"]) == {"latte": 3}


def test_what_is_usual_is_kept_with_the_cart(store: Stocking) -> None:
    store.publish(FACTS, stock={})
    usual = {"": {"latte": SMALL}, "ann's key": {"latte": LARGE}}
    kept = saved(store, Cart(cid="cart-1", usual=usual))
    assert store.visit("ann").cart == kept
    assert kept.usual == usual


def test_what_may_be_chosen_is_kept_with_the_facts() -> None:
    facts = replace(FACTS, options=(SIZE, MILK, EXTRAS, TEXT))
    assert load_facts(items.from_text(items.to_text(dump_facts(facts)))) == facts
    assert "options" not in dump_facts(FACTS)


def test_pieces_of_an_order_are_those_of_the_merchants_skus() -> None:
    assert items.pieces(order_of(cart(line(SMALL, 2), line("mug"), line(LARGE)))) == {"latte": 3, "mug": 1}

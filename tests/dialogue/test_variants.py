"""Variants of one product are asked for by what sets them apart."""

from __future__ import annotations

import pytest

from skill.commerce.money import Money
from skill.commerce.product import Product
from skill.dialogue.variants import COLOUR, KIND, SIZE, differs_in, still_open


def shirt(colour: str = "", size: str = "", *, sku: str = "", group: str = "shirt") -> Product:
    name = " ".join(word for word in ("Threadmoor", colour, "shirt", size) if word)
    return Product(
        sku=sku or f"{colour}-{size}",
        title=name,
        price=Money(100, "USD"),
        group=group,
        colour=colour,
        size=size,
    )


WHITE_M, WHITE_L, BLUE_M = shirt("white", "medium"), shirt("white", "large"), shirt("blue", "medium")


@pytest.mark.parametrize(
    ("products", "by"),
    [
        ((WHITE_M, WHITE_L, BLUE_M), COLOUR),
        ((WHITE_M, WHITE_L), SIZE),
        ((WHITE_M, BLUE_M), COLOUR),
        ((shirt(sku="salted"), shirt(sku="plain")), KIND),
        ((WHITE_M, shirt(size="large")), SIZE),
    ],
)
def test_the_colour_is_asked_before_the_size_and_only_what_differs(
    products: tuple[Product, ...], by: str
) -> None:
    assert differs_in(products) == by


def test_a_colour_in_one_size_settles_it_and_in_two_sizes_does_not() -> None:
    options = (WHITE_M, BLUE_M, WHITE_L)
    assert still_open(WHITE_M, options, COLOUR) == (WHITE_M, WHITE_L)
    assert still_open(BLUE_M, options, COLOUR) == ()
    assert still_open(WHITE_M, options, KIND) == ()

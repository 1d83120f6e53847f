"""A configured SKU as a product: named and priced with its options, and gone with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import pytest

from skill.catalogue.configured import Configured, counted, with_options
from skill.catalogue.results import Nothing, Result
from skill.catalogue.words import Query
from skill.commerce.options import Group, Option
from skill.commerce.product import Product
from tests.commerce.goods import product, usd
from tests.commerce.test_options import EXTRAS, GROUPS, LATTE, MILK, SIZE, TEXT

SHOT = Option(
    id="shot",
    names={"en": "extra shot"},
    forms={"en": {"one": "an extra shot", "other": "{count} extra shots"}},
)


class Shelf:
    """A catalogue of these few products."""

    version = "v1"

    def __init__(self, *products: Product) -> None:
        self._products = {product.sku: product for product in products}

    def find(self, query: Query) -> Result:
        return Nothing("unknown")

    def get(self, skus: Iterable[str]) -> dict[str, Product]:
        return {sku: self._products[sku] for sku in skus if sku in self._products}

    def offers(self, now: datetime, *, limit: int = 30) -> tuple[Product, ...]:
        return ()

    def popular(self, *, limit: int = 3) -> tuple[Product, ...]:
        return ()


def named(
    picks: dict[str, tuple[str, ...]], *, groups: tuple[Group, ...] = GROUPS, name: str = "latte"
) -> str:
    return with_options(replace(LATTE, names={"en": name}), picks, groups).name("en-US")


def test_a_configured_sku_is_its_product_with_price_and_name() -> None:
    shelf = Configured(Shelf(LATTE, product("tea")), (SIZE, MILK, EXTRAS, TEXT))
    sku = "latte?extras=shot&milk=oat&size=large"
    found = shelf.get([sku, "latte", "tea", "coffee?size=large"])
    assert list(found) == [sku, "latte", "tea"]
    assert (found[sku].sku, found[sku].price) == (sku, usd(390 + 80 + 60 + 100))
    assert found[sku].spoken("en-US") == "large Latte with oat milk and extra shot"
    assert (found["latte"], found[sku].also) == (LATTE, ())


@pytest.mark.parametrize(
    "sku", ["latte?size=huge", "latte?milk=oat", "latte?size=small&text=x", "latte?size=large&size=small"]
)
def test_what_may_not_be_chosen_any_more_is_not_sold(sku: str) -> None:
    assert Configured(Shelf(LATTE), (SIZE, MILK)).get([sku]) == {}


def test_a_product_that_is_called_so_is_that_product() -> None:
    odd = product("latte?size=huge")
    assert Configured(Shelf(LATTE, odd), (SIZE,)).get([odd.sku]) == {odd.sku: odd}


def test_a_name_tells_what_differs_from_what_is_usual_and_keeps_its_size_last() -> None:
    assert named({"size": ("small",), "milk": ("whole",)}) == "small latte"
    assert (
        named({"size": ("large",), "milk": ("oat",)}, name="latte, 12 oz")
        == "large latte with oat milk, 12 oz"
    )
    assert named({"size": ("small",)}) == "small latte without milk"
    assert named({"engraving": ("Anna",)}, groups=(TEXT,), name="mug, tin") == "mug engraving Anna, tin"


def test_several_of_an_option_are_counted_in_the_plural_of_the_language() -> None:
    assert [counted(SHOT, count, "en") for count in (1, 2)] == ["an extra shot", "2 extra shots"]
    assert counted(replace(SHOT, forms={}), 2, "en") == "2 × extra shot"
    arabic = replace(SHOT, forms={"ar": {"two": "شوتين", "other": "{count} شوت"}})
    assert [counted(arabic, count, "ar") for count in (2, 11)] == ["شوتين", "11 شوت"]


def test_the_words_around_options_are_the_languages_own() -> None:
    latte = replace(LATTE, names={"de": "Latte", "ar": "لاتيه"})
    names = with_options(latte, {"size": ("large",), "milk": ("oat",)}, GROUPS).names
    assert names == {"de": "large Latte mit oat milk", "ar": "لاتيه large مع oat milk"}

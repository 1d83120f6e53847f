"""Names a shop says, made from titles nobody would say (`spoken/names-*.tsv`: title, brand, kind, spoken)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skill.catalogue.naming import MOST_WORDS, spoken_name
from skill.commerce.money import Money
from skill.commerce.product import Product

SPOKEN = Path(__file__).parent / "spoken"
LANGUAGES = ("en", "de", "ar")
AT_LEAST = {"en": 80, "de": 30, "ar": 20}
# What titles are made of, so that every rule is met, and anything else.
PIECES = """NEW|Oat|oat milk|MILK|12|oz|500ml|1/2|gal|x|330 ml|6-pack|12 ct|&|w/|™|//|(|)|,|#A12-33|BX-88213-Q
4006381333931|Brindle|Best Price!!|FREE SHIPPING|per lb|Size 8|2%|1,5 l|halber|Liter|لتر|مل|١٢|and|for|with|to
a half|🍞|$5|1 1/2|half|pack of 12|3 in|E27|"|'s| - |: |, |; |!|N°|5-10 lb|XL|-|.|Ø|80g/m2|10x15 cm|&amp;"""
PIECE = st.sampled_from(PIECES.replace("\n", "|").split("|"))
TITLES = st.lists(PIECE | st.text(max_size=6), min_size=1, max_size=14).map(" ".join) | st.text(
    min_size=1, max_size=60
)


def product(title: str, brand: str = "", kind: str = "") -> Product:
    return Product(
        sku="s-1", title=title, price=Money(100, "USD"), brand=brand, category=(kind,) if kind else ()
    )


def cases() -> Iterator[tuple[str, str, str, str, str]]:
    for language in LANGUAGES:
        for line in (SPOKEN / f"names-{language}.tsv").read_text("utf-8").splitlines()[1:]:
            title, brand, kind, spoken = line.split("\t")
            yield language, title, brand, kind, spoken


@pytest.mark.parametrize(("language", "title", "brand", "kind", "spoken"), [*cases()])
def test_a_title_is_said_as_people_say_it(
    language: str, title: str, brand: str, kind: str, spoken: str
) -> None:
    assert spoken_name(product(title, brand, kind), language=language) == spoken


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_cases_of_every_rule(language: str) -> None:
    assert sum(case[0] == language for case in cases()) >= AT_LEAST[language]


@settings(max_examples=300, deadline=None)
@given(
    title=TITLES,
    language=st.sampled_from(["en", "de", "ar", "fr", "ja"]),
    brand=st.sampled_from(["", "Brindle"]),
)
def test_a_name_is_the_name_of_itself_and_can_be_said(title: str, language: str, brand: str) -> None:
    one = product(title, brand)
    said = spoken_name(one, language=language)
    assert said.strip()
    assert spoken_name(replace(one, title=said), language=language) == said
    if said != title:
        assert not [
            char for char in said if unicodedata.category(char)[0] not in "LMNZ" and char not in "'-.,$€£¥₹"
        ]
        assert len(said.partition(", ")[0].split()) <= MOST_WORDS + 1


def test_the_names_of_the_sample_shop_are_left_alone(sample_products: tuple[Product, ...]) -> None:
    changed = []
    for one in sample_products:
        for language, name in one.names.items():
            shown = replace(one, title=name, category=one.kind(language))
            said = spoken_name(shown, language=language)
            # Of two commas one is left: it is size and pack that it sets off.
            if re.sub(",", "", said) != re.sub(",", "", name):
                changed.append((name, said))
    assert changed == []


def test_a_language_without_rules_of_its_own_is_cleaned_only() -> None:
    assert spoken_name(product("Lait d'avoine™ 64 fl oz ★"), language="fr") == "Lait d'avoine 64 fl oz"
    assert spoken_name(product("オーツミルク®"), language="ja") == "オーツミルク"


def test_a_region_speaks_its_language() -> None:
    assert spoken_name(product("Oat Drink 2L"), language="en-GB") == "Oat Drink, 2 liters"


def test_the_brand_behind_a_title_comes_to_its_front() -> None:
    title = "Cheddar Crackers - 6.6oz - Hazel & Crown™"
    assert (
        spoken_name(product(title, "Hazel & Crown"), language="en")
        == "Hazel and Crown Cheddar Crackers, 6.6 ounces"
    )


def test_a_title_too_long_keeps_brand_and_thing() -> None:
    title = "Vantor Slate 14-inch Laptop Gray 35.6 cm Matte Anti Glare Display with Numeric Keypad and Mouse"
    said = spoken_name(product(title, "Vantor", "Laptops"), language="en")
    assert said.startswith("Vantor Slate")
    assert "Laptop" in said

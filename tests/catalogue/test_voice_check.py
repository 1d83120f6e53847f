"""What a shopper would stumble over, found before anybody hears it: in one product, and across a feed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.catalogue.alike import Alike
from skill.catalogue.problem import Problem, kinds
from skill.catalogue.voice_check import checked
from skill.commerce.money import Money
from skill.commerce.product import Measure, Product

GOOD = "Fennelgate oat drink, 2 liters"


def product(sku: str = "s-1", title: str = GOOD, currency: str = "USD", **more: object) -> Product:
    facts: dict[str, object] = {
        "brand": "",
        "category": ("Food", "Milk"),
        "description": "A drink made of oats.",
        "measure": Measure(2000, "l"),
    }
    return Product(sku=sku, title=title, price=Money(199, currency), **{**facts, **more})  # type: ignore[arg-type]


def codes(one: Product, *others: str) -> list[str]:
    return [problem.code for problem in checked(one, row=1, language="en", others=others)]


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Fennelgate Mouse WMX-88213-B", "name_with_codes"),
        ("Fennelgate Mouse 4006381333931", "name_with_codes"),
        ("FENNELGATE OAT DRINK, 2 L", "name_in_capitals"),
        ("★ Fennelgate Oat Drink ★ 2 L", "name_with_signs"),
        ("Fennelgate Oat Drink 2 L 🍞", "name_with_signs"),
        ("Best Price!! Fennelgate Oat Drink, 2 L", "name_that_cries"),
        (
            "Fennelgate Low Temperature Pasteurized Slowly Homogenized Salted Chocolate Breakfast Drink",
            "name_too_long",
        ),
    ],
)
def test_a_name_that_cannot_be_said_is_told_with_the_one_that_can(title: str, code: str) -> None:
    (found,) = checked(product(title=title, brand="Fennelgate"), row=7, language="en")
    assert (found.row, found.field, found.code, found.sku) == (7, "title", code, "s-1")
    assert found.values["name"] == title
    assert found.spoken.startswith("Fennelgate")
    assert found.spoken != title


def test_a_spoken_title_is_looked_at_in_place_of_the_title() -> None:
    one = product(title="FENNELGATE OAT DRINK WMX-88213-B", names={"en": "Fennelgate oat drink"})
    assert codes(one) == []
    (found,) = checked(product(names={"en": "FENNELGATE OAT DRINK"}), row=1, language="en")
    assert found.field == "spoken_title"


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (product(title="Oat drink", measure=None), "no_size"),
        (product(description=""), "no_description"),
        (product(description="<p>Made of <b>oats</b>.</p>"), "description_with_markup"),
        (product(description="Oats &amp; water."), "description_with_markup"),
        (product(category=()), "no_category"),
        (product(brand="Hazel & Crown"), "brand_unsaid"),
    ],
)
def test_what_a_shopper_misses_is_told(one: Product, code: str) -> None:
    assert codes(one) == [code]


@pytest.mark.parametrize(
    "one",
    [
        product(),
        product(title="Fennelgate Oat Drink, 64 fl oz & Straw™"),
        product(title="Oat drink, large carton", measure=None),
        product(title="Sweet onions, each", measure=None),
        product(title="Garden rake", category=("Garden", "Rakes"), measure=None),
        product(title="Hazel and Crown ale", brand="Hazel & Crown"),
        product(title="HazelCrown ale", brand="Hazel Crown"),
        product(description="Less than 5 < 6 grams of fat & no salt."),
    ],
)
def test_what_is_well_said_is_left_alone(one: Product) -> None:
    assert codes(one) == []


def test_languages_without_a_name_are_told_together() -> None:
    (found,) = checked(product(names={"de": "Haferdrink"}), row=1, language="en", others=("de", "ar", "es"))
    assert found.code == "not_named_in"
    assert found.what == "there is no name in another language of the shop: ar, es"


def test_the_sample_shop_sounds_well(sample_products: tuple[Product, ...], tmp_path: Path) -> None:
    others = ("de", "ar", "es", "fr")
    found = [p for one in sample_products for p in checked(one, row=1, language="en", others=others)]
    assert found == []
    assert across(sample_products, tmp_path) == []


@given(title=st.text(min_size=1, max_size=60), description=st.text(max_size=20))
def test_every_finding_can_be_read(title: str, description: str) -> None:
    for found in checked(product(title=title, description=description), row=1, language="en"):
        assert found.level == "voice"
        assert found.what
        assert found.mend
        assert found.spoken


def across(products: Iterable[Product], folder: Path) -> list[Problem]:
    (folder / "alike.db").unlink(missing_ok=True)
    alike = Alike(folder / "alike.db", language="en")
    try:
        for row, one in enumerate(products, start=1):
            alike.add(one, row)
        return list(alike.problems())
    finally:
        alike.close()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wattle wheat flour", "Wattle wheat flower"),
        ("Brita filter", "Breeta filter"),
        ("Blue berry jam", "Blueberry jam"),
        ("Philips lamp", "Filips lamp"),
        ("Oat drink, 15 ounces", "Oat drink, 50 ounces"),
    ],
)
def test_names_of_one_sound_are_told(one: str, other: str, tmp_path: Path) -> None:
    (found,) = across([product("a", one), product("b", other)], tmp_path)
    assert (found.row, found.sku, found.code) == (2, "b", "sounds_alike")
    assert found.what == f'it sounds like another: "{one}" (a)'


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wattle beans", "Wattle pens"),
        ("Wattle beans", "Wattle buns"),
        ("Chocolate bar", "Chocolate beer"),
        ("Oat drink, 12 ounces", "Oat drink, 64 ounces"),
        ("Oat drink", "Oat drinks and more"),
    ],
)
def test_names_an_ear_tells_apart_are_left_alone(one: str, other: str, tmp_path: Path) -> None:
    assert across([product("a", one), product("b", other)], tmp_path) == []


def test_one_name_of_two_products_is_told(tmp_path: Path) -> None:
    (found,) = across([product("a", "Apple juice"), product("b", "Apple Juice")], tmp_path)
    assert (found.code, found.values["other_sku"]) == ("same_name", "a")


def test_the_name_that_is_said_counts_not_the_title(tmp_path: Path) -> None:
    shop = [product("a", "XR-20981 Lamp", names={"en": "Desk lamp"}), product("b", "Desk lamp")]
    (found,) = across(shop, tmp_path)
    assert found.code == "same_name"


def test_variants_may_share_a_name_when_colour_or_size_tells_them_apart(tmp_path: Path) -> None:
    shop = [product(str(n), "Tee", group="tee", colour=c) for n, c in enumerate(["red", "blue"])]
    assert across(shop, tmp_path) == []
    shop.append(product("2", "Tee", group="tee", colour="red"))
    (found,) = across(shop, tmp_path)
    assert (found.code, found.row, found.values["other_sku"]) == ("same_variant", 3, "0")


def test_one_name_a_thousand_times_is_told_a_few_times(tmp_path: Path) -> None:
    found = across([product(str(n), "Apple juice") for n in range(1000)], tmp_path)
    assert 0 < len(found) <= 20


def test_every_kind_of_finding_has_its_words() -> None:
    assert {code for code, kind in kinds().items() if kind.level == "voice"} >= set(_codes())


def _codes() -> Iterator[str]:
    yield from ("name_too_long", "name_with_codes", "name_in_capitals", "name_with_signs", "name_that_cries")
    yield from ("no_size", "no_description", "description_with_markup", "no_category", "brand_unsaid")
    yield from ("not_named_in", "sounds_alike", "same_name", "same_variant")

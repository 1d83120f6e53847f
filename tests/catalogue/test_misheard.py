"""What a recogniser writes for words nobody spells is found all the same, and what nobody sells is not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from skill.catalogue.index import build
from skill.catalogue.results import Found, Nothing, Several
from skill.catalogue.search import CatalogueIndex
from skill.catalogue.words import load, understand
from skill.commerce.money import Money
from skill.commerce.product import Product

NOW = datetime(2026, 11, 22, tzinfo=UTC)
TITLES = {
    "chobani": "Chobani Greek yogurt",
    "lacroix": "LaCroix sparkling water lime",
    "haagen": "Häagen-Dazs vanilla ice cream",
    "7up": "7UP lemon lime soda, 2 liter",
    "aa": "Duracell AA batteries, 8 count",
    "d": "Duracell D batteries, 4 count",
    "deckover": "Behr DeckOver coating, 1 gal.",
    "pvc": "PVC pipe 4x8",
    "leeks": "Leeks, bunch",
    "flour": "Bread flour, 5 lb",
    "zucchini": "Zucchini",
    "milk": "2% reduced fat milk, half gallon",
    "blueberry": "Blueberry muffins",
    "bagels": "Plain bagels",
    "chickpeas": "Garbanzo beans",
}


@pytest.fixture(scope="module")
def shelves(tmp_path_factory: pytest.TempPathFactory) -> CatalogueIndex:
    folder = tmp_path_factory.mktemp("misheard") / "v1"
    products = [Product(sku=sku, title=title, price=Money(199, "USD")) for sku, title in TITLES.items()]
    build(products, folder=folder, version="v1", language="en")
    return CatalogueIndex(folder)


@pytest.mark.parametrize(
    ("said", "sku"),
    [
        ("show bonny", "chobani"),
        ("cho bani yogurt", "chobani"),
        ("la croy", "lacroix"),
        ("la croix", "lacroix"),
        ("hagen das", "haagen"),
        ("haagen dazs", "haagen"),
        ("seven up", "7up"),
        ("7 up", "7up"),
        ("double a batteries", "aa"),
        ("a a batteries", "aa"),
        ("a d battery", "d"),
        ("deck over", "deckover"),
        ("p v c pipe four by eight", "pvc"),
        ("leaks", "leeks"),
        ("bread flower", "flour"),
        ("courgettes", "zucchini"),
        ("semi skimmed milk", "milk"),
        ("two percent milk", "milk"),
        ("blue berry muffins", "blueberry"),
        ("bay gulls", "bagels"),
        ("chick peas", "chickpeas"),
    ],
)
def test_what_was_meant_comes_first(shelves: CatalogueIndex, said: str, sku: str) -> None:
    hits = shelves.search(understand(said, words=load("en"), now=NOW))
    assert hits
    assert hits[0].sku == sku
    assert not isinstance(shelves.find(understand(said, words=load("en"), now=NOW)), Nothing)


@pytest.mark.parametrize("said", ["velociraptor", "xylophone", "caviar", "trampoline"])
def test_what_nobody_sells_is_nothing_however_it_sounds(shelves: CatalogueIndex, said: str) -> None:
    assert shelves.find(understand(said, words=load("en"), now=NOW)) == Nothing("unknown")


def test_a_guess_by_sound_is_not_taken_for_what_was_said(shelves: CatalogueIndex) -> None:
    """A word that only sounds somewhat like one of ours is offered, never added unasked."""
    result = shelves.find(understand("plain beagles", words=load("en"), now=NOW))
    assert isinstance(result, Found | Several)
    assert not (isinstance(result, Found) and result.whole) or result.product.sku == "bagels"

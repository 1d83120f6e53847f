"""Catalogs of product names: what Alexa takes, and that no name leads to a product that may not be meant."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from skill.alexa.catalogs import FIND, Value, catalog, sayable, write_catalog
from skill.alexa.model import Catalog
from skill.catalogue.analyser import fold
from skill.catalogue.index import build
from skill.catalogue.results import Found, Nothing, skus_of
from skill.catalogue.search import CatalogueIndex
from skill.catalogue.shelf import Shelf
from skill.catalogue.words import load, understand
from skill.cli import main
from skill.cli.talk import model_text
from skill.commerce.money import Money
from skill.commerce.product import Product
from skill.speech.locale import data, locales
from tests.alexa.test_entities import add, authority
from tests.talk import NOW, Talk, kept, send_through

Make = Callable[..., Shelf]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def stock(
        *products: Product, spoken: dict[str, Sequence[str]] | None = None, others: Sequence[str] = ()
    ) -> Shelf:
        build(products, folder=tmp_path / "v", version="v", language="en", others=others, spoken=spoken)
        return Shelf(tmp_path / "v")

    return stock


def product(sku: str, title: str, **more: Any) -> Product:
    return Product(sku=sku, title=title, price=Money(100, "USD"), **more)


def resolved(values: Sequence[Value] | Any) -> dict[str, str]:
    """Every name and what it resolves to."""
    return {name: value.id for value in values for name in (value.name, *value.synonyms)}


def own(stock: Shelf, *, locale: str = "en-US", **more: Any) -> dict[str, str]:
    """What a shop's own names resolve to, without those said in any shop."""
    anywhere = set(data("types", locale)["product"])
    names = resolved(catalog(stock, locale=locale, **more))
    return {name: id for name, id in names.items() if name not in anywhere}


def test_a_product_is_known_by_its_whole_name_without_its_size_by_brand_and_kind_and_as_it_is_called(
    make: Make,
) -> None:
    about = {"brand": "Brindle", "category": ("Drinks", "Infusions"), "also": ("morning tea",)}
    tea = product("t1", "Brindle breakfast tea, 20 bags", **about)
    assert own(make(tea)) == {
        "Brindle breakfast tea 20 bags": "t1",
        "Brindle breakfast tea": "t1",
        "Brindle Infusions": "t1",
        "morning tea": "t1",
        "Brindle": "find:brindle",
        "Drinks": "find:drinks",
        "Infusions": "find:infusions",
    }


def test_a_name_of_two_products_is_looked_for_and_what_tells_them_apart_is_not(make: Make) -> None:
    small, large = product("t1", "Brindle tea, 20 bags"), product("t2", "Brindle tea, 80 bags")
    assert own(make(small, large)) == {
        "Brindle tea 20 bags": "t1",
        "Brindle tea": "find:brindle tea",
        "Brindle tea 80 bags": "t2",
    }


def test_a_product_called_like_a_brand_or_a_kind_is_looked_for(make: Make) -> None:
    stock = make(
        product("t1", "Matcha", category=("Tea",)), product("t2", "Uji powder", category=("MATCHA",))
    )
    assert own(stock)["Matcha"] == "find:matcha"


def test_what_people_say_in_any_shop_is_looked_for(make: Make) -> None:
    names = resolved(catalog(make(product("m", "Oat milk")), locale="en-US"))
    assert names["oat milk"] == "find:oat milk"


def test_products_for_which_there_is_no_room_still_settle_what_is_ambiguous(make: Make) -> None:
    anywhere = len(data("types", "en-US")["product"])
    popular = product("t1", "Uji tea, 20 bags", popularity=9)
    stock = make(product("t2", "Uji tea, 80 bags"), popular)
    assert own(stock, most=anywhere + 2) == {"Uji tea 20 bags": "t1", "Uji tea": "find:uji tea"}


def test_the_most_popular_products_get_the_room_there_is(make: Make) -> None:
    anywhere = len(data("types", "en-US")["product"])
    stock = make(*(product(f"t{n}", f"Tea sort{n}x", popularity=n) for n in range(9)))
    assert list(own(stock, most=anywhere + 3).values()) == ["t8", "t7", "t6"]


def test_a_name_is_also_known_as_it_is_heard(make: Make) -> None:
    stock = make(product("w", "LaCroix lime", brand="LaCroix"), spoken={"LaCroix": ("la croy",)})
    names = own(stock)
    assert names["la croy lime"] == "w"
    assert names["la croy"] == "find:la croy"


def test_a_locale_has_the_names_of_its_language(make: Make) -> None:
    tea = product("t", "Breakfast tea", names={"de": "Frühstückstee", "en": "Morning tea"})
    stock = make(tea, others=("de",))
    assert list(own(stock, locale="de-DE")) == ["Frühstückstee"]
    assert list(own(stock)) == ["Morning tea"]


def test_a_sku_that_looks_like_a_search_is_one(make: Make) -> None:
    assert own(make(product("find:x", "Uji tea"))) == {"Uji tea": "find:uji tea"}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("2% milk", "2 percent milk"),
        ("M&M's (peanut)", "M&M's peanut"),
        ("Coca‑Cola® Zero™", "Coca Cola Zero"),
        ('Dr. Brown\'s / "root" beer', "Dr. Brown's root beer"),
        ("Crème_brûlée", "Crème brûlée"),
        ("½ pint #1 cream", "one half pint 1 cream"),
        ("- mint -", "mint"),
        ("7", ""),
        ("★★★", ""),
        ("", ""),
    ],
)
def test_a_name_is_written_in_letters_that_alexa_takes(name: str, said: str) -> None:
    assert sayable(name, data("types", "en-US")["signs"]) == said


def test_signs_are_said_in_each_language() -> None:
    assert sayable("Milch 3,5%", data("types", "de-DE")["signs"]) == "Milch 3 5 Prozent"
    assert sayable("حليب 2%", data("types", "ar-SA")["signs"]) == "حليب 2 بالمئة"


@given(st.text(max_size=400), st.sampled_from(locales()))
def test_no_name_is_too_long_or_holds_what_alexa_refuses(name: str, locale: str) -> None:
    said = sayable(name, data("types", locale)["signs"])
    assert len(said) <= 140
    assert said == " ".join(said.split())
    for letter in said:
        fine = letter in " '.-&@" or letter.isalnum() or unicodedata.category(letter) in ("Mn", "Mc")
        assert fine, repr(letter)
    assert not said or any(map(str.isalpha, said))


WORDS = st.sampled_from(["Brindle", "oat", "Milk", "milk,", "quart", "Tea", "éclair", "eclair", "2%", "x"])
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            NAMES, st.sampled_from(["", "Brindle", "Oat"]), st.lists(NAMES, max_size=2), st.integers(0, 5)
        ),
        min_size=1,
        max_size=12,
    ),
    st.integers(1, 250),
)
def test_no_name_stands_twice_none_leads_to_one_of_two_and_there_are_no_more_than_allowed(
    tmp_path_factory: pytest.TempPathFactory, raw: list[tuple[str, str, list[str], int]], most: int
) -> None:
    products = [
        product(f"p{n}", title, brand=brand, also=tuple(also), popularity=popularity)
        for n, (title, brand, also, popularity) in enumerate(raw)
    ]
    folder = tmp_path_factory.mktemp("names") / "v"
    build(products, folder=folder, version="v", language="en")
    values = list(catalog(Shelf(folder), locale="en-US", most=most))
    assert values == list(catalog(Shelf(folder), locale="en-US", most=most))
    names = [name for value in values for name in (value.name, *value.synonyms)]
    assert len(names) <= most
    assert len({fold(name) for name in names}) == len(names)
    assert len({value.id for value in values}) == len(values)
    signs = data("types", "en-US")["signs"]
    for name, id in resolved(values).items():
        called = {
            one.sku
            for one in products
            for way in (one.title, one.title.split(",")[0], *one.also)
            if fold(sayable(way, signs)) == fold(name)
        }
        assert called <= {id} or id.startswith(FIND)


def test_the_file_is_what_smapi_takes(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "en-US.json"
    count = write_catalog(catalog(make(product("t", "Uji tea, 20 bags")), locale="en-US"), path)
    written = json.loads(path.read_text("utf-8"))
    assert written.keys() == {"values"}
    assert len(written["values"]) == count
    assert written["values"][-1] == {"id": "t", "name": {"value": "Uji tea 20 bags", "synonyms": ["Uji tea"]}}
    assert [file.name for file in tmp_path.glob("*.partial")] == []


def test_a_catalog_of_nothing_is_a_catalog(tmp_path: Path) -> None:
    assert write_catalog([], tmp_path / "none.json") == 0
    assert json.loads((tmp_path / "none.json").read_text("utf-8")) == {"values": []}


@pytest.mark.parametrize("locale", locales())
def test_in_the_sample_shop_a_name_leads_to_a_product_that_its_search_finds_too(
    door: ModuleType, locale: str
) -> None:
    folder = live(door)
    shelves, language, checked = CatalogueIndex(folder), locale[:2], 0
    for name, id in resolved(catalog(Shelf(folder), locale=locale)).items():
        if id.startswith(FIND):
            continue
        result = shelves.find(understand(name, words=load(language), now=NOW))
        assert not isinstance(result, Nothing), name
        found = [result.product.sku] if isinstance(result, Found) else list(skus_of(result.products))
        assert id in found, f"{name}: {id} not in {found[:5]}"
        checked += 1
    assert checked > 300


def live(door: ModuleType) -> Path:
    app = door.app
    facts = app.store.visit("nobody").facts
    folder: Path = app.settings.catalogues / app.settings.shop / facts.catalogue
    return folder


@pytest.mark.parametrize("locale", locales())
def test_a_model_with_a_catalog_differs_by_its_product_names_alone(locale: str) -> None:
    plain, backed = (
        json.loads(text)["interactionModel"]
        for text in (model_text(locale), model_text(locale, catalog=Catalog("amzn1.catalog.1", "7")))
    )
    assert backed["languageModel"]["types"][0] == {
        "name": "Product",
        "valueSupplier": {
            "type": "CatalogValueSupplier",
            "valueCatalog": {"catalogId": "amzn1.catalog.1", "version": "7"},
        },
    }
    assert backed["languageModel"]["types"][1:] == plain["languageModel"]["types"][1:]
    assert backed["languageModel"]["intents"] == plain["languageModel"]["intents"]
    assert backed["dialog"] == plain["dialog"]


def sayso(*arguments: str | Path) -> Any:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_the_command_writes_a_file_a_locale_and_tells_how_they_get_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAYSO_STORE", f"sqlite:{tmp_path / 'shop.db'}")
    monkeypatch.delenv("SAYSO_CATALOGUES", raising=False)
    out = tmp_path / "names"
    result = sayso("catalogue", "alexa", "--out", out)
    assert result.exit_code == 0, result.output
    steps = (out / "README.txt").read_text("utf-8")
    assert steps in result.output
    assert {path.name for path in out.iterdir()} == {*(f"{name}.json" for name in locales()), "README.txt"}
    for line in (
        "ask smapi create-interaction-model-catalog --catalog-name 'Saffron Wagon en-US'",
        "ask smapi create-interaction-model-catalog-version --catalog-id CATALOG_ID",
        "--source-type URL --source-url https://YOUR-HOST/en-US.json",
        "ask smapi get-interaction-model-catalog-update-status --catalog-id CATALOG_ID",
        "sayso models --locale en-US --catalog CATALOG_ID --version VERSION",
        "ask smapi set-interaction-model --skill-id SKILL_ID --stage development --locale en-US",
    ):
        assert line in steps
    sayso("catalogue", "alexa", "--out", tmp_path / "one", "--locale", "de-DE")
    assert {path.name for path in (tmp_path / "one").iterdir()} == {"de-DE.json", "README.txt"}


def test_a_model_with_a_catalog_is_of_one_locale(tmp_path: Path) -> None:
    backed = ("--catalog", "amzn1.catalog.1", "--version", "3", "--out", tmp_path)
    refused = sayso("models", *backed)
    assert refused.exit_code == 2
    assert "name it with --locale" in refused.stderr
    assert sayso("models", "--locale", "ar-SA", *backed).exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["ar-SA.json"]
    assert re.search(r'"version": "3"', (tmp_path / "ar-SA.json").read_text("utf-8"))


OAT, GOAT = "milk-oat-brindle-half-gal", "milk-goat-nannybrook-qt"


@pytest.mark.parametrize("intent", ["AddToCart", "NameProduct", "AskPrice", "FindProduct"])
def test_a_name_of_the_catalog_reaches_its_product(door: ModuleType, talk: Talk, intent: str) -> None:
    request = add(talk, "goats milk", authority(GOAT, dynamic=False))
    request["request"]["intent"]["name"] = intent
    speech = send_through(door)(request)["response"]["outputSpeech"]["ssml"]
    assert "Nannybrook goat milk" in speech


@pytest.mark.parametrize("id", ["find:oat milk", "sku-that-has-left", "8f14e45fceea167a5a36dedd4bea2543"])
@pytest.mark.parametrize("intent", ["AddToCart", "NameProduct", "AskPrice", "FindProduct", "AskStock"])
def test_what_is_no_product_here_is_looked_for_by_its_words(
    door: ModuleType, talk: Talk, id: str, intent: str
) -> None:
    request = add(talk, "oat milk", authority(id, dynamic=False))
    request["request"]["intent"]["name"] = intent
    speech = send_through(door)(request)["response"]["outputSpeech"]["ssml"]
    assert "Oatwick" in speech or "Brindle" in speech
    assert kept(door)["cart"] == {}


@pytest.mark.parametrize("id", ["find:goat milk", "sku-that-has-left"])
def test_what_was_looked_for_can_be_taken_out_of_the_cart_by_its_words(
    door: ModuleType, talk: Talk, id: str
) -> None:
    talk.say("add goat milk")
    request = add(talk, "goat milk", authority(id, dynamic=False))
    request["request"]["intent"]["name"] = "RemoveFromCart"
    send_through(door)(request)
    assert kept(door)["cart"] == {}


def test_of_a_product_and_a_search_that_alexa_cannot_tell_apart_the_words_decide(
    door: ModuleType, talk: Talk
) -> None:
    both = authority(GOAT, "find:oat milk", dynamic=False)
    speech = send_through(door)(add(talk, "oat milk", both))["response"]["outputSpeech"]["ssml"]
    assert "oat milk" in speech
    assert kept(door)["cart"] == {}


def test_a_kind_named_for_a_list_that_was_read_is_a_new_search(door: ModuleType, talk: Talk) -> None:
    talk.say("find eggs")
    request = add(talk, "goat milk", authority("find:goat milk", dynamic=False))
    request["request"]["intent"]["name"] = "NameProduct"
    assert "goat milk" in send_through(door)(request)["response"]["outputSpeech"]["ssml"]

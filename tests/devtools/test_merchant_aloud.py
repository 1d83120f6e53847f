"""How a product sounds: what a merchant hears is what the shop says, and nothing is bought."""

from __future__ import annotations

import sqlite3
from functools import partial
from pathlib import Path

import pytest

from skill.alexa.handler import Skill, ask
from skill.app import App
from skill.catalogue.search import CatalogueIndex
from skill.devtools.aloud import Aloud, Ear
from skill.speech.locale import locales
from tests.devtools.merchant_shops import sample
from tests.talk import NOW, Talk

OAT = "milk-oat-brindle-half-gal"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> App:
    return sample(tmp_path_factory.mktemp("aloud"))


@pytest.fixture(scope="module")
def shelf(app: App) -> CatalogueIndex:
    return CatalogueIndex(app.settings.folder / app.ready().catalogue)


def ear(app: App, shelf: CatalogueIndex, locale: str = "en-US") -> Ear:
    return Ear(store=app.store, catalogue=shelf, facts=app.ready(), now=NOW, locale=locale)


def heard(aloud: Aloud) -> dict[str, str]:
    return {moment.name: moment.text for moment in aloud.moments}


def test_a_product_sounds_as_it_does_in_the_shop(app: App, shelf: CatalogueIndex) -> None:
    product = shelf.get([OAT])[OAT]
    told = ear(app, shelf).product(product)
    sounds = heard(told)
    talk = Talk(partial(ask, Skill(lambda _: app, app.clock)))
    listed = talk.say("find oat milk").speech
    assert sounds["listed"] in listed
    picked = talk.say("tell me about the first one").speech
    assert picked.startswith(sounds["about"])
    assert talk.say("how much is it").speech.startswith(sounds["price"])
    assert talk.say("is it in stock").speech.startswith(sounds["stock"])
    assert talk.say("add two of them").speech.startswith(sounds["added"])
    assert talk.say("what's in my cart").speech.startswith(sounds["cart"])
    assert told.drawn is not None
    assert told.drawn["datasources"]["payload"]["rows"][0]["name"] == "Brindle oat milk"
    assert told.card is not None
    assert "Brindle oat milk half gallon" in told.card.text


@pytest.mark.parametrize("locale", locales())
def test_every_moment_is_told_in_every_locale(app: App, shelf: CatalogueIndex, locale: str) -> None:
    for product in shelf.popular(limit=20):
        told = ear(app, shelf, locale).product(product)
        sounds = heard(told)
        assert list(sounds)[:5] == ["listed", "found", "price", "stock", "about"]
        assert all(sounds.values())
        assert all("{" not in text and "<" not in text for text in sounds.values())
        assert product.spoken(locale) in sounds["listed"]


def test_what_is_sold_out_is_not_put_into_a_cart(app: App, shelf: CatalogueIndex) -> None:
    gone = next(sku for sku, left in app.store.stock(everything(shelf)).items() if left == 0)
    sounds = heard(ear(app, shelf).product(shelf.get([gone])[gone]))
    assert "added" not in sounds
    assert "is out of" in sounds["stock"]


def everything(shelf: CatalogueIndex) -> list[str]:
    return [product.sku for product in shelf.popular(limit=shelf.manifest.products)]


def test_nobody_has_bought_anything_by_listening(app: App, shelf: CatalogueIndex, tmp_path: Path) -> None:
    path = app.settings.store.partition(":")[2]

    def kept() -> list[str]:
        with sqlite3.connect(path) as store:
            found = list(store.iterdump())
        store.close()
        return found

    before = kept()
    for locale in locales():
        listening = ear(app, shelf, locale)
        for product in shelf.popular(limit=30):
            listening.product(product)
        listening.answer("milk")
    assert kept() == before


def test_an_answer_is_the_one_a_shopper_gets(app: App, shelf: CatalogueIndex) -> None:
    for locale, sentence, words in (
        ("en-US", "find gluten free bread", "gluten free bread"),
        ("de-DE", "suche Vollmilch", "Vollmilch"),
        ("en-US", "find xylophones", "xylophones"),
    ):
        talk = Talk(partial(ask, Skill(lambda _: app, app.clock)), locale=locale)
        assert ear(app, shelf, locale).answer(words) == talk.say(sentence).speech

"""The `[skill]` of a shop file: read, refused, kept and written back."""

from __future__ import annotations

from pathlib import Path

import pytest

from skill.commerce.publishing import EVERYWHERE, Account, said
from skill.errors import BadInput
from skill.merchants.shop_file import read_shop
from skill.storage.open import open_store, prepare
from skill.storage.shop_items import dump_facts, load_facts
from tests.talk import NOW

SHOP = 'name = "Kiosk"\ncurrency = "USD"\n'
ACCOUNT = (
    'authorization_url = "https://id.example/a"\ntoken_url = "https://id.example/t"\nclient_id = "alexa"\n'
)


def written(folder: Path, text: str) -> Path:
    path = folder / "shop.toml"
    path.write_text(SHOP + text, "utf-8")
    return path


def test_a_page_stands_for_every_locale_or_for_one(tmp_path: Path) -> None:
    text = '[skill]\nprivacy_policy = "https://kiosk.example/p"\nterms_of_use = {de = "https://kiosk.example/agb"}\n'
    skill = read_shop(written(tmp_path, text)).skill
    assert skill
    assert said(skill.privacy_policy, "ar-SA") == "https://kiosk.example/p"
    assert said(skill.terms_of_use, "de-DE") == "https://kiosk.example/agb"
    assert said(skill.terms_of_use, "en-US") is None


def test_what_holds_in_a_locale_is_its_own_then_its_languages_then_everybodys() -> None:
    words = {EVERYWHERE: "all", "en": "english", "en-GB": "british"}
    assert [said(words, locale) for locale in ("en-GB", "en-US", "de-DE")] == ["british", "english", "all"]


def test_a_shop_that_says_nothing_has_nothing_to_publish(tmp_path: Path) -> None:
    assert read_shop(written(tmp_path, "")).skill is None


def test_everything_said_is_kept_by_a_store(tmp_path: Path) -> None:
    text = (
        '[skill]\nprivacy_policy = "https://kiosk.example/p"\nname = {de = "Der Kiosk"}\n'
        'invocation = "the kiosk"\nsummary = {en = "A"}\ndescription = {en = "B"}\n'
        'keywords = {en = ["c", "d"]}\nphrases = {en = ["e"]}\nsmall_icon = "s.png"\n'
        'large_icon = "https://kiosk.example/l.png"\ncategory = "DELIVERY_AND_TAKEOUT"\n'
        'countries = ["DE"]\nlocales = ["de-DE"]\ntesting = "f"\n[skill.account]\n'
        'scopes = ["g"]\ndomains = ["h.example"]\n'
        f'scheme = "REQUEST_BODY_CREDENTIALS"\n{ACCOUNT}'
    )
    facts = read_shop(written(tmp_path, text))
    assert load_facts(dump_facts(facts)) == facts
    assert facts.skill
    assert facts.skill.account == Account(
        authorization_url="https://id.example/a",
        token_url="https://id.example/t",
        client_id="alexa",
        scopes=("g",),
        domains=("h.example",),
        scheme="REQUEST_BODY_CREDENTIALS",
    )
    spec = f"sqlite:{tmp_path / 'shop.db'}"
    prepare(spec)
    store = open_store(spec, shop="shop", clock=lambda: NOW)
    store.publish(facts, stock={})
    assert store.visit("nobody").facts == facts


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('privacy_policy = "http://kiosk.example/p"', "skill.privacy_policy"),
        ('privacy_policy = "https://me@kiosk.example/p"', "skill.privacy_policy"),
        ('terms_of_use = {de = "kiosk.example"}', "skill.terms_of_use"),
        ('terms_of_use = {german = "https://kiosk.example/p"}', "skill.terms_of_use"),
        ('summary = "short"', "skill.summary"),
        (f'summary = {{en = "{"x" * 161}"}}', "skill.summary.en"),
        ('countries = ["USA"]', "skill.countries.0"),
        ('locales = ["fr-FR"]', "skill.locales.0"),
        ('category = "shopping"', "skill.category"),
        ('phrases = {en = ["a", "b", "c", "d"]}', "skill.phrases.en"),
        ('icon = "a.png"', "skill.icon"),
        ('[skill.account]\nclient_id = "alexa"', "skill.account.authorization_url"),
        ('[skill.account]\nclient_secret = "x"\n' + ACCOUNT, "skill.account.client_secret"),
    ],
)
def test_what_amazon_would_not_take_is_refused_with_its_place(tmp_path: Path, text: str, place: str) -> None:
    with pytest.raises(BadInput, match=place):
        read_shop(written(tmp_path, f"[skill]\n{text}\n"))

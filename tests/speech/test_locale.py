"""A region says what its language says, but for what it says differently."""

from __future__ import annotations

import pytest

from skill.errors import BadInput
from skill.speech.locale import data, locales, nearest, table, tables

pytestmark = pytest.mark.usefixtures("language")


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("en-US", "en-US"),
        ("en-GB", "en-GB"),
        ("en-AU", "en-US"),
        ("de-AT", "de-DE"),
        ("fr-FR", "en-US"),
        ("EN-us", "en-US"),
        ("", "en-US"),
    ],
)
def test_a_locale_not_spoken_gets_the_nearest_that_is(asked: str, spoken: str) -> None:
    assert nearest(asked) == spoken


def test_the_locales_are_those_listed() -> None:
    assert locales() == ("en-US", "en-GB", "de-DE")


@pytest.mark.parametrize(("locale", "hello"), [("en-US", "Hello."), ("en-GB", "Hiya."), ("de-DE", "Hallo.")])
def test_a_region_overrides_single_prompts_of_its_language(locale: str, hello: str) -> None:
    assert table("shop", locale).prompts["hello"] == hello


def test_what_a_region_leaves_out_is_its_languages() -> None:
    assert table("shop", "en-GB").prompts["text"] == table("shop", "en-US").prompts["text"]
    assert data("types", "en-GB") == {"product": ["porridge"], "position": {"1": ["first"]}}


def test_a_regions_utterances_replace_its_languages() -> None:
    assert table("shop", "en-US").utterances == ("hello",)
    assert table("shop", "en-GB").utterances == ("hiya",)
    assert table("shop", "de-DE").utterances == ()


def test_a_missing_table_names_the_file_to_write() -> None:
    with pytest.raises(BadInput, match=r"skill/locales/en/nonesuch\.toml does not exist"):
        table("nonesuch", "en-US")


def test_tables_are_files_of_prompts_and_not_of_other_data() -> None:
    assert tables("en-US") == ("common", "shop")

"""What is said in each language, and what is understood: text, amount, price, wishes."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from skill.catalogue.analyser import fold
from skill.catalogue.words import Query, day, load, understand, whole_amount
from skill.commerce.quantity import COUNT, FEW, MASS, VOLUME

SPOKEN = Path(__file__).parent / "spoken"
LOCALES = Path(__file__).parents[2] / "skill" / "locales"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "ar", "hi", "ja")
FLAGS = ("cheapest", "dearest", "popular", "on_offer")
# Prices: what is said, with the bounds in whole units of money.
PRICES = {
    "en": ("under {} dollars", "over {} dollars"),
    "de": ("unter {} Euro", "über {} Euro"),
    "fr": ("moins de {} euros", "plus de {} euros"),
    "es": ("menos de {} euros", "más de {} euros"),
    "it": ("meno di {} euro", "più di {} euro"),
    "pt": ("menos de {} reais", "mais de {} reais"),
    "nl": ("onder {} euro", "boven {} euro"),
    "ar": ("أقل من {} ريال", "أكثر من {} ريال"),
    "hi": ("{} रुपये से कम", "{} रुपये से ज्यादा"),
    "ja": ("{}円以下", "{}円以上"),
}
every_language = pytest.mark.parametrize("language", LANGUAGES)


def cases(language: str) -> list[tuple[str, str]]:
    """What is said, and what is understood as `told` writes it."""
    rows = (SPOKEN / f"{language}.tsv").read_text("utf-8").splitlines()[1:]
    return [(said, understood) for said, understood in (row.split("\t") for row in rows)]


CASES = [(language, *case) for language in LANGUAGES for case in cases(language)]


def read(text: str, language: str) -> Query:
    per = 1 if language == "ja" else 100
    return understand(text, words=load(language), now=NOW, minor_per_major=per)


def told(query: Query) -> str:
    """A query on one line: text, then what else was understood."""
    parts = [query.text]
    parts += [f"from {query.low}"] if query.low is not None else []
    parts += [f"to {query.high}"] if query.high is not None else []
    parts += [f"{query.amount.milli / 1000:g} {query.amount.unit}"] if query.amount else []
    parts += [flag for flag in FLAGS if getattr(query, flag)]
    parts += [f"only {' '.join(query.only)}"] if query.only else []
    parts += [f"not {' '.join(query.without)}"] if query.without else []
    return " | ".join(parts)


@cache
def lists(language: str) -> list[str]:
    """Every phrase of a language's word lists that is matched with folded words."""
    raw = tomllib.loads((LOCALES / language / "words.toml").read_text("utf-8"))
    found: list[str] = []
    for name, value in raw.items():
        if name in ("elided", "joint", "decimal"):
            continue
        if isinstance(value, dict) and name != "numbers":
            found += value.keys() if name in ("fractions", "more", "freed", "day_offset") else ()
            found += [word for words in value.values() if isinstance(words, list) for word in words]
        elif isinstance(value, list):
            found += [
                word for item in value for word in (item["words"] if isinstance(item, dict) else [item])
            ]
    numbers = raw.get("numbers", {})
    found += [word for name in ("add", "times", "big", "plus", "phrases") for word in numbers.get(name, {})]
    return found


@pytest.mark.parametrize(("language", "said", "expected"), CASES, ids=[f"{c[0]}-{c[1]}" for c in CASES])
def test_what_is_said_is_understood(language: str, said: str, expected: str) -> None:
    assert told(read(said, language)) == expected


@every_language
def test_there_are_enough_cases(language: str) -> None:
    assert len(cases(language)) >= 25


@every_language
def test_the_word_lists_are_written_as_they_are_matched(language: str) -> None:
    assert [word for word in lists(language) if fold(word) != word] == []


@every_language
def test_the_word_lists_name_every_unit_day_and_way_to_bound_a_price(language: str) -> None:
    words = load(language)
    known = {*MASS, *VOLUME, *COUNT, "piece", "pack", "dozen"}
    assert set(words.units.values()) <= known
    assert {"lb", "kg", "g", "oz", "l", "ml", "dozen", "pack", "piece"} <= set(words.units.values())
    assert {amount.unit for _, amount in words.fixed} <= {*known, FEW}
    assert {*words.days.values()} == {1, 2, 3, 4, 5, 6, 7}
    assert {-1, 0, 1} <= {*words.offsets.values()}
    assert {kind for kind, _ in words.price} == {"between", "under", "over", "about", "at"}


@pytest.mark.parametrize(
    ("language", "said", "expected"),
    [
        ("de", "heute", date(2026, 11, 21)),
        ("de", "Übermorgen", date(2026, 11, 23)),
        ("de", "Freitag", date(2026, 11, 27)),
        ("fr", "aujourd'hui", date(2026, 11, 21)),
        ("fr", "après-demain", date(2026, 11, 23)),
        ("fr", "dimanche", date(2026, 11, 22)),
        ("es", "mañana", date(2026, 11, 22)),
        ("es", "miércoles", date(2026, 11, 25)),
        ("it", "domani", date(2026, 11, 22)),
        ("it", "lunedì", date(2026, 11, 23)),
        ("pt", "amanhã", date(2026, 11, 22)),
        ("pt", "segunda-feira", date(2026, 11, 23)),
        ("nl", "gisteren", date(2026, 11, 20)),
        ("nl", "zaterdag", date(2026, 11, 21)),
        ("ar", "بكرة", date(2026, 11, 22)),
        ("ar", "الأحد", date(2026, 11, 22)),
        ("hi", "कल", date(2026, 11, 22)),
        ("hi", "शुक्रवार", date(2026, 11, 27)),
        ("ja", "明日", date(2026, 11, 22)),
        ("ja", "金曜日", date(2026, 11, 27)),
        ("ja", "いつか", None),
    ],
)
def test_a_day_is_known_by_its_name(language: str, said: str, expected: date | None) -> None:
    assert day(said, words=load(language), today=NOW.date()) == expected


@pytest.mark.parametrize(
    ("language", "said", "expected"),
    [
        ("en", "half a pound", (500, "lb")),
        ("en", "oat milk", None),
        ("de", "ein halbes Pfund", (250_000, "g")),
        ("de", "zwei Liter", (2000, "l")),
        ("fr", "une douzaine", (12_000, "ct")),
        ("es", "cuarto y mitad", (375_000, "g")),
        ("ar", "علبتين", (2000, "pack")),
        ("hi", "डेढ़ लीटर", (1500, "l")),
        ("ja", "半ダース", (6000, "ct")),
    ],
)
def test_an_amount_is_known_without_its_product(
    language: str, said: str, expected: tuple[int, str] | None
) -> None:
    amount = whole_amount(said, words=load(language))
    assert (amount and (amount.milli, amount.unit)) == expected


@every_language
@settings(deadline=None)
@given(data=st.data())
def test_any_text_is_understood_somehow_and_once(language: str, data: st.DataObject) -> None:
    spoken = st.lists(st.sampled_from(lists(language)), max_size=8).map(" ".join)
    query = read(data.draw(st.text() | spoken), language)
    assert query.text == " ".join(query.text.split())
    assert query.low is None or query.high is None or query.low <= query.high
    assume(query.amount is None and not query.bounded and fold(query.text) == query.text)
    again = read(query.text, language)
    assume(again.amount is None and not again.bounded)
    assert again.text == query.text


@every_language
@settings(deadline=None)
@given(whole=st.integers(min_value=1, max_value=9999))
def test_a_price_that_is_said_is_the_bound(language: str, whole: int) -> None:
    under, over = (read(said.format(whole), language) for said in PRICES[language])
    minor = whole if language == "ja" else whole * 100
    assert (under.low, under.high, over.low, over.high) == (None, minor, minor, None)
    assert under.text == over.text == ""

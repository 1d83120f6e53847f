"""Amounts keep count, pack, size and measure apart, whatever the number."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.catalogue.words import Query, load, understand
from skill.commerce.quantity import FEW, Amount

NOW = datetime(2026, 11, 22, tzinfo=UTC)
# A measure, a container, what one asks for, and how an amount of it is said, in each language.
SAID = {
    "en": (("pounds", "lb"), "bottles", "honey", "{amount} of {thing}"),
    "de": (("kilo", "kg"), "flaschen", "honig", "{amount} {thing}"),
    "ar": (("كيلو", "kg"), "علب", "عسل", "{amount} {thing}"),
}
languages = st.sampled_from(sorted(SAID))
counts = st.integers(2, 99)


def read(text: str, language: str) -> Query:
    return understand(text, words=load(language), now=NOW)


def said(amount: str, language: str) -> Query:
    *_, thing, form = SAID[language]
    return read(form.format(amount=amount, thing=thing), language)


@given(languages, counts)
def test_a_number_before_a_measure_is_that_much_of_it(language: str, count: int) -> None:
    (word, unit), _, thing, _ = SAID[language]
    asked = said(f"{count} {word}", language)
    assert (asked.text, asked.amount) == (thing, Amount(count * 1000, unit))


@given(languages, counts)
def test_a_number_before_a_container_is_so_many_packs(language: str, count: int) -> None:
    _, container, thing, _ = SAID[language]
    asked = said(f"{count} {container}", language)
    assert (asked.text, asked.amount) == (thing, Amount(count * 1000, "pack"))


@given(languages, counts)
def test_a_bare_number_is_so_many_pieces(language: str, count: int) -> None:
    thing = SAID[language][2]
    asked = read(f"{count} {thing}", language)
    assert (asked.text, asked.amount) == (thing, Amount(count * 1000))


@given(counts, st.integers(1, 24))
def test_packs_of_several_are_counted_in_packs(count: int, held: int) -> None:
    asked = read(f"{count} {held} packs of cola", "en")
    assert (asked.text, asked.amount) == (f"cola {held} pack", Amount(count * 1000))


@given(counts, st.integers(1, 64), st.sampled_from(["ounce", "liter", "pound"]))
def test_a_size_before_a_container_belongs_to_the_thing(count: int, size: int, unit: str) -> None:
    asked = read(f"{count} {size} {unit} bottles of water", "en")
    assert (asked.text, asked.amount) == (f"water {size} {unit}", Amount(count * 1000))


@given(counts, st.sampled_from(["half liter", "half gallon", "quarter pound"]))
def test_so_does_a_size_that_is_a_fraction(count: int, size: str) -> None:
    asked = read(f"{count} {size} bottles of water", "en")
    assert (asked.text, asked.amount) == (f"water {size}", Amount(count * 1000))


@given(counts, st.sampled_from(["pounds", "liters", "quarts"]))
def test_and_a_half_adds_half_of_one(count: int, word: str) -> None:
    unit = load("en").units[word]
    asked = read(f"{count} and a half {word} of rice", "en")
    assert (asked.text, asked.amount) == ("rice", Amount(count * 1000 + 500, unit))


@given(counts)
def test_a_number_that_belongs_to_the_product_is_no_amount(count: int) -> None:
    assert read(f"{count} percent milk", "en").amount is None
    assert read(f"{count} volt battery", "en").amount is None


@given(languages, st.text(max_size=40))
def test_whatever_is_said_can_be_read(language: str, text: str) -> None:
    asked = read(text, language)
    assert asked.amount is None or asked.amount.milli >= 0


@pytest.mark.parametrize(
    ("language", "text", "thing", "amount"),
    [
        ("en", "a few lemons", "lemons", Amount(3000, FEW)),
        ("en", "a dozen and a half eggs", "eggs", Amount(18_000, "ct")),
        ("en", "a pound and a half of beef", "beef", Amount(1500, "lb")),
        ("en", "half a dozen bagels", "bagels", Amount(6000, "ct")),
        ("de", "anderthalb liter milch", "milch", Amount(1500, "l")),
        ("de", "ein pfund butter", "butter", Amount(500_000, "g")),
        ("ar", "كرتونين حليب", "حليب", Amount(2000, "pack")),
        ("ar", "نص كيلو جبن", "جبن", Amount(500, "kg")),
    ],
)
def test_amounts_as_people_say_them(language: str, text: str, thing: str, amount: Amount) -> None:
    asked = read(text, language)
    assert (asked.text, asked.amount) == (thing, amount)

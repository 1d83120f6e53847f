"""Number words become digits: every number up to a thousand, and what people say instead of numbers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from num2words import num2words

from skill.catalogue.analyser import fold
from skill.catalogue.numerals import digits

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "ar", "hi", "ja")
# What num2words spells wrongly ("dicotto").
MISSPELLED = {("it", number) for number in range(118, 1000, 100)}


def read(text: str, language: str) -> str:
    return digits(fold(text), language=language)


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "hi"])
def test_every_number_up_to_a_thousand_is_read(language: str) -> None:
    said = {n: num2words(n, lang=language) for n in range(1000) if (language, n) not in MISSPELLED}
    wrong = {words: read(words, language) for n, words in said.items() if read(words, language) != str(n)}
    assert wrong == {}


@pytest.mark.parametrize(
    ("language", "said", "expected"),
    [
        ("en", "two percent milk", "2 percent milk"),
        ("en", "three point five", "3.5"),
        ("en", "the first one", "the 1st 1"),
        ("en", "oat milk plus five eggs", "oat milk plus 5 eggs"),
        ("de", "fünfunddreißig", "35"),
        ("de", "fünfhundertzwölf", "512"),
        ("de", "zwo", "2"),
        ("de", "zwei Komma fünf", "2.5"),
        ("de", "anderthalb Liter", "1.5 liter"),
        ("de", "eineinhalb Liter", "1.5 liter"),
        ("de", "Sechserpack", "6 pack"),
        ("de", "6er-Pack", "6 pack"),
        ("de", "das zweite", "das zweite"),
        ("fr", "quatre-vingt-dix-neuf", "99"),
        ("fr", "deux virgule cinq", "2.5"),
        ("fr", "une livre de beurre", "500 g de beurre"),
        ("fr", "deux livres de cuisine", "1000 g de cuisine"),
        ("es", "tres coma cinco", "3.5"),
        ("es", "veintidós", "22"),
        ("es", "cuarto y mitad", "cuarto y mitad"),
        ("es", "unos diez", "unos 10"),
        ("it", "ventitré", "23"),
        ("it", "tre virgola cinque", "3.5"),
        ("pt", "três vírgula cinco", "3.5"),
        ("pt", "a vírgula", "a virgula"),
        ("nl", "tweeëndertig", "32"),
        ("nl", "tweeënhalf", "2.5"),
        ("ar", "خمسة وعشرين ريال", "25 ريال"),
        ("ar", "خمسة و عشرون", "25"),
        ("ar", "بعشرة ريال", "ب 10 ريال"),
        ("ar", "ألف ومية وخمسة وعشرين", "1125"),
        ("ar", "ألفين", "2000"),
        ("ar", "ثلاثة آلاف", "3000"),
        ("ar", "خمسطعش", "15"),
        ("ar", "ثلاثة عشر", "13"),
        ("ar", "علبتين حليب", "2 علبه حليب"),
        ("ar", "خمسة وعشرة", "5 و 10"),
        ("ar", "حليب وبيض", "حليب وبيض"),
        ("ar", "٢٥", "25"),
        ("hi", "शून्य", "0"),
        ("hi", "पच्चीस", "25"),
        ("hi", "निन्यानवे", "99"),
        ("hi", "पाँच सौ पच्चीस", "525"),
        ("hi", "पांच सौ", "500"),
        ("hi", "दो हज़ार पाँच सौ", "2500"),
        ("hi", "एक लाख", "100000"),
        ("hi", "डेढ़", "1.5"),
        ("hi", "डेढ़ सौ", "150"),
        ("hi", "ढाई", "2.5"),
        ("hi", "साढ़े तीन", "3.5"),
        ("hi", "सवा लीटर", "1.25 लीटर"),
        ("hi", "पौने दो", "1.75"),
        ("hi", "एक दशमलव पाँच", "1.5"),
        ("hi", "दो तीन", "2 3"),
        ("ja", "二千円", "2000円"),
        ("ja", "一万五千円", "15000円"),
        ("ja", "2千円", "2000円"),
        ("ja", "牛乳を二本", "牛乳を2本"),
        ("ja", "ひとつ", "1つ"),
        ("ja", "七味唐辛子", "七味唐辛子"),
        ("ja", "三つ葉", "三つ葉"),
        ("ja", "八宝菜", "八宝菜"),
        ("sv", "två", "tva"),
    ],
)
def test_numbers_are_read_as_they_are_said(language: str, said: str, expected: str) -> None:
    assert read(said, language) == expected


@pytest.mark.parametrize("language", LANGUAGES)
@settings(deadline=None)
@given(text=st.text())
def test_any_text_can_be_read_for_numbers(language: str, text: str) -> None:
    once = read(text, language)
    assert read(once, language) == fold(once)

"""Typed words reach the intent that means them: said as written, a little differently, or not at all."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import pytest

from skill.intents import everything
from skill.speech.locale import locales
from skill.speech.utterances import Match, Matcher
from tests.bench import ROOT

TODAY = date(2026, 11, 22)
HELD_OUT = ROOT / "tests" / "bench" / "held_out"
# Share of sentences nobody wrote into a table that must be understood, in per cent, over both parts of a
# file: a little under what `python -m tests.bench confusion` measures.
FLOOR = {"en-US": 95, "de-DE": 95, "ar-SA": 90}


@lru_cache(maxsize=3)
def matcher(locale: str) -> Matcher:
    return Matcher(everything().values(), locale=locale)


def heard(text: str, locale: str = "en-US") -> Match | None:
    return matcher(locale).match(text, today=TODAY)


def reached(text: str, locale: str = "en-US") -> str:
    match = heard(text, locale)
    return match.intent if match else "Fallback"


def held_out(locale: str) -> list[tuple[set[str], str]]:
    lines = (HELD_OUT / f"{locale}.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(set(intents.split("|")), sentence) for intents, sentence in rows]


@pytest.mark.parametrize("locale", locales())
def test_most_sentences_nobody_wrote_down_are_understood(locale: str) -> None:
    rows = held_out(locale)
    right = sum(reached(sentence, locale) in meant for meant, sentence in rows)
    assert 100 * right >= FLOOR[locale] * len(rows)


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("I want to set up a pin for my orders", "SetVoiceCode"),
        ("let's do some shopping", "Launch"),
        ("I'd like my usual order", "Reorder"),
        ("give me a ring tomorrow at nine", "CallBack"),
        ("get me the same stuff as last week", "Reorder"),
        ("could you say that one more time", "Repeat"),
        ("show me my cart one more time", "ReviewCart"),
    ],
)
def test_a_sentence_full_of_telling_words_is_no_product(said: str, intent: str) -> None:
    assert reached(said) == intent


@pytest.mark.parametrize(
    "said", ["don't check out", "do not order it", "don't buy it", "never place the order"]
)
def test_a_negation_is_never_passed_over(said: str) -> None:
    assert reached(said) not in ("Checkout", "AddToCart", "Yes")


@pytest.mark.parametrize(
    ("said", "slots"),
    [
        ("what's the price of old piccalo corn tortillas", {"product": "old piccalo corn tortillas"}),
        ("add everything bagels", {"product": "everything bagels"}),
        ("find save the date cards", {"query": "save the date cards"}),
        ("pasta on sale under three dollars", None),
    ],
)
def test_a_name_with_words_of_sentences_in_it_stays_a_name(said: str, slots: dict[str, str] | None) -> None:
    match = heard(said)
    assert match is not None
    if slots:
        assert {name: slot.text for name, slot in match.slots.items()} == slots
    else:
        assert match.intent in ("FindProduct", "NameProduct")


@pytest.mark.parametrize(
    "said", ["how old are you then", "so what is it that you are and how do you do that"]
)
def test_a_sentence_that_is_no_wish_is_no_product(said: str) -> None:
    assert reached(said) != "NameProduct"


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("what did I order last time", "OrderStatus"),
        ("how much did I spend last time", "OrderStatus"),
        ("order what I had last time", "Reorder"),
        ("return policy please", "AskShop"),
        ("can I return food", "AskShop"),
        ("can I return the lamp", "ReturnItem"),
        ("huh", "Repeat"),
        ("what", "Repeat"),
        ("sorry", "Repeat"),
        ("uh huh", "Yes"),
        ("no I mean yes", "Yes"),
        ("no deliver it", "ChooseDelivery"),
        ("tomorrow morning please", "ChooseWindow"),
        ("can you leave it at the door", "AskShop"),
        ("no keep it", "KeepIt"),
        ("no regular", "ReplaceProduct"),
        ("no not that", "No"),
        ("order number 45678 again", "Reorder"),
        ("use save ten", "ApplyCoupon"),
        ("use the cheaper one", "ReplaceProduct"),
        ("put everything back in the cart", "Undo"),
        ("without the soap", "RemoveFromCart"),
        ("how heavy is it", "DescribeProduct"),
        ("how many sizes does it come in", "DescribeProduct"),
        ("how many points do I have", "AskShop"),
        ("how much sugar is in it", "AskContents"),
        ("bread milk cheese and gluten free fusilli", "NameProduct"),
        ("what's the weather", "Fallback"),
        ("how's the weather", "Fallback"),
        ("where is it", "OrderStatus"),
        ("no more offers", "StopAlerts"),
        ("let me pay", "Checkout"),
    ],
)
def test_a_short_sentence_is_what_it_says_and_not_what_it_resembles(said: str, intent: str) -> None:
    assert reached(said) == intent


@pytest.mark.parametrize("said", ["", "?!", "   "])
def test_nothing_said_is_nothing_understood(said: str) -> None:
    assert reached(said) == "Fallback"

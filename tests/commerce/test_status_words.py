"""Every word of every dialect for where an order is, and what it comes to mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.commerce.order import NEXT
from skill.commerce.status_words import HANDED_OVER, STAYS, Meant, Unclear, Unheard, dialects, fold, meant

WORDS = [
    (dialect, word, meaning)
    for dialect, meanings in dialects().items()
    for meaning, words in meanings.items()
    for word in words
]


def status_of(meaning: str, *, pickup: bool = False) -> str:
    if meaning == HANDED_OVER:
        return "delivered" if pickup else "shipped"
    return "" if meaning == STAYS else meaning


@pytest.mark.parametrize(("dialect", "word", "meaning"), WORDS)
def test_a_word_is_understood_in_its_dialect_however_it_is_written(
    dialect: str, word: str, meaning: str
) -> None:
    for written in (word, word.lower(), word.upper(), word.replace("_", " "), f" {word.replace('_', '-')} "):
        assert meant(written, dialect=dialect) == Meant(status_of(meaning))
        assert meant(written, dialect=dialect, pickup=True) == Meant(status_of(meaning, pickup=True))


@pytest.mark.parametrize(("dialect", "word", "meaning"), WORDS)
def test_without_a_dialect_a_word_is_taken_where_all_who_say_it_agree(
    dialect: str, word: str, meaning: str
) -> None:
    others = {status_of(m) for _, w, m in WORDS if fold(w) == fold(word)}
    told = meant(word)
    if len(others) == 1:
        assert told == Meant(status_of(meaning))
    else:
        assert isinstance(told, Unclear)
        assert set(told.meanings.values()) == {s or STAYS for s in others}
        assert told.meanings[dialect] in (meaning, status_of(meaning))


def test_the_words_that_need_a_dialect_are_these() -> None:
    assert {fold(word) for _, word, _ in WORDS if isinstance(meant(word), Unclear)} == {
        "confirmed",
        "fulfilled",
        "partiallyfulfilled",
    }


def test_every_meaning_is_a_status_the_shop_may_report_and_each_has_a_word_of_ours() -> None:
    assert {meaning for _, _, meaning in WORDS} - {STAYS, HANDED_OVER} == NEXT.keys() - {"placed", "pending"}
    assert {word for dialect, word, _ in WORDS if dialect == "sayso"} == NEXT.keys() - {"pending"}


def test_no_dialect_says_one_word_for_two_things() -> None:
    for dialect in dialects():
        folded = [fold(word) for name, word, _ in WORDS if name == dialect]
        assert len(folded) == len(set(folded))


@pytest.mark.parametrize("prefix", ["https://schema.org/", "http://schema.org/"])
def test_the_words_of_schema_org_may_be_addresses(prefix: str) -> None:
    assert meant(f"{prefix}OrderInTransit") == Meant("shipped")


def test_a_word_nobody_says_is_answered_with_those_that_are() -> None:
    told = meant("teleported")
    assert isinstance(told, Unheard)
    assert {"shipped", "IN_TRANSIT", "OrderInTransit"} <= set(told.accepted)
    narrow = meant("shipped", dialect="saleor")
    assert isinstance(narrow, Unheard)
    assert "shipped" not in narrow.accepted
    assert isinstance(meant("shipped", dialect="klingon"), Unheard)


@given(st.text())
def test_any_text_is_a_word_or_none(text: str) -> None:
    assert isinstance(meant(text), Meant | Unclear | Unheard)

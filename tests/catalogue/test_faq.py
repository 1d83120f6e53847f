"""Questions are matched by what their words mean: right answers, and hardly ever a wrong one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skill.catalogue.faq import Answerable, asked_for, read
from tests.bench.faq import LANGUAGES, PARTS, UNKNOWN, Phrasing, answers, judged, phrasings

BOXES = Answerable("boxes", ("do you take back empty boxes",), "Yes, our driver takes them.")
WRAP = Answerable("wrap", ("do you wrap presents", "can it be gift wrapped"), "Yes, for two dollars.")


def test_there_are_enough_phrasings_and_enough_that_nothing_answers() -> None:
    first = [one for part in PARTS[:2] for one in phrasings(part)]
    assert len(first) >= 120
    assert sum(one.meant is None for one in first) >= 20
    assert {one.language for one in first} == set(LANGUAGES)
    assert {one.meant for one in first} <= {answer.id for answer in answers("en")} | {None}
    assert UNKNOWN not in {answer.id for answer in answers("en")}


@pytest.mark.parametrize("part", PARTS[:2])
def test_nine_in_ten_are_answered_right_and_at_most_one_in_fifty_wrong(part: str) -> None:
    found = judged(phrasings(part))
    assert found.right >= 0.9 * found.count, found.missed
    assert found.wrong <= 0.02 * found.count, found.missed


@pytest.mark.parametrize("part", PARTS[2:])
def test_phrasings_nobody_tuned_for_are_seldom_answered_wrong(part: str) -> None:
    found = judged(phrasings(part))
    assert found.right >= 0.8 * found.count, found.missed
    assert found.wrong <= 1, found.missed


def test_one_word_of_what_is_answered_is_no_question_for_it() -> None:
    found = asked_for("do you lend wheelbarrows and boxes", (BOXES, WRAP), language="en")
    assert found is not None
    assert found.id == "boxes"
    assert not found.sure


def test_two_answers_that_fit_alike_are_none() -> None:
    twin = Answerable("twin", WRAP.questions, "No.")
    found = asked_for("do you wrap presents", (WRAP, twin), language="en")
    assert found is not None
    assert not found.sure


def test_what_has_no_words_in_this_language_answers_nothing() -> None:
    silent = Answerable("wrap", WRAP.questions, "")
    assert asked_for("do you wrap presents", (silent,), language="en") is None


def test_a_language_without_lists_of_its_own_matches_word_for_word() -> None:
    wrap = Answerable("envolver", ("envuelven regalos",), "Sí, gratis.")
    found = asked_for("envuelven ustedes los regalos", (wrap, BOXES), language="es")
    assert found is not None
    assert found.id == "envolver"
    assert found.sure


def test_words_that_tell_nothing_are_no_question() -> None:
    assert read("do you have a", language="en") == ()
    assert asked_for("what is that", (BOXES, WRAP), language="en") is None


@given(st.sampled_from([*phrasings("held out"), *phrasings("tuned on")]), st.permutations(range(6)))
@settings(max_examples=15, deadline=None)
def test_the_order_of_the_answers_changes_nothing_that_is_sure(one: Phrasing, order: list[int]) -> None:
    some = answers("en")[:6]
    first = asked_for(one.text, some, language="en")
    second = asked_for(one.text, [some[place] for place in order], language="en")
    assert (first and first.sure and first.id) == (second and second.sure and second.id)

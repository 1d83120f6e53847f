"""The greeting: one thing, the most pressing, the cart always, and never what was said the last time."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from skill.commerce.greeting import KINDS, Greeting, Greetings, choose

greetings = st.builds(Greeting, st.sampled_from(KINDS), st.sampled_from(("", "a", "b")))
# What was said last, in either wording; or nothing yet.
lasts = st.just(Greeting()) | st.builds(
    Greeting, st.sampled_from(KINDS), st.sampled_from(("", "a", "b")), again=st.booleans()
)
there = st.lists(greetings, max_size=6)


@given(there, lasts)
def test_the_same_is_never_said_twice_in_a_row(there: list[Greeting], last: Greeting) -> None:
    assert choose(there, last=last) != last


@given(there, lasts)
def test_a_cart_that_waits_is_always_the_one(there: list[Greeting], last: Greeting) -> None:
    carts = {one.topic for one in there if one.kind == "cart"}
    chosen = choose(there, last=last)
    assert (chosen.kind == "cart") == bool(carts)
    assert not carts or chosen.topic in carts


@given(there, lasts)
def test_what_is_said_is_there_or_a_hello_and_nothing_fresh_is_more_pressing(
    there: list[Greeting], last: Greeting
) -> None:
    chosen = choose(there, last=last)
    assert chosen.kind == "back" or any(one.same(chosen) for one in there)
    if chosen.kind != "cart":
        fresh = [one for one in there if not one.same(last)]
        assert all(KINDS.index(chosen.kind) <= KINDS.index(one.kind) for one in fresh)


@given(st.lists(st.lists(greetings, max_size=4), max_size=8))
def test_nobody_who_comes_again_and_again_hears_one_thing_twice_running(days: list[list[Greeting]]) -> None:
    last, heard = Greeting(), list[Greeting]()
    for there in days:
        last = choose(there, last=last)
        heard.append(last)
    assert all(one != two for one, two in pairwise(heard))


def test_the_request_it_was_said_in_makes_no_other_greeting_of_it() -> None:
    assert Greeting("back", request="one") == Greeting("back", request="two")


def test_a_merchants_words_are_found_by_locale_then_by_language() -> None:
    own = Greetings(new={"de": "Hallo!", "en-GB": "Hello there!"}, returning={"en": "Hi again."})
    assert (own.to_new("en-GB"), own.to_new("de-DE"), own.to_new("en-US")) == ("Hello there!", "Hallo!", "")
    assert (own.to_returning("en-US"), own.to_returning("ar-SA")) == ("Hi again.", "")

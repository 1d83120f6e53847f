"""What travels in the session attributes comes back as it was, and whatever else comes is a conversation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skill.dialogue.conversation import (
    FORMAT,
    Conversation,
    Focus,
    Listing,
    Question,
    decode,
    encode,
)
from skill.dialogue.turn import Slot

FULL = Conversation(
    question=Question(
        intent="Checkout",
        awaiting="confirmed",
        slots={"quantity": Slot("0", (), 0), "trait": Slot("cheap", ("cheaper",)), "none": Slot()},
        options=("a", ""),
        frozen={"total": 0, "way": "", "version": 3},
        asked_at=1,
    ),
    listing=Listing(words="milk", wish={"low": 0, "popular": True, "only": ("oat",)}, skus=("a",), shown=1),
    focus=Focus(sku="a", quantity=0),
    misses=1,
    turns=2,
    said="x",
    asked="y",
    names="z",
)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


def through_alexa(conversation: Conversation) -> dict[str, Any]:
    attributes: dict[str, Any] = json.loads(json.dumps(encode(conversation)))
    return attributes


def assert_whole(found: Conversation) -> None:
    """Every field has the type it declares."""
    assert all(
        type(one) is int for one in (found.misses, found.turns, found.listing.start, found.listing.shown)
    )
    texts = [
        found.said,
        found.asked,
        found.names,
        found.listing.kind,
        found.listing.words,
        found.listing.catalogue,
    ]
    texts += [one for one in (found.focus.sku, found.focus.order) if one is not None]
    texts += found.listing.skus
    assert type(found.focus.quantity) in (int, type(None))
    assert type(found.listing.skus) is tuple
    for name, wish in found.listing.wish.items():
        wanted = int if name in ("low", "high") else tuple if name in ("only", "without", "lacking") else bool
        assert type(wish) is wanted
    if question := found.question:
        texts += [question.intent, question.awaiting, *question.options, *question.frozen, *question.slots]
        assert type(question.options) is tuple
        assert type(question.asked_at) is int
        assert all(type(value) in (int, str) for value in question.frozen.values())
        for slot in question.slots.values():
            assert type(slot.ids) is tuple
            assert type(slot.number) in (int, type(None))
            texts += [slot.text, *slot.ids]
    assert all(type(text) is str for text in texts)


def test_a_conversation_comes_back_as_it_went() -> None:
    assert decode(through_alexa(FULL)) == FULL
    assert decode(through_alexa(Conversation())) == Conversation()


def test_what_is_as_always_takes_no_room() -> None:
    assert encode(Conversation()) == {"v": FORMAT}


def test_nothing_that_a_question_froze_is_left_out() -> None:
    assert encode(FULL)["question"]["frozen"] == {"total": 0, "way": "", "version": 3}


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("listing", "skus"), None),
        (("listing", "skus"), ["a", 1]),
        (("listing", "start"), "0"),
        (("listing", "wish"), {"low": ["x"]}),
        (("listing", "wish"), {"popular": 1}),
        (("listing", "wish"), {"only": "oat"}),
        (("listing", "wish"), [1]),
        (("listing", "other"), 1),
        (("listing",), []),
        (("question",), "x"),
        (("question", "options"), [None]),
        (("question", "options"), "abc"),
        (("question", "frozen"), ["total"]),
        (("question", "frozen"), {"total": None}),
        (("question", "intent"), 3),
        (("question", "asked_at"), 1.5),
        (("question", "slots"), {"product": "milk"}),
        (("question", "slots"), {"product": {"ids": [["a"]]}}),
        (("question",), {"intent": "Checkout"}),
        (("focus", "sku"), {}),
        (("focus",), None),
        (("misses",), "1"),
        (("turns",), True),
        (("said",), None),
    ],
)
def test_one_damaged_part_starts_a_new_conversation(place: tuple[str, ...], value: object) -> None:
    attributes = through_alexa(FULL)
    part = attributes
    for name in place[:-1]:
        part = part[name]
    part[place[-1]] = value
    assert decode(attributes) == Conversation()


def test_too_deep_to_be_read_is_a_new_conversation() -> None:
    deep: Any = []
    for _ in range(50_000):
        deep = [deep]
    assert decode({"v": FORMAT, "question": {"slots": deep}}) == Conversation()


def test_what_we_did_not_put_there_is_no_damage() -> None:
    assert decode(through_alexa(FULL) | {"somebody": "else's"}) == FULL


def places(value: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    pairs = (
        value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, inner in pairs:
        found += [(value, key), *places(inner)]
    return found


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_any_json_gives_a_conversation_that_can_be_used(data: st.DataObject) -> None:
    attributes = through_alexa(FULL)
    for _ in range(data.draw(st.integers(1, 3))):
        part, key = data.draw(st.sampled_from(places(attributes)))
        part[key] = data.draw(JSON)
    attributes["v"] = FORMAT
    found = decode(attributes)
    assert_whole(found)
    assert decode(through_alexa(found)) == found


@given(attributes=st.dictionaries(st.sampled_from(["question", "listing", "focus", "misses", "said"]), JSON))
def test_any_json_at_all_gives_a_conversation(attributes: dict[str, Any]) -> None:
    assert_whole(decode({**attributes, "v": FORMAT}))

"""What a conversation remembers of its last turns: keys and values, few of them, and never a secret."""

from __future__ import annotations

import json
from datetime import date, time
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skill.commerce.money import Money
from skill.dialogue.conversation import Conversation, decode, encode
from skill.dialogue.past import SIZE, STEPS, packed, remembered, steps, unpacked
from skill.dialogue.reply import Join, Message, Reply, Spell, Tenths, Term, Value, say
from skill.dialogue.turn import Slot, Turn
from tests.talk import NOW, Talk

texts = st.text(max_size=8)
plain: st.SearchStrategy[Value] = st.one_of(
    texts,
    st.integers(-(10**9), 10**9),
    st.builds(Money, st.integers(0, 10**9), st.sampled_from(["USD", "JPY"])),
    st.builds(Spell, texts),
    st.builds(Tenths, st.integers(0, 99)),
    st.builds(Term, texts, texts),
    st.dates(),
    st.times(timezones=st.none()),
)
values: st.SearchStrategy[Value] = st.recursive(
    plain,
    lambda inner: st.one_of(
        st.builds(Join, st.lists(inner, max_size=3).map(tuple), st.sampled_from(["and", "or"])),
        st.builds(Message, texts, st.dictionaries(texts, inner, max_size=3)),
    ),
    max_leaves=6,
)


def turn(intent: str = "FindProduct", **slots: str) -> Turn:
    return Turn(
        request_id="r",
        intent=intent,
        now=NOW,
        locale="en-US",
        user="u",
        slots={name: Slot(text) for name, text in slots.items()},
    )


@given(values)
@settings(max_examples=40, deadline=None)
def test_what_was_said_is_the_same_after_it_was_away(value: Value) -> None:
    assert unpacked(json.loads(json.dumps(packed(value)))) == value


JSON = st.recursive(
    st.none() | st.floats(allow_nan=False) | texts,
    lambda one: st.lists(one, max_size=2) | st.dictionaries(texts, one, max_size=2),
    max_leaves=4,
)


@given(JSON)
@settings(max_examples=20, deadline=None)
def test_what_was_never_packed_is_a_value_error_at_worst(raw: object) -> None:
    try:
        unpacked(raw)
    except ValueError:
        return


@pytest.mark.parametrize(
    "raw", [{"m": [1]}, {"d": "soon"}, {"t": 5}, {"j": 3, "h": "and"}, {}, None, {"x": 1}]
)
def test_what_somebody_meddled_with_is_a_value_error(raw: object) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        unpacked(raw)


def test_only_the_last_turns_are_kept_and_they_stay_small() -> None:
    past: tuple[str, ...] = ()
    long = Reply(say=(say("ask_shop.answer", text="word " * 100), say("x.y", day=date(2026, 1, 2))))
    for number in range(20):
        past = remembered(past, turn(query=f"wish {number}"), long, secret=False)
        assert len(json.dumps(past, ensure_ascii=False)) <= SIZE + 3 * STEPS
    assert 1 < len(past) <= STEPS
    assert steps(past)[-1].words == {"query": "wish 19"}


def test_what_was_harmed_on_its_way_is_left_out() -> None:
    kept = remembered((), turn(), Reply(say=(say("a.b"),)), secret=False)
    assert [step.intent for step in steps(("", "[]", '["x", 1, 2, 3]', "{}", "null", *kept))] == [
        "FindProduct"
    ]


def test_a_secret_and_a_code_are_not_kept() -> None:
    past = remembered((), turn("SayNumber", quantity="4321"), Reply(), secret=True)
    past = remembered(past, turn("SetVoiceCode", code="4321"), Reply(), secret=False)
    assert "4321" not in str(past)


def test_a_repeated_answer_is_no_turn_of_its_own() -> None:
    past = remembered((), turn(), Reply(say=(say("a.b", time=time(8)),)), secret=False)
    assert remembered(past, turn("Repeat"), Reply(again=True), secret=False) == past


def test_the_past_travels_in_the_attributes() -> None:
    past = remembered((), turn(query="milk"), Reply(say=(say("a.b", price=Money(1, "USD")),)), secret=False)
    conversation = Conversation(past=past)
    assert decode(json.loads(json.dumps(encode(conversation)))) == conversation


def test_a_long_conversation_leaves_room_in_the_attributes(arrived: ModuleType, shopper: Talk) -> None:
    for said in (
        "where is my order",
        "are you open on monday",
        "find coffee",
        "add coffee",
        "what's in my cart",
    ) * 2:
        turned = shopper.say(said)
    attributes = turned.response["sessionAttributes"]
    assert len(attributes["past"]) > 1
    assert len(json.dumps(attributes, ensure_ascii=False).encode()) < 8_000

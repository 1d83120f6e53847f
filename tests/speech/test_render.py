"""A reply in words: values are filled in as they are said, and never as markup."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date, time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skill.commerce.money import Money
from skill.dialogue.conversation import Conversation, Question
from skill.dialogue.reply import Card, Join, Message, Reply, Spell, Value, say
from skill.errors import BadInput
from skill.speech.render import MAX_CARD, Spoken, Wording, apology, plain, render

pytestmark = pytest.mark.usefixtures("language")
TODAY = date(2026, 11, 21)
# What an XML 1.0 document can hold at all.
names = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"))


def spoken(*messages: Message, rotation: int = 0) -> Spoken:
    wording = Wording("en-US", TODAY, rotation=rotation)
    return render(Reply(say=messages, end=True), conversation=Conversation(), wording=wording)[0]


def in_words(value: Value) -> str:
    return spoken(say("shop.text", text=value)).speech


@pytest.mark.parametrize(
    ("value", "speech"),
    [
        ("oat milk", "oat milk"),
        (3, "3"),
        (Money(399, "USD"), "$3.99"),
        (date(2026, 11, 23), "Monday"),
        (time(8), "8 AM"),
        (Join(("oats", "eggs")), "oats and eggs"),
        (Join((Money(399, "USD"), date(2026, 11, 23)), "or"), "$3.99 or Monday"),
        (say("shop.hello"), "Hello."),
        (say("shop.left", count=1, product="oats"), "One oats is left."),
    ],
)
def test_a_value_is_said_as_what_it_is(value: Value, speech: str) -> None:
    assert in_words(value) == speech


def test_names_are_never_markup() -> None:
    out = spoken(say("shop.text", text="M&M's <b>"))
    assert out.speech == "M&amp;M's &lt;b&gt;"
    assert out.text == "M&M's <b>"


def test_prompts_are_never_markup_either() -> None:
    out = spoken(say("shop.mark", shop="R&R"))
    assert out.speech == "&lt;b&gt; &amp; R&amp;R"
    assert out.text == "<b> & R&R"


def test_a_number_is_spelled_aloud_and_plain_in_writing() -> None:
    out = spoken(say("shop.text", text=Spell("0&42")))
    assert out.speech == '<say-as interpret-as="characters">0&amp;42</say-as>'
    assert out.text == "0&42"


def test_a_value_is_never_read_as_a_placeholder() -> None:
    assert in_words("{shop} {text}") == "{shop} {text}"


@pytest.mark.parametrize(("count", "text"), [(1, "One oats is left."), (2, "2 of oats are left.")])
def test_count_picks_the_plural(count: int, text: str) -> None:
    assert spoken(say("shop.left", count=count, product="oats")).text == text


def test_variants_take_turns() -> None:
    texts = [spoken(say("shop.which"), rotation=turn).text for turn in range(6)]
    assert texts == ["Which one?", "Which?", "Which one, please?"] * 2


@pytest.mark.parametrize(
    ("key", "told"), [("shop.nothing", r"'nothing' is missing in .*en/shop\.toml"), ("none.at", "none.toml")]
)
def test_a_missing_prompt_names_key_and_file(key: str, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        spoken(say(key))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names, st.integers(0, 99))
def test_any_product_name_makes_well_formed_speech_and_plain_text(name: str, count: int) -> None:
    line = say("shop.left", count=count, product=name)
    out = spoken(say("shop.sentence", item=Join((name, line, Spell(name)))), say("shop.text", text=name))
    root = ET.fromstring(f"<speak>{out.speech}</speak>")
    assert "".join(root.itertext()) == out.text
    assert name in out.text


@given(names)
def test_plain_text_has_no_markup(name: str) -> None:
    assert plain(f"<speak><p>{name.replace('&', '&amp;').replace('<', '&lt;')}</p></speak>") == name


def asked(reply: Reply, conversation: Conversation | None = None) -> tuple[Spoken, Conversation]:
    return render(reply, conversation=conversation or Conversation(), wording=Wording("en-US", TODAY))


def test_the_question_comes_last_and_alone_again_when_nothing_is_heard() -> None:
    out, remembered = asked(Reply(say=(say("shop.hello"),), prompt=say("shop.which")))
    assert (out.text, out.reprompt_text) == ("Hello. Which one?", "Which one?")
    assert (remembered.said, remembered.asked) == ("Hello. Which one?", "Which one?")


def test_a_reprompt_may_be_put_another_way() -> None:
    out, _ = asked(Reply(prompt=say("shop.which"), reprompt=say("shop.hello")))
    assert (out.text, out.reprompt_text) == ("Which one?", "Hello.")


def test_a_closing_answer_asks_nothing_and_leaves_nothing_open() -> None:
    open_question = Conversation(question=Question(intent="AddToCart", awaiting="product"))
    out, _ = asked(Reply(say=(say("shop.hello"),), end=True), open_question)
    assert (out.end, out.reprompt, out.reprompt_text, out.question) == (True, None, None, None)


def test_again_says_what_was_said_last() -> None:
    _, remembered = asked(Reply(say=(say("shop.text", text="a & b"),), prompt=say("shop.which")))
    out, after = asked(Reply(say=(say("shop.hello"),), again=True), remembered)
    assert (out.text, out.reprompt_text) == ("a & b Which one?", "Which one?")
    assert after == remembered


def test_a_resumed_question_is_asked_again_after_the_answer() -> None:
    question = Question(intent="AddToCart", awaiting="product")
    out, _ = asked(
        Reply(say=(say("shop.hello"),), resume=True), Conversation(question=question, asked="Two &amp; more?")
    )
    assert (out.text, out.reprompt_text, out.question) == ("Hello. Two & more?", "Two & more?", question)


def test_a_card_is_plain_text_in_lines_and_no_longer_than_alexa_takes() -> None:
    lines = (
        say("shop.text", text="M&M's"),
        say("shop.text", text=Spell("00042")),
        say("shop.text", text="x" * 9_000),
    )
    out, _ = asked(Reply(card=Card("simple", say("shop.welcome", shop="R&R"), lines)))
    assert out.card is not None
    assert out.card.title == "Welcome to R&R."
    assert out.card.text.startswith("M&M's\n00042\nxxx")
    assert len(out.card.text) == MAX_CARD


@pytest.mark.parametrize("end", [False, True])
def test_an_apology_needs_no_reply(end: bool) -> None:
    out = apology("fault", locale="en-US", end=end)
    assert (out.speech, out.text) == ("Sorry &amp; goodbye.", "Sorry & goodbye.")
    assert (out.reprompt is None, out.end) == (end, end)

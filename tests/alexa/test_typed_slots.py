"""Slots as Alexa fills them: figures, lists with what they resolve to, and the names a skill has sent."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.alexa.slots import read_slots
from skill.alexa.typed import Session, following, understood
from skill.alexa.typed_model import deployed, model_of
from skill.alexa.typed_slots import APPLICATION, as_said, resolved, slots_of, unheard
from skill.devtools.matchers import matcher_of
from skill.dialogue.turn import Slot
from skill.speech.locale import locales
from tests.talk import NOW, Talk

STATIC = f"amzn1.er-authority.echo-sdk.{APPLICATION}.Product"
DYNAMIC = f"amzn1.er-authority.echo-sdk.dynamic.{APPLICATION}.Product"
TEAS = model_of(
    {
        "languageModel": {
            "invocationName": "the tea shop",
            "intents": [{"name": "Brew", "slots": [{"name": "tea", "type": "Tea"}], "samples": ["{tea}"]}],
            "types": [
                {
                    "name": "Tea",
                    "values": [
                        {"id": "G", "name": {"value": "gunpowder", "synonyms": ["green tea"]}},
                        {"id": "S", "name": {"value": "sencha", "synonyms": ["Green Tea", "green  tea"]}},
                        {"name": {"value": "earl grey"}},
                    ],
                }
            ],
        }
    },
    locale="en-US",
)


def filled(intent: str, *, locale: str = "en-US", dynamic: Any = None, **said: str | Slot) -> dict[str, Any]:
    slots = {name: told if isinstance(told, Slot) else Slot(told) for name, told in said.items()}
    return slots_of(intent, slots, model=deployed(locale), dynamic=dynamic or {})


def status(slot: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (one["authority"], one["status"]["code"]) for one in slot["resolutions"]["resolutionsPerAuthority"]
    ]


@given(number=st.integers(min_value=0, max_value=999_999_999), locale=st.sampled_from(locales()))
def test_a_number_is_figures_however_it_was_heard(number: int, locale: str) -> None:
    for slot in (Slot(str(number)), Slot("some words", (), number), Slot(f"{number}.0")):
        assert filled("AddToCart", locale=locale, quantity=slot)["quantity"]["value"] == str(number)


@pytest.mark.parametrize(
    ("locale", "words", "figures"),
    [
        ("en-US", "two", "2"),
        ("en-US", "twenty five", "25"),
        ("de-DE", "zwei", "2"),
        ("de-DE", "fünfundzwanzig", "25"),
        ("ar-SA", "ثلاثة", "3"),
        ("ar-SA", "٣", "3"),
        ("en-US", "one two three four", "1234"),
        ("en-US", "0 0 4 2", "0042"),
    ],
)
def test_number_words_become_figures(locale: str, words: str, figures: str) -> None:
    assert filled("AddToCart", locale=locale, quantity=words)["quantity"]["value"] == figures


@given(words=st.text(alphabet=st.characters(categories=["Ll", "Po", "Sm"]), min_size=1, max_size=20))
def test_what_is_no_number_is_a_question_mark(words: str) -> None:
    value = filled("AddToCart", quantity=Slot(words))["quantity"]["value"]
    assert value == "?" or value.isdecimal()


def test_words_that_are_no_number_are_a_question_mark() -> None:
    for words in ("a few", "banana", "?", "minus one", "2.5"):
        assert filled("AddToCart", quantity=words)["quantity"]["value"] == "?"


@pytest.mark.parametrize("locale", locales())
def test_every_way_to_say_a_listed_value_resolves_to_it(locale: str) -> None:
    model = deployed(locale)
    for intent, slot, type in (
        ("AddToCart", "position", "Position"),
        ("AddToCart", "trait", "Trait"),
        ("AskShop", "topic", "Topic"),
        ("AskUnitPrice", "unit", "Unit"),
    ):
        if slot not in model.slots.get(intent, {}):
            continue
        assert model.values[type]
        for words, values in model.values[type].items():
            told = resolved(filled(intent, locale=locale, **{slot: words}), model.slots[intent])[slot]
            assert told["status"] == ("match" if len(values) == 1 else "several")
            assert [value["id"] for value in told["values"]] == [value.id for value in values]


def test_words_that_stand_for_several_values_bring_them_all_in_one_authority() -> None:
    slots = slots_of("Brew", {"tea": Slot("GREEN tea")}, model=TEAS, dynamic={})
    [authority] = slots["tea"]["resolutions"]["resolutionsPerAuthority"]
    assert [value["value"]["id"] for value in authority["values"]] == ["G", "S"]
    assert resolved(slots, TEAS.slots["Brew"])["tea"]["status"] == "several"
    assert read_slots(slots)["tea"].ids == ("G", "S")


def test_a_value_without_an_id_has_one_made_of_its_name() -> None:
    [value] = TEAS.look_up("Earl Grey", TEAS.values["Tea"])
    assert len(value.id) == 32
    assert value == TEAS.look_up("earl grey", TEAS.values["Tea"])[0]


def test_words_that_are_not_in_the_list_are_kept_without_a_match() -> None:
    slot = filled("AddToCart", product="unicorn dust")["product"]
    assert slot["value"] == "unicorn dust"
    assert status(slot) == [(STATIC, "ER_SUCCESS_NO_MATCH")]
    assert "values" not in slot["resolutions"]["resolutionsPerAuthority"][0]


def test_types_without_a_list_are_not_resolved() -> None:
    for intent, slot, words in (
        ("FindProduct", "query", "oat milk"),
        ("OpeningHours", "day", "2026-11-23"),
        ("AddToCart", "quantity", "2"),
    ):
        assert "resolutions" not in filled(intent, **{slot: words})[slot]


def test_the_newer_form_of_a_slot_says_the_same() -> None:
    slot = filled("AddToCart", product="oat milk")["product"]
    assert slot["source"] == "USER"
    assert slot["slotValue"] == {
        "type": "Simple",
        "value": "oat milk",
        "resolutions": slot["resolutions"],
    }


@given(st.dictionaries(st.sampled_from(["product", "quantity", "trait", "position"]), st.text(max_size=30)))
def test_what_is_sent_is_what_the_skill_reads(said: dict[str, str]) -> None:
    sent = filled("AddToCart", **{name: text for name, text in said.items() if text.strip()})
    read = read_slots(sent)
    for name, slot in sent.items():
        if "value" in slot and slot["value"].strip():
            assert (name in read) is bool(read.get(name, Slot()).text)
    # What is listed empty is not there.
    assert set(read) <= {name for name, slot in sent.items() if "value" in slot}


def test_a_number_that_was_not_heard_leaves_the_other_slots_alone() -> None:
    said = {"quantity": Slot("2", (), 2), "product": Slot("oat milk")}
    types = deployed("en-US").slots["AddToCart"]
    assert unheard(said, types) == {"quantity": Slot("?"), "product": Slot("oat milk")}


def test_words_that_the_matcher_reads_as_figures_are_sent_as_they_were_said() -> None:
    types = deployed("en-US").slots["AddToCart"]
    said = {"product": Slot("2% milk"), "position": Slot("2nd"), "quantity": Slot("3", (), 3)}
    text = "the SECOND one, three two percent milk."
    found = as_said(said, text, types=types, model=deployed("en-US"))
    assert {name: slot.text for name, slot in found.items()} == {
        "product": "two percent milk",
        "position": "second",
        "quantity": "3",
    }


def sent(talk: Talk, text: str) -> dict[str, Any]:
    request: dict[str, Any] = talk.say(text).request["request"]
    slots: dict[str, Any] = request["intent"]["slots"]
    return slots


def test_names_are_in_force_from_the_turn_after_they_were_sent(talk: Talk) -> None:
    assert status(sent(talk, "add Oatwick")["product"]) == [(STATIC, "ER_SUCCESS_NO_MATCH")]
    talk.new_session()
    talk.say("find oat milk")
    slot = sent(talk, "add Oatwick")["product"]
    assert status(slot) == [(DYNAMIC, "ER_SUCCESS_MATCH"), (STATIC, "ER_SUCCESS_NO_MATCH")]
    assert read_slots({"product": slot})["product"].ids == ("milk-oat-oatwick-half-gal",)


def test_a_name_that_was_not_sent_is_told_to_be_in_neither(talk: Talk) -> None:
    talk.say("find oat milk")
    assert status(sent(talk, "add unicorn dust")["product"]) == [
        (DYNAMIC, "ER_SUCCESS_NO_MATCH"),
        (STATIC, "ER_SUCCESS_NO_MATCH"),
    ]


def names(behaviour: str, *sent: str) -> dict[str, Any]:
    types = [{"name": "Product", "values": [{"id": one, "name": {"value": one}} for one in sent]}]
    directive = {"type": "Dialog.UpdateDynamicEntities", "updateBehavior": behaviour}
    return {"response": {"directives": [{**directive, **({"types": types} if sent else {})}]}}


def test_names_replace_those_before_and_are_cleared() -> None:
    session = Session(id="s", user="u", locale="en-US")
    session = following(session, names("REPLACE", "a", "b"))
    session = following(session, {"response": {}})
    assert [value["id"] for value in session.dynamic["Product"]] == ["a", "b"]
    session = following(session, names("REPLACE", "c"))
    assert [value["id"] for value in session.dynamic["Product"]] == ["c"]
    assert following(session, names("CLEAR")).dynamic == {}


def test_names_sent_in_answer_to_a_touch_are_not_taken() -> None:
    session = Session(id="s", user="u", locale="en-US")
    touched = following(session, names("REPLACE", "a"), to="Alexa.Presentation.APL.UserEvent")
    assert touched.dynamic == {}
    assert following(session, names("REPLACE", "a"), to="LaunchRequest").dynamic


@pytest.mark.parametrize(
    ("locale", "text", "slot", "value"),
    [
        ("en-US", "find two percent milk", "query", "two percent milk"),
        ("en-US", "the second one", "position", "second"),
        ("de-DE", "Das zweite", "position", "zweite"),
        ("ar-SA", "الثاني", "position", "الثاني"),
    ],
)
def test_a_device_sends_the_words_that_were_said(locale: str, text: str, slot: str, value: str) -> None:
    session = Session(id="s", user="u", locale=locale)
    match = understood(text, session=session, matcher=matcher_of(locale), now=NOW, invocation="shop")
    assert match.slots[slot].text == value


def test_days_are_dates() -> None:
    session = Session(id="s", user="u", locale="en-US")
    match = understood(
        "are you open tomorrow", session=session, matcher=matcher_of("en-US"), now=NOW, invocation="shop"
    )
    assert date.fromisoformat(match.slots["day"].text) == date(2026, 11, 22)

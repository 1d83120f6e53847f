"""The interaction models: what is committed is what the utterances say, and Amazon would take it."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from skill.alexa.model import EXTENDED, build_model
from skill.alexa.request import BUILT_IN
from skill.alexa.response import elicit
from skill.cli.talk import model_text
from skill.dialogue.conversation import Question
from skill.dialogue.intent import Intent
from skill.dialogue.reply import Reply
from skill.dialogue.turn import Slot
from skill.intents import everything
from skill.speech.locale import locales
from skill.speech.render import Spoken
from skill.speech.utterances import samples

MODELS = Path(__file__).parents[2] / "interaction_models"
every_locale = pytest.mark.parametrize("locale", locales())
Json = dict[str, Any]


@lru_cache(maxsize=8)
def model(locale: str) -> Json:
    """A locale's model, which nobody changes."""
    built: Json = json.loads(model_text(locale))["interactionModel"]
    return built


def intents(locale: str) -> dict[str, Json]:
    return {intent["name"]: intent for intent in model(locale)["languageModel"]["intents"]}


def own(locale: str) -> list[Json]:
    return [intent for name, intent in intents(locale).items() if not name.startswith("AMAZON.")]


@every_locale
def test_the_committed_model_is_what_the_utterances_say(locale: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SAYSO_INVOCATION", raising=False)
    assert (MODELS / f"{locale}.json").read_text("utf-8") == model_text(locale)


def test_no_model_is_committed_for_a_locale_that_is_not_spoken() -> None:
    assert {path.stem for path in MODELS.glob("*.json")} == set(locales())


def test_a_deployment_names_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAYSO_INVOCATION", "corner store")
    assert model(locales()[0])["languageModel"]["invocationName"] == "corner store"


@every_locale
def test_the_order_of_intents_changes_nothing(locale: str) -> None:
    there = list(everything().values())
    one, other = (
        build_model(intents, locale=locale, invocation="a b") for intents in (there, reversed(there))
    )
    assert json.dumps(one) == json.dumps(other)


@every_locale
def test_a_model_keeps_amazons_limits(locale: str) -> None:
    language = model(locale)["languageModel"]
    assert len(model_text(locale).encode()) < 1_500_000
    assert len(language["intents"]) <= 250
    invocation = language["invocationName"]
    assert re.fullmatch(r"[^\W\d_A-Z]+(?:[' ][^\W\d_A-Z]+)*", invocation)
    assert len(invocation) <= 50
    for intent in language["intents"]:
        assert re.fullmatch(r"(AMAZON\.)?[A-Za-z_]{1,64}", intent["name"])
        assert all(0 < len(sample) <= 200 for sample in intent["samples"]), intent["name"]
        assert len(set(map(str.lower, intent["samples"]))) == len(intent["samples"]), intent["name"]
    for kind in language["types"]:
        assert 0 < len(kind["values"]) <= 50_000
        for entry in kind["values"]:
            for word in (entry["name"]["value"], *entry["name"].get("synonyms", ())):
                assert 0 < len(word) <= 140


@every_locale
def test_samples_hold_words_and_slots_and_no_other_signs(locale: str) -> None:
    for name, intent in intents(locale).items():
        for sample in intent["samples"]:
            assert not re.search(r"[^\w\s'.-]", re.sub(r"\{\w+\}", "", sample)), f"{name}: {sample}"
            assert not re.search(r"\d", sample), f"{name}: {sample} (write numbers as words)"


@every_locale
def test_every_slot_of_a_sample_is_declared_with_a_type_there_is(locale: str) -> None:
    types = {kind["name"] for kind in model(locale)["languageModel"]["types"]}
    for intent in own(locale):
        declared = {slot["name"]: slot["type"] for slot in intent["slots"]}
        used = {slot for sample in intent["samples"] for slot in re.findall(r"\{(\w+)\}", sample)}
        # A slot that is asked for need not be said with the wish.
        asked = {slot for slot in everything()[intent["name"]].elicits if slot in declared}
        assert used | asked == declared.keys(), intent["name"]
        assert all(kind in types or kind.startswith("AMAZON.") for kind in declared.values())


@every_locale
def test_every_type_is_used_and_every_value_has_an_id_of_its_own(locale: str) -> None:
    used = {slot["type"] for intent in own(locale) for slot in intent["slots"]}
    for kind in model(locale)["languageModel"]["types"]:
        assert kind["name"] in used
        ids = [entry["id"] for entry in kind["values"] if "id" in entry]
        assert len(set(ids)) == len(ids)
        values = [entry["name"]["value"].lower() for entry in kind["values"]]
        assert len(set(values)) == len(values), kind["name"]


@every_locale
def test_an_intent_takes_the_same_slots_in_every_language(locale: str) -> None:
    first = intents(locales()[0])
    for name, intent in intents(locale).items():
        here, there = ({slot["name"] for slot in each.get("slots", [])} for each in (intent, first[name]))
        assert here == there, name


@every_locale
def test_a_dialog_has_the_slots_of_its_intent(locale: str) -> None:
    dialogs = {dialog["name"]: dialog for dialog in model(locale)["dialog"]["intents"]}
    assert dialogs.keys() == {intent.name for intent in everything().values() if intent.elicits}
    for name, dialog in dialogs.items():
        there = {slot["name"]: slot["type"] for slot in intents(locale)[name]["slots"]}
        assert {slot["name"]: slot["type"] for slot in dialog["slots"]} == there
        assert set(everything()[name].elicits) <= there.keys()


@every_locale
def test_a_slot_that_is_asked_for_is_sent_alone_and_is_in_the_model(locale: str) -> None:
    for intent in everything().values():
        for slot in intent.elicits:
            asked = Question(intent=intent.name, awaiting=slot, slots={"unheard of": Slot("x")})
            directive = elicit(Spoken(speech="", text="", question=asked), everything())
            assert directive
            assert directive["updatedIntent"]["slots"].keys() == {slot}
            assert slot in {one["name"] for one in intents(locale)[intent.name]["slots"]}


@every_locale
def test_every_intent_that_can_be_said_is_heard_as_itself(locale: str) -> None:
    heard = {BUILT_IN.get(name, name) for name in intents(locale)}
    assert {intent.name for intent in everything().values() if samples(intent, locale=locale)} <= heard
    assert heard <= everything().keys()


def test_what_extends_a_built_in_is_read_as_the_same_intent() -> None:
    assert {name: BUILT_IN[built_in] for name, built_in in EXTENDED.items()} == {
        name: name for name in EXTENDED
    }


def test_an_intent_nobody_can_say_is_not_in_the_model() -> None:
    silent = Intent(name="Fallback", handle=lambda heard, shop: Reply())
    built = build_model([silent], locale="en-US", invocation="a b")
    names = {intent["name"] for intent in built["interactionModel"]["languageModel"]["intents"]}
    assert "Fallback" not in names
    assert "AMAZON.FallbackIntent" in names

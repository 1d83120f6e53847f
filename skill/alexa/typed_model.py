"""What Alexa knows of a skill when it listens: its interaction model as it is deployed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import md5
from typing import Any

from skill.alexa.model import built
from skill.catalogue.analyser import digits, fold
from skill.speech.locale import data


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a list slot type, by its name and not by the word it was said with."""

    id: str
    name: str


# The values of a type by each way to say them, folded: a word may stand for several.
Values = Mapping[str, tuple[Value, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialog:
    """How Alexa plays an intent's dialog: the slots it has to fill and to confirm, in this order, with the
    prompts it says for them, and whether the whole is confirmed. `own`: it does so by itself, and the skill
    hears of what is complete alone."""

    required: Mapping[str, str]
    confirmed: Mapping[str, str]
    confirm: str | None
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model by the names Alexa has for things: the slots of each intent with their types, the values of
    each list type, and the dialogs there are. No dialog: Alexa ignores what a skill wants of one."""

    language: str
    slots: Mapping[str, Mapping[str, str]]
    values: Mapping[str, Values]
    dialogs: Mapping[str, Dialog]

    def folded(self, words: str) -> str:
        """Words as they are looked up: without case, accents and punctuation, numbers in figures."""
        return digits(fold(words), language=self.language)

    def look_up(self, words: str, values: Values) -> tuple[Value, ...]:
        return values.get(self.folded(words), ())

    def indexed(self, values: list[Any]) -> Values:
        """Values in the form that models and directives have them."""
        found: dict[str, tuple[Value, ...]] = {}
        for raw in values:
            name = str(raw["name"]["value"])
            # What has no id gets one from its name.
            value = Value(str(raw.get("id") or md5(name.encode(), usedforsecurity=False).hexdigest()), name)
            for way in dict.fromkeys(map(self.folded, (name, *raw["name"].get("synonyms", ())))):
                found[way] = (*found.get(way, ()), value)
        return found


def model_of(raw: Mapping[str, Any], *, locale: str) -> Model:
    """A model from its JSON (SMAPI interaction model schema)."""
    whole = raw.get("interactionModel", raw)
    spoken, dialog = whole["languageModel"], whole.get("dialog") or {}
    prompts = {prompt["id"]: str(prompt["variations"][0]["value"]) for prompt in whole.get("prompts") or ()}
    model = Model(
        language=locale[:2],
        slots={
            intent["name"]: {slot["name"]: str(slot["type"]) for slot in intent.get("slots") or ()}
            for intent in spoken["intents"]
        },
        values={},
        dialogs={
            entry["name"]: _dialog(entry, prompts, strategy=dialog.get("delegationStrategy", "ALWAYS"))
            for entry in dialog.get("intents") or ()
        },
    )
    values = {one["name"]: model.indexed(one.get("values") or []) for one in spoken.get("types") or ()}
    return Model(language=model.language, slots=model.slots, values=values, dialogs=model.dialogs)


@lru_cache(maxsize=8)
def deployed(locale: str) -> Model:
    """The model of a locale as 'sayso models' builds it."""
    return model_of(built(locale, invocation=data("skill", locale)["invocation"]), locale=locale)


def _dialog(entry: Mapping[str, Any], prompts: Mapping[str, str], *, strategy: str) -> Dialog:
    def prompt(of: Mapping[str, Any], kind: str) -> str:
        return prompts.get((of.get("prompts") or {}).get(kind, ""), "")

    slots = entry.get("slots") or ()
    return Dialog(
        required={s["name"]: prompt(s, "elicitation") for s in slots if s.get("elicitationRequired")},
        confirmed={s["name"]: prompt(s, "confirmation") for s in slots if s.get("confirmationRequired")},
        confirm=prompt(entry, "confirmation") if entry.get("confirmationRequired") else None,
        own=(entry.get("delegationStrategy") or strategy) == "ALWAYS",
    )

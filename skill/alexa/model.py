"""The interaction model of a locale, built from the intents' slots and the locale's utterances."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from skill.alexa.entities import PRODUCT
from skill.alexa.request import BUILT_IN
from skill.dialogue.intent import LISTED, Intent
from skill.errors import BadInput
from skill.intents import everything
from skill.speech.locale import data
from skill.speech.utterances import samples

TYPES = {
    "product": PRODUCT,
    "query": "AMAZON.SearchQuery",
    "number": "AMAZON.NUMBER",
    "digits": "AMAZON.NUMBER",
    "position": "Position",
    "trait": "Trait",
    "amount": "Amount",
    "less": "Less",
    "usual": "Usual",
    "day": "AMAZON.DATE",
    "topic": "Topic",
    "allergen": "Allergen",
    "order": "SortOrder",
    "unit": "Unit",
    "factor": "Factor",
    "every": "Every",
    "notice": "Notice",
    "holiday": "Holiday",
    "list": "ListName",
    "remark": "Remark",
    "time": "AMAZON.TIME",
    "code": "AMAZON.FOUR_DIGIT_NUMBER",
}
# Intents whose meaning Alexa has a built-in for: our utterances extend it.
EXTENDED = {
    "Cancel": "AMAZON.CancelIntent",
    "Help": "AMAZON.HelpIntent",
    "MoreResults": "AMAZON.MoreIntent",
    "No": "AMAZON.NoIntent",
    "PreviousResults": "AMAZON.PreviousIntent",
    "Repeat": "AMAZON.RepeatIntent",
    "Stop": "AMAZON.StopIntent",
    "Yes": "AMAZON.YesIntent",
}
# What Amazon takes of one locale, in bytes.
MAX_BYTES = 1_500_000
_BARE = ("AMAZON.FallbackIntent", "AMAZON.NavigateHomeIntent", "AMAZON.NextIntent", "AMAZON.StartOverIntent")


@dataclass(frozen=True, slots=True)
class Catalog:
    """A version of a catalog of product names that was handed to Alexa, see `skill.alexa.catalogs`."""

    id: str
    version: str


def build_model(
    intents: Iterable[Intent], *, locale: str, invocation: str, catalog: Catalog | None = None
) -> dict[str, Any]:
    """The model as the JSON Amazon takes (SMAPI interaction model schema), in a stable order. With a
    `catalog` the names of products come from there instead of from the locale's own few."""
    intents = sorted(intents, key=lambda intent: intent.name)
    models = [model for intent in intents if (model := _intent(intent, locale))]
    models += [{"name": name, "samples": []} for name in _BARE]
    languages: dict[str, Any] = {
        "invocationName": invocation,
        "intents": sorted(models, key=lambda model: str(model["name"])),
        "types": _types(data("types", locale), catalog),
    }
    if locale[:2] == "en" or locale == "de-DE":
        languages["modelConfiguration"] = {"fallbackIntentSensitivity": {"level": "LOW"}}
    dialogs = [_dialog(intent, locale) for intent in intents if intent.elicits]
    return {
        "interactionModel": {
            "languageModel": languages,
            "dialog": {"delegationStrategy": "SKILL_RESPONSE", "intents": dialogs},
        }
    }


def built(locale: str, *, invocation: str, catalog: Catalog | None = None) -> dict[str, Any]:
    """The model of all intents there are."""
    return build_model(everything().values(), locale=locale, invocation=invocation, catalog=catalog)


def model_text(model: Mapping[str, Any], *, locale: str) -> str:
    """A model as it is committed. Raises BadInput when Amazon would not take it."""
    # One space a level: with two, a seventh of the 1.5 MB that Amazon takes is blanks.
    text = json.dumps(model, indent=1, ensure_ascii=False) + "\n"
    if (size := len(text.encode())) > MAX_BYTES:
        raise BadInput(f"{locale}: the model is {size} bytes and may be {MAX_BYTES}; say less in fewer ways")
    return text


def _intent(intent: Intent, locale: str) -> dict[str, Any] | None:
    said = list(samples(intent, locale=locale))
    if not said:
        return None
    name = EXTENDED.get(intent.name, intent.name)
    if name in BUILT_IN:
        return {"name": name, "samples": said}
    slots: list[dict[str, Any]] = []
    for slot, kind in _slots(intent, said).items():
        entry: dict[str, Any] = {"name": slot, "type": TYPES[kind]}
        if slot in intent.elicits:
            answers = data("types", locale).get("answers", {}).get(kind)
            if answers:
                entry["samples"] = list(answers)
        slots.append(entry)
    return {"name": name, "slots": slots, "samples": said}


def _slots(intent: Intent, said: Iterable[str]) -> dict[str, str]:
    """The slots of an intent that occur in this locale: in a sample, or because they are asked for."""
    samples = " ".join(said)
    return {
        slot: kind
        for slot, kind in intent.slots.items()
        if slot in intent.elicits or "{" + slot + "}" in samples
    }


def _dialog(intent: Intent, locale: str) -> dict[str, Any]:
    return {
        "name": intent.name,
        "confirmationRequired": False,
        "prompts": {},
        "slots": [
            {
                "name": slot,
                "type": TYPES[kind],
                "elicitationRequired": False,
                "confirmationRequired": False,
                "prompts": {},
            }
            for slot, kind in _slots(intent, samples(intent, locale=locale)).items()
        ],
    }


def _types(values: Mapping[str, Any], catalog: Catalog | None) -> list[dict[str, Any]]:
    products: dict[str, Any] = {"name": TYPES["product"]}
    if catalog:
        reference = {"catalogId": catalog.id, "version": catalog.version}
        products["valueSupplier"] = {"type": "CatalogValueSupplier", "valueCatalog": reference}
    else:
        products["values"] = [{"name": {"value": name}} for name in values["product"]]
    types = [products]
    for kind in LISTED:
        types.append(
            {
                "name": TYPES[kind],
                "values": [
                    {"id": id, "name": {"value": words[0], "synonyms": words[1:]}}
                    for id, words in values[kind].items()
                ],
            }
        )
    return types

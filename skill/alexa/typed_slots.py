"""Slots the way Alexa fills them: figures for numbers, "?" where there are none, and list slots with what
they resolve to.

https://developer.amazon.com/en-US/docs/alexa/custom-skills/entity-resolution-for-custom-slot-types.html
https://developer.amazon.com/en-US/docs/alexa/custom-skills/use-dynamic-entities-for-customized-interactions.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from skill.alexa.typed_model import Model, Value
from skill.dialogue.intent import whole_number
from skill.dialogue.turn import Slot

APPLICATION = "amzn1.ask.skill.00000000-0000-0000-0000-000000000000"
_STATIC = f"amzn1.er-authority.echo-sdk.{APPLICATION}."
_DYNAMIC = f"amzn1.er-authority.echo-sdk.dynamic.{APPLICATION}."
NUMBERS = frozenset({"AMAZON.NUMBER", "AMAZON.FOUR_DIGIT_NUMBER"})
UNHEARD = "?"
# Types whose values are figures however they are said, those of numbers among them.
_FIGURES = (*NUMBERS, "AMAZON.DATE", "AMAZON.TIME", "AMAZON.DURATION")
_MOST_WORDS, _AROUND = 40, ".,;:!?¿¡؟،"
MATCHED, UNMATCHED = "ER_SUCCESS_MATCH", "ER_SUCCESS_NO_MATCH"
# The names a skill sent for a session, by type, as its directive has them.
Dynamic = Mapping[str, list[Any]]


def slots_of(
    intent: str,
    said: Mapping[str, Slot],
    *,
    model: Model,
    dynamic: Dynamic,
    confirmed: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The slots of an intent request, those that were not filled too. `confirmed`: "CONFIRMED" or "DENIED" of
    those that were asked about."""
    types, confirmed = model.slots.get(intent, {}), confirmed or {}
    slots: dict[str, Any] = {}
    for name in dict.fromkeys((*types, *said)):
        slots[name] = {"name": name, "confirmationStatus": confirmed.get(name, "NONE")}
        if name in said:
            slots[name] |= _filled(said[name], types.get(name, ""), model=model, dynamic=dynamic)
    return slots


def resolved(slots: Mapping[str, Any], types: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """For people: what each filled slot came to. `status` is "none" for types without a list; `from` says
    whether the "model" knew it or a name that was sent, "dynamic"."""
    return {
        name: {"type": types.get(name, ""), **_outcome(slot)}
        for name, slot in slots.items()
        if slot.get("value") is not None
    }


def unheard(said: Mapping[str, Slot], types: Mapping[str, str]) -> dict[str, Slot]:
    """The same slots, no number of them understood."""
    return {name: Slot(UNHEARD) if types.get(name) in NUMBERS else slot for name, slot in said.items()}


def as_said(
    slots: Mapping[str, Slot], text: str, *, types: Mapping[str, str], model: Model
) -> dict[str, Slot]:
    """Slots with the words that were said where the matcher reads figures: "two percent milk" is "2% milk"
    to it alone. Numbers, days and times are figures to Alexa too."""
    words = text.split()[:_MOST_WORDS]
    return {
        name: slot if types.get(name, "").startswith(_FIGURES) else _said(slot, words, model)
        for name, slot in slots.items()
    }


def _said(slot: Slot, words: list[str], model: Model) -> Slot:
    if not any(map(str.isdigit, slot.text)) or slot.text in " ".join(words).lower():
        return slot
    wanted = model.folded(slot.text)
    spans = (
        " ".join(words[start:end]) for end in range(1, len(words) + 1) for start in range(end - 1, -1, -1)
    )
    found = next((span for span in spans if model.folded(span) == wanted), None)
    return slot if found is None else replace(slot, text=found.strip(_AROUND).lower())


def _filled(slot: Slot, type: str, *, model: Model, dynamic: Dynamic) -> dict[str, Any]:
    value = _number(slot, model) if type in NUMBERS else slot.text
    told: dict[str, Any] = {"value": value, "source": "USER"}
    authorities = _authorities(slot, type, model=model, dynamic=dynamic)
    if authorities:
        told["resolutions"] = {"resolutionsPerAuthority": authorities}
    return told | {"slotValue": {"type": "Simple", **{k: v for k, v in told.items() if k != "source"}}}


def _number(slot: Slot, model: Model) -> str:
    """A number in figures. Digits said one by one are one number, whose noughts in front stay."""
    if slot.number is not None:
        return slot.text if slot.text.isdecimal() else str(slot.number)
    together = model.folded(slot.text).replace(" ", "")
    if together.isdecimal():
        return together
    number = whole_number(slot, language=model.language)
    return UNHEARD if number is None else str(number)


def _authorities(slot: Slot, type: str, *, model: Model, dynamic: Dynamic) -> list[dict[str, Any]]:
    found = []
    if type in dynamic:
        found.append(_authority(_DYNAMIC + type, model.look_up(slot.text, model.indexed(dynamic[type]))))
    if type in model.values:
        values = model.look_up(slot.text, model.values[type])
        # Words that a grammar read, and the list does not have.
        values = values or tuple(Value(id, slot.text) for id in slot.ids)
        found.append(_authority(_STATIC + type, values))
    return found


def _authority(name: str, values: tuple[Value, ...]) -> dict[str, Any]:
    if not values:
        return {"authority": name, "status": {"code": UNMATCHED}}
    told = [{"value": {"name": value.name, "id": value.id}} for value in values]
    return {"authority": name, "status": {"code": MATCHED}, "values": told}


def _outcome(slot: Mapping[str, Any]) -> dict[str, Any]:
    authorities = (slot.get("resolutions") or {}).get("resolutionsPerAuthority") or []
    matched = [one for one in authorities if one["status"]["code"] == MATCHED]
    # As the skill reads them: the names just sent before the model's own.
    matched.sort(key=lambda one: not one["authority"].startswith(_DYNAMIC))
    if not matched:
        return {"status": "no_match" if authorities else "none", "values": [], "from": "model"}
    values = [value["value"] for value in matched[0]["values"]]
    return {
        "status": "several" if len(values) > 1 else "match",
        "values": values,
        "from": "dynamic" if matched[0]["authority"].startswith(_DYNAMIC) else "model",
    }

"""The slots of an intent, and whether we could do something with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skill.alexa.fields import fields, plain, text
from skill.dialogue.intent import Intent, whole_number
from skill.dialogue.turn import Slot
from skill.speech.locale import nearest

# No intent has so many slots, and nobody is asked which of so many things was meant.
_MAX_SLOTS = 40
_MAX_IDS = 50
_NOTHING = Slot()
_YES, _NO, _MAYBE = "YES", "NO", "MAYBE"


def read_slots(raw: Any) -> dict[str, Slot]:
    """What was said in each slot, and what it resolved to. Empty slots and what is no slot are left out."""
    if not isinstance(raw, Mapping):
        return {}
    found: dict[str, Slot] = {}
    for name, told in raw.items():
        if len(found) == _MAX_SLOTS:
            break
        slot = _slot(told) if plain(name) and isinstance(told, Mapping) else _NOTHING
        if slot.text or slot.ids:
            found[name] = slot
    return found


def can_fulfill(raw: Mapping[str, Any], *, intents: Mapping[str, Intent]) -> dict[str, Any]:
    """The answer to a CanFulfillIntentRequest: whether we could serve this intent with these slots, told by
    their names and what Alexa resolved them to. Nothing is looked up or written.
    https://developer.amazon.com/en-US/docs/alexa/custom-skills/implement-canfulfillintentrequest-for-name-free-interaction.html
    """
    asked = fields(raw, "request", "intent")
    name, slots = asked.get("name"), read_slots(asked.get("slots"))
    intent = intents.get(name) if isinstance(name, str) else None
    if intent is None:
        understood = dict.fromkeys(slots, _NO)
    else:
        language = nearest(text(fields(raw, "request").get("locale")))[:2]
        understood = {
            name: _understood(slot, intent.slots.get(name), language) for name, slot in slots.items()
        }
    able = _NO if intent is None else _MAYBE if _NO in understood.values() else _YES
    answer: dict[str, Any] = {"canFulfill": able}
    if understood:
        answer["slots"] = {
            name: {"canUnderstand": how, "canFulfill": _NO if how == _NO else _YES}
            for name, how in understood.items()
        }
    return answer


def _understood(slot: Slot, kind: str | None, language: str) -> str:
    """Words that Alexa could not resolve may still be the name of a product."""
    if kind is None or (kind == "number" and whole_number(slot, language=language) is None):
        return _NO
    return _YES if slot.ids or kind == "number" else _MAYBE


def _slot(raw: Mapping[str, Any]) -> Slot:
    """One slot. Several values said in one slot are joined: the grammar takes them apart again."""
    value = raw.get("value")
    resolutions = [raw.get("resolutions")]
    nested = fields(raw, "slotValue")
    if value is None and nested.get("type") == "List" and isinstance(nested.get("values"), list):
        parts = [part for part in nested["values"][:_MAX_IDS] if isinstance(part, Mapping)]
        value = " and ".join(text(part.get("value")) for part in parts if part.get("value"))
        resolutions = []
    elif value is None:
        value, resolutions = nested.get("value"), [nested.get("resolutions")]
    said = text(value).strip()
    ids = tuple(dict.fromkeys(id for part in resolutions for id in _resolved(part)))
    return Slot(said, ids[:_MAX_IDS], int(said) if said.isdecimal() and len(said) <= 9 else None)


def _resolved(raw: Any) -> list[str]:
    """The ids of the first authority that matched, dynamic entities before the model's own."""
    authorities = raw.get("resolutionsPerAuthority") if isinstance(raw, Mapping) else None
    if not isinstance(authorities, list):
        return []
    matched = [
        authority
        for authority in authorities
        if isinstance(authority, Mapping) and fields(authority, "status").get("code") == "ER_SUCCESS_MATCH"
    ]
    matched.sort(key=lambda authority: ".dynamic." not in text(authority.get("authority")))
    for authority in matched:
        values = authority.get("values")
        ids = [
            fields(value, "value").get("id")
            for value in (values if isinstance(values, list) else [])
            if isinstance(value, Mapping)
        ]
        if found := [id for id in ids if id and plain(id)]:
            return found
    return []

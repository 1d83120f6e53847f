"""Dialogs the way Alexa plays them: what a skill wants asked or confirmed, and what Alexa asks by itself.

Of an intent that has no dialog in the model Alexa plays none, and says nothing about it.
https://developer.amazon.com/en-US/docs/alexa/custom-skills/dialog-interface-reference.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from skill.alexa.typed_model import Model

CONFIRMED, DENIED = "CONFIRMED", "DENIED"
# Stands for the whole intent where slots are told by name.
WHOLE = ""
DELEGATE = "Dialog.Delegate"
_WANTS = {
    "Dialog.ElicitSlot": "slotToElicit",
    "Dialog.ConfirmSlot": "slotToConfirm",
    "Dialog.ConfirmIntent": "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Under:
    """An intent under way: the words in its slots, and what was CONFIRMED or DENIED of them and of the
    WHOLE."""

    intent: str
    slots: Mapping[str, str] = field(default_factory=dict)
    confirmed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What Alexa waits for: that `slot` is filled, or, with `confirm`, that it, or the WHOLE, is confirmed.
    `prompt`: how Alexa itself asks (empty: the skill did)."""

    under: Under
    slot: str
    confirm: bool = False
    prompt: str = ""


def under_way(intent: Mapping[str, Any]) -> Under:
    """An intent as requests and directives have it."""
    slots = {name: slot for name, slot in (intent.get("slots") or {}).items() if isinstance(slot, Mapping)}
    states = {name: slot.get("confirmationStatus", "NONE") for name, slot in slots.items()}
    states[WHOLE] = intent.get("confirmationStatus", "NONE")
    return Under(
        intent=str(intent.get("name", "")),
        slots={name: str(slot["value"]) for name, slot in slots.items() if slot.get("value")},
        confirmed={name: state for name, state in states.items() if state in (CONFIRMED, DENIED)},
    )


def wanted(body: Mapping[str, Any], sent: Mapping[str, Any], *, model: Model) -> Asking | Under | None:
    """What a response wants asked after the intent `sent`; the intent itself where Alexa is to go on with it
    by itself; None where there is no dialog, or none that Alexa plays."""
    for directive in body.get("directives") or ():
        type = directive.get("type", "")
        if type != DELEGATE and type not in _WANTS:
            continue
        under = under_way(directive.get("updatedIntent") or sent)
        if under.intent not in model.dialogs:
            return None
        if type == DELEGATE:
            return under
        slot = str(directive.get(_WANTS[type], WHOLE))
        if slot != WHOLE and slot not in model.slots.get(under.intent, {}):
            return None
        return Asking(under=under, slot=slot, confirm=type != "Dialog.ElicitSlot")
    return None


def left(under: Under, *, model: Model) -> Asking | None:
    """What Alexa asks next of an intent it goes on with by itself; None when it is complete."""
    dialog = model.dialogs.get(under.intent)
    if dialog is None:
        return None
    for slot in model.slots.get(under.intent, {}):
        if slot in dialog.required and not under.slots.get(slot):
            return Asking(under=under, slot=slot, prompt=_filled(dialog.required[slot], under))
        if slot in dialog.confirmed and under.slots.get(slot) and slot not in under.confirmed:
            return Asking(under=under, slot=slot, confirm=True, prompt=_filled(dialog.confirmed[slot], under))
    if dialog.confirm is not None and WHOLE not in under.confirmed:
        return Asking(under=under, slot=WHOLE, confirm=True, prompt=_filled(dialog.confirm, under))
    return None


def dialog_state(under: Under, *, model: Model, begun: bool) -> str | None:
    """What a request says of its dialog; None for an intent without one. `begun`: it was asked about."""
    if under.intent not in model.dialogs:
        return None
    if left(under, model=model) is None or under.confirmed.get(WHOLE) == DENIED:
        return "COMPLETED"
    return "IN_PROGRESS" if begun else "STARTED"


def answered(asking: Asking, *, yes: bool) -> Under:
    """The intent after somebody said yes or no to it, or to its slot."""
    state = CONFIRMED if yes else DENIED
    return replace(asking.under, confirmed={**asking.under.confirmed, asking.slot: state})


def asking_json(asking: Asking) -> dict[str, Any]:
    under = asking.under
    return {
        "under": {"intent": under.intent, "slots": dict(under.slots), "confirmed": dict(under.confirmed)},
        "slot": asking.slot,
        "confirm": asking.confirm,
        "prompt": asking.prompt,
    }


def asking_from(raw: Mapping[str, Any]) -> Asking:
    """What `asking_json` wrote. Raises TypeError, KeyError or ValueError for anything else."""
    asking = Asking(**{**raw, "under": Under(**raw["under"])})
    named = (asking.under.slots, asking.under.confirmed)
    if not all(isinstance(one, dict) for one in named):
        raise ValueError("slots and confirmed must be objects")
    texts = [
        asking.slot,
        asking.prompt,
        asking.under.intent,
        *(word for one in named for word in one.values()),
    ]
    if not all(isinstance(one, str) for one in texts) or not isinstance(asking.confirm, bool):
        raise ValueError("no question of a dialog")
    return asking


def _filled(prompt: str, under: Under) -> str:
    for name, value in under.slots.items():
        prompt = prompt.replace("{" + name + "}", value)
    return prompt

"""What the shop says, as the JSON of an Alexa response
(https://developer.amazon.com/en-US/docs/alexa/custom-skills/request-and-response-json-reference.html)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from skill.alexa.entities import entities
from skill.dialogue.intent import Intent
from skill.dialogue.names import Named
from skill.speech.render import Spoken


def respond(
    spoken: Spoken,
    *,
    intents: Mapping[str, Intent] | None = None,
    screen: Mapping[str, Any] | None = None,
    names: Sequence[Named] | None = None,
) -> dict[str, Any]:
    """Speech, reprompt, card, what to draw, the names to listen for and, where a slot of one of `intents` is
    asked for in free words, Dialog.ElicitSlot (which Alexa takes only in answer to an intent request: no
    `intents` in answer to another)."""
    response: dict[str, Any] = {"outputSpeech": _ssml(spoken.speech), "shouldEndSession": spoken.end}
    directives = []
    if not spoken.end:
        response["reprompt"] = {"outputSpeech": _ssml(spoken.reprompt or spoken.speech)}
        if intents and (directive := elicit(spoken, intents)):
            directives.append(directive)
    if screen:
        # Only now: a device without a screen needs no documents.
        from skill.alexa.screens import drawn

        directives.append(drawn(screen))
    if names is not None:
        directives.append(entities(names))
    if directives:
        response["directives"] = directives
    if spoken.card:
        response["card"] = _card(spoken)
    return response


def elicit(spoken: Spoken, intents: Mapping[str, Intent]) -> dict[str, Any] | None:
    """The directive that makes Alexa listen for the awaited slot; None for choices and yes or no, which
    have intents of their own."""
    question = spoken.question
    if question is None or question.options or question.intent not in intents:
        return None
    intent = intents[question.intent]
    if question.awaiting not in intent.elicits:
        return None
    # No others: the model may lack a slot that nothing in this language fills.
    filled = {name: slot.text for name, slot in question.slots.items() if name in intent.slots and slot.text}
    slots = {
        name: {"name": name, "confirmationStatus": "NONE"}
        | ({"value": filled[name]} if name in filled else {})
        for name in dict.fromkeys((*filled, question.awaiting))
    }
    return {
        "type": "Dialog.ElicitSlot",
        "slotToElicit": question.awaiting,
        "updatedIntent": {"name": intent.name, "confirmationStatus": "NONE", "slots": slots},
    }


def _ssml(speech: str) -> dict[str, str]:
    return {"type": "SSML", "ssml": f"<speak>{speech.strip()}</speak>"}


def _card(spoken: Spoken) -> dict[str, Any]:
    card = spoken.card
    assert card is not None
    if card.kind == "link_account":
        return {"type": "LinkAccount"}
    if card.kind == "ask_for_permissions":
        # Only now: it is asked for once.
        from skill.alexa.contact import LATER, PERMISSIONS

        asked = [LATER[card.wants]] if card.wants else list(PERMISSIONS)
        return {"type": "AskForPermissionsConsent", "permissions": asked}
    return {"type": "Simple", "title": card.title, "content": card.text}

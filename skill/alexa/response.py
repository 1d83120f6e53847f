"""What the shop says, as an Alexa response."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_model import Intent as AlexaIntent
from ask_sdk_model import IntentConfirmationStatus, Response, Slot, SlotConfirmationStatus
from ask_sdk_model.dialog import ElicitSlotDirective
from ask_sdk_model.ui import AskForPermissionsConsentCard, LinkAccountCard, SimpleCard

from skill.alexa.entities import entities
from skill.dialogue.intent import Intent
from skill.dialogue.names import Named
from skill.speech.render import Spoken


def respond(
    spoken: Spoken,
    handler_input: HandlerInput,
    *,
    intents: Mapping[str, Intent],
    in_intent: bool,
    screen: Mapping[str, Any] | None = None,
    names: Sequence[Named] | None = None,
) -> Response:
    """Speech, reprompt, card, what to draw, the names to listen for and, where a slot is asked for in free
    words, Dialog.ElicitSlot (which Alexa takes only in answer to an intent request)."""
    builder = handler_input.response_builder
    builder.speak(spoken.speech)
    if spoken.end:
        builder.set_should_end_session(True)
    else:
        builder.ask(spoken.reprompt or spoken.speech)
        builder.set_should_end_session(False)
        if in_intent and (directive := elicit(spoken, intents)):
            builder.add_directive(directive)
    if screen:
        # Only now: a device without a screen needs no documents.
        from skill.alexa.screens import drawn

        builder.add_directive(drawn(screen))
    if names is not None:
        builder.add_directive(entities(names))
    if spoken.card:
        builder.set_card(_card(spoken))
    return builder.response


def elicit(spoken: Spoken, intents: Mapping[str, Intent]) -> ElicitSlotDirective | None:
    """The directive that makes Alexa listen for the awaited slot; None for choices and yes or no, which
    have intents of their own."""
    question = spoken.question
    if question is None or question.options or question.intent not in intents:
        return None
    intent = intents[question.intent]
    if question.awaiting not in intent.elicits:
        return None
    none = SlotConfirmationStatus.NONE
    # No others: the model may lack a slot that nothing in this language fills.
    filled = {name: slot.text for name, slot in question.slots.items() if name in intent.slots and slot.text}
    slots = {
        name: Slot(name=name, value=filled.get(name), confirmation_status=none)
        for name in dict.fromkeys((*filled, question.awaiting))
    }
    updated = AlexaIntent(name=intent.name, slots=slots, confirmation_status=IntentConfirmationStatus.NONE)
    return ElicitSlotDirective(updated_intent=updated, slot_to_elicit=question.awaiting)


def _card(spoken: Spoken) -> AskForPermissionsConsentCard | LinkAccountCard | SimpleCard:
    card = spoken.card
    assert card is not None
    if card.kind == "link_account":
        return LinkAccountCard()
    if card.kind == "ask_for_permissions":
        # Only now: it is asked for once.
        from skill.alexa.contact import PERMISSIONS

        return AskForPermissionsConsentCard(permissions=list(PERMISSIONS))
    return SimpleCard(title=card.title, content=card.text)

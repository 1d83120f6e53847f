"""What an intent is: a name, the slots it declares, and one function from what was heard to a reply."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from skill.dialogue.conversation import Conversation, Question
from skill.dialogue.reply import Reply
from skill.dialogue.turn import Slot, Turn
from skill.shop import Shop

# Slot kinds, free of any platform: the Alexa edge gives each its slot type.
KINDS = frozenset(
    {
        "product",
        "query",
        "number",
        "digits",
        "position",
        "trait",
        "amount",
        "less",
        "usual",
        "day",
        "topic",
        "allergen",
        "time",
        "code",
        "order",
        "unit",
        "factor",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What an intent is called with: this turn's slots merged over those of the question it answers.
    `confirmed` is the answer to a yes-or-no question; `chosen` the option picked from `question`."""

    turn: Turn
    conversation: Conversation
    slots: Mapping[str, Slot] = field(default_factory=dict)
    question: Question | None = None
    confirmed: bool | None = None
    chosen: str | None = None

    def text(self, *names: str) -> str:
        """The words of the first of these slots that was filled."""
        return next((self.slots[name].text for name in names if self.slots.get(name, _EMPTY).text), "")

    def number(self, name: str) -> int | None:
        return self.slots.get(name, _EMPTY).number

    def unheard(self, name: str) -> bool:
        """The slot was filled but its number was not understood (Alexa sends "?")."""
        slot = self.slots.get(name, _EMPTY)
        return slot.text == "?" and slot.number is None

    def id(self, name: str) -> str | None:
        """What the slot resolved to, when that is one thing."""
        ids = self.slots.get(name, _EMPTY).ids
        return ids[0] if len(ids) == 1 else None


_EMPTY = Slot()


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """`slots` maps a slot's name to its kind. `elicits` names slots we may ask for in free words.
    `aside`: answering this leaves an open question open."""

    name: str
    handle: Callable[[Heard, Shop], Reply]
    slots: Mapping[str, str] = field(default_factory=dict)
    elicits: tuple[str, ...] = ()
    aside: bool = False

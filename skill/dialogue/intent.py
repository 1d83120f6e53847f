"""What an intent is: a name, the slots it declares, and one function from what was heard to a reply."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from skill.catalogue.analyser import digits, fold
from skill.dialogue.conversation import Conversation, Question
from skill.dialogue.reply import Reply
from skill.dialogue.turn import Slot, Turn
from skill.shop import Shop

# Slot kinds whose values each locale lists, with an id and its words.
LISTED = (
    "position",
    "trait",
    "amount",
    "less",
    "usual",
    "topic",
    "allergen",
    "order",
    "unit",
    "factor",
    "every",
    "notice",
    "holiday",
    "list",
    "remark",
)
# Slot kinds, free of any platform: the Alexa edge gives each its slot type.
KINDS = frozenset({"product", "query", "number", "digits", "day", "time", "code", *LISTED})


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
        """The whole number said in this slot, in figures or in words."""
        return whole_number(self.slots.get(name, _EMPTY), language=self.turn.locale[:2])

    def unheard(self, *names: str) -> bool:
        """Whether one of these slots was filled with what is no number to us: "?", as Alexa puts what it did
        not understand, "-1", "2.5". Ask again then; never go on as if no number had been said."""
        return any(self.slots.get(name, _EMPTY).text and self.number(name) is None for name in names)

    def id(self, name: str) -> str | None:
        """What the slot resolved to, when that is one thing."""
        ids = self.slots.get(name, _EMPTY).ids
        return ids[0] if len(ids) == 1 else None


_EMPTY = Slot()
# Up to a billion; "2.0" is two.
_WHOLE = re.compile(r"(\d{1,9})(?:[.,]0{1,2})?")


def whole_number(slot: Slot, *, language: str) -> int | None:
    """The number of a number slot, also where a platform filled it with words ("zwei") or as "2.0"; None when
    what it holds is no whole number from nought on."""
    if slot.number is not None:
        return slot.number if slot.number >= 0 else None
    said = slot.text.strip()
    # Folding would take a sign away.
    if not said or not (said[0].isalnum() and said[-1].isalnum()):
        return None
    found = _WHOLE.fullmatch(said) or _WHOLE.fullmatch(digits(fold(said), language=language))
    return int(found[1]) if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """`slots` maps a slot's name to its kind. `elicits` names slots we may ask for in free words.
    `aside`: answering this leaves an open question open."""

    name: str
    handle: Callable[[Heard, Shop], Reply]
    slots: Mapping[str, str] = field(default_factory=dict)
    elicits: tuple[str, ...] = ()
    aside: bool = False

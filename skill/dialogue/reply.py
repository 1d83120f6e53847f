"""What one turn gives back, on any platform: keys and values, never text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time

from skill.commerce.money import Money
from skill.dialogue.conversation import Focus, Listing, Question


@dataclass(frozen=True, slots=True)
class Spell:
    """Said digit by digit or letter by letter: an order number, a reference."""

    text: str


@dataclass(frozen=True, slots=True)
class Tenths:
    """A number with one decimal, in tenths: 43 is said 4.3, or 4,3 where that is the custom."""

    number: int


@dataclass(frozen=True, slots=True)
class Term:
    """One of a list the locale has words for ("allergen", "trait"), by its id; an id without words is said
    as it is."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Join:
    """A spoken list: "a, b and c" (`how` "and") or "a, b, or c" (`how` "or")."""

    items: tuple[Value, ...]
    how: str = "and"


@dataclass(frozen=True, slots=True)
class Message:
    """`key` is "<table>.<prompt>"; `values` fill its placeholders. `count` picks the plural. A message
    is itself a value, so that "two times oat milk" can stand inside another sentence."""

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)


Value = str | int | Money | date | time | Spell | Tenths | Term | Join | Message


def say(key: str, **values: Value) -> Message:
    """A message, written the short way."""
    return Message(key, values)


@dataclass(frozen=True, slots=True)
class Card:
    """Written answer in the companion app: `kind` "simple" with `title` and `text`, "link_account" or
    "ask_for_permissions": for `wants`, "notifications" or "reminders" (empty: for name, e-mail address and
    where the device is)."""

    kind: str
    title: Message | None = None
    text: tuple[Message, ...] = ()
    wants: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """`say`: the sentences. `prompt`: the question that ends an open turn, said last; `reprompt` is
    said when nothing is heard (default: the prompt). `ask`: an intent paused until this question is
    answered. `listing` and `focus` replace the conversation's when given. `end`: say it and close.
    `told`: what is said unasked, by a word of its own, so that it is not said again.
    `again`: say the last answer once more. `miss`: we did not understand or find it. `resume`: after
    this answer the open question comes back."""

    say: tuple[Message, ...] = ()
    prompt: Message | None = None
    reprompt: Message | None = None
    ask: Question | None = None
    listing: Listing | None = None
    focus: Focus | None = None
    card: Card | None = None
    told: tuple[str, ...] = ()
    end: bool = False
    again: bool = False
    miss: bool = False
    resume: bool = False

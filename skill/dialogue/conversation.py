"""What is remembered between two turns of one session; it travels in the session attributes.

A question the skill asks is an intent, paused for want of one slot. There is no state machine: the
open question, the last list read out and what "it" means are all there is to a conversation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from skill.dialogue.turn import Slot

FORMAT = 1
# Stands between wishes of one breath that wait their turn, and in no wish.
BETWEEN = " · "


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`intent` is called again once slot `awaiting` is filled ("confirmed" is filled by yes and no).
    `options` are the SKUs, order ids or other values offered, in the order they were said; `frozen`
    holds what the answer is about and must not have changed meanwhile; `asked_at` in epoch seconds."""

    intent: str
    awaiting: str
    slots: Mapping[str, Slot] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    frozen: Mapping[str, str | int] = field(default_factory=dict)
    asked_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The last list read out: `kind` "search", "cart", "saved" or "offers"; for a search its words and the
    wishes beside them ("high": 500), as `refining.wish` gives them; every SKU in it, and which were said
    last."""

    kind: str = "search"
    words: str = ""
    wish: Mapping[str, Any] = field(default_factory=dict)
    skus: tuple[str, ...] = ()
    start: int = 0
    shown: int = 0
    catalogue: str = ""

    @property
    def said(self) -> tuple[str, ...]:
        return self.skus[self.start : self.start + self.shown]


@dataclass(frozen=True, slots=True, kw_only=True)
class Focus:
    """What "it" and "that" mean: the product, cart line or order mentioned last. `quantity` is the
    number just added, so that "make it three" can set it."""

    sku: str | None = None
    order: str | None = None
    quantity: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """`misses` counts turns in a row that were not understood; `turns` counts the session's turns and
    rotates wording; `said` and `asked` are the last answer and its question as rendered; `names`
    tells which products' names were last given to the platform, see `skill.dialogue.names`."""

    question: Question | None = None
    listing: Listing = field(default_factory=Listing)
    focus: Focus = field(default_factory=Focus)
    misses: int = 0
    turns: int = 0
    said: str = ""
    asked: str = ""
    names: str = ""

    def without_question(self) -> Conversation:
        return replace(self, question=None)


def encode(conversation: Conversation) -> dict[str, Any]:
    """As JSON for the session attributes; empty parts are left out to keep the response small."""
    return {"v": FORMAT, **_sparse(asdict(conversation))}


def decode(attributes: Mapping[str, Any]) -> Conversation:
    """The conversation in these attributes. Attributes of another format, or damaged ones, start a new
    conversation: a lost thread is better than a lost turn."""
    if attributes.get("v") != FORMAT:
        return Conversation()
    try:
        question = attributes.get("question")
        return Conversation(
            question=_question(question) if question else None,
            listing=Listing(**_tuples(attributes.get("listing", {}))),
            focus=Focus(**attributes.get("focus", {})),
            misses=int(attributes.get("misses", 0)),
            turns=int(attributes.get("turns", 0)),
            said=str(attributes.get("said", "")),
            asked=str(attributes.get("asked", "")),
            names=str(attributes.get("names", "")),
        )
    except (TypeError, ValueError, AttributeError, KeyError):
        return Conversation()


def _question(raw: Mapping[str, Any]) -> Question:
    slots = {name: Slot(**_tuples(slot)) for name, slot in raw.get("slots", {}).items()}
    return Question(**{**_tuples(raw), "slots": slots})


def _tuples(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}


def _sparse(raw: Any) -> Any:
    if isinstance(raw, dict):
        return {key: _sparse(value) for key, value in raw.items() if value not in (None, "", (), {}, [], 0)}
    if isinstance(raw, tuple):
        return [_sparse(value) for value in raw]
    return raw

"""What is remembered between two turns of one session; it travels in the session attributes.

A question the skill asks is an intent, paused for want of one slot. There is no state machine: the
open question, the last list read out and what "it" means are all there is to a conversation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import MISSING, dataclass, field, fields, is_dataclass, replace
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, TypedDict, Union, cast, get_args, get_origin, get_type_hints, is_typeddict

from skill.dialogue.turn import Slot
from skill.operations.tally import Tally

FORMAT = 1
# Stands between wishes of one breath that wait their turn, and in no wish.
BETWEEN = " · "
# Characters of an answer, more than any; and what one is made of: text that XML can hold, escaped, and what
# is said letter by letter.
_LONGEST = 4_000
_RENDERED = re.compile(
    r"(?:[\t\n\r\u0020-%'-;=?-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|&(?:amp|lt|gt);"
    r'|<say-as interpret-as="characters">[^<>&]*</say-as>)*+'
)


class Wish(TypedDict, total=False):
    """What a search wants besides its words: bounds in the currency's smallest unit, what is wished, and the
    phrases said of it."""

    low: int
    high: int
    cheapest: bool
    dearest: bool
    popular: bool
    on_offer: bool
    only: tuple[str, ...]
    without: tuple[str, ...]
    lacking: tuple[str, ...]


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


def number_in(frozen: Mapping[str, str | int], name: str) -> int:
    """A number that a question keeps; 0 where there is none: it was away, and somebody may have meddled."""
    value = frozen.get(name)
    return value if isinstance(value, int) else 0


def counts_in(frozen: Mapping[str, str | int], name: str) -> dict[str, int]:
    """Pieces by SKU that a question keeps as JSON; what is nothing of the kind is left out."""
    try:
        kept = json.loads(str(frozen.get(name, "{}")))
    except (ValueError, RecursionError):
        return {}
    told = kept.items() if isinstance(kept, dict) else ()
    return {sku: count for sku, count in told if type(count) is int and count >= 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The last list read out: `kind` "search", "cart", "saved", "offers" or "own:" and the name of a
    list of one's own; for a search its words and the
    wishes beside them ("high": 500), as `refining.wish` gives them; every SKU in it, and which were said
    last."""

    kind: str = "search"
    words: str = ""
    wish: Wish = field(default_factory=Wish)
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
    tells which products' names were last given to the platform, `usual` which were bought before, see
    `skill.dialogue.names`; `past`: the last turns, as `skill.dialogue.past` packs them; `told` what was said
    unasked, which is said once."""

    question: Question | None = None
    listing: Listing = field(default_factory=Listing)
    focus: Focus = field(default_factory=Focus)
    misses: int = 0
    turns: int = 0
    said: str = ""
    asked: str = ""
    names: str = ""
    usual: tuple[str, ...] = ()
    # What the session counted so far, for the merchant's numbers.
    tally: Tally = field(default_factory=Tally)
    past: tuple[str, ...] = ()
    told: tuple[str, ...] = ()

    def without_question(self) -> Conversation:
        return replace(self, question=None)


def encode(conversation: Conversation) -> dict[str, Any]:
    """As JSON for the session attributes; what is as it would be anyway is left out to keep the response
    small."""
    return {"v": FORMAT, **_sparse(conversation)}


def decode(attributes: Mapping[str, Any]) -> Conversation:
    """The conversation in these attributes. Attributes of another format, or damaged ones, start a new
    conversation: a lost thread is better than a lost turn."""
    if attributes.get("v") != FORMAT:
        return Conversation()
    known = {name: attributes[name] for name in _types(Conversation) if name in attributes}
    try:
        found = cast(Conversation, _reader(Conversation)(known))
    except (TypeError, RecursionError):
        return Conversation()
    said, asked = _rendered(found.said), _rendered(found.asked)
    return found if (said, asked) == (found.said, found.asked) else replace(found, said=said, asked=asked)


def _rendered(sentences: str) -> str:
    """Sentences that were said before, if they can have been: they were kept elsewhere meanwhile."""
    if len(sentences) > _LONGEST:
        return ""
    simple = sentences.isprintable() and not any(mark in sentences for mark in "<>&")
    return sentences if simple or _RENDERED.fullmatch(sentences) else ""


Read = Callable[[Any], Any]


@lru_cache(maxsize=64)
def _reader(kind: Any) -> Read:
    """What reads JSON as a value of the type `kind`, which the fields above are made of; it raises TypeError
    for anything that is none. Types are looked into once, and not for every turn."""
    if kind is Any:
        return lambda raw: raw
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _one_of(tuple(_reader(one) for one in inner if one is not NoneType), none=NoneType in inner)
    if origin is tuple:
        return _list_of(inner[0])
    if origin is Mapping:
        return _mapping_of(_reader(inner[0]), _reader(inner[1]))
    if is_dataclass(kind) or is_typeddict(kind):
        return _parts_of(kind)

    def read(raw: Any) -> Any:
        if type(raw) is not kind:
            raise TypeError(f"no {kind}")
        return raw

    return read


def _one_of(readers: Sequence[Read], *, none: bool) -> Read:
    def read(raw: Any) -> Any:
        if raw is None and none:
            return None
        for one in readers:
            with suppress(TypeError):
                return one(raw)
        raise TypeError("none of these")

    return read


def _list_of(kind: Any) -> Read:
    one = _reader(kind)

    def read(raw: Any) -> Any:
        if not isinstance(raw, list):
            raise TypeError("no list")
        return tuple(map(one, raw))

    return read


def _mapping_of(name: Read, value: Read) -> Read:
    def read(raw: Any) -> Any:
        if type(raw) is not dict and not isinstance(raw, Mapping):
            raise TypeError("no mapping")
        return {name(key): value(one) for key, one in raw.items()}

    return read


def _parts_of(kind: Any) -> Read:
    readers = {name: _reader(one) for name, one in _types(kind).items()}

    def read(raw: Any) -> Any:
        if (type(raw) is not dict and not isinstance(raw, Mapping)) or not raw.keys() <= readers.keys():
            raise TypeError(f"no {kind}")
        # A field that must be there and is not is a TypeError of its own.
        return kind(**{name: readers[name](value) for name, value in raw.items()})

    return read


@lru_cache(maxsize=8)
def _types(kind: Any) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _sparse(part: Any) -> Any:
    """As JSON, without the fields that have the value they have when nobody says another. What a mapping
    holds was put there by an intent and stays: a total may be nothing."""
    kind: Any = type(part)
    if kind is str or kind is int:
        return part
    if defaults := _defaults(kind):
        told: dict[str, Any] = {}
        for name, usual in defaults:
            value = getattr(part, name)
            if value is not usual and value != usual:
                told[name] = _sparse(value)
        return told
    if isinstance(part, Mapping):
        return {name: _sparse(value) for name, value in part.items()}
    if isinstance(part, list | tuple):
        return [_sparse(value) for value in part]
    return part


@lru_cache(maxsize=64)
def _defaults(kind: Any) -> tuple[tuple[str, Any], ...]:
    """The fields of a dataclass with the value each has when nobody says another; of any other type, none."""
    if not is_dataclass(kind):
        return ()
    return tuple(
        (one.name, one.default if one.default_factory is MISSING else one.default_factory())
        for one in fields(kind)
    )

"""Fields of an envelope as they come: each may be missing, of another type, or full of anything."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

MAX_TEXT = 400
MAX_NAME = 200
# What no sentence holds and some reader chokes on: control characters, halves of characters, what turns the
# direction of the text around it, and what Unicode keeps for no character.
_UNSAID = re.compile(
    r"[\0-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]+"
)


def fields(raw: Any, *path: str) -> Mapping[str, Any]:
    """The object at this path, empty where there is none."""
    for name in path:
        raw = raw.get(name) if _is_object(raw) else None
    return raw if _is_object(raw) else {}


def _is_object(raw: Any) -> bool:
    # JSON's own first: to ask for any mapping takes ten times as long, a few dozen times a turn.
    return type(raw) is dict or isinstance(raw, Mapping)


def shallow(value: Any, *, levels: int) -> bool:
    """Whether objects and lists lie in each other no deeper than this."""
    if not isinstance(value, dict | list):
        return True
    inner = value.values() if isinstance(value, dict) else value
    return levels > 0 and all(shallow(one, levels=levels - 1) for one in inner)


def text(value: Any) -> str:
    """A text or a whole number as text, cut short, without the characters nobody says; empty for anything
    else."""
    if isinstance(value, str):
        cut = value[:MAX_TEXT]
        return cut if cut.isprintable() else _UNSAID.sub(" ", cut)
    # A number of so many digits is not even written out.
    return str(value) if type(value) is int and abs(value) < 10**MAX_NAME else ""


def plain(value: Any) -> bool:
    """Whether this is text that can name a thing: no longer than a name, of letters that can be stored."""
    return isinstance(value, str) and len(value) <= MAX_NAME and value.isprintable()


def when(value: Any) -> datetime | None:
    """A moment in ISO 8601, as UTC, which it is where it names no zone; None for anything else."""
    try:
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None

"""How the shopper of a turn can be told something outside of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Reach:
    """Their sealed platform id and who delivers to it (empty: no notifications), and their time zone (empty:
    unknown)."""

    id: str = field(default="", repr=False)
    endpoint: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Outside:
    """By which `channels` they may be told of things later, if they agree; how they are reached then; and how
    their device itself reminds them at a time of theirs, by the key of a sentence and its values: "set",
    "consent", "refused" or "away" (None: it cannot)."""

    channels: tuple[str, ...] = ()
    reach: Callable[[], Reach] = Reach
    remind: Callable[[datetime, str, Mapping[str, Any]], str] | None = None

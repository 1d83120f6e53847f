"""The shop's people: when somebody is there, and how long it takes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """How many minutes a shopper waits for a person just now, as the shop reported it `until` then."""

    minutes: int
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where shoppers' wishes for a person go (`email`; empty: nobody is written to), how many `minutes` they
    usually wait for an answer (None: nobody promises any), and on which `days` somebody is there, by weekday
    (none: as the shop is open). `reported`: how long it is just now."""

    email: str = ""
    minutes: int | None = None
    days: Mapping[str, tuple[time, time]] = field(default_factory=dict)
    reported: Reported | None = None

    def wait(self, *, now: datetime) -> int | None:
        """Minutes until somebody gets back, while the desk is open; None where nobody knows."""
        if self.reported and now < self.reported.until:
            return self.reported.minutes
        return self.minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A turn of a conversation, small enough to be carried along: the intent, the words in its slots, and
    what was said as message keys and values (JSON, see `skill.dialogue.past`). `miss`: it was not
    understood."""

    intent: str
    said: tuple[Any, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    miss: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a case comes with: the last turns of the conversation it was opened in, the pieces by name that
    were in the cart, and the locale that was spoken."""

    locale: str
    steps: tuple[Step, ...] = ()
    cart: tuple[tuple[int, str], ...] = ()

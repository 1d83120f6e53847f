"""What happened that somebody has to be told of: written with the change itself, told until it is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

# An event is "waiting" to be told, "done" once everybody knows, "dead" when it was tried too often.
STATES = ("waiting", "done", "dead")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`id` is a ULID, so that events sort by time; `kind` as in "order.placed" or "case.opened"; `about` is
    the id of the order or case: what is told of it is read when it is told, and no name lies in an event.
    `told` names who knows already; it was tried `tries` times and is `due` again then; `error`: what went
    wrong last."""

    id: str
    kind: str
    about: str
    at: datetime
    due: datetime
    state: str = "waiting"
    told: tuple[str, ...] = ()
    tries: int = 0
    error: str = ""

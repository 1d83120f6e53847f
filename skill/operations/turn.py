"""What one turn tells those who run the shop: what it was, how it ended, how long it took and what it cost.

Never what was said, or by whom: a record holds names that we gave, numbers, and the request's id."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from time import perf_counter
from typing import Any

log = logging.getLogger("sayso")
# Outcomes that are no sentence's key.
FAULT = "fault"
SILENCE = "silence"
REFUSED = "refused"
# What Alexa sends is not ours, and only what looks like a name is told.
_KIND = re.compile(r"[A-Z][A-Za-z]{0,39}(?:\.[A-Z][A-Za-z]{0,39}){0,3}")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,79}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRecord:
    """`outcome`: the key of the first sentence said, a broken rule's key, or FAULT, SILENCE or REFUSED.
    `intent`: one of ours, empty where none was meant. `kind`: the request's type. `milliseconds`: from its
    arrival to its answer, at the door. `cold`: the process had not answered before. Units are DynamoDB's
    capacity units; a round trip is one request to the store. `trace`: 32 hexadecimal letters that the
    caller, or we, gave this request; empty without."""

    request_id: str
    kind: str
    shop: str
    locale: str
    intent: str
    outcome: str
    milliseconds: float
    cold: bool
    read_units: float
    write_units: float
    round_trips: int
    orders_placed: int
    ended: bool
    trace: str = ""


Tell = Callable[[TurnRecord], None]
Answer = Callable[[Any], dict[str, Any]]


@dataclass(slots=True)
class _Tally:
    """The turn under way, added to wherever something of it happens."""

    shop: str = ""
    locale: str = ""
    intent: str = ""
    outcome: str = ""
    read_units: float = 0.0
    write_units: float = 0.0
    round_trips: int = 0
    orders_placed: int = 0


# Of this thread, or of what runs within it: turns beside each other never add to one another.
_under_way: ContextVar[_Tally | None] = ContextVar("turn", default=None)


def noted(*, shop: str = "", locale: str = "", intent: str = "", outcome: str = "") -> None:
    """Note what is known of the turn under way; nothing where none is. What was noted last counts."""
    if (tally := _under_way.get()) is not None:
        tally.shop = shop or tally.shop
        tally.locale = locale or tally.locale
        tally.intent = intent or tally.intent
        tally.outcome = outcome or tally.outcome


def spent(*, read_units: float = 0.0, write_units: float = 0.0, round_trips: int = 1) -> None:
    """Add what a request to the store cost to the turn under way."""
    if (tally := _under_way.get()) is not None:
        tally.read_units += read_units
        tally.write_units += write_units
        tally.round_trips += round_trips


def order_placed() -> None:
    """Count an order that came to be in the turn under way."""
    if (tally := _under_way.get()) is not None:
        tally.orders_placed += 1


class Watch:
    """Tells of every turn that it answers. One a process: its first turn is the cold one."""

    def __init__(self, *tell: Tell, now: Callable[[], float] = perf_counter) -> None:
        self._tell = tell
        self._now = now
        self._cold = True

    def answer(
        self, answer: Answer, raw: Any, *, trace: str = "", begun: float | None = None
    ) -> dict[str, Any]:
        """What `answer` makes of the envelope `raw`, told once; what it raises is a fault, and is raised.
        `begun`: when the request arrived, by the same clock (None: now)."""
        begun = self._now() if begun is None else begun
        cold, self._cold = self._cold, False
        tally = _Tally()
        token = _under_way.set(tally)
        response: dict[str, Any] = {}
        try:
            response = answer(raw)
            return response
        except Exception:
            tally.outcome = FAULT
            raise
        finally:
            _under_way.reset(token)
            self.told(record(tally, raw, response, 1000 * (self._now() - begun), cold=cold, trace=trace))

    def refused(self) -> None:
        """Tell of a request that was turned away unread."""
        self.told(record(_Tally(outcome=REFUSED), {}, {}, 0.0))

    def told(self, one: TurnRecord) -> None:
        """Tell everybody; who cannot be told keeps nobody else, and no shopper, waiting."""
        for tell in self._tell:
            try:
                tell(one)
            except Exception:
                log.exception("a turn could not be told of")


def record(
    tally: _Tally,
    raw: Any,
    response: Mapping[str, Any],
    milliseconds: float,
    *,
    cold: bool = False,
    trace: str = "",
) -> TurnRecord:
    """The record of a turn: what was noted on the way, and what envelope and response tell."""
    asked = raw.get("request") if isinstance(raw, Mapping) else None
    request: Mapping[str, Any] = asked if isinstance(asked, Mapping) else {}
    said = response.get("response")
    spoken: Mapping[str, Any] = said if isinstance(said, Mapping) else {}
    return TurnRecord(
        request_id=_named(request.get("requestId"), _ID),
        kind=_named(request.get("type"), _KIND),
        shop=tally.shop,
        locale=tally.locale,
        intent=tally.intent,
        outcome=tally.outcome or SILENCE,
        milliseconds=round(milliseconds, 3),
        cold=cold,
        read_units=tally.read_units,
        write_units=tally.write_units,
        round_trips=tally.round_trips,
        orders_placed=tally.orders_placed,
        ended=spoken.get("shouldEndSession") is True,
        trace=trace,
    )


def _named(value: object, pattern: re.Pattern[str]) -> str:
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""

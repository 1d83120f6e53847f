"""What one turn tells those who run the shop: what it was, how it ended, how long it took and what it cost.

Never what was said, or by whom: a record holds names that we gave, numbers, and the request's id."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from skill.operations import metrics
from skill.operations.tally import CART

log = logging.getLogger("sayso")
# Outcomes that are no sentence's key.
FAULT = "fault"
SILENCE = "silence"
REFUSED = "refused"
_MOST = 80
_MARKS = str.maketrans("", "", ".:_-")


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
    # What the session counted that ended with this request (empty: it goes on, or counted nothing).
    session: Mapping[str, int] = field(default_factory=dict)


Tell = Callable[[TurnRecord], None]
Answer = Callable[[Any], dict[str, Any]]


class _Tally:
    """The turn under way, added to wherever something of it happens."""

    # Not a dataclass: a cold start waits for its making.
    __slots__ = (
        *("shop", "locale", "intent", "outcome", "orders_placed", "session"),
        *("read_units", "write_units", "round_trips"),
    )

    def __init__(self, outcome: str = "") -> None:
        self.shop = self.locale = self.intent = ""
        self.outcome = outcome
        self.read_units = self.write_units = 0.0
        self.round_trips = self.orders_placed = 0
        self.session: Mapping[str, int] = {}


# Of this thread, or of what runs within it: turns beside each other never add to one another.
_under_way: ContextVar[_Tally | None] = ContextVar("turn", default=None)


def noted(
    *,
    shop: str = "",
    locale: str = "",
    intent: str = "",
    outcome: str = "",
    session: Mapping[str, int] | None = None,
) -> None:
    """Note what is known of the turn under way; nothing where none is. What was noted last counts."""
    if (tally := _under_way.get()) is not None:
        tally.shop = shop or tally.shop
        tally.locale = locale or tally.locale
        tally.intent = intent or tally.intent
        tally.outcome = outcome or tally.outcome
        tally.session = session or tally.session


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
        """What `answer` makes of the envelope `raw`, told once; what it raises is raised, and is a
        fault, unless REFUSED was noted. `begun`: when it arrived, by the same clock (None: now)."""
        begun = self._now() if begun is None else begun
        cold, self._cold = self._cold, False
        tally = _Tally()
        token = _under_way.set(tally)
        response: dict[str, Any] = {}
        try:
            response = answer(raw)
            return response
        except Exception:
            if tally.outcome != REFUSED:
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
        request_id=_id(request.get("requestId")),
        kind=_kind(request.get("type")),
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
        session=tally.session,
    )


def values(turn: TurnRecord) -> dict[str, float]:
    """The figures of a turn by their metric's name."""
    refused = turn.outcome == REFUSED
    return {
        metrics.TURNS: int(not refused),
        metrics.FAULTS: int(turn.outcome == FAULT),
        metrics.REFUSED: int(refused),
        metrics.LATENCY: turn.milliseconds,
        metrics.READ_UNITS: turn.read_units,
        metrics.WRITE_UNITS: turn.write_units,
        metrics.ROUND_TRIPS: turn.round_trips,
        metrics.COLD_STARTS: int(turn.cold),
        metrics.ORDERS_PLACED: turn.orders_placed,
    }


def session_values(turn: TurnRecord) -> dict[str, float]:
    """The figures of the session that a turn ended, by their metric's name; none where none ended."""
    told = turn.session
    if not told:
        return {}
    ordered = told.get("orders", 0) > 0
    return {
        metrics.SESSIONS: 1,
        metrics.SESSIONS_WITH_ORDER: int(ordered),
        metrics.CARTS_LEFT: int(told.get(CART, 0) > 0 and not ordered),
        metrics.HAND_OVERS: told.get("hand_overs", 0),
        metrics.MISSES: told.get("misses", 0),
        metrics.CORRECTIONS: told.get("corrections", 0),
    }


def fields(turn: TurnRecord) -> dict[str, str | bool]:
    """What else a line tells of a turn, by name."""
    return {
        "event": "turn",
        "request_id": turn.request_id,
        "type": turn.kind,
        "locale": turn.locale,
        "outcome": turn.outcome,
        "cold": turn.cold,
        "ended": turn.ended,
        "trace": turn.trace,
    }


def _id(value: object) -> str:
    """What was sent as an id, if it looks like one: it is not ours, and goes into logs."""
    text = _short(value)
    return text if text.translate(_MARKS).isalnum() else ""


def _kind(value: object) -> str:
    """What was sent as a request's type, if it looks like one: names with a capital, joined by dots."""
    text = _short(value)
    return text if all(name.isalpha() and name[0].isupper() for name in text.split(".")) else ""


def _short(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= _MOST and value.isascii() else ""

"""When an order comes to the door: spans of a day that the shop delivers in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A span the shop delivers in on each of `days` (`WEEKDAYS`), where the shop is; orders for it are taken
    until `closes` minutes before it begins."""

    days: tuple[str, ...]
    starts: time
    ends: time
    closes: int = 240


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """One span of one day, both ends with their zone."""

    starts: datetime
    ends: datetime


def windows(spans: Sequence[Span], *, now: datetime, days: int = 14) -> Iterator[Window]:
    """The windows that can still be had, earliest first. `now` is the shop's own time."""
    for ahead in range(days):
        day = now.date() + timedelta(days=ahead)
        of_day = sorted(
            Window(
                datetime.combine(day, span.starts, now.tzinfo),
                datetime.combine(day, span.ends, now.tzinfo),
            )
            for span in spans
            if WEEKDAYS[day.weekday()] in span.days
            and datetime.combine(day, span.starts, now.tzinfo) - timedelta(minutes=span.closes) > now
        )
        yield from of_day

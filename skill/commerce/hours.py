"""When a shop or a store is open, and when an order is packed there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from skill.commerce.window import WEEKDAYS

# Days ahead that are looked at for a store to open and pack an order.
_PACKED_WITHIN = 60
# Days ahead that are looked at for a shop to open: past any holidays.
_OPENS_WITHIN = 31


@dataclass(frozen=True, slots=True)
class Special:
    """A day with hours of its own (None: closed), and what it is called by locale or language."""

    day: date
    span: tuple[time, time] | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    def name(self, locale: str) -> str:
        return said_in(self.names, locale)


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours by weekday (`WEEKDAYS`); a missing day is closed. `special`: days that are not as their
    weekday."""

    days: Mapping[str, tuple[time, time]]
    special: tuple[Special, ...] = ()

    def on(self, day: date) -> tuple[time, time] | None:
        special = self.special_on(day)
        return special.span if special else self.days.get(WEEKDAYS[day.weekday()])

    def special_on(self, day: date) -> Special | None:
        return next((special for special in self.special if special.day == day), None)

    def open_at(self, moment: datetime) -> bool:
        span = self.on(moment.date())
        return span is not None and span[0] <= moment.time().replace(tzinfo=None) < span[1]

    def next_open(self, moment: datetime) -> date | None:
        """The first day, today included when it still opens, on which the shop opens; None if never."""
        for ahead in range(_OPENS_WITHIN):
            day = moment.date() + timedelta(days=ahead)
            span = self.on(day)
            if span and (ahead or moment.time().replace(tzinfo=None) < span[0]):
                return day
        return None


def said_in(words: Mapping[str, str], locale: str) -> str:
    """The words of a locale, its language, or else the first there are."""
    return words.get(locale) or words.get(locale[:2]) or next(iter(words.values()), "")


def ready(hours: Hours | None, *, minutes: int, moment: datetime) -> datetime:
    """When an order given at `moment` is packed, if that takes `minutes` while the store is open: rounded up
    to a quarter of an hour, and while it is still open. A store that never opens, or whose hours are
    unknown, packs at any time."""
    left = timedelta(minutes=minutes)
    for ahead in range(_PACKED_WITHIN):
        day = moment.date() + timedelta(days=ahead)
        span = hours.on(day) if hours else None
        if span is None:
            continue
        opens, closes = (datetime.combine(day, at, moment.tzinfo) for at in span)
        start = max(moment, opens)
        done = _quarter(start + left)
        if done < closes:
            return done
        left -= max(closes - start, timedelta())
    return _quarter(moment + timedelta(minutes=minutes))


def _quarter(moment: datetime) -> datetime:
    over = timedelta(minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond)
    return moment + (timedelta(minutes=15) - over if over else over)

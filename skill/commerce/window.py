"""When an order comes to the door: spans of a day that the shop delivers in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Minutes it takes to pack an order and bring it, where a shop does not say.
CLOSES = 240
_HALF_A_DAY = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A span the shop delivers in on each of `days` (`WEEKDAYS`), where the shop is; orders for it are taken
    until `closes` minutes before it begins."""

    days: tuple[str, ...]
    starts: time
    ends: time
    closes: int = CLOSES


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """One span of one day, both ends with their zone."""

    starts: datetime
    ends: datetime

    @property
    def text(self) -> str:
        """As an ISO 8601 interval, which is how a window travels."""
        return f"{self.starts.isoformat()}/{self.ends.isoformat()}"


def window_of(text: str) -> Window | None:
    """The window in an ISO 8601 interval; None: it is none."""
    try:
        starts, ends = map(datetime.fromisoformat, text.split("/"))
    except ValueError:
        return None
    return Window(starts, ends) if starts.tzinfo and ends.tzinfo and starts < ends else None


def windows(spans: Sequence[Span], *, now: datetime, days: int = 14) -> Iterator[Window]:
    """The windows that can still be had, earliest first. `now` is the shop's own time."""
    for ahead in range(days):
        day = now.date() + timedelta(days=ahead)
        of_day = sorted(
            (_at(day, span.starts, now.tzinfo), _at(day, span.ends, now.tzinfo), span.closes)
            for span in spans
            if WEEKDAYS[day.weekday()] in span.days
        )
        last: Window | None = None
        for starts, ends, closes in of_day:
            if starts - timedelta(minutes=closes) > now and (window := Window(starts, ends)) != last:
                yield window
                last = window


def _at(day: date, clock: time, zone: tzinfo | None) -> datetime:
    """A moment with its distance from UTC and no rules: two of them are as far apart as clocks run, also on
    the day they are changed."""
    moment = datetime.combine(day, clock, zone)
    return moment.replace(tzinfo=timezone(moment.utcoffset() or timedelta()))


def fitting(
    among: Sequence[Window], *, day: date | None, since: time | None, until: time | None
) -> tuple[Window, ...]:
    """The windows that a day, a time or a span of time means, those that fit best; of the two hours that
    "five" may be, the one with a window. What nothing was said of fits all."""
    of_day = tuple(window for window in among if day in (None, window.starts.date()))
    if since is None and until is None:
        return of_day
    shares = [
        max((_shared(window, a, b) for a, b in _meant(window, since, until)), default=0.0)
        for window in of_day
    ]
    most = max(shares, default=0.0)
    best = tuple(window for window, share in zip(of_day, shares, strict=True) if share == most > 0)
    # "At five" on no day in particular is the next time it is five.
    return best if day else tuple(window for window in best if window.starts.date() == best[0].starts.date())


def nearest(
    among: Sequence[Window], *, day: date | None, since: time | None, most: int
) -> tuple[Window, ...]:
    """Up to `most` windows next to what was wished, in their order: of the day, or else of the days after."""
    later = [window for window in among if day is None or window.starts.date() >= day]
    of_day = [window for window in later if window.starts.date() == later[0].starts.date()]
    if since is None:
        return tuple(of_day[:most])

    def away(window: Window) -> timedelta:
        return min(abs(window.starts - start) for start, _ in _meant(window, since, None))

    return tuple(sorted(sorted(of_day, key=away)[:most]))


def _meant(window: Window, since: time | None, until: time | None) -> Iterator[tuple[datetime, datetime]]:
    """The spans of the window's day that times may mean: a bare "five" is one of two hours. One that only
    begins is a moment long, one that only ends began with the day."""
    zone, day = window.starts.tzinfo, window.starts.date()
    begins = _both(day, since, zone) if since else (datetime.combine(day, time(), zone),)
    for start in begins:
        if until is None:
            yield start, start + timedelta(minutes=1)
        elif later := [end for end in _both(day, until, zone) if end > start]:
            # "Between eight and nine" is one hour, in the morning or in the evening.
            yield start, min(later)
        elif until == time():
            yield start, datetime.combine(day + timedelta(days=1), until, zone)


def _both(day: date, clock: time, zone: tzinfo | None) -> tuple[datetime, ...]:
    moment = datetime.combine(day, clock, zone)
    return (moment, moment + _HALF_A_DAY) if 0 < clock.hour < 12 else (moment,)


def _shared(window: Window, start: datetime, end: datetime) -> float:
    """How much of window and span is common to both, up to 1 where they are the same; a moment is all in the
    window it lies in."""
    common = (min(window.ends, end) - max(window.starts, start)).total_seconds()
    if common <= 0:
        return 0.0
    whole = (max(window.ends, end) - min(window.starts, start)).total_seconds()
    return 1.0 if end - start <= timedelta(minutes=1) else common / whole

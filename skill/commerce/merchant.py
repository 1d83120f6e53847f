"""The shop itself: its name, terms, opening hours and answers, as the merchant states them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from skill.commerce.totals import Terms

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Faq:
    """An answer by locale or language, and ways of asking for it (lower case, no punctuation)."""

    id: str
    questions: tuple[str, ...]
    answers: Mapping[str, str]

    def answer(self, locale: str) -> str | None:
        return self.answers.get(locale) or self.answers.get(locale[:2])


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours by weekday (`WEEKDAYS`); a missing day is closed."""

    days: Mapping[str, tuple[time, time]]

    def on(self, day: date) -> tuple[time, time] | None:
        return self.days.get(WEEKDAYS[day.weekday()])

    def open_at(self, moment: datetime) -> bool:
        span = self.on(moment.date())
        return span is not None and span[0] <= moment.time().replace(tzinfo=None) < span[1]

    def next_open(self, moment: datetime) -> date | None:
        """The first day, today included when it still opens, on which the shop opens; None if never."""
        for ahead in range(8):
            day = moment.date() + timedelta(days=ahead)
            span = self.on(day)
            if span and (ahead or moment.time().replace(tzinfo=None) < span[0]):
                return day
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """`catalogue` names the live catalogue version; `delivery_days` counts days from order to door."""

    name: str
    terms: Terms
    catalogue: str
    locale: str = "en-US"
    timezone: str = "UTC"
    hours: Hours | None = None
    faqs: tuple[Faq, ...] = ()
    delivery_days: int = 2

    def local(self, now: datetime) -> datetime:
        return now.astimezone(ZoneInfo(self.timezone))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shopper:
    """What we keep about a shopper. `linked`: the account is linked by other means than the request's
    token (None: unknown); `members` maps an Alexa person id to a first name in the household."""

    linked: bool | None = None
    members: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A shopper's wish to speak with a person; `reference` is what both sides say aloud."""

    id: str
    reference: str
    about: str
    opened_at: datetime
    status: str = "open"

"""A day and a time of day as they are said, and the moment to come that they mean."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from skill.catalogue.clock import clock
from skill.catalogue.words import load
from skill.dialogue import reference
from skill.dialogue.intent import Heard
from skill.shop import Shop

_HALF_A_DAY = timedelta(hours=12)


def said_moment(heard: Heard, shop: Shop) -> tuple[date | None, time | None]:
    """Day and time as they were said; an answer in one piece ("on Tuesday at ten") holds both."""
    day, text = reference.day(heard.text("day"), shop), heard.text("time")
    words = load(shop.locale[:2])
    if not text or (hour := clock(text, words=words)):
        return day, hour if text else None
    said = text.split()
    for length in range(len(said), 0, -1):
        for start in range(len(said) - length + 1):
            end = start + length
            if found := reference.day(" ".join(said[start:end]), shop):
                return found, clock(" ".join((*said[:start], *said[end:])), words=words)
    return day, None


def coming(
    day: date | None, hour: time, here: datetime, *, fits: Callable[[datetime], bool] | None = None
) -> datetime:
    """The moment meant, where the shop is: never a past one, and of the two hours that "five" may mean the
    first that `fits`."""
    due = datetime.combine(day or here.date(), hour, here.tzinfo)
    for moment in (due, due + _HALF_A_DAY):
        if moment > here and moment.date() == due.date() and (fits is None or fits(moment)):
            return moment
    return due if due > here else coming(due.date() + timedelta(days=1), hour, here, fits=fits)

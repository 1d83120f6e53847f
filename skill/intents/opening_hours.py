"""When the shop is open: now, today, on the day, the holiday or at the hour that was asked about."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from skill.catalogue.analyser import fold
from skill.catalogue.clock import clock
from skill.catalogue.words import load
from skill.commerce.hours import Hours
from skill.dialogue import reference
from skill.dialogue.conversation import Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Message, Reply, say
from skill.shop import Shop

NAME = "OpeningHours"
# Holidays of the same date each year, as month and day; of the others the shop file tells.
_FIXED = {
    "new_year": (1, 1),
    "founding_day": (2, 22),
    "independence_day": (7, 4),
    "national_day": (9, 23),
    "german_unity": (10, 3),
    "halloween": (10, 31),
    "christmas_eve": (12, 24),
    "christmas": (12, 25),
    "boxing_day": (12, 26),
    "new_years_eve": (12, 31),
}
_HALF_A_DAY = timedelta(hours=12)
_YEAR = 366


def handle(heard: Heard, shop: Shop) -> Reply:
    hours = shop.facts.hours
    if hours is None:
        return Reply(say=(say("opening_hours.unknown"),))
    here = shop.facts.local(shop.now)
    said = heard.text("holiday", "day")
    day = _ahead(_day(heard, hours, shop), here.date())
    if said and day is None:
        named = heard.text("holiday")
        return Reply(
            say=(say("opening_hours.no_date", name=named) if named else say("opening_hours.no_day"),),
            prompt=say("opening_hours.which_day"),
            ask=Question(intent=NAME, awaiting="day"),
            miss=True,
        )
    if heard.text("time") and (hour := clock(heard.text("time"), words=load(shop.locale[:2]))):
        return _at(day or here.date(), hour, hours, shop)
    if day is not None and day != here.date():
        return Reply(say=_on(day, hours, shop))
    span = hours.on(here.date())
    if span and hours.open_at(here):
        return Reply(say=(say("opening_hours.open_now", closes=span[1]),))
    later = hours.next_open(here)
    span = hours.on(later) if later else None
    if later is None or span is None:
        return Reply(say=(say("opening_hours.unknown"),))
    opens, closes = span
    key = "opening_hours.opens_today" if later == here.date() else "opening_hours.opens_on"
    if later == here.date() + timedelta(days=1):
        key = "opening_hours.opens_tomorrow"
    return Reply(say=(say(key, day=later, opens=opens, closes=closes),))


def _on(day: date, hours: Hours, shop: Shop) -> tuple[Message, ...]:
    """The hours of a day; what a special one is called is said with them."""
    span, special = hours.on(day), hours.special_on(day)
    name = special.name(shop.locale) if special else ""
    if span is None:
        key = "opening_hours.closed_special" if name else "opening_hours.closed_on"
        return (say(key, day=day, name=name),)
    key = "opening_hours.open_special" if name else "opening_hours.open_on"
    return (say(key, day=day, opens=span[0], closes=span[1], name=name),)


def _at(day: date, hour: time, hours: Hours, shop: Shop) -> Reply:
    """Whether it is open then; of the two hours that "eight" may mean the one at which it is."""
    span = hours.on(day)
    if span is None:
        return Reply(say=_on(day, hours, shop))
    at = datetime.combine(day, hour)
    meant = [moment for moment in (at, at + _HALF_A_DAY) if moment.date() == day and hours.open_at(moment)]
    if meant:
        return Reply(say=(say("opening_hours.open_at", day=day, time=meant[0].time(), closes=span[1]),))
    return Reply(say=(say("opening_hours.not_at", time=hour), *_on(day, hours, shop)))


def _day(heard: Heard, hours: Hours, shop: Shop) -> date | None:
    """The day that was named, by its date, its weekday, or what it is called."""
    named = heard.text("holiday")
    if not named:
        return reference.day(heard.text("day"), shop)
    today = shop.facts.local(shop.now).date()
    coming = [one for one in hours.special if 0 <= (one.day - today).days < _YEAR]
    called = [one.day for one in coming if fold(named) in {fold(name) for name in one.names.values()}]
    if called:
        return min(called)
    fixed = _FIXED.get(heard.id("holiday") or "")
    if fixed is None:
        return None
    day = date(today.year, *fixed)
    return day if day >= today else date(today.year + 1, *fixed)


def _ahead(day: date | None, today: date) -> date | None:
    """Hours are asked ahead: a day that has passed means the same weekday to come."""
    return day + timedelta(days=7 * -(-(today - day).days // 7)) if day and day < today else day


INTENT = Intent(
    name=NAME,
    handle=handle,
    slots={"day": "day", "time": "time", "holiday": "holiday"},
    elicits=("day",),
    aside=True,
)

"""When the shop is open: now, today, or on the day that was asked about."""

from __future__ import annotations

from datetime import date, timedelta

from skill.dialogue import reference
from skill.dialogue.conversation import Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.shop import Shop

NAME = "OpeningHours"


def handle(heard: Heard, shop: Shop) -> Reply:
    hours = shop.facts.hours
    if hours is None:
        return Reply(say=(say("opening_hours.unknown"),))
    here = shop.facts.local(shop.now)
    said = heard.text("day")
    day = _ahead(reference.day(said, shop), here.date())
    if said and day is None:
        return Reply(
            say=(say("opening_hours.no_day"),),
            prompt=say("opening_hours.which_day"),
            ask=Question(intent=NAME, awaiting="day"),
            miss=True,
        )
    if day is not None and day != here.date():
        span = hours.on(day)
        if span is None:
            return Reply(say=(say("opening_hours.closed_on", day=day),))
        return Reply(say=(say("opening_hours.open_on", day=day, opens=span[0], closes=span[1]),))
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


def _ahead(day: date | None, today: date) -> date | None:
    """Hours are asked ahead: a day that has passed means the same weekday to come."""
    return day + timedelta(days=7 * -(-(today - day).days // 7)) if day and day < today else day


INTENT = Intent(name=NAME, handle=handle, slots={"day": "day"}, elicits=("day",), aside=True)

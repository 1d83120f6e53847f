"""A call is wanted: when is asked if it was not said, and kept only for a time when somebody is there."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from skill.catalogue.clock import clock
from skill.catalogue.words import load
from skill.commerce.merchant import Hours
from skill.dialogue import reference
from skill.dialogue.cases import opened
from skill.dialogue.conversation import Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, Spell, say
from skill.dialogue.turn import Slot
from skill.shop import Shop

NAME = "CallBack"
_HALF_A_DAY = timedelta(hours=12)
_AHEAD = 14


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("call_back.not_then"),), prompt=say("call_back.when"), ask=_asking({}))
    day, hour = _when(heard, shop)
    if day is None and heard.text("day"):
        # The hour is not kept: it may have been said of another day than today.
        return Reply(say=(say("call_back.no_day"),), prompt=say("call_back.when"), ask=_asking({}), miss=True)
    if hour is None:
        known = {"day": Slot(text=day.isoformat())} if day else {}
        key = "call_back.what_time" if day else "call_back.when"
        return Reply(
            prompt=say(key, day=day or shop.now.date()),
            ask=_asking(known),
            miss=heard.question is not None and day is None,
        )
    here, hours = shop.facts.local(shop.now), shop.facts.hours
    due = _meant(day, hour, here, hours)
    if hours and not hours.open_at(due):
        return _instead(due, here, hours)
    case = opened(shop, kind="callback", about="call", due=due)
    return Reply(
        say=(
            say("call_back.noted", day=due.date(), time=due.time(), reference=Spell(case.reference))
            if due.date() != here.date()
            else say("call_back.noted_today", time=due.time(), reference=Spell(case.reference)),
        )
    )


def _when(heard: Heard, shop: Shop) -> tuple[date | None, time | None]:
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


def _meant(day: date | None, hour: time, here: datetime, hours: Hours | None) -> datetime:
    """The moment meant, where the shop is: never a past one, and of the two hours that "five" may mean the
    one at which somebody is there."""
    due = datetime.combine(day or here.date(), hour, here.tzinfo)
    for moment in (due, due + _HALF_A_DAY):
        fits = hours.open_at(moment) if hours else True
        if moment > here and moment.date() == due.date() and fits:
            return moment
    return due if due > here else _meant(due.date() + timedelta(days=1), hour, here, hours)


def _instead(due: datetime, here: datetime, hours: Hours) -> Reply:
    """Nobody is there then: the next opening is offered."""
    day = hours.next_open(due)
    span = hours.on(day) if day else None
    if day is None or span is None or day > here.date() + timedelta(days=_AHEAD):
        return Reply(say=(say("call_back.nobody_then"),), prompt=say("call_back.when"), ask=_asking({}))
    slots = {"day": Slot(text=day.isoformat()), "time": Slot(text=span[0].isoformat("minutes"))}
    return Reply(
        say=(say("call_back.nobody_then"),),
        prompt=say("call_back.instead", day=day, time=span[0]),
        ask=Question(intent=NAME, awaiting="confirmed", slots=slots),
    )


def _asking(known: dict[str, Slot]) -> Question:
    return Question(intent=NAME, awaiting="time", slots=known)


INTENT = Intent(name=NAME, handle=handle, slots={"day": "day", "time": "time"}, elicits=("time",))

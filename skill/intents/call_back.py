"""A call is wanted: when is asked if it was not said, and kept only for a time when somebody is there."""

from __future__ import annotations

from datetime import datetime, timedelta

from skill.commerce.hours import Hours
from skill.dialogue.cases import opened
from skill.dialogue.conversation import Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.moments import coming, said_moment
from skill.dialogue.reply import Reply, Spell, say
from skill.dialogue.turn import Slot
from skill.shop import Shop

NAME = "CallBack"
_AHEAD = 14


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("call_back.not_then"),), prompt=say("call_back.when"), ask=_asking({}))
    day, hour = said_moment(heard, shop)
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
    here, hours = shop.facts.local(shop.now), shop.facts.desk_hours
    due = coming(day, hour, here, fits=hours.open_at if hours else None)
    if hours and not hours.open_at(due):
        return _instead(due, here, hours)
    case = opened(shop, kind="callback", about="call", due=due, past=heard.conversation.past)
    return Reply(
        say=(
            say("call_back.noted", day=due.date(), time=due.time(), reference=Spell(case.reference))
            if due.date() != here.date()
            else say("call_back.noted_today", time=due.time(), reference=Spell(case.reference)),
        )
    )


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

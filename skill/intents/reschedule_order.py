"""Bring a placed order at another time: one of the shop's windows of the day that was said, after asking."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from skill.catalogue.clock import clock
from skill.catalogue.words import load
from skill.commerce.order import Order
from skill.commerce.window import Window, windows
from skill.dialogue import reference
from skill.dialogue.conversation import Focus, Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Join, Message, Reply, Spell, say
from skill.intents import amend_order
from skill.intents.checkout import YES_IS_GOOD_FOR
from skill.shop import Amended, Shop

NAME = "RescheduleOrder"
_HALF_A_DAY = timedelta(hours=12)
_SAID = 3


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("cancel_order.kept"),))
    order = amend_order.meant(heard, shop, wished="day")
    if isinstance(order, Reply):
        return order
    day = reference.day(heard.text("day") or _frozen(heard, "day"), shop)
    if against := amend_order.too_late(order, day.isoformat() if day else "", shop):
        return against
    if order.pickup:
        return Reply(say=(say("reschedule_order.collected", number=Spell(order.number)),))
    possible = tuple(windows(shop.facts.spans, now=shop.facts.local(shop.now)))
    if not possible:
        return Reply(say=(say("reschedule_order.no_windows", number=Spell(order.number)),))
    if heard.confirmed and (agreed := _frozen(heard, "starts")):
        return _agreed(order, agreed, possible, heard, shop)
    return _chosen(order, day, possible, heard, shop)


def _chosen(order: Order, day: date | None, possible: tuple[Window, ...], heard: Heard, shop: Shop) -> Reply:
    """The one window that is meant, proposed; else the question which, or what is next to a day without."""
    of_day = tuple(window for window in possible if day in (None, window.starts.date()))
    hour = clock(heard.text("time"), words=load(shop.locale[:2])) if heard.text("time") else None
    if hour:
        meant = [datetime.combine(w.starts.date(), hour, w.starts.tzinfo) for w in of_day]
        of_day = tuple(
            window
            for window, at in zip(of_day, meant, strict=True)
            if any(window.starts <= moment < window.ends for moment in (at, at + _HALF_A_DAY))
        )
    if len(of_day) == 1:
        return _propose(order, of_day[0])
    told = () if of_day else (say("reschedule_order.not_then"),)
    offered = (of_day or tuple(w for w in possible if day is None or w.starts.date() >= day) or possible)[
        :_SAID
    ]
    return Reply(
        say=told,
        prompt=say("reschedule_order.which", windows=Join(tuple(map(_spoken, offered)), "or")),
        ask=Question(
            intent=NAME,
            awaiting="time",
            frozen={"order": order.id, **({"day": day.isoformat()} if day and of_day else {})},
        ),
        focus=Focus(order=order.id),
    )


def _propose(order: Order, window: Window, *lead: Message) -> Reply:
    return Reply(
        say=(*lead, say("reschedule_order.then", number=Spell(order.number), window=_spoken(window))),
        prompt=say("amend_order.sure"),
        ask=Question(
            intent=NAME,
            awaiting="confirmed",
            frozen={"order": order.id, "version": order.version, "starts": window.starts.isoformat()},
        ),
        focus=Focus(order=order.id),
    )


def _agreed(order: Order, agreed: str, possible: tuple[Window, ...], heard: Heard, shop: Shop) -> Reply:
    starts = datetime.fromisoformat(agreed)
    done = say("reschedule_order.done", number=Spell(order.number), day=starts.date())
    if order.window and order.window.starts == starts:
        # A repeat.
        return Reply(say=(done,), focus=Focus(order=order.id))
    window = next((window for window in possible if window.starts == starts), None)
    if window is None:
        return _chosen(order, None, possible, heard, shop)
    assert heard.question is not None
    if shop.now.timestamp() - heard.question.asked_at > YES_IS_GOOD_FOR:
        return _propose(order, window, say("checkout.long_ago"))
    if order.version != heard.question.frozen.get("version"):
        return _propose(order, window, say("amend_order.moved", number=Spell(order.number)))
    changed = replace(order, window=window, expected=window.starts.date())
    if not isinstance(shop.store.amend(order, amended=changed), Amended):
        return Reply(say=(say("cancel_order.busy"),))
    return Reply(say=(done,), focus=Focus(order=order.id))


def _spoken(window: Window) -> Message:
    """The window as it is said, by its day and its hours."""
    starts, ends = (moment.time().replace(tzinfo=None) for moment in (window.starts, window.ends))
    return say("reschedule_order.window", day=window.starts.date(), starts=starts, ends=ends)


def _frozen(heard: Heard, name: str) -> str:
    return str(heard.question.frozen.get(name, "")) if heard.question else ""


INTENT = Intent(
    name=NAME, handle=handle, slots={"day": "day", "time": "time", "number": "digits"}, elicits=("time",)
)

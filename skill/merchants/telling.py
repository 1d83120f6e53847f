"""Telling what happened: every event goes to everybody who wants to know of it, at least once.

An event is claimed before it is told, by a conditional write that makes it due again later: who dies in
between loses nothing, and two who work at once seldom tell twice. Whoever was told is remembered in the
event, so that one who does not listen makes nobody else hear it again. Tries follow the schedule that
Standard Webhooks proposes; after the last the event is dead, and kept for `revived`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from skill.commerce.event import Event
from skill.commerce.merchant import COPY, Case, Facts
from skill.commerce.order import Order
from skill.errors import CatalogueNotLinked
from skill.selling import Telling
from skill.shop import NOBODY, Visit

log = logging.getLogger("sayso")
# Seconds from one try to the next: ten tries in three days
# (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
PAUSES = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
# A pause is up to this much longer, so that what failed together does not come again together.
JITTER = 0.2
# Seconds an event belongs to whoever claimed it: longer than it takes to tell it.
HELD = 30.0
# Seconds an event waits whose listener had trouble with the one before.
REST = 30.0
# Claims beyond the last try: an event that its teller never survives is given up as well.
_CLAIMS = len(PAUSES) + 4
MAIL = "mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """An event, and the order or case it is about as it is now."""

    event: Event
    facts: Facts
    order: Order | None = None
    case: Case | None = None


class NotTold(Exception):
    """Raised when somebody could not be told. The reason holds no personal data and no secret; `rest`: it is
    not the event's fault, so they are left alone for the rest of the round; `final`: they never can be told
    this, so nobody tries again."""

    def __init__(self, reason: str, *, rest: bool = False, final: bool = False) -> None:
        super().__init__(reason)
        self.rest = rest
        self.final = final


class Channel(Protocol):
    """One who is told. `name` stays the same for good: "mail", "webhook:<id of the endpoint>"."""

    @property
    def name(self) -> str: ...

    def wants(self, news: News) -> bool: ...

    def tell(self, news: News) -> None:
        """Raises NotTold."""
        ...


class Ledger(Telling, Protocol):
    """What is asked of a store to tell of events."""

    def visit(self, shopper: str) -> Visit: ...

    def placed_order(self, id: str) -> Order | None: ...


@dataclass(frozen=True, slots=True)
class Round:
    """What became of the events that were due."""

    done: int = 0
    waiting: int = 0
    dead: int = 0


def tell_due(
    store: Ledger,
    *,
    channels: Sequence[Channel],
    now: Callable[[], datetime],
    chance: Callable[[], float],
    limit: int = 100,
    still: Callable[[], bool] = lambda: True,
    held: float = HELD,
) -> Round:
    """Tell each event that is due on every channel that wants it and does not know it. `chance` is between 0
    and 1; `still` is asked before anybody is told, and ends the round. What goes wrong on a channel is kept
    in the event and logged, and raised never."""
    due = store.due_events(now=now(), limit=limit)
    try:
        facts = store.visit(NOBODY).facts if due else None
    except CatalogueNotLinked:
        facts = None
    if facts is None:
        return Round()
    resting: set[str] = set()
    states = []
    for event in due:
        if not still():
            break
        news = news_of(event, store=store, facts=facts)
        wanting = [] if news is None else _wanting(news, channels)
        if news is None or not wanting:
            changed = replace(event, state="done", error="")
        elif event.tries >= _CLAIMS:
            changed = replace(event, state="dead", error=event.error or "whoever told it never came back")
        elif all(channel.name in resting for channel in wanting):
            changed = replace(event, due=now() + timedelta(seconds=REST * (1 + JITTER * chance())))
        else:
            claimed = replace(event, tries=event.tries + 1, due=now() + timedelta(seconds=held))
            if not store.save_event(event, changed=claimed):
                # Somebody else tells it.
                continue
            changed = _told(news, wanting, resting, still=still)
            changed = _paused(changed, event, now=now(), chance=chance())
            event = claimed
        if store.save_event(event, changed=changed):
            states.append(changed.state)
    return Round(states.count("done"), states.count("waiting"), states.count("dead"))


def news_of(event: Event, *, store: Ledger, facts: Facts) -> News | None:
    """What there is to tell of an event; None when what it is about is gone."""
    if event.kind.startswith("case."):
        found = store.shop_case(event.about)
        return News(event=event, facts=facts, case=found[1]) if found else None
    order = store.placed_order(event.about)
    return News(event=event, facts=facts, order=order) if order else None


def concerns_merchant(news: News) -> bool:
    """Whether it is the merchant's to know: not of an order that was never paid, and so never theirs, nor
    what shoppers have sent to themselves."""
    if news.case and news.case.kind == COPY:
        return False
    history = news.order.history if news.order else ()
    return not history or any(status != "pending" and status != "cancelled" for status, _ in history)


def revived(event: Event, *, now: datetime) -> Event:
    """The event to be told once more from now on: a dead one to those who do not know of it yet, one that
    was done to every endpoint anew; a shopper gets no letter twice."""
    told = event.told
    if event.state != "dead":
        told = tuple(dict.fromkeys((*(name for name in told if not name.startswith("webhook:")), MAIL)))
    return replace(event, state="waiting", due=now, tries=0, told=told, error="")


def _wanting(news: News, channels: Sequence[Channel]) -> list[Channel]:
    return [one for one in channels if one.name not in news.event.told and one.wants(news)]


def _told(news: News, wanting: Sequence[Channel], resting: set[str], *, still: Callable[[], bool]) -> Event:
    """The event after everybody was tried: "done" when all of them know; `error` tells who does not."""
    told, errors, left = list(news.event.told), [], False
    final = 0
    for channel in wanting:
        if channel.name in resting or not still():
            left = True
            continue
        try:
            channel.tell(news)
        except NotTold as trouble:
            errors.append(f"{channel.name}: {trouble}")
            if trouble.final:
                told.append(channel.name)
                final += 1
            if trouble.rest:
                resting.add(channel.name)
        except Exception as error:
            # One channel's fault must not silence the others. What it was about stays out of the log.
            errors.append(f"{channel.name}: {type(error).__name__}")
            log.error("%s failed at event %s: %s", channel.name, news.event.id, type(error).__name__)
        else:
            told.append(channel.name)
    state = "waiting" if len(errors) > final or left else "done"
    return replace(news.event, told=tuple(told), state=state, error="; ".join(errors))


def _paused(event: Event, before: Event, *, now: datetime, chance: float) -> Event:
    """The event that was just tried, with when it is due again. A try that nobody was asked in is none."""
    if event.state == "done":
        return replace(event, tries=before.tries + 1)
    spread = 1 + JITTER * chance
    if not event.error:
        due = now + timedelta(seconds=REST * spread)
        return replace(event, tries=before.tries, error=before.error, due=due)
    tries = before.tries + 1
    if tries > len(PAUSES):
        log.warning("event %s (%s) is given up after %d tries: %s", event.id, event.kind, tries, event.error)
        return replace(event, tries=tries, state="dead")
    return replace(event, tries=tries, due=now + timedelta(seconds=PAUSES[tries - 1] * spread))

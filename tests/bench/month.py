"""A month of notices: shoppers who order, wait for things, agree and refuse, with the clock turned through
the real rounds over a real SQLite store, and channels that fail now and then.

What left is checked against what each shopper said, by a book of its own: none above the cap in any seven
days, none in quiet hours by their own clock, none after "stop", each notice once, none lost without a
reason."""

from __future__ import annotations

import logging
import os
import tempfile
import time as clocks
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import cast

from skill.commerce.notices import WEEK
from skill.merchants.telling import tell_due
from skill.notifications.filing import Filing
from skill.notifications.sending import notify_due
from skill.shop import Catalogue, Stocking
from skill.storage.sqlite import open_sqlite
from tests.bench import ROOT, Outcome, Row, WrongAnswer
from tests.bench.month_plot import draw
from tests.bench.month_world import BEGIN, FACTS, STEP, TERMS, Left, Person, Shelf, Way, World, deeds, person

PLOT = ROOT / "docs" / "notices-month.svg"
SHOPPERS, DAYS = 10_000, 30
LOOK = timedelta(hours=6)


@dataclass(frozen=True)
class Found:
    """What a month came to, counted."""

    shoppers: int
    filed: int
    left: int
    above_cap: int
    in_quiet: int
    after_stop: int
    twice: int
    lost: int
    excused: Counter[str]
    by_hour: Counter[tuple[int, bool]]
    by_week: Counter[int]
    by_day: Counter[int]
    stops_by_day: Counter[int]
    seconds: float


def run() -> Outcome:
    """Turn the month, check it, and draw it. Raises WrongAnswer where a rule was broken."""
    # What fails is meant to.
    logging.getLogger("sayso").setLevel(logging.CRITICAL)
    found = month(SHOPPERS, days=DAYS)
    draw(
        PLOT,
        cap=TERMS.cap,
        by_hour=found.by_hour,
        by_week=found.by_week,
        by_day=found.by_day,
        stops=found.stops_by_day,
    )
    broken = found.above_cap + found.in_quiet + found.after_stop + found.twice + found.lost
    if broken:
        raise WrongAnswer(f"rules of notices were broken {broken} times: {found}")
    why = ", ".join(f"{count} {reason}" for reason, count in found.excused.most_common())
    return Outcome(
        (
            Row(
                what=f"A month of {found.shoppers:,} shoppers: notices that left, of those that were filed",
                ours=f"{found.left:,} of {found.filed:,}",
            ),
            Row(what="Above the cap, in quiet hours, after a stop, twice, lost", ours="0, 0, 0, 0, 0"),
        ),
        notes=(f"not told for a reason: {why}; {found.seconds:.0f} s; docs/notices-month.svg",),
    )


def month(count: int, *, days: int, seed: int = 9) -> Found:
    """A month of so many shoppers, or another number of days, checked."""
    started = clocks.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        world = World(store=cast(Stocking, None), chance=Random(seed))
        store = open_sqlite(os.fspath(Path(folder) / "shop.db"), shop="harbor", clock=lambda: world.now)
        world.store = store
        store.publish(FACTS, stock=world.stock)
        world.people = [person(n, world) for n in range(count)]
        ways = [Way("alexa", world), Way("mail", world)]
        for _ in range(days * 48):
            deeds(world, count)
            while tell_due(
                store, channels=[Filing(store)], now=lambda: world.now, chance=lambda: 0.0, limit=1_000
            ).done:
                pass
            for _ in range(20):
                due = store.due_boxes(now=world.now, limit=1)
                if not due:
                    break
                _round(world, ways)
            else:
                _round(world, ways)
            if not world.now.hour % 6:
                _round(world, ways)
            world.now += STEP
        return _checked(world, seconds=clocks.monotonic() - started)


def _round(world: World, ways: list[Way]) -> None:
    notify_due(
        world.store,
        catalogue=lambda _: cast(Catalogue, Shelf()),
        channels=ways,
        now=lambda: world.now,
        limit=1_000,
        every=LOOK,
    )


def _checked(world: World, *, seconds: float) -> Found:
    """The month by the book."""
    by_person: dict[str, list[Left]] = defaultdict(list)
    for one in world.left:
        by_person[one.shopper].append(one)
    people = {person.key: person for person in world.people}
    above = quiet = stopped = 0
    by_week: Counter[int] = Counter()
    by_hour: Counter[tuple[int, bool]] = Counter()
    for key, one_of in people.items():
        times = [one.at for one in by_person[key]]
        most = max((sum(at - WEEK < other <= at for other in times) for at in times), default=0)
        by_week[most] += 1
        above += most > TERMS.cap
        for one in by_person[key]:
            clock = one.at.astimezone(one_of.zone).time()
            quiet += one_of.quiet.at(clock)
            stopped += not one_of.agreed(one.kind, one.at)
            by_hour[clock.hour, one_of.quiet == TERMS.quiet] += 1
    topics = Counter((one.shopper, one.topic) for one in world.left)
    told = set(topics)
    excused: Counter[str] = Counter()
    lost = 0
    for (key, topic), (kind, at, until) in world.expected.items():
        if (key, topic) in told:
            continue
        reason = _reason(world, people[key], key, topic, kind, at, until, by_person[key])
        if reason:
            excused[reason] += 1
        else:
            lost += 1
    return Found(
        shoppers=len(people),
        filed=len(world.expected),
        left=len(world.left),
        above_cap=above,
        in_quiet=quiet,
        after_stop=stopped,
        twice=sum(count - 1 for count in topics.values()),
        lost=lost + len(told - set(world.expected)),
        excused=excused,
        by_hour=by_hour,
        by_week=by_week,
        by_day=Counter((one.at - BEGIN).days for one in world.left),
        stops_by_day=Counter((stop - BEGIN).days for person in world.people for stop in person.stops),
        seconds=seconds,
    )


def _reason(
    world: World,
    person: Person,
    key: str,
    topic: str,
    kind: str,
    at: datetime,
    until: datetime,
    left: list[Left],
) -> str:
    """Why a notice was rightly not told; empty where nothing speaks for it."""
    end = min(until, world.now)
    if any(at <= stop <= end for stop in person.stops):
        return "stopped"
    if (key, topic) in world.overtaken:
        return "overtaken by later news"
    if until >= world.now and kind != "stock":
        return "still waiting at the end"
    if kind == "stock" and not (world.stock[topic.split(":")[1]] and until < world.now):
        return "still waiting at the end"
    if world.barred(key, at) or any(at <= one <= end for one in world.withdrawn[key]):
        return "no longer allowed at Amazon"
    times = sorted(one.at for one in left)
    if any(
        sum(moment - WEEK < other <= moment for other in times) >= TERMS.cap for moment in (at, end, *times)
    ):
        return "the week was full"
    return ""

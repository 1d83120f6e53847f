"""A shop's days in numbers: what its sessions counted, added up, and its orders looked at once a day.

A day that is over is added up once and kept as a document, six hours after it ended, since a session counts
for the day it began. Until then it is added up whenever somebody asks, and nothing is written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from skill.commerce.merchant import Facts
from skill.commerce.order import Order, is_attributed
from skill.dialogue.trials import enlist
from skill.operations.tally import CART, HEARD, merged
from skill.shop import Stocking

KIND = "numbers"
# How long after its end a day's sessions may still go on.
GRACE = timedelta(hours=6)
# How far back days are closed that nobody closed before: counts are kept for two months.
_MOST_CLOSED = 14
# Days that may not be closed yet, and how far experiments are looked back at.
_OPEN, _TRIED = 3, 366
_PAGE = 100
_KNOWN_ORDERS = 30
# Of an experiment: shoppers who ordered for the first time after they had heard an arm.
WON = "won:"
AFTER = "after:"


@dataclass(frozen=True, slots=True)
class Day:
    """What one day counted, by kind: sums of what its sessions did (`skill.operations.tally.Kind`), how many
    "sessions" there were and how many came as far as "to_search", "to_add", "to_checkout" and "to_order",
    "with_person" and "with_miss"; "carts_left" and their "value_left"; "after:<n>" sessions that ordered in
    their n-th turn; "orders_placed", their "order_value", and "orders_again" of shoppers who had ordered
    before. Money in minor units."""

    date: date
    counts: Mapping[str, int] = field(default_factory=dict)


def days(store: Stocking, facts: Facts, *, now: datetime, count: int) -> Iterator[Day]:
    """The last `count` days, oldest first, the one that goes on the last. Nothing is written."""
    today = facts.local(now).date()
    kept = dict(store.documents(KIND, limit=count))
    for back in range(count - 1, -1, -1):
        day = today - timedelta(days=back)
        text = kept.get(day.isoformat())
        yield added_up(store, facts, day).day if text is None else Day(day, json.loads(text))


def sums_of_trials(store: Stocking, facts: Facts, *, now: datetime) -> dict[str, int]:
    """What experiments counted in the last year."""
    sums: dict[str, int] = {}
    for day in days(store, facts, now=now, count=_OPEN):
        add_up(sums, day.counts)
    open_days = {(facts.local(now).date() - timedelta(days=back)).isoformat() for back in range(_OPEN)}
    for id, text in store.documents(KIND, limit=_TRIED):
        if id not in open_days:
            add_up(sums, json.loads(text))
    return {kind: n for kind, n in sums.items() if kind.startswith((HEARD, WON))}


def close_days(store: Stocking, facts: Facts, *, now: datetime) -> int:
    """Add up the days that are over and keep them; how many. Safe to repeat and to run twice at once: a day
    is kept once, by whoever is first. Where none is due it costs one small read."""
    today = facts.local(now - GRACE).date()
    last = next((id for id, _ in store.documents(KIND, limit=1)), "")
    if last >= (today - timedelta(days=1)).isoformat():
        return 0
    closed = 0
    for back in range(_MOST_CLOSED, 0, -1):
        day = today - timedelta(days=back)
        if day.isoformat() <= last:
            continue
        found = added_up(store, facts, day)
        if store.put_document(KIND, day.isoformat(), json.dumps(dict(found.day.counts)), expecting=""):
            for shopper, trials in found.trials.items():
                enlist(trials, store=store, shopper=shopper, id=f"{KIND}-{day.isoformat()}")
            store.drop_counted(day)
            closed += 1
    return closed


def known(store: Stocking, day: date) -> Day | None:
    """A day that was added up and kept; None for one that was not yet."""
    text = store.document(KIND, day.isoformat())
    return Day(day, json.loads(text)) if text is not None else None


@dataclass(frozen=True, slots=True)
class Added:
    """A day, and the trials that its shoppers are known to be part of from now on."""

    day: Day
    trials: Mapping[str, tuple[str, ...]]


def added_up(store: Stocking, facts: Facts, day: date) -> Added:
    """A day as its sessions and orders tell it now. Nothing is written."""
    sums: dict[str, int] = {}
    accounts = dict(store.counted(day))
    trials: dict[str, tuple[str, ...]] = {}
    orders = sorted(_orders(store, facts, day), key=lambda order: (order.placed_at, order.id))
    for order in orders:
        if (tally := order.tally) is None or tally.day != day.isoformat():
            continue
        # Who came back the same day may have been enlisted by now, as was whose session went on.
        heard = {trial.removeprefix(HEARD): n for trial, n in tally.counts.items() if trial.startswith(HEARD)}
        fresh = _fresh(tuple(heard), order.shopper, trials, store) if heard else ()
        plain = {kind: n for kind, n in tally.counts.items() if not kind.startswith(HEARD)}
        plain |= {HEARD + trial: 1 for trial in fresh}
        accounts[tally.id] = merged(accounts.get(tally.id, {}), plain)
        if fresh:
            trials[order.shopper] = (*trials.get(order.shopper, ()), *fresh)
    for counts in accounts.values():
        add_up(sums, session(counts))
    of_day = [one for one in orders if facts.local(one.placed_at).date() == day and _came_to_be(one)]
    add_up(sums, _bought(of_day, store, facts, trials))
    return Added(Day(day, sums), trials)


def session(counts: Mapping[str, int]) -> Mapping[str, int]:
    """What an account adds to its day: as it is where it is no session's, for that has turns; of a session
    how far it came, besides. Whoever orders has been at the till, and had something in the cart before."""
    if not counts.get("turns"):
        return counts
    ordered = counts.get("orders", 0) > 0
    at_till = ordered or counts.get("checkouts", 0) > 0
    added = at_till or counts.get("adds", 0) > 0
    left = counts.get(CART, 0) if not ordered else 0
    told = {kind: n for kind, n in counts.items() if kind not in (CART, "turns_to_order")}
    told |= {
        "sessions": 1,
        "to_search": int(added or counts.get("searches", 0) > 0),
        "to_add": int(added),
        "to_checkout": int(at_till),
        "to_order": int(ordered),
        "with_person": int(counts.get("hand_overs", 0) > 0),
        "with_miss": int(counts.get("misses", 0) > 0),
        "carts_left": int(left > 0),
        "value_left": left,
    }
    if ordered:
        told[f"{AFTER}{counts.get('turns_to_order', counts['turns'])}"] = 1
    return {kind: n for kind, n in told.items() if n}


def _bought(
    orders: list[Order], store: Stocking, facts: Facts, trials: dict[str, tuple[str, ...]]
) -> dict[str, int]:
    """What a day's orders tell, whatever became of them since. `trials` is added to: whoever ordered after
    hearing a wording has decided, once."""
    told = {"orders_placed": len(orders), "order_value": sum(order.totals.total.minor for order in orders)}
    seen: set[str] = set()
    for order in orders:
        if not is_attributed(order):
            # Whose it was nobody knows any more.
            continue
        earlier = store.orders(order.shopper, limit=_KNOWN_ORDERS)
        if order.shopper in seen or any(one.placed_at < order.placed_at for one in earlier):
            told["orders_again"] = told.get("orders_again", 0) + 1
        seen.add(order.shopper)
        if not facts.experiments:
            continue
        of = (*store.visit(order.shopper).shopper.insight.trials, *trials.get(order.shopper, ()))
        for trial in (one.trial(order.shopper) for one in facts.experiments):
            if trial in of and f"{trial}:won" not in of:
                told[WON + trial] = told.get(WON + trial, 0) + 1
                trials[order.shopper] = (*trials.get(order.shopper, ()), f"{trial}:won")
    return told


def _fresh(
    heard: tuple[str, ...], shopper: str, trials: Mapping[str, tuple[str, ...]], store: Stocking
) -> tuple[str, ...]:
    """Of what was heard, what this shopper was not known to be part of."""
    of = (*store.visit(shopper).shopper.insight.trials, *trials.get(shopper, ()))
    return tuple(trial for trial in heard if trial not in of)


def _orders(store: Stocking, facts: Facts, day: date) -> Iterator[Order]:
    """Orders placed on a day, and those of sessions that began on it."""
    since, until = _begins(facts, day), _begins(facts, day + timedelta(days=1)) + GRACE
    behind: tuple[datetime, str] | None = (until, "")
    while behind is not None:
        page = store.placed(limit=_PAGE, before=behind, since=since)
        yield from page.orders
        behind = page.next


def _came_to_be(order: Order) -> bool:
    """Whether its shop ever had it: what was never paid it had not."""
    stood = {order.status, *(status for status, _ in order.history)}
    return bool(stood - {"pending", "cancelled"})


def _begins(facts: Facts, day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(facts.timezone))


def add_up(sums: dict[str, int], more: Mapping[str, int]) -> None:
    """Add to the sums of each kind."""
    for kind, n in more.items():
        sums[kind] = sums.get(kind, 0) + n

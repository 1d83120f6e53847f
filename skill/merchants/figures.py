"""What a shop's days come to: totals, shares, a funnel, and experiments with how sure they are.

One form for whoever asks: the command line, the merchant API and the page. Shares are between 0 and 1, and
None where there was nothing to share; money is in minor units."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from skill.commerce.experiment import Experiment
from skill.commerce.intervals import LEAST, difference, wilson
from skill.commerce.merchant import Facts
from skill.counting import Counting
from skill.merchants.numbers import AFTER, WON, Day, add_up, days, sums_of_trials
from skill.operations.tally import HEARD
from skill.shop import Stocking

# How far sessions came, in order.
STAGES = ("sessions", "to_search", "to_add", "to_checkout", "to_order")
# What a day is told by, in the order of a table's columns.
COLUMNS = (
    *("launches", *STAGES, "turns", "misses", "corrections", "with_person", "hand_overs", "answers"),
    *("carts_left", "value_left", "orders_placed", "order_value", "orders_again"),
    *("ratings", "stars", "recommended", "cross_sold"),
    *("notices_sent", "notices_opened", "notices_stopped"),
)
_DIGITS = 4


def numbers_of(store: Stocking, facts: Facts, *, now: datetime, count: int) -> dict[str, Any]:
    """`figures` of the shop's last `count` days, today the last of them."""
    tried = sums_of_trials(store, facts, now=now) if facts.experiments else {}
    return figures([*days(store, facts, now=now, count=count)], facts, tried=tried)


def figures(days: Sequence[Day], facts: Facts, *, tried: Mapping[str, int] | None = None) -> dict[str, Any]:
    """All that is told of these days, which follow each other, as JSON has it. `tried`: what experiments
    counted since they began (None: on these days)."""
    sums: dict[str, int] = {}
    for day in days:
        add_up(sums, day.counts)
    return {
        "currency": facts.terms.currency,
        "minor_digits": facts.terms.minor_digits,
        "timezone": facts.timezone,
        "from": days[0].date.isoformat(),
        "to": days[-1].date.isoformat(),
        "totals": {**{name: sums.get(name, 0) for name in COLUMNS}, **shares(sums)},
        "funnel": [{"stage": stage, "count": sums.get(stage, 0)} for stage in STAGES],
        "days": [
            {
                "date": day.date.isoformat(),
                **{name: day.counts.get(name, 0) for name in COLUMNS},
                **shares(day.counts),
            }
            for day in days
        ],
        "experiments": [compared(one, sums if tried is None else tried) for one in facts.experiments],
    }


def shares(sums: Mapping[str, int]) -> dict[str, float | int | None]:
    """What is made of the sums: `conversion` sessions with an order; `abandonment` sessions that left goods
    in the cart, of those that had any; `automation` sessions without a person; `misunderstood` turns;
    `turns_to_order` of the session in the middle; `average_order` in minor units; `repeat` orders of shoppers
    who had ordered before; `rating` stars."""
    orders, left = sums.get("to_order", 0), sums.get("carts_left", 0)
    people = _share(sums.get("with_person", 0), sums.get("sessions", 0))
    placed = sums.get("orders_placed", 0)
    return {
        "conversion": _share(orders, sums.get("sessions", 0)),
        "abandonment": _share(left, left + orders),
        "automation": None if people is None else round(1 - people, _DIGITS),
        "misunderstood": _share(sums.get("misses", 0), sums.get("turns", 0)),
        "turns_to_order": _median(sums),
        "average_order": (sums["order_value"] + placed // 2) // placed if placed else None,
        "repeat": _share(sums.get("orders_again", 0), placed),
        "rating": _share(sums.get("stars", 0), sums.get("ratings", 0)),
    }


def compared(one: Experiment, sums: Mapping[str, int]) -> dict[str, Any]:
    """How many shoppers heard each arm and ordered after it, where the true share lies, and its difference to
    the first arm. `verdict`: "too_few" to tell, "no_difference" that could be told, "better" or "worse"."""
    first = one.arms[0]
    arms = []
    for arm in one.arms:
        heard, won = _of(one, arm.id, sums)
        of, before = _of(one, first.id, sums)
        told: dict[str, Any] = {"id": arm.id, "heard": heard, "ordered": won, "share": _share(won, heard)}
        if heard:
            told["interval"] = _rounded(wilson(won, heard))
        if arm is not first:
            few = heard < LEAST or of < LEAST
            apart = None if few else difference(won, heard, won_before=before, of_before=of)
            told["verdict"] = "too_few" if apart is None else _verdict(apart.low, apart.high)
            if apart is not None:
                told["difference"] = _rounded(apart)
        arms.append(told)
    return {"id": one.id, "prompt": one.prompt, "least": LEAST, "arms": arms}


def as_csv(told: Mapping[str, Any]) -> str:
    """The days of `figures` as a table: a line a day, amounts in minor units, shares with a point."""
    out = io.StringIO()
    names = ["date", *COLUMNS, *shares({})]
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["currency", *names])
    for day in told["days"]:
        table.writerow([told["currency"], *("" if day[name] is None else day[name] for name in names)])
    return out.getvalue()


def most_unanswered(store: Counting, *, limit: int = 100) -> list[dict[str, Any]]:
    """What shoppers said that was not answered, what most of them said first."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for _, sentence in store.sentences():
        of = found.setdefault(
            (sentence.text, sentence.kind),
            {
                "text": sentence.text,
                "kind": sentence.kind,
                "locale": sentence.locale,
                "shoppers": 0,
                "last": "",
            },
        )
        of["shoppers"] += 1
        of["last"] = max(of["last"], sentence.at.date().isoformat())
    told = sorted(found.values(), key=lambda one: (one["text"], one["kind"]))
    told.sort(key=lambda one: (one["shoppers"], one["last"]), reverse=True)
    return told[:limit]


def _of(one: Experiment, arm: str, sums: Mapping[str, int]) -> tuple[int, int]:
    heard = sums.get(f"{HEARD}{one.id}:{arm}", 0)
    # Who heard it before the days that are looked at may have ordered within them.
    return heard, min(sums.get(f"{WON}{one.id}:{arm}", 0), heard)


def _verdict(low: float, high: float) -> str:
    return "better" if low > 0 else "worse" if high < 0 else "no_difference"


def _rounded(interval: Any) -> list[float]:
    return [round(interval.low, _DIGITS), round(interval.high, _DIGITS)]


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, _DIGITS) if whole else None


def _median(sums: Mapping[str, int]) -> int | None:
    """The turn in which the session in the middle ordered."""
    after = sorted(_after(sums))
    half = (sum(n for _, n in after) + 1) // 2
    for turns, n in after:
        half -= n
        if half <= 0:
            return turns
    return None


def _after(sums: Mapping[str, int]) -> Iterator[tuple[int, int]]:
    for kind, n in sums.items():
        turns = kind.removeprefix(AFTER)
        if turns != kind and turns.isdecimal():
            yield int(turns), n

"""Stand-ins: what a recording calls persons, orders and requests for a person.

Persons are numbered. Orders get the numbers that a fresh shop will give them when the recording is played,
and those from before the numbers a shop comes to last, so that the two never meet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from skill.commerce.order import spoken_number

PERSON = "amzn1.ask.person.{}"


def persons(seen: Iterable[str], shopper: Mapping[str, Any]) -> dict[str, str]:
    """What members of the household are called, by their key: first those that were heard, as they came."""
    known = dict.fromkeys((*seen, *shopper.get("members", {})))
    return {key: PERSON.format(count) for count, key in enumerate(known, start=1)}


def numbers(start: Mapping[str, Any], end: Mapping[str, Any] | None) -> dict[str, str]:
    """The numbers of orders there were before, and of those that came since, with their stand-ins."""
    before = [order["number"] for order in start.get("shopper", {}).get("orders", ())]
    orders = sorted((end or {}).get("orders", ()), key=lambda order: str(order.get("placed_at", "")))
    since = [order["number"] for order in orders if order["number"] not in before]
    return {
        **{number: spoken_number(-count) for count, number in enumerate(before)},
        **{number: spoken_number(count) for count, number in enumerate(since, start=1)},
    }


def renamed(value: Any, stand_ins: Mapping[str, str]) -> Any:
    """JSON with its texts, where they hold such words or numbers whole, in other words; names stay."""
    if not stand_ins:
        return value
    longest = sorted(stand_ins, key=len, reverse=True)
    found = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)")
    return _renamed(value, found, stand_ins)


def shopper_renamed(
    shopper: Mapping[str, Any], *, called: Mapping[str, str], numbers: Mapping[str, str]
) -> dict[str, Any]:
    """A shopper's entry with members and orders under their stand-ins."""
    entry = dict(shopper)
    if "members" in entry:
        entry["members"] = {called.get(key, key): member for key, member in entry["members"].items()}
    if "cart" in entry:
        entry["cart"] = _by(entry["cart"], called)
    if "orders" in entry:
        entry["orders"] = [
            {
                **order,
                "number": numbers.get(order["number"], order["number"]),
                "lines": _by(order["lines"], called),
            }
            for order in _by(entry["orders"], called)
        ]
    return entry


def _by(entries: Sequence[Mapping[str, Any]], called: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {name: called.get(value, value) if name == "by" else value for name, value in entry.items()}
        for entry in entries
    ]


def _renamed(value: Any, found: re.Pattern[str], stand_ins: Mapping[str, str]) -> Any:
    match value:
        case str():
            return found.sub(lambda match: stand_ins[match[0]], value)
        case list():
            return [_renamed(inner, found, stand_ins) for inner in value]
        case dict():
            return {name: _renamed(inner, found, stand_ins) for name, inner in value.items()}
    return value

"""What the shop's desk keeps, as documents: its hours, its answers, and what a case comes with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from skill.commerce.desk import Desk, Reported, Step, Summary

Item = dict[str, Any]


def dump_desk(desk: Desk) -> Item:
    """Only what was stated."""
    stated: Item = {"email": desk.email} if desk.email else {}
    if desk.minutes is not None:
        stated["minutes"] = desk.minutes
    if desk.days:
        stated["days"] = {day: [at.isoformat() for at in span] for day, span in desk.days.items()}
    if desk.reported:
        stated["reported"] = [desk.reported.minutes, desk.reported.until.isoformat()]
    return stated


def load_desk(item: Mapping[str, Any]) -> Desk:
    days = {
        day: (time.fromisoformat(opens), time.fromisoformat(closes))
        for day, (opens, closes) in item.get("days", {}).items()
    }
    told = item.get("reported")
    reported = Reported(minutes=told[0], until=datetime.fromisoformat(told[1])) if told else None
    return Desk(email=item.get("email", ""), minutes=item.get("minutes"), days=days, reported=reported)


def dump_summary(summary: Summary) -> Item:
    return {
        "locale": summary.locale,
        "steps": [_dump_step(step) for step in summary.steps],
        "cart": [list(line) for line in summary.cart],
    }


def load_summary(item: Mapping[str, Any]) -> Summary:
    return Summary(
        locale=item["locale"],
        steps=tuple(_load_step(step) for step in item.get("steps", ())),
        cart=tuple((count, name) for count, name in item.get("cart", ())),
    )


def _dump_step(step: Step) -> Item:
    return {
        "intent": step.intent,
        "said": list(step.said),
        **({"words": dict(step.words)} if step.words else {}),
        **({"miss": True} if step.miss else {}),
    }


def _load_step(item: Mapping[str, Any]) -> Step:
    return Step(
        intent=item["intent"],
        said=tuple(item.get("said", ())),
        words=item.get("words", {}),
        miss=item.get("miss", False),
    )

"""What shoppers want to hear outside of conversations, and what waits or was told, as documents: what `items`
is for the rest of what a store keeps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from skill.commerce.notices import KNOWN, Box, Consent, Notice, Quiet, Sent, Wishes
from skill.storage.shop_items import given, moment

Item = dict[str, Any]
# How long a box is kept in which nothing waits: until no topic in it needs to be known any more.
KEPT = KNOWN + timedelta(days=1)
_at = datetime.fromisoformat


def dump_wishes(wishes: Wishes) -> Item:
    """Only what was said."""
    said: Item = {
        "consents": [[one.kind, one.channel, one.at.isoformat()] for one in wishes.consents],
        "quiet": wishes.quiet and _dump_quiet(wishes.quiet),
        "zone": wishes.zone,
        "stopped": wishes.stopped and wishes.stopped.isoformat(),
        "reach": wishes.reach,
        "endpoint": wishes.endpoint,
        "locale": wishes.locale,
    }
    return {name: value for name, value in said.items() if value}


def load_wishes(item: Mapping[str, Any] | None) -> Wishes:
    if not item:
        return Wishes()
    return Wishes(
        consents=tuple(Consent(kind, channel, _at(at)) for kind, channel, at in item.get("consents", ())),
        quiet=_load_quiet(item["quiet"]) if "quiet" in item else None,
        stopped=moment(item.get("stopped")),
        **given(item, "zone", "reach", "endpoint", "locale"),
    )


def dump_box(box: Box) -> Item:
    return {
        "shopper": box.shopper,
        "version": box.version,
        "pending": [_dump_notice(notice) for notice in box.pending],
        "sent": [[one.topic, one.kind, one.channel, one.at.isoformat()] for one in box.sent],
    }


def load_box(item: Mapping[str, Any]) -> Box:
    return Box(
        shopper=item["shopper"],
        version=item["version"],
        pending=tuple(_load_notice(notice) for notice in item["pending"]),
        sent=tuple(Sent(topic, kind, channel, _at(at)) for topic, kind, channel, at in item["sent"]),
    )


def _dump_notice(notice: Notice) -> Item:
    return {
        "topic": notice.topic,
        "kind": notice.kind,
        "at": notice.at.isoformat(),
        "due": notice.due.isoformat(),
        "until": notice.until.isoformat(),
        **({"about": notice.about} if notice.about else {}),
        **({"detail": notice.detail} if notice.detail else {}),
        **({"tries": notice.tries} if notice.tries else {}),
        **({"claimed": notice.claimed} if notice.claimed else {}),
        **({"maybe": True} if notice.maybe else {}),
    }


def _load_notice(item: Mapping[str, Any]) -> Notice:
    at, due, until = (_at(item[name]) for name in ("at", "due", "until"))
    return Notice(
        at=at,
        due=due,
        until=until,
        **given(item, "topic", "kind", "about", "detail", "tries", "claimed", "maybe"),
    )


def _dump_quiet(quiet: Quiet) -> list[str]:
    return [quiet.starts.isoformat(), quiet.ends.isoformat()]


def _load_quiet(item: list[str]) -> Quiet:
    return Quiet(*map(time.fromisoformat, item))

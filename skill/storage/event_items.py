"""Events as documents, how their ids are made, and which changes of an order are told.

An id is a ULID, so events sort by time. Its random half is drawn from what happened, so one change makes one
id; its last character is drawn from whom it is about, which tells a partitioned store where to look."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from skill.commerce.event import Event
from skill.commerce.order import Order
from skill.commerce.payment import towards
from skill.paying import cost
from skill.storage.items import Item, sortable
from skill.storage.shop_items import given

SHARDS = 10
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def made(kind: str, about: str, *, of: str, at: datetime) -> Event:
    """A new event, due at once. `of` tells changes of one kind and thing apart, as a version does."""
    digest = sha256(f"{kind}\n{about}\n{of}".encode()).digest()
    number = int(at.timestamp() * 1000) << 80 | int.from_bytes(digest[:10], "big") >> 5 << 5 | shard_of(about)
    id = "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))
    return Event(id=id, kind=kind, about=about, at=at, due=at)


def shard_of(about: str) -> int:
    """The part of a store that all events about one thing lie in."""
    return zlib.crc32(about.encode()) % SHARDS


def shard(id: str) -> int:
    """The same, by an event's id; that of no event gives any."""
    return max(_CROCKFORD.find(id[-1:]), 0) % SHARDS


def dump_event(event: Event) -> Item:
    return {
        "id": event.id,
        "kind": event.kind,
        "about": event.about,
        "at": sortable(event.at),
        "due": sortable(event.due),
        "state": event.state,
        **({"told": list(event.told)} if event.told else {}),
        **({"tries": event.tries} if event.tries else {}),
        **({"error": event.error} if event.error else {}),
    }


def load_event(item: Mapping[str, Any]) -> Event:
    return Event(
        at=datetime.fromisoformat(item["at"]),
        due=datetime.fromisoformat(item["due"]),
        told=tuple(item.get("told", ())),
        **given(item, "id", "kind", "about", "state", "tries", "error"),
    )


def news(order: Order, changed: Order, *, tell: str = "") -> str:
    """The kind of event that a change of an order is ("": none)."""
    unheard = order.status == "pending" and changed.status == "cancelled"
    return tell if unheard or changed.status == order.status else f"order.{changed.status}"


def is_unsettled(order: Order) -> bool:
    """Whether its money does not stand as it should: it is to be paid, a movement is open, or one is yet to
    be decided on, as after a cancellation."""
    payment = order.payment
    if order.status == "pending" or payment.open:
        return True
    return towards(payment, cost(order), order=order.id) != payment

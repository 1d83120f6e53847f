"""What is a shopper's own as a document: what `items` is for the rest of what a store keeps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from skill.commerce.afterwards import Asked
from skill.commerce.greeting import Greeting
from skill.commerce.lists import Entry, OwnList
from skill.commerce.memory import Known
from skill.commerce.personal import Personal
from skill.storage.shop_items import given

Item = dict[str, Any]


def dump_personal(personal: Personal) -> Item:
    """Only what is not as it is for everybody: it is read in every turn."""
    usual = Personal()
    plain = ("rewarded", "answered", "offers", "friend", "friends", "thanked", "came_by")
    item: Item = {
        name: _plain(value) for name in plain if (value := getattr(personal, name)) != getattr(usual, name)
    }
    if personal.greeted.kind:
        greeted = personal.greeted
        item["greeted"] = [greeted.kind, greeted.topic, greeted.again, greeted.request]
    if personal.known:
        item["known"] = [[one.kind, one.value, one.at.isoformat(), one.by] for one in personal.known]
    if personal.lists:
        item["lists"] = [
            [own.name, [[entry.sku, entry.quantity] for entry in own.entries]] for own in personal.lists
        ]
    if personal.asked:
        item["asked"] = [[one.order, one.number] for one in personal.asked]
    return item


def load_personal(item: Mapping[str, Any]) -> Personal:
    return Personal(
        greeted=Greeting(*item["greeted"]) if "greeted" in item else Greeting(),
        known=tuple(
            Known(kind=kind, value=value, at=datetime.fromisoformat(at), by=by)
            for kind, value, at, by in item.get("known", ())
        ),
        lists=tuple(
            OwnList(name, tuple(Entry(sku, quantity) for sku, quantity in entries))
            for name, entries in item.get("lists", ())
        ),
        asked=tuple(Asked(order, number) for order, number in item.get("asked", ())),
        rewarded=tuple(item.get("rewarded", ())),
        **given(item, "answered", "offers", "friend", "friends", "thanked", "came_by"),
    )


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value

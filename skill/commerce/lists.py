"""Lists of one's own: what is bought for a barbecue, for breakfast; by the name the shopper gave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from skill.errors import ListFull

# Together they stay small: they are read with the shopper in every turn.
MAX_LISTS, MAX_ENTRIES = 8, 25
MAX_LETTERS = 40
_MOST = 99


@dataclass(frozen=True, slots=True)
class Entry:
    """`quantity` pieces of one SKU."""

    sku: str
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class OwnList:
    """A list by its name, as it was said, and what is on it, in the order it was put there."""

    name: str
    entries: tuple[Entry, ...] = ()


def with_list(lists: Iterable[OwnList], name: str) -> tuple[OwnList, ...]:
    """The lists with an empty one of this name. Raises ListFull when there are MAX_LISTS."""
    lists = tuple(lists)
    if len(lists) >= MAX_LISTS:
        raise ListFull("make_list.too_many", count=MAX_LISTS)
    return (*lists, OwnList(name[:MAX_LETTERS]))


def put_on(own: OwnList, *entries: Entry) -> OwnList:
    """The list with more on it; of what is on it already, so many pieces more. Raises ListFull beyond
    MAX_ENTRIES."""
    pieces = {entry.sku: entry.quantity for entry in own.entries}
    for entry in entries:
        pieces[entry.sku] = min(_MOST, pieces.get(entry.sku, 0) + entry.quantity)
    if len(pieces) > MAX_ENTRIES:
        raise ListFull("add_to_list.full", count=MAX_ENTRIES)
    return replace(own, entries=tuple(Entry(sku, count) for sku, count in pieces.items()))


def taken_off(own: OwnList, sku: str) -> OwnList:
    return replace(own, entries=tuple(entry for entry in own.entries if entry.sku != sku))


def with_changed(lists: Iterable[OwnList], changed: OwnList) -> tuple[OwnList, ...]:
    """The lists, this one in place of that of the same name."""
    return tuple(changed if own.name == changed.name else own for own in lists)

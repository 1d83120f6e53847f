"""A Google feed of as many products as are wanted, made of real ones: what a large merchant would send."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from zlib import crc32

from tests.bench.labelled import Record
from tests.bench.scale import catalogue

COLUMNS = (
    *("id", "item_group_id", "title", "description", "brand", "product_type", "price", "availability"),
    *("sell_on_google_quantity", "color", "size", "multipack"),
)


def write_feed(path: Path, *, count: int, changed: Callable[[int], bool] = lambda _: False) -> None:
    """Write the feed of the scale catalogue of `count` products; those at places that are `changed` cost a
    cent more. Raises NotReady when the shared data is absent."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for place, record in enumerate(catalogue(count)):
            writer.writerow(_row(record, dearer=changed(place)))


def _row(record: Record, *, dearer: bool) -> Iterator[str]:
    cents = round(record.price * 100) + dearer
    yield _short(record.id)
    yield _short(record.group)
    yield record.title[:500] or record.id
    yield record.description[:5000]
    yield record.brand
    yield record.category
    yield f"{max(cents, 1) // 100}.{max(cents, 1) % 100:02} USD"
    yield "in_stock"
    yield str(len(record.title) % 40 + 1)
    yield record.colour
    yield record.size
    yield str(record.multipack)


def _short(id: str) -> str:
    """An id of at most fifty characters, as Google takes them."""
    return id if len(id) <= 50 else f"{id[:40]}-{crc32(id.encode()):08x}"

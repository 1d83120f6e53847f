"""Notices that wait for a shopper or were told, in the DynamoDB store: an item for each shopper, found by the
index while something waits in it."""

from __future__ import annotations

import uuid
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from skill.commerce.notices import Box
from skill.storage import layout, notice_items
from skill.storage.dynamodb_table import DynamoTable, chunks
from skill.storage.items import Item, sortable

NOTICES = "NTF"
_LATE = "~"
# Longer than anything waits in a box that is only stirred.
_WAITS = timedelta(days=180)


class DynamoNotices(DynamoTable):
    """The part of the DynamoDB store that keeps them."""

    def box(self, shopper: str) -> Box:
        item = self._get(layout.shopper_key(shopper, NOTICES))
        return _box(item) if item else Box(shopper=shopper)

    def save_box(self, box: Box, *, changed: Box) -> Box | None:
        saved = replace(changed, version=box.version + 1)
        item = {**self._box_item(saved), "by": {"S": uuid.uuid4().hex}}
        condition: Item = {"ConditionExpression": "attribute_not_exists(PK)"}
        if box.version:
            condition = {
                "ConditionExpression": "version = :version",
                "ExpressionAttributeValues": {":version": {"N": str(box.version)}},
            }
        there = self._put_if(item, condition)
        # Just this write stands there: its answer was lost, and it was sent again.
        return saved if there is None or there.get("by") == item["by"] else None

    def stir(self, shopper: str, *, at: datetime) -> None:
        # At another version, so that a round that has read it does not write over it.
        self._client.update_item(
            TableName=self._table,
            Key=layout.shopper_key(shopper, NOTICES),
            UpdateExpression="SET GSI1PK = :part, GSI1SK = :due, #at = :at, #ttl = :ttl ADD version :one",
            ExpressionAttributeNames={"#at": "at", "#ttl": "ttl"},
            ExpressionAttributeValues={
                ":part": {"S": self._part(shopper)},
                ":due": {"S": sortable(at)},
                ":at": {"S": sortable(self._clock())},
                ":ttl": {"N": str(int((at + _WAITS).timestamp()))},
                ":one": {"N": "1"},
            },
        )

    def due_boxes(self, *, now: datetime, limit: int = 100) -> tuple[Box, ...]:
        """As the protocol says; one filed just now may be missing."""
        found: list[tuple[str, Box]] = []
        for part in range(layout.PARTS):
            asked = self._indexed(_waiting(self._shop, part), between=("0", sortable(now)))
            for some in chunks(self._index_keys(asked, limit=limit), 100):
                for item in self._batch_get(some, consistent=True):
                    due = item.get("GSI1SK", {}).get("S", _LATE)
                    if due <= sortable(now):
                        found.append((due, _box(item)))
        return tuple(box for _, box in sorted(found, key=lambda pair: (pair[0], pair[1].shopper))[:limit])

    def waiting_boxes(self) -> Iterator[Box]:
        for part in range(layout.PARTS):
            keys = self._index_keys(self._indexed(_waiting(self._shop, part)), limit=None)
            for some in chunks(keys, 100):
                for item in self._batch_get(some, consistent=False):
                    yield _box(item)

    def _box_item(self, box: Box) -> Item:
        """It goes by itself once nothing in it needs to be known any more."""
        at = self._clock()
        last = max((at, *(notice.until for notice in box.pending)))
        item = {
            **layout.shopper_key(box.shopper, NOTICES),
            "at": {"S": sortable(at)},
            "version": {"N": str(box.version)},
            "ttl": {"N": str(int((last + notice_items.KEPT).timestamp()))},
            "doc": layout.text(notice_items.dump_box(box)),
        }
        if box.due is not None:
            item["GSI1PK"] = {"S": self._part(box.shopper)}
            item["GSI1SK"] = {"S": sortable(box.due)}
        return item

    def _part(self, shopper: str) -> str:
        return _waiting(self._shop, zlib.crc32(shopper.encode()) % layout.PARTS)


def _box(item: Item) -> Box:
    """The box an item holds; one that was only stirred holds none yet."""
    shopper = item["PK"]["S"].removeprefix("U#")
    box = notice_items.load_box(layout.doc(item)) if "doc" in item else Box(shopper=shopper)
    return replace(box, version=int(item["version"]["N"]))


def _waiting(shop: str, part: int) -> str:
    return f"S#{shop}#NTF#{part}"

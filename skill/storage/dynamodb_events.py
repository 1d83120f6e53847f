"""What has to be told, in the DynamoDB store: an item for each event, written with the change it tells of."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime

from skill.commerce.event import Event
from skill.storage import event_items, layout, layout_orders
from skill.storage.dynamodb_table import DynamoTable, chunks
from skill.storage.items import Item


class DynamoEvents(DynamoTable):
    """The part of the DynamoDB store that keeps them."""

    def events(self, *, after: str = "", limit: int = 100) -> tuple[Event, ...]:
        # What waits is read first: told meanwhile, it is read twice rather than not at all.
        found = {
            event.id: event
            for waiting in (True, False)
            for part in range(event_items.SHARDS)
            for event in self._kept(part, waiting=waiting, after=after, limit=limit)
        }
        return tuple(found[id] for id in sorted(found)[:limit])

    def event(self, id: str) -> Event | None:
        if not id:
            # No key can be empty.
            return None
        keys = [layout_orders.event_key(id, shop=self._shop, waiting=waiting) for waiting in (True, False)]
        # One that moves from here to there between two reads is in neither: hence again.
        for _ in range(2):
            if found := self._batch_get(keys, consistent=True):
                return event_items.load_event(layout.doc(found[0]))
        return None

    def due_events(self, *, now: datetime, limit: int = 100) -> tuple[Event, ...]:
        """As the protocol says; none is missing. Reads all that waits."""
        waiting = (event for part in range(event_items.SHARDS) for event in self._kept(part, waiting=True))
        due = sorted((event.due, event.id, event) for event in waiting if event.due <= now)
        return tuple(event for _, _, event in due[:limit])

    def dead_events(self, *, limit: int = 100) -> tuple[Event, ...]:
        asked = self._indexed(layout_orders.dead_events(self._shop))
        keys = self._index_keys(asked, limit=limit, newest=True)
        kept = [
            event_items.load_event(layout.doc(item))
            for some in chunks(keys, 100)
            for item in self._batch_get(some, consistent=True)
        ]
        dead = (event for event in kept if event.state == "dead")
        return tuple(sorted(dead, key=lambda event: event.id, reverse=True))

    def save_event(self, event: Event, *, changed: Event) -> bool:
        item = layout_orders.event_item(changed, shop=self._shop, at=self._clock(), by=uuid.uuid4().hex)
        unmoved = {
            "ConditionExpression": "#state = :read",
            "ExpressionAttributeNames": {"#state": "state"},
            "ExpressionAttributeValues": {":read": {"S": layout_orders.standing(event)}},
        }
        old = layout_orders.event_key(event.id, shop=self._shop, waiting=event.state == "waiting")
        if old != {name: item[name] for name in old}:
            gone = {"Delete": {"TableName": self._table, "Key": old, **unmoved}}
            return self._transact(gone, self._put(item), stock={}, about=event.id) is None
        there = self._put_if(item, unmoved)
        # Just this write stands there: its answer was lost, and it was sent again.
        return there is None or there.get("by") == item["by"]

    def _told(self, kind: str, about: str, *, of: str) -> list[Item]:
        """The write by which something is told; none where its kind is ""."""
        if not kind:
            return []
        at = self._clock()
        event = event_items.made(kind, about, of=of, at=at)
        return [self._put(layout_orders.event_item(event, shop=self._shop, at=at))]

    def _kept(
        self, part: int, *, waiting: bool, after: str = "", limit: int | None = None
    ) -> Iterator[Event]:
        """The events of a part behind an id, in the order of their ids. An outbox entry of an older Sayso
        has no state, and is none."""
        partition = layout_orders.events_partition(part, shop=self._shop, waiting=waiting)
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="PK = :partition AND SK > :after",
            FilterExpression="attribute_exists(#state)",
            ExpressionAttributeNames={"#state": "state"},
            # An id begins with a digit or letter, so all of them are behind this.
            ExpressionAttributeValues={":partition": {"S": partition}, ":after": {"S": after or "!"}},
            ConsistentRead=True,
            PaginationConfig={"MaxItems": limit, "PageSize": limit},
        )
        for page in pages:
            for item in page["Items"]:
                yield event_items.load_event(layout.doc(item))

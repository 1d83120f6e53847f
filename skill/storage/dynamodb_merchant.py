"""What the merchant's side asks of the DynamoDB store. Nothing is scanned: orders are found by the day they
were placed, by their id and by their number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from skill.commerce.key import Key
from skill.commerce.order import Order
from skill.selling import OrderPage, StockChange, StockChanged
from skill.storage import event_items, items, layout, layout_orders, merchant_items
from skill.storage.dynamodb_events import DynamoEvents
from skill.storage.dynamodb_table import PASSING, chunks, token
from skill.storage.items import Item, sortable
from skill.storage.pausing import pause

# A page ends, short if need be, when so many days or orders were looked at: about a second.
MOST_DAYS, MOST_ORDERS = 93, 500
# A transaction takes 100 items, and one of them tells that it was made.
_CHANGES_AT_ONCE = 90
_DAY = timedelta(days=1)
Place = tuple[datetime, str]


class DynamoSelling(DynamoEvents):
    """Implements `skill.selling.Selling`."""

    def __init__(self, client: Any, *, table: str, shop: str, clock: Callable[[], datetime]) -> None:
        super().__init__(client, table=table, shop=shop, clock=clock)
        # Months of which the table knows that there are orders.
        self._noted: set[str] = set()

    def api_keys(self) -> tuple[Key, ...]:
        found = self._query_key(f"S#{self._shop}", "KEY#", ConsistentRead=True)
        kept = (merchant_items.load_key(layout.doc(item)) for item in found)
        return tuple(sorted(kept, key=lambda key: (key.created, key.id)))

    def key(self, hash: str) -> Key | None:
        item = self._get(layout.api_key(self._shop, hash))
        return merchant_items.load_key(layout.doc(item)) if item else None

    def shop_of_key(self, hash: str) -> str | None:
        item = self._get(layout.lookup_key(hash))
        return str(item["shop"]["S"]) if item else None

    def save_keys(self, *keys: Key) -> None:
        self._transact(
            *(self._put(item) for key in keys for item in layout.api_key_items(key, shop=self._shop)),
            stock={},
            about="".join(key.hash for key in keys),
        )

    def placed(
        self,
        *,
        limit: int,
        before: Place | None = None,
        since: datetime | None = None,
        status: str = "",
    ) -> OrderPage:
        found: list[Order] = []
        seen = 0
        for count, day in enumerate(self._days(before, since), start=1):
            for orders in chunks(self._of_day(day, before, since), 100):
                for order in orders:
                    seen += 1
                    if not status or order.status == status:
                        found.append(order)
                    if len(found) == limit or seen == MOST_ORDERS:
                        return OrderPage(tuple(found), (order.placed_at, order.id))
            if count == MOST_DAYS:
                return OrderPage(tuple(found), (datetime.combine(day, time(), UTC), ""))
        return OrderPage(tuple(found), None)

    def placed_order(self, id: str) -> Order | None:
        pointer = self._get(layout_orders.pointer_key(self._shop, id))
        if pointer is None:
            return None
        item = self._get(layout.shopper_key(pointer["shopper"]["S"], f"O#{id}"))
        return items.load_order(layout.doc(item)) if item else None

    def numbered(self, number: str) -> Order | None:
        answer = self._client.query(
            **self._indexed(f"S#{self._shop}#N#{number}"), ScanIndexForward=False, Limit=1
        )
        return next((self.placed_order(item["GSI1SK"]["S"]) for item in answer["Items"]), None)

    def change_order(self, order: Order, *, changed: Order, tell: str = "") -> bool:
        kind = event_items.news(order, changed, tell=tell)
        writes = [*self._replaced(order, changed), *self._told(kind, order.id, of=f"{order.version}")]
        return self._transact(*writes, stock={}, about=order.id) is None

    def unsettled(self, *, before: datetime, limit: int = 100) -> tuple[Order, ...]:
        """As the protocol says; none is missing."""
        partition = layout_orders.open_key(self._shop, "")["PK"]["S"]
        marks = self._query_key(partition, "", ConsistentRead=True)
        since = sorted((mark["at"]["S"], mark["SK"]["S"], mark["shopper"]["S"]) for mark in marks)
        old = [(id, shopper) for at, id, shopper in since if at < sortable(before)][:limit]
        keys = (layout.shopper_key(shopper, f"O#{id}") for id, shopper in old)
        found = (item for some in chunks(keys, 100) for item in self._batch_get(some, consistent=True))
        orders = {order.id: order for order in (items.load_order(layout.doc(item)) for item in found)}
        kept = (orders[id] for id, _ in old if id in orders)
        return tuple(order for order in kept if event_items.is_unsettled(order))

    def _replaced(self, order: Order, after: Order) -> list[Item]:
        """The writes that put `after`, at its new version, in the place of an order that has not moved."""
        after = replace(after, version=order.version + 1)
        item = layout_orders.order_item(after, shop=self._shop)
        return [
            self._put(item, **layout_orders.unmoved_order(order)),
            *self._opened(after, before=order),
        ]

    def _opened(self, order: Order, *, before: Order | None = None) -> list[Item]:
        """The writes that mark an order whose money is unsettled, or take the mark of `before` away."""
        if event_items.is_unsettled(order):
            return [self._put(layout_orders.open_item(order, shop=self._shop, at=self._clock()))]
        if before and event_items.is_unsettled(before):
            return [
                {"Delete": {"TableName": self._table, "Key": layout_orders.open_key(self._shop, before.id)}}
            ]
        return []

    def change_stock(
        self, changes: Sequence[StockChange], *, once: str = ""
    ) -> tuple[StockChanged, ...] | None:
        """As the protocol says, a transaction for each 90 changes: when it fails half way, to repeat it under
        the same `once` goes on where it ended."""
        changed: list[StockChanged] = []
        of = merchant_items.digest(changes)
        for part, some in enumerate(chunks(changes, _CHANGES_AT_ONCE)):
            done = self._change_some(some, once=once, part=part, of=of)
            if done is None:
                return None
            changed += done
        return tuple(changed)

    def _change_some(
        self, changes: Sequence[StockChange], *, once: str, part: int, of: str
    ) -> tuple[StockChanged, ...] | None:
        pauses = 0
        while True:
            if once and (made := self._get(layout.once_key(self._shop, once, part))):
                return merchant_items.load_changed(layout.doc(made), of=of)
            stock = self._left(changes)
            changed = tuple(merchant_items.outcome(change, stock) for change in changes)
            writes = [
                {"Update": {"TableName": self._table, **layout.stock_set(change, stock, shop=self._shop)}}
                for change, one in zip(changes, changed, strict=True)
                if not one.refused
            ]
            if once:
                item = layout.once_item(
                    changed, of=of, shop=self._shop, token=once, part=part, at=self._clock()
                )
                writes.append(self._put(item, ConditionExpression="attribute_not_exists(PK)"))
            if not writes:
                return changed
            try:
                self._client.transact_write_items(
                    TransactItems=writes, ClientRequestToken=token(f"{self._shop}\n{once}\n{part}")
                )
                return changed
            except self._client.exceptions.TransactionCanceledException as cancelled:
                codes = {reason["Code"] for reason in cancelled.response["CancellationReasons"]}
                if not codes & {"ConditionalCheckFailed", *PASSING}:
                    raise
            # The stock moved, or somebody made the same changes: to be looked at again.
            pauses = pause(pauses)

    def _left(self, changes: Sequence[StockChange]) -> Mapping[str, int | None]:
        keys = [layout.stock_key(self._shop, change.sku) for change in changes]
        found = self._batch_get(keys, consistent=True)
        return {item["sku"]["S"]: layout.left(item) for item in found}

    def _days(self, before: Place | None, since: datetime | None) -> Iterator[date]:
        """Days that may have orders, newest first. A month is noted by its number's clock, which may be a
        little later than that of the order: hence the day before each month, and after it."""
        first = since.astimezone(UTC).date() if since else date.min
        last = before[0].astimezone(UTC).date() if before else date.max
        days: dict[date, None] = {}
        for month in sorted(self._months(), reverse=True):
            begin = date.fromisoformat(f"{month}-01")
            day = (begin + 32 * _DAY).replace(day=1)
            while day >= begin - _DAY:
                days[day] = None
                day -= _DAY
        return (day for day in days if first <= day <= last)

    def _of_day(self, day: date, before: Place | None, since: datetime | None) -> Iterator[Order]:
        """The orders of a day, newest first."""
        low, high = "0", "~"
        if since and since.astimezone(UTC).date() == day:
            low = layout_orders.time_of_order(since, "")
        if before and before[0].astimezone(UTC).date() == day:
            high = layout_orders.time_of_order(*before)
        asked = self._indexed(layout_orders.day_of_orders(self._shop, day), between=(low, high))
        pages = self._client.get_paginator("query").paginate(**asked, ScanIndexForward=False)
        keys = (
            {"PK": item["PK"], "SK": item["SK"]}
            for page in pages
            for item in page["Items"]
            if item["GSI1SK"]["S"] != high
        )
        for some in chunks(keys, 100):
            kept = [items.load_order(layout.doc(item)) for item in self._batch_get(some, consistent=False)]
            yield from sorted(kept, key=lambda order: (order.placed_at, order.id), reverse=True)

    def _months(self) -> Sequence[str]:
        counter = self._get(layout.counter_key(self._shop)) or {}
        months: Sequence[str] = counter.get("months", {}).get("SS", ())
        return months

    def _forget_month(self, month: str) -> None:
        self._client.update_item(
            TableName=self._table,
            Key=layout.counter_key(self._shop),
            UpdateExpression="DELETE months :month",
            ExpressionAttributeValues={":month": {"SS": [month]}},
        )

    def _note_month(self, moment: datetime) -> None:
        """Keep that there are orders of this month."""
        if f"{moment.astimezone(UTC):%Y-%m}" not in self._noted:
            self._count(moment, orders=0)

    def _count(self, moment: datetime, *, orders: int) -> int:
        """Count orders of a month; how many there are in all."""
        month = f"{moment.astimezone(UTC):%Y-%m}"
        answer = self._client.update_item(
            TableName=self._table,
            Key=layout.counter_key(self._shop),
            UpdateExpression="ADD n :orders, months :month",
            ExpressionAttributeValues={":orders": {"N": str(orders)}, ":month": {"SS": [month]}},
            ReturnValues="ALL_NEW",
        )
        self._noted.add(month)
        return int(answer["Attributes"]["n"]["N"])

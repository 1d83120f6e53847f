"""How things get into and out of the DynamoDB table: in batches, under conditions, in transactions, and again
where the table puts it off."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Any

from skill.shop import OutOfStock
from skill.storage import layout
from skill.storage.items import Item
from skill.storage.pausing import pause

PASSING = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}


class DynamoTable:
    """One shop's part of a table."""

    def __init__(self, client: Any, *, table: str, shop: str, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._table = table
        self._shop = shop
        self._clock = clock

    def _transact(self, *writes: Item, stock: Mapping[str, int], about: str) -> Refusal | None:
        """Make the writes and move each counted stock, all or nothing; None when done. Which stock is
        not counted is learnt from the refusal: a shop that counts pays one request, not two."""
        counted = dict(stock)
        pauses = 0
        while True:
            skus = list(counted)
            try:
                self._client.transact_write_items(
                    TransactItems=[*writes, *(self._move_stock(sku, counted[sku]) for sku in skus)],
                    ClientRequestToken=token(about),
                )
                return None
            except self._client.exceptions.TransactionCanceledException as cancelled:
                reasons = cancelled.response["CancellationReasons"]
                codes = [reason["Code"] for reason in reasons]
                refused = [i for i, code in enumerate(codes) if code == "ConditionalCheckFailed"]
                if not refused and not PASSING.intersection(codes):
                    raise
            if not refused:
                pauses = pause(pauses)
                continue
            if refused[0] < len(writes):
                return Refusal()
            for i in refused:
                sku = skus[i - len(writes)]
                left = layout.left(reasons[i].get("Item", {}))
                if left is not None:
                    return Refusal(short=OutOfStock(sku, left))
                del counted[sku]

    def _put(self, item: Item, **condition: Any) -> Item:
        return {"Put": {"TableName": self._table, "Item": item, **condition}}

    def _move_stock(self, sku: str, change: int) -> Item:
        return {"Update": {"TableName": self._table, **layout.stock_change(sku, change, shop=self._shop)}}

    def _put_now(self, item: Item) -> None:
        self._put_if(item, {})

    def _put_if(self, item: Item, condition: Item) -> Item | None:
        """Put it where the condition holds: None when done, else what stands there, if anything."""
        told = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"} if condition else {}
        pauses = 0
        while True:
            try:
                self._client.put_item(TableName=self._table, Item=item, **condition, **told)
                return None
            except self._client.exceptions.ConditionalCheckFailedException as refused:
                there: Item = refused.response.get("Item") or {}
                return there
            except self._client.exceptions.TransactionConflictException:
                pauses = pause(pauses)

    def _batch_get(self, keys: Sequence[Item], *, consistent: bool) -> list[Item]:
        found: list[Item] = []
        asked: Item = {self._table: {"Keys": keys, "ConsistentRead": consistent}}
        pauses = 0
        while True:
            answer = self._client.batch_get_item(RequestItems=asked)
            found += answer["Responses"].get(self._table, [])
            asked = answer.get("UnprocessedKeys", {})
            if not asked:
                return found
            pauses = pause(pauses)

    def _batch_write(self, requests: Iterable[Item]) -> None:
        for chunk in chunks(requests, 25):
            asked: Item = {self._table: chunk}
            pauses = 0
            while asked := self._client.batch_write_item(RequestItems=asked).get("UnprocessedItems", {}):
                pauses = pause(pauses)

    def _get(self, key: Item) -> Item | None:
        """An item as it is now."""
        item: Item | None = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get(
            "Item"
        )
        return item

    def _query(self, shopper: str, prefix: str, *, limit: int | None = None, **options: Any) -> list[Item]:
        """What is kept under a shopper, of the sort keys that begin with `prefix` ("": all)."""
        return self._query_key(f"U#{shopper}", prefix, limit=limit, **options)

    def _query_key(
        self, partition: str, prefix: str, *, limit: int | None = None, **options: Any
    ) -> list[Item]:
        begins, values = (" AND begins_with(SK, :prefix)", {":prefix": {"S": prefix}}) if prefix else ("", {})
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="PK = :partition" + begins,
            ExpressionAttributeValues={":partition": {"S": partition}, **values},
            PaginationConfig={"MaxItems": limit, "PageSize": limit},
            **options,
        )
        return [item for page in pages for item in page["Items"]]

    def _indexed(self, partition: str, *, between: tuple[str, str] | None = None) -> Item:
        """The query for a partition of the index."""
        condition, values = "GSI1PK = :partition", {":partition": {"S": partition}}
        if between:
            condition += " AND GSI1SK BETWEEN :low AND :high"
            values |= {":low": {"S": between[0]}, ":high": {"S": between[1]}}
        return {
            "TableName": self._table,
            "IndexName": "GSI1",
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": values,
        }

    def _index_keys(self, asked: Item, *, limit: int | None, newest: bool = False) -> Iterator[Item]:
        """The keys that a query of the index finds, in its order. Written just now, one may be missing."""
        pages = self._client.get_paginator("query").paginate(
            **asked, ScanIndexForward=not newest, PaginationConfig={"MaxItems": limit, "PageSize": limit}
        )
        for page in pages:
            for item in page["Items"]:
                yield {"PK": item["PK"], "SK": item["SK"]}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing was written: for want of stock, or because another item was not as expected."""

    short: OutOfStock | None = None


def token(about: str) -> str:
    """The 36 characters by which DynamoDB knows the client's own resends of one transaction. Not the
    bare order id: for ten minutes an equal token turns an equal request into a silent success, which
    hides that the order was there already, and a changed one (another cart, another time) into an error."""
    return sha256(about.encode()).hexdigest()[:16] + uuid.uuid4().hex[:20]


def chunks(things: Iterable[Any], size: int) -> Iterator[list[Any]]:
    rest = iter(things)
    while chunk := list(islice(rest, size)):
        yield chunk

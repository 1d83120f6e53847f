"""The store to outgrow one machine with: one DynamoDB table, laid out as in `layout`.

Answers get lost on the way, so every write is told apart by its condition from its own first success,
and what must happen together is one transaction.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Any

import boto3
from botocore.config import Config

from skill.commerce.cart import Cart
from skill.commerce.merchant import Case, Shopper
from skill.commerce.order import Order
from skill.errors import CatalogueNotLinked
from skill.shop import AlreadyPlaced, CartMoved, OutOfStock, Placed, Placing, Visit
from skill.storage import items, layout, shop_items
from skill.storage.dynamodb_shop import ShopRecords
from skill.storage.erasing import erase_items
from skill.storage.items import Item
from skill.storage.pausing import pause

# `orders` reads this many at least: ids are time-ordered, except those of imports and scenarios.
ORDERS_WINDOW = 30
_NOT_SEEN = "NOT contains(seen, :request)"
PASSING = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}


def open_dynamodb(
    table: str, *, shop: str, endpoint: str | None, clock: Callable[[], datetime]
) -> DynamoStore:
    """The store of one shop in `table`, which must exist. Nothing is sent before the first call."""
    return DynamoStore(connect(endpoint), table=table, shop=shop, clock=clock)


def connect(endpoint: str | None) -> Any:
    """A low-level client. An endpoint of one's own gets a region and credentials made up when the
    environment holds none, so that a local DynamoDB needs no configuration."""
    config = Config(
        connect_timeout=0.5,
        read_timeout=1.5,
        retries={"mode": "standard", "total_max_attempts": 3},
        tcp_keepalive=True,
    )
    made_up: dict[str, str] = {}
    if endpoint and not {"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"} & os.environ.keys():
        made_up |= {"region_name": "us-east-1"}
    if endpoint and not {"AWS_ACCESS_KEY_ID", "AWS_PROFILE"} & os.environ.keys():
        made_up |= {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    return boto3.client("dynamodb", endpoint_url=endpoint, config=config, **made_up)


def create_table(client: Any, table: str) -> None:
    """Make the table and wait until it can be used; one that exists is left as it is."""
    try:
        client.create_table(TableName=table, **layout.TABLE)
    except client.exceptions.ResourceInUseException:
        return
    client.get_waiter("table_exists").wait(TableName=table, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    client.update_time_to_live(
        TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"}
    )


class DynamoStore(ShopRecords):
    """Implements `skill.shop.Stocking`; made by `open_dynamodb`, safe to share between threads.
    Raises TimeoutError where the table stays throttled or locked, and botocore's errors otherwise."""

    def __init__(self, client: Any, *, table: str, shop: str, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._table = table
        self._shop = shop
        self._clock = clock

    def visit(self, shopper: str) -> Visit:
        keys = [
            layout.meta_key(self._shop),
            layout.shopper_key(shopper, "PROFILE"),
            layout.shopper_key(shopper, "CART"),
        ]
        # One batch is consistent as a whole or not at all, and the cart has to be.
        found = {item["SK"]["S"]: layout.doc(item) for item in self._batch_get(keys, consistent=True)}
        if "META" not in found:
            raise CatalogueNotLinked
        return Visit(
            facts=shop_items.load_facts(found["META"]),
            shopper=items.load_shopper(found["PROFILE"]) if "PROFILE" in found else Shopper(),
            cart=items.load_cart(found["CART"]) if "CART" in found else None,
        )

    def save_cart(self, cart: Cart, *, shopper: str, request_id: str) -> Cart | None:
        saved = items.saved_cart(cart, request_id=request_id)
        there = self._put_if(
            layout.cart_item(saved, shopper=shopper, at=self._clock()),
            layout.unmoved(cart, _NOT_SEEN, request=request_id),
        )
        if there is None:
            return saved
        # Seen: a repeat of this turn, or of this very call after its answer was lost.
        stored = items.load_cart(layout.doc(there)) if there else None
        return stored if stored and request_id in stored.seen else None

    def save_shopper(self, about: Shopper, *, shopper: str, request_id: str) -> Shopper | None:
        saved = items.saved_shopper(about, request_id=request_id)
        there = self._put_if(
            layout.profile_item(saved, shopper=shopper, at=self._clock()),
            layout.unmoved_profile(about, _NOT_SEEN, request=request_id),
        )
        if there is None:
            return saved
        stored = items.load_shopper(layout.doc(there)) if there else None
        return stored if stored and request_id in stored.seen else None

    def stock(self, skus: Iterable[str]) -> dict[str, int | None]:
        # Eventually consistent, at half the price: what is told is a hint, and `place` is the judge.
        return {
            item["sku"]["S"]: layout.left(item)
            for keys in _chunks((layout.stock_key(self._shop, sku) for sku in dict.fromkeys(skus)), 100)
            for item in self._batch_get(keys, consistent=False)
        }

    def place(self, order: Order, *, cart: Cart, renewed: Cart) -> Placing:
        emptied = replace(renewed, version=cart.version + 1)
        refusal = self._transact(
            self._put(
                layout.order_item(order, shop=self._shop), ConditionExpression="attribute_not_exists(PK)"
            ),
            self._put(
                layout.cart_item(emptied, shopper=order.shopper, at=self._clock()),
                **layout.unmoved(cart, "cid = :cid", cid=cart.cid),
            ),
            self._put(layout.outbox_item("order.placed", order, shop=self._shop, at=self._clock())),
            stock={sku: -quantity for sku, quantity in items.pieces(order).items()},
            about=order.id,
        )
        if refusal is None:
            return Placed(order)
        # Whatever was refused, an order that exists explains it: it took the stock and renewed the cart.
        if kept := self.order(order.shopper, id=order.id):
            return AlreadyPlaced(kept)
        return refusal.short or CartMoved()

    def next_number(self) -> int:
        # Sent again after a lost answer it counts twice: one of the gaps that numbers may have.
        answer = self._client.update_item(
            TableName=self._table,
            Key=layout.counter_key(self._shop),
            UpdateExpression="ADD n :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
            ReturnValues="UPDATED_NEW",
        )
        return int(answer["Attributes"]["n"]["N"])

    def orders(self, shopper: str, *, limit: int = 10) -> tuple[Order, ...]:
        found = self._query(shopper, "O#", limit=max(limit, ORDERS_WINDOW), ScanIndexForward=False)
        kept = [items.load_order(layout.doc(item)) for item in found]
        return tuple(sorted(kept, key=lambda order: (order.placed_at, order.id), reverse=True)[:limit])

    def order(self, shopper: str, *, id: str) -> Order | None:
        key = layout.shopper_key(shopper, f"O#{id}")
        answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return items.load_order(layout.doc(answer["Item"])) if "Item" in answer else None

    def cancel(self, order: Order, *, cancelled: Order) -> bool:
        refusal = self._transact(
            self._put(
                layout.order_item(cancelled, shop=self._shop),
                ConditionExpression="#status = :status",
                ExpressionAttributeNames={"#status": "status"},
                ExpressionAttributeValues={":status": {"S": order.status}},
            ),
            self._put(layout.outbox_item("order.cancelled", cancelled, shop=self._shop, at=self._clock())),
            stock=items.pieces(order),
            about=order.id,
        )
        return refusal is None

    def open_case(self, case: Case, *, shopper: str) -> Case:
        first = {"ConditionExpression": "attribute_not_exists(PK)"}
        there = self._put_if(layout.case_item(case, shopper=shopper), first)
        return items.load_case(layout.doc(there)) if there else case

    def put_case(self, case: Case, *, shopper: str) -> None:
        self._put_now(layout.case_item(case, shopper=shopper))

    def cases(self, shopper: str) -> tuple[Case, ...]:
        kept = [items.load_case(layout.doc(item)) for item in self._query(shopper, "CASE#")]
        return tuple(sorted(kept, key=lambda case: (case.opened_at, case.id), reverse=True))

    def put_shopper(self, shopper: str, *, about: Shopper) -> None:
        self._put_now(layout.profile_item(about, shopper=shopper, at=self._clock()))

    def put_order(self, order: Order) -> None:
        self._put_now(layout.order_item(order, shop=self._shop))

    def forget(self, shopper: str) -> None:
        found = self._query(shopper, "", ConsistentRead=True, ProjectionExpression="PK, SK")
        self._batch_write({"DeleteRequest": {"Key": key}} for key in found)

    def erase(self, shopper: str, *, until: datetime) -> None:
        erase_items(
            self._client,
            table=self._table,
            shop=self._shop,
            found=lambda: self._query(shopper, "", ConsistentRead=True),
            until=until,
        )

    def _transact(self, *writes: Item, stock: Mapping[str, int], about: str) -> _Refusal | None:
        """Make the writes and move each counted stock, all or nothing; None when done. Which stock is
        not counted is learnt from the refusal: a shop that counts pays one request, not two."""
        counted = dict(stock)
        pauses = 0
        while True:
            skus = list(counted)
            try:
                self._client.transact_write_items(
                    TransactItems=[*writes, *(self._move_stock(sku, counted[sku]) for sku in skus)],
                    ClientRequestToken=_token(about),
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
                return _Refusal()
            for i in refused:
                sku = skus[i - len(writes)]
                left = layout.left(reasons[i].get("Item", {}))
                if left is not None:
                    return _Refusal(short=OutOfStock(sku, left))
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
        for chunk in _chunks(requests, 25):
            asked: Item = {self._table: chunk}
            pauses = 0
            while asked := self._client.batch_write_item(RequestItems=asked).get("UnprocessedItems", {}):
                pauses = pause(pauses)

    def _query(self, shopper: str, prefix: str, *, limit: int | None = None, **options: Any) -> list[Item]:
        """What is kept under a shopper, of the sort keys that begin with `prefix` ("": all)."""
        begins, values = (" AND begins_with(SK, :prefix)", {":prefix": {"S": prefix}}) if prefix else ("", {})
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="PK = :shopper" + begins,
            ExpressionAttributeValues={":shopper": {"S": f"U#{shopper}"}, **values},
            PaginationConfig={"MaxItems": limit, "PageSize": limit},
            **options,
        )
        return [item for page in pages for item in page["Items"]]


@dataclass(frozen=True, slots=True)
class _Refusal:
    """Nothing was written: for want of stock, or because another item was not as expected."""

    short: OutOfStock | None = None


def _token(about: str) -> str:
    """The 36 characters by which DynamoDB knows the client's own resends of one transaction. Not the
    bare order id: for ten minutes an equal token turns an equal request into a silent success, which
    hides that the order was there already, and a changed one (another cart, another time) into an error."""
    return sha256(about.encode()).hexdigest()[:16] + uuid.uuid4().hex[:20]


def _chunks(things: Iterable[Any], size: int) -> Iterator[list[Any]]:
    rest = iter(things)
    while chunk := list(islice(rest, size)):
        yield chunk

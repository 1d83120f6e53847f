"""The store to outgrow one machine with: one DynamoDB table, laid out as in `layout`.

Answers get lost on the way, so every write is told apart by its condition from its own first success,
and what must happen together is one transaction.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from botocore import __version__ as botocore_version
from botocore.config import Config

from skill.aws import client
from skill.commerce.cart import Cart
from skill.commerce.merchant import Shopper
from skill.commerce.options import base_of
from skill.commerce.order import Order
from skill.errors import CatalogueNotLinked
from skill.shop import (
    AlreadyPlaced,
    Amended,
    Amending,
    CartMoved,
    OrderMoved,
    Placed,
    Placing,
    Visit,
)
from skill.storage import event_items, items, layout, layout_orders
from skill.storage.dynamodb_keeping import DynamoKeeping
from skill.storage.dynamodb_shop import ShopRecords
from skill.storage.dynamodb_spent import metered
from skill.storage.dynamodb_table import chunks
from skill.storage.items import Item

# `orders` reads this many at least: ids are time-ordered, except those of imports and scenarios.
ORDERS_WINDOW = 30
_NOT_SEEN = "NOT contains(seen, :request)"


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
        # botocore would put together anew, for every call, all it knows of the machine: a fifth of the call.
        user_agent=f"sayso botocore/{botocore_version}",
    )
    known = os.environ.keys()
    placed = {"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"} & known
    trusted = {"AWS_ACCESS_KEY_ID", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_PROFILE"} & known
    return metered(
        client(
            "dynamodb",
            config=config,
            endpoint=endpoint,
            region="us-east-1" if endpoint and not placed else None,
            key=("local", "local") if endpoint and not trusted else None,
        )
    )


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


class DynamoStore(ShopRecords, DynamoKeeping):
    """Implements `skill.shop.Stocking`; made by `open_dynamodb`, safe to share between threads.
    Raises TimeoutError where the table stays throttled or locked, and botocore's errors otherwise."""

    def visit(self, shopper: str) -> Visit:
        keys = [
            layout.meta_key(self._shop),
            layout.shopper_key(shopper, "PROFILE"),
            layout.shopper_key(shopper, "CART"),
        ]
        # One batch is consistent as a whole or not at all, and the cart has to be.
        found = {item["SK"]["S"]: item for item in self._batch_get(keys, consistent=True)}
        if "META" not in found:
            raise CatalogueNotLinked
        facts = self._facts(found["META"])
        self._privacy = facts.privacy
        return Visit(
            facts=facts,
            shopper=items.load_shopper(layout.doc(found["PROFILE"])) if "PROFILE" in found else Shopper(),
            cart=items.load_cart(layout.doc(found["CART"])) if "CART" in found else None,
        )

    def _cart_item(self, cart: Cart, *, shopper: str) -> Item:
        return layout.cart_item(cart, shopper=shopper, at=self._clock(), days=self._privacy.carts_days)

    def save_cart(self, cart: Cart, *, shopper: str, request_id: str) -> Cart | None:
        saved = items.saved_cart(cart, request_id=request_id)
        there = self._put_if(
            self._cart_item(saved, shopper=shopper),
            # The id besides: versions begin anew when a shopper was erased in between.
            layout.unmoved(cart, f"cid = :cid AND {_NOT_SEEN}", cid=cart.cid, request=request_id),
        )
        if there is None:
            return saved
        # Seen: a repeat of this turn, or of this very call after its answer was lost.
        stored = items.load_cart(layout.doc(there)) if there else None
        return stored if stored and request_id in stored.seen else None

    def save_shopper(self, about: Shopper, *, shopper: str, request_id: str) -> Shopper | None:
        saved = items.saved_shopper(about, request_id=request_id)
        there = self._put_if(
            layout.profile_item(saved, shop=self._shop, shopper=shopper, at=self._clock()),
            layout.unmoved_profile(about, _NOT_SEEN, request=request_id),
        )
        if there is None:
            return saved
        stored = items.load_shopper(layout.doc(there)) if there else None
        return stored if stored and request_id in stored.seen else None

    def stock(self, skus: Iterable[str]) -> dict[str, int | None]:
        # Eventually consistent, at half the price: what is told is a hint, and `place` is the judge.
        asked = tuple(skus)
        bases = dict.fromkeys(map(base_of, asked))
        left = {
            item["sku"]["S"]: layout.left(item)
            for keys in chunks((layout.stock_key(self._shop, sku) for sku in bases), 100)
            for item in self._batch_get(keys, consistent=False)
        }
        return {sku: left[base_of(sku)] for sku in asked if base_of(sku) in left}

    def place(self, order: Order, *, cart: Cart, renewed: Cart) -> Placing:
        emptied = replace(renewed, version=cart.version + 1)
        self._note_month(order.placed_at)
        kind = "" if order.status == "pending" else f"order.{order.status}"
        refusal = self._transact(
            self._put(
                layout_orders.order_item(order, shop=self._shop),
                ConditionExpression="attribute_not_exists(PK)",
            ),
            self._put(
                self._cart_item(emptied, shopper=order.shopper),
                **layout.unmoved(cart, "cid = :cid", cid=cart.cid),
            ),
            self._put(layout_orders.pointer_item(order, shop=self._shop)),
            *self._opened(order),
            *self._told(kind, order.id, of=""),
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
        return self._count(self._clock(), orders=1)

    def orders(self, shopper: str, *, limit: int = 10) -> tuple[Order, ...]:
        found = self._query(shopper, "O#", limit=max(limit, ORDERS_WINDOW), ScanIndexForward=False)
        kept = [items.load_order(layout.doc(item)) for item in found]
        return tuple(sorted(kept, key=lambda order: (order.placed_at, order.id), reverse=True)[:limit])

    def order(self, shopper: str, *, id: str) -> Order | None:
        key = layout.shopper_key(shopper, f"O#{id}")
        answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return items.load_order(layout.doc(answer["Item"])) if "Item" in answer else None

    def cancel(self, order: Order, *, cancelled: Order, tell: str = "") -> bool:
        kind = event_items.news(order, cancelled, tell=tell)
        refusal = self._transact(
            *self._replaced(order, cancelled),
            *self._told(kind, order.id, of=f"{order.version}"),
            stock=items.pieces(order),
            about=order.id,
        )
        return refusal is None

    def amend(self, order: Order, *, amended: Order) -> Amending:
        kind = "" if order.status == "pending" else "order.amended"
        refusal = self._transact(
            *self._replaced(order, amended),
            *self._told(kind, order.id, of=f"{order.version}"),
            stock=items.returned(order, amended),
            about=order.id,
        )
        if refusal is None:
            return Amended(replace(amended, version=order.version + 1))
        return refusal.short or OrderMoved()

    def put_shopper(self, shopper: str, *, about: Shopper) -> None:
        self._put_now(layout.profile_item(about, shop=self._shop, shopper=shopper, at=self._clock()))

    def put_order(self, order: Order) -> None:
        # Even a month that this process knows of: what is old may have been purged since.
        self._count(order.placed_at, orders=0)
        self._put_now(layout_orders.pointer_item(order, shop=self._shop))
        self._put_now(layout_orders.order_item(order, shop=self._shop))
        if event_items.is_unsettled(order):
            self._put_now(layout_orders.open_item(order, shop=self._shop, at=self._clock()))
        else:
            self._drop(layout_orders.open_key(self._shop, order.id))

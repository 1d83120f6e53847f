"""Forgetting a shopper, in either store: what is theirs goes, what their merchant still needs stays without
them.

Orders are kept as `unattributed`, under a key that leads to nobody; what waits in the outbox about them is
rewritten alike. What was written later than the wish to be forgotten stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from skill.commerce.order import Order, unattributed
from skill.storage import items, layout
from skill.storage.items import Item
from skill.storage.pausing import pause


def erase_items(
    client: Any, *, table: str, shop: str, found: Callable[[], Sequence[Item]], until: datetime
) -> None:
    """Remove a shopper's items, which `found` reads. Each is removed under the condition that it is as it was
    read; one that moved meanwhile is read again. Raises TimeoutError where they keep moving."""
    pauses = 0
    while True:
        moved = [item for item in found() if not _erased(client, item, table=table, shop=shop, until=until)]
        if not moved:
            return
        pauses = pause(pauses)


def _erased(client: Any, item: Item, *, table: str, shop: str, until: datetime) -> bool:
    """Whether an item is dealt with: gone, or rightly left."""
    key = {name: item[name] for name in ("PK", "SK")}
    kind = item["SK"]["S"].partition("#")[0]
    if kind == "O":
        order = items.load_order(layout.doc(item))
        return order.placed_at > until or _taken_out(client, item, order, table=table, shop=shop)
    if kind == "CASE" and items.load_case(layout.doc(item)).opened_at > until:
        return True
    try:
        client.delete_item(TableName=table, Key=key, **layout.written_by(until))
    except client.exceptions.ConditionalCheckFailedException:
        # Written since the wish: it is of somebody who came back.
        return True
    except client.exceptions.TransactionConflictException:
        return False
    return True


def _taken_out(client: Any, item: Item, order: Order, *, table: str, shop: str) -> bool:
    """Whether the order is the merchant's alone now, the outbox first: what fails half way is found again."""
    waiting = layout.about_order(order, shop=shop)
    for page in client.get_paginator("query").paginate(TableName=table, **waiting):
        for entry in page["Items"]:
            _rewrite(client, entry, order, table=table)
    kept = unattributed(order)
    unread = {
        "ConditionExpression": "doc = :doc",
        "ExpressionAttributeValues": {":doc": item["doc"]},
    }
    key = {name: item[name] for name in ("PK", "SK")}
    try:
        client.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": table, "Item": layout.order_item(kept, shop=shop)}},
                {"Put": {"TableName": table, "Item": layout.pointer_item(kept, shop=shop)}},
                {"Delete": {"TableName": table, "Key": key, **unread}},
            ]
        )
    except client.exceptions.TransactionCanceledException:
        return False
    return True


def _rewrite(client: Any, entry: Item, order: Order, *, table: str) -> None:
    told = items.load_order(layout.doc(entry))
    if (told.shopper, told.id) != (order.shopper, order.id):
        return
    text = items.to_text(items.dump_order(unattributed(told)))
    try:
        client.update_item(
            TableName=table,
            Key={name: entry[name] for name in ("PK", "SK")},
            UpdateExpression="SET doc = :doc",
            # What was delivered meanwhile does not come back.
            ConditionExpression="attribute_exists(PK)",
            ExpressionAttributeValues={":doc": {"S": text}},
        )
    except client.exceptions.ConditionalCheckFailedException:
        return

"""Forgetting a shopper in DynamoDB: what is theirs goes, what their merchant still needs stays without them.

Orders are kept as `unattributed`, under a key that leads to nobody. What was written later than the wish to
be forgotten stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from skill.commerce.order import Order, unattributed
from skill.storage import case_items, event_items, items, layout, layout_orders
from skill.storage.dynamodb_notices import NOTICES
from skill.storage.dynamodb_table import PASSING
from skill.storage.items import Item
from skill.storage.pausing import pause


def erase_items(
    client: Any,
    *,
    table: str,
    shop: str,
    found: Callable[[], Sequence[Item]],
    until: datetime,
    now: datetime,
) -> None:
    """Remove a shopper's items, which `found` reads. Each is removed under the condition that it is as it was
    read; one that moved meanwhile is read again. Raises TimeoutError where they keep moving."""
    pauses = 0
    while True:
        moved = [
            item
            for item in found()
            if not _erased(client, item, table=table, shop=shop, until=until, now=now)
        ]
        if not moved:
            return
        pauses = pause(pauses)


def taken_out(client: Any, *writes: Item) -> bool:
    """Whether all of these writes were made; False when what they were to replace has moved."""
    try:
        client.transact_write_items(TransactItems=list(writes))
    except client.exceptions.TransactionCanceledException as cancelled:
        codes = {reason["Code"] for reason in cancelled.response["CancellationReasons"]}
        if not codes & {"ConditionalCheckFailed", *PASSING}:
            raise
        return False
    return True


def removed(item: Item, *, table: str, shop: str) -> tuple[Item, ...]:
    """The writes that remove an item, as it was read, and what points to it."""
    read = {"ConditionExpression": "doc = :doc", "ExpressionAttributeValues": {":doc": item["doc"]}}
    deleted = {"Delete": {"TableName": table, "Key": key_of(item), **read}}
    pointers = layout_orders.pointers(item, shop=shop)
    return (deleted, *({"Delete": {"TableName": table, "Key": key}} for key in pointers))


def key_of(item: Item) -> Item:
    return {name: item[name] for name in ("PK", "SK")}


def _erased(client: Any, item: Item, *, table: str, shop: str, until: datetime, now: datetime) -> bool:
    """Whether an item is dealt with: gone, or rightly left."""
    kind = item["SK"]["S"].partition("#")[0]
    if kind == "O":
        order = items.load_order(layout.doc(item))
        if order.placed_at > until:
            return True
        return taken_out(client, *_unattributing(item, order, table=table, shop=shop, now=now))
    if kind == "CASE":
        if case_items.load_case(layout.doc(item)).opened_at > until:
            return True
        return taken_out(client, *removed(item, table=table, shop=shop))
    # Notices go in any case: a round may have written to them since.
    read = {} if kind == NOTICES else layout.written_by(until)
    try:
        client.delete_item(TableName=table, Key=key_of(item), **read)
    except client.exceptions.ConditionalCheckFailedException:
        # Written since the wish: it is of somebody who came back.
        return True
    except client.exceptions.TransactionConflictException:
        return False
    return True


def _unattributing(item: Item, order: Order, *, table: str, shop: str, now: datetime) -> tuple[Item, ...]:
    """The writes that make the order the merchant's alone."""
    kept = unattributed(order)
    put = [layout_orders.order_item(kept, shop=shop), layout_orders.pointer_item(kept, shop=shop)]
    dropped = []
    if event_items.is_unsettled(kept):
        put.append(layout_orders.open_item(kept, shop=shop, at=now))
    else:
        dropped.append(layout_orders.open_key(shop, kept.id))
    return (
        *({"Put": {"TableName": table, "Item": one}} for one in put),
        *({"Delete": {"TableName": table, "Key": one}} for one in dropped),
        removed(item, table=table, shop=shop)[0],
    )

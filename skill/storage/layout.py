"""How one DynamoDB table is laid out: keys, items, and the conditions they are written under. No I/O.

A document is JSON text in `doc`; beside it stand only the attributes that a condition, an index or a
person looking at the table needs.
"""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta

from skill.commerce.cart import Cart
from skill.commerce.merchant import Case, Facts, Shopper
from skill.commerce.order import Order
from skill.storage import items, shop_items
from skill.storage.items import Item

OUTBOX_SHARDS = 10

TABLE: Item = {
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [
        {"AttributeName": name, "AttributeType": "S"} for name in ("PK", "SK", "GSI1PK", "GSI1SK")
    ],
    "KeySchema": [
        {"AttributeName": "PK", "KeyType": "HASH"},
        {"AttributeName": "SK", "KeyType": "RANGE"},
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "GSI1",
            "KeySchema": [
                {"AttributeName": "GSI1PK", "KeyType": "HASH"},
                {"AttributeName": "GSI1SK", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ],
}


def key(partition: str, sort: str) -> Item:
    return {"PK": {"S": partition}, "SK": {"S": sort}}


def meta_key(shop: str) -> Item:
    return key(f"S#{shop}", "META")


def counter_key(shop: str) -> Item:
    return key(f"S#{shop}", "CTR#order")


def document_key(shop: str, kind: str, id: str) -> Item:
    return key(f"S#{shop}#DOC#{kind}", id)


def skill_key(application: str) -> Item:
    return key("SKILLS", application)


def stock_key(shop: str, sku: str) -> Item:
    return key(f"S#{shop}#K#{sku}", "STK")


def shopper_key(shopper: str, sort: str) -> Item:
    return key(f"U#{shopper}", sort)


def facts_item(facts: Facts, *, shop: str) -> Item:
    return {
        **meta_key(shop),
        "revision": {"N": str(facts.revision)},
        "doc": _text(shop_items.dump_facts(facts)),
    }


def stock_item(sku: str, n: int | None, *, shop: str) -> Item:
    """Without `n` the stock is not counted."""
    counted = {} if n is None else {"n": {"N": str(n)}}
    return {**stock_key(shop, sku), "sku": {"S": sku}, **counted}


def profile_item(about: Shopper, *, shopper: str, at: datetime) -> Item:
    """Without `version` while it was never saved, as those of an older Sayso are."""
    written = {"at": {"S": items.sortable(at)}}
    item = {**shopper_key(shopper, "PROFILE"), **written, "doc": _text(items.dump_shopper(about))}
    if about.version:
        item |= {"version": {"N": str(about.version)}, "seen": {"L": [{"S": seen} for seen in about.seen]}}
    return item


def cart_item(cart: Cart, *, shopper: str, at: datetime) -> Item:
    return {
        **shopper_key(shopper, "CART"),
        "at": {"S": items.sortable(at)},
        "cid": {"S": cart.cid},
        "version": {"N": str(cart.version)},
        "seen": {"L": [{"S": request} for request in cart.seen]},
        "doc": _text(items.dump_cart(cart)),
    }


def order_item(order: Order, *, shop: str) -> Item:
    """Indexed under the shop and the day it was placed, by UTC: a store knows no other clock."""
    return {
        **shopper_key(order.shopper, f"O#{order.id}"),
        "GSI1PK": {"S": f"S#{shop}#D#{order.placed_at.astimezone(UTC).date()}"},
        "GSI1SK": {"S": order.number},
        "status": {"S": order.status},
        "doc": _text(items.dump_order(order)),
    }


def case_item(case: Case, *, shopper: str) -> Item:
    return {**shopper_key(shopper, f"CASE#{case.id}"), "doc": _text(items.dump_case(case))}


def outbox_item(kind: str, order: Order, *, shop: str, at: datetime) -> Item:
    """In the partition its order id falls to, so that what happens to one order is delivered in turn."""
    entry = items.outbox_entry(kind, order, at=at)
    return {
        **key(outbox_partition(order, shop=shop), entry["id"]),
        "kind": {"S": kind},
        "doc": _text(entry["order"]),
    }


def at_revision(revision: int) -> Item:
    """The condition that the stored facts are of this revision (0: none are, or of an older Sayso)."""
    if revision == 0:
        return {"ConditionExpression": "attribute_not_exists(revision)"}
    return {
        "ConditionExpression": "revision = :revision",
        "ExpressionAttributeValues": {":revision": {"N": str(revision)}},
    }


def of_text(text: str | None) -> Item:
    """The condition that a document has just this text ("": there is none; None: whatever there is)."""
    if text is None:
        return {}
    if not text:
        return {"ConditionExpression": "attribute_not_exists(PK)"}
    # "text" is one of DynamoDB's own words.
    return {
        "ConditionExpression": "#text = :text",
        "ExpressionAttributeNames": {"#text": "text"},
        "ExpressionAttributeValues": {":text": {"S": text}},
    }


def outbox_partition(order: Order, *, shop: str) -> str:
    return f"S#{shop}#OUT#{zlib.crc32(order.id.encode()) % OUTBOX_SHARDS}"


def about_order(order: Order, *, shop: str) -> Item:
    """The query for what waits in the outbox about an order: none of it is older than the order, give or
    take a minute of clocks, and its text names the shopper."""
    oldest = items.outbox_entry("", order, at=order.placed_at - timedelta(minutes=1))["id"][:10]
    return {
        "KeyConditionExpression": "PK = :partition AND SK >= :oldest",
        "FilterExpression": "contains(doc, :shopper)",
        "ExpressionAttributeValues": {
            ":partition": {"S": outbox_partition(order, shop=shop)},
            ":oldest": {"S": oldest},
            ":shopper": {"S": order.shopper},
        },
        "ConsistentRead": True,
    }


def written_by(until: datetime) -> Item:
    """The condition that an item was last written at `until` or before; those of an older Sayso do not
    say."""
    return {
        "ConditionExpression": "attribute_not_exists(#at) OR #at <= :until",
        "ExpressionAttributeNames": {"#at": "at"},
        "ExpressionAttributeValues": {":until": {"S": items.sortable(until)}},
    }


def unmoved(cart: Cart, also: str, **values: str) -> Item:
    """The condition that the stored cart still has `cart.version` (0: none is stored) and `also` holds."""
    if cart.version == 0:
        return {"ConditionExpression": "attribute_not_exists(PK)"}
    return _at_version(cart.version, also, **values)


def unmoved_profile(about: Shopper, also: str, **values: str) -> Item:
    """The same of what is stored about a shopper (0: none, or never saved)."""
    if about.version == 0:
        return {"ConditionExpression": "attribute_not_exists(version)"}
    return _at_version(about.version, also, **values)


def stock_change(sku: str, change: int, *, shop: str) -> Item:
    """The update that moves a counted stock, never below zero; refused where stock is not counted."""
    values = {":change": {"N": str(change)}}
    if change < 0:
        values[":least"] = {"N": str(-change)}
    return {
        "Key": stock_key(shop, sku),
        "UpdateExpression": "SET n = n + :change",
        "ConditionExpression": "n >= :least" if change < 0 else "attribute_exists(n)",
        "ExpressionAttributeValues": values,
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def doc(item: Item) -> Item:
    """The document an item holds."""
    return items.from_text(item["doc"]["S"])


def left(item: Item) -> int | None:
    """The pieces a stock item counts, None when it counts none."""
    return int(item["n"]["N"]) if "n" in item else None


def _at_version(version: int, also: str, **values: str) -> Item:
    return {
        "ConditionExpression": f"version = :version AND {also}",
        "ExpressionAttributeValues": {
            ":version": {"N": str(version)},
            **{f":{name}": {"S": value} for name, value in values.items()},
        },
    }


def _text(item: Item) -> Item:
    return {"S": items.to_text(item)}

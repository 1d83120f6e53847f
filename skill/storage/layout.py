"""How one DynamoDB table is laid out: keys, items, and the conditions they are written under. No I/O.

A document is JSON text in `doc`, compressed with zlib where it is long; beside it stand only the attributes
that a condition, an index or a person looking at the table needs.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from skill.commerce.cart import Cart
from skill.commerce.key import Key
from skill.commerce.merchant import Facts, Shopper
from skill.selling import StockChange, StockChanged
from skill.storage import items, merchant_items, shop_items
from skill.storage.items import Item
from skill.storage.merchant_items import outcome

# Index partitions that one shop's shoppers are spread over.
PARTS = 10
# From how many characters on a document is compressed: of what is written every started KB is paid for.
LONG = 800

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


def facts_key(shop: str) -> Item:
    return key(f"S#{shop}", "FACTS")


def facts_items(facts: Facts, *, shop: str) -> tuple[Item, Item]:
    """What each visit reads, which is small, and the facts themselves, which a process reads once for each
    revision."""
    revision = {"revision": {"N": str(facts.revision)}}
    return (
        {**meta_key(shop), **revision},
        {**facts_key(shop), **revision, "doc": text(shop_items.dump_facts(facts))},
    )


def revision(meta: Item) -> int:
    """Which revision of the facts is live; 0 of an older Sayso, which kept them in this very item."""
    return int(meta["revision"]["N"]) if "revision" in meta else 0


def stock_item(sku: str, n: int | None, *, shop: str) -> Item:
    """Without `n` the stock is not counted."""
    counted = {} if n is None else {"n": {"N": str(n)}}
    return {**stock_key(shop, sku), "sku": {"S": sku}, **counted}


def profile_item(about: Shopper, *, shop: str, shopper: str, at: datetime) -> Item:
    """Without `version` while it was never saved, as those of an older Sayso are."""
    item = {
        **shopper_key(shopper, "PROFILE"),
        "GSI1PK": {"S": profiles_of(shop, zlib.crc32(shopper.encode()) % PARTS)},
        "GSI1SK": {"S": f"{at.astimezone(UTC):%Y-%m}"},
        "at": {"S": items.sortable(at)},
        "doc": text(items.dump_shopper(about)),
    }
    if about.version:
        item |= {"version": {"N": str(about.version)}, "seen": {"L": [{"S": seen} for seen in about.seen]}}
    return item


def cart_item(cart: Cart, *, shopper: str, at: datetime, days: int) -> Item:
    """It goes by itself so many days after it was written: an index would cost every turn more."""
    return {
        **shopper_key(shopper, "CART"),
        "at": {"S": items.sortable(at)},
        "ttl": {"N": str(int((at + timedelta(days=days)).timestamp()))},
        "cid": {"S": cart.cid},
        "version": {"N": str(cart.version)},
        "seen": {"L": [{"S": request} for request in cart.seen]},
        "doc": text(items.dump_cart(cart)),
    }


def profiles_of(shop: str, part: int) -> str:
    """The index partition of a part of the shop's shoppers, by the month they were last written in. By
    month and not by time: the next write of that month costs the index nothing."""
    return f"S#{shop}#PROFILES#{part}"


def api_key(shop: str, hash: str) -> Item:
    return key(f"S#{shop}", f"KEY#{hash}")


def lookup_key(hash: str) -> Item:
    """What tells whose a key is: a request has nothing else."""
    return key(f"KEY#{hash}", "KEY")


def api_key_items(kept: Key, *, shop: str) -> tuple[Item, Item]:
    return (
        {**api_key(shop, kept.hash), "doc": text(merchant_items.dump_key(kept))},
        {**lookup_key(kept.hash), "shop": {"S": shop}},
    )


def once_key(shop: str, token: str, part: int) -> Item:
    return key(f"S#{shop}#ONCE#{token}", f"{part:03}")


def once_item(
    changed: Sequence[StockChanged],
    *,
    of: str,
    shop: str,
    token: str,
    part: int,
    at: datetime,
) -> Item:
    """What became of changes that are made once; it goes by itself some time after it may be forgotten."""
    return {
        **once_key(shop, token, part),
        "ttl": {"N": str(int((at + merchant_items.KEPT).timestamp()))},
        "doc": text(merchant_items.dump_changed(changed, of=of)),
    }


def stock_set(change: StockChange, before: Mapping[str, int | None], *, shop: str) -> Item:
    """The update that makes a change to a stock that is known. One that moves it is refused where it is no
    longer as it was `before`."""
    condition, values = "attribute_exists(PK)", {}
    left = outcome(change, before).left
    if change.by:
        condition, values = "n = :before", {":before": {"N": str(before[change.sku])}}
    if left is None:
        update = "REMOVE n"
    else:
        update, values = "SET n = :left", {**values, ":left": {"N": str(left)}}
    return {
        "Key": stock_key(shop, change.sku),
        "UpdateExpression": update,
        "ConditionExpression": condition,
        **({"ExpressionAttributeValues": values} if values else {}),
    }


def at_revision(revision: int) -> Item:
    """The condition that the stored facts are of this revision (0: none are, or of an older Sayso)."""
    if revision == 0:
        return {"ConditionExpression": "attribute_not_exists(revision)"}
    return {
        "ConditionExpression": "revision = :revision",
        "ExpressionAttributeValues": {":revision": {"N": str(revision)}},
    }


def of_text(expected: str | None) -> Item:
    """The condition that a document has just this text ("": there is none; None: whatever there is)."""
    if expected is None:
        return {}
    if not expected:
        return {"ConditionExpression": "attribute_not_exists(PK)"}
    # "text" is one of DynamoDB's own words.
    return {
        "ConditionExpression": "#text = :text",
        "ExpressionAttributeNames": {"#text": "text"},
        "ExpressionAttributeValues": {":text": {"S": expected}},
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
    kept = item["doc"]
    return items.from_text(kept["S"] if "S" in kept else zlib.decompress(kept["B"]).decode())


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


def text(item: Item) -> Item:
    """A document as an attribute: its text, or that compressed where it is long."""
    written = items.to_text(item)
    return {"S": written} if len(written) < LONG else {"B": zlib.compress(written.encode())}

"""What the merchant's side keeps, as documents: keys, and what became of changes that are made only once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from skill.commerce.key import Key
from skill.selling import StockChange, StockChanged
from skill.storage.shop_items import moment

Item = dict[str, Any]
# How long a change made once is remembered.
KEPT = timedelta(days=1)


def dump_key(key: Key) -> Item:
    return {
        "id": key.id,
        "hash": key.hash,
        "label": key.label,
        "created": key.created.isoformat(),
        "last4": key.last4,
        "scopes": sorted(key.scopes),
        "expires": key.expires and key.expires.isoformat(),
        "revoked": key.revoked and key.revoked.isoformat(),
    }


def load_key(item: Mapping[str, Any]) -> Key:
    return Key(
        id=item["id"],
        hash=item["hash"],
        label=item["label"],
        created=datetime.fromisoformat(item["created"]),
        last4=item["last4"],
        scopes=frozenset(item["scopes"]),
        expires=moment(item["expires"]),
        revoked=moment(item["revoked"]),
    )


def dump_changed(changed: Sequence[StockChanged], *, of: str) -> Item:
    """What became of changes, and their digest."""
    return {"of": of, "changed": [[one.sku, one.left, one.refused] for one in changed]}


def load_changed(item: Mapping[str, Any], *, of: str) -> tuple[StockChanged, ...] | None:
    """What became of the changes of this digest; None when others were made."""
    if item["of"] != of:
        return None
    return tuple(StockChanged(*one) for one in item["changed"])


def outcome(change: StockChange, stock: Mapping[str, int | None]) -> StockChanged:
    """What becomes of a change, by the stock there is."""
    if change.sku not in stock:
        return StockChanged(change.sku, None, "unknown")
    left = stock[change.sku]
    if not change.by:
        return StockChanged(change.sku, change.left)
    if left is None:
        return StockChanged(change.sku, None, "uncounted")
    if left + change.by < 0:
        return StockChanged(change.sku, left, "short")
    return StockChanged(change.sku, left + change.by)


def digest(changes: Sequence[StockChange]) -> str:
    return sha256(repr([(one.sku, one.left, one.by) for one in changes]).encode()).hexdigest()

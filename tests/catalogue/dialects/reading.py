"""Reading a feed in a test."""

from __future__ import annotations

import io
from datetime import datetime

from skill.catalogue.feed import Feed, read_feed
from skill.catalogue.problem import Problem
from skill.commerce.product import Product


def feed_of(
    content: bytes | str,
    *,
    currency: str | None = None,
    dialect: str | None = None,
    encoding: str | None = None,
    now: datetime | None = None,
) -> Feed:
    told = content.encode() if isinstance(content, str) else content
    return read_feed(
        io.BytesIO(told), language="en", currency=currency, dialect=dialect, encoding=encoding, now=now
    )


def read(
    content: bytes | str, *, currency: str | None = None, dialect: str | None = None
) -> list[Product | Problem]:
    return list(feed_of(content, currency=currency, dialect=dialect).items)


def products_of(content: bytes | str, *, currency: str | None = None) -> list[Product]:
    """The products of a feed nothing is wrong with but what leaves a doubt."""
    items = read(content, currency=currency)
    errors = [item for item in items if isinstance(item, Problem) and item.error]
    assert errors == []
    return [item for item in items if isinstance(item, Product)]


def codes(content: bytes | str, *, currency: str | None = None) -> list[tuple[int, str, str]]:
    """Row, field and code of each problem."""
    items = read(content, currency=currency)
    return [(item.row, item.field, item.code) for item in items if isinstance(item, Problem)]

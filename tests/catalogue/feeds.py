"""Feeds small enough to write in a test."""

from __future__ import annotations

from skill.catalogue.feed import Problem, read_google
from skill.commerce.product import Product

HEADER = "id\ttitle\tprice"


def read(*rows: str, header: str = HEADER) -> list[Product | Problem]:
    return list(read_google([header + "\n", *(row + "\n" for row in rows)], language="en"))

"""Feeds small enough to write in a test."""

from __future__ import annotations

from skill.catalogue.feed import read_google
from skill.catalogue.problem import Problem
from skill.commerce.product import Product

HEADER = "id\ttitle\tprice"


def read(*rows: str, header: str = HEADER) -> list[Product | Problem]:
    """What becomes of these rows."""
    return list(read_google([header + "\n", *(row + "\n" for row in rows)], language="en"))

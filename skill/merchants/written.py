"""What the tables of a shop file have in common: words by language, and names that stand once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar, cast

Words = TypeVar("Words", str, list[str])


def by_language(written: Words | dict[str, Words], language: str) -> dict[str, Words]:
    """Words by locale or language; those that name none are in the shop's own."""
    return cast("dict[str, Words]", written if isinstance(written, dict) else {language: written})


def each_once(name: str, values: Sequence[str], *, why: str = "") -> None:
    """Raises ValueError where one of these values stands twice."""
    if twice := next((value for value in values if values.count(value) > 1), None):
        raise ValueError(f"{name} {twice!r} stands twice{why and f'; {why}'}")

"""One hostile request as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.hostile.shop import Shop
from tests.hostile.wire import Post


@dataclass(frozen=True, slots=True)
class Row:
    """`name` says what is wrong, `reason` why it is to be refused (empty: whoever speaks HTTP for us may
    refuse it before us), `post` makes it, fresh."""

    name: str
    reason: str
    post: Callable[[Shop], Post]

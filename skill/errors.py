"""Every failure we expect, as one tree.

A `SkillError` carries a prompt key and values, never a sentence; the engine catches this family
alone and lets the shopper hear the prompt. Anything else is a fault and reaches the edge.

    SkillError
    ├── CartError      CartFull · QuantityNotAllowed · CartChanged
    ├── ListFull
    ├── OrderError     OrderNotFound · OrderNotCancellable · OrderBusy
    └── CatalogueError CatalogueNotLinked · FeedRejected

Bad settings and bad files given to a command are not the shopper's affair: `BadInput` names the
place and the remedy for whoever runs the command, which adds where to read on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class SkillError(Exception):
    """A broken rule of the shop: `key` names the prompt, `values` fill it."""

    key = "common.sorry"

    def __init__(self, **values: Any) -> None:
        super().__init__(self.key)
        self.values: Mapping[str, Any] = values


class CartError(SkillError):
    """The cart cannot take this change."""


class CartFull(CartError):
    """Raised when a new line would exceed `commerce.cart.MAX_LINES`. Values: `limit`."""

    key = "add_to_cart.cart_full"


class QuantityNotAllowed(CartError):
    """Raised when a quantity is not positive or above what one line may hold. Values: `limit`."""

    key = "add_to_cart.quantity_not_allowed"


class CartChanged(CartError):
    """Raised when the cart keeps being changed elsewhere while this change is tried."""

    key = "common.cart_busy"


class ListFull(SkillError):
    """Raised when there are as many lists of one's own, or entries on one, as are kept. `key` says which;
    values: `count`."""

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(**values)
        self.key = key


class OrderError(SkillError):
    """An order cannot be found or changed."""


class OrderNotFound(OrderError):
    """Raised when no order of this shopper fits what was said."""

    key = "order_status.not_found"


class OrderNotCancellable(OrderError):
    """Raised when the order's status no longer allows it. Values: `number`, `status`."""

    key = "cancel_order.too_late"


class OrderBusy(OrderError):
    """Raised when an order keeps changing while it is to be changed."""

    key = "cancel_order.busy"


class CatalogueError(SkillError):
    """The shop's shelves are not usable."""


class CatalogueNotLinked(CatalogueError):
    """Raised when no catalogue was ever published into this store."""

    key = "common.no_catalogue"


class FeedRejected(CatalogueError):
    """Raised when a feed yields no usable product; `rows` holds what is wrong, row by row."""

    key = "common.no_catalogue"

    def __init__(self, *, rows: tuple[str, ...]) -> None:
        super().__init__()
        self.rows = rows


class BadInput(Exception):
    """A setting, file or argument that cannot be used; the message names the place and the remedy. `topic`:
    what `skill.manual` has a page about, where that is another than the command's."""

    def __init__(self, message: str, *, topic: str = "") -> None:
        super().__init__(message)
        self.topic = topic

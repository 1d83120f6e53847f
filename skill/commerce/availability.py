"""How many pieces of a product one cart may hold, and why no more."""

from __future__ import annotations

from dataclasses import dataclass

from skill.commerce.cart import MAX_QUANTITY


@dataclass(frozen=True, slots=True)
class Bound:
    """`reason`: "few_left" (stock), "limit" (the shop's, an order) or "line_limit" (what a line holds)."""

    most: int
    reason: str


def bound(*, left: int | None, limit: int | None) -> Bound:
    """The tightest of stock (`left`, None: not counted), the product's `limit` an order (None: none) and
    what any line may hold."""
    bounds = [Bound(left, "few_left")] if left is not None else []
    bounds += [Bound(limit, "limit")] if limit is not None else []
    return min((*bounds, Bound(MAX_QUANTITY, "line_limit")), key=lambda bound: bound.most)

"""The tightest bound on what a cart may hold of a product, and its reason."""

from __future__ import annotations

import pytest

from skill.commerce.availability import Bound, bound
from skill.commerce.cart import MAX_QUANTITY


@pytest.mark.parametrize(
    ("left", "limit", "expected"),
    [
        (None, None, Bound(MAX_QUANTITY, "line_limit")),
        (500, 500, Bound(MAX_QUANTITY, "line_limit")),
        (3, None, Bound(3, "few_left")),
        (0, 2, Bound(0, "few_left")),
        (None, 2, Bound(2, "limit")),
        (3, 2, Bound(2, "limit")),
        (2, 2, Bound(2, "few_left")),
    ],
)
def test_the_tightest_bound_counts(left: int | None, limit: int | None, expected: Bound) -> None:
    assert bound(left=left, limit=limit) == expected

"""What a coupon takes off, exactly why it may not count, and a discount shared out to the last cent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.commerce.coupon import Coupon, Earlier, Refusal, allot, refusal
from tests.commerce.goods import NOW, usd

TEN = Coupon(code="SAVE10", percent=1_000)
FIVE = Coupon(code="FIVE", amount=500)
BEFORE = Earlier("31415", "delivered", "SAVE10")


@pytest.mark.parametrize(
    ("coupon", "lines", "off"),
    [
        (TEN, 2_000, 200),
        (TEN, 1_995, 200),
        (TEN, 1_994, 199),
        (TEN, 0, 0),
        (FIVE, 2_000, 500),
        (FIVE, 300, 300),
    ],
)
def test_a_coupon_takes_off_its_part_and_never_more_than_there_is(
    coupon: Coupon, lines: int, off: int
) -> None:
    assert coupon.off(usd(lines)) == usd(off)


def test_a_coupon_counts_from_its_start_until_before_its_end() -> None:
    coupon = replace(TEN, starts=NOW, ends=NOW + timedelta(days=1))
    reasons = [
        refused and refused.reason
        for moment in (-1, 0, 86_399, 86_400)
        for refused in [refusal(coupon, lines=usd(1), now=NOW + timedelta(seconds=moment))]
    ]
    assert reasons == ["not_started", None, None, "expired"]
    assert coupon.live(NOW)
    assert not coupon.live(NOW + timedelta(days=1))
    assert not coupon.live(NOW - timedelta(seconds=1))


def test_what_a_minimum_lacks_is_told() -> None:
    coupon = replace(TEN, minimum=2_000)
    assert refusal(coupon, lines=usd(2_000), now=NOW) is None
    refused = refusal(coupon, lines=usd(1_250), now=NOW)
    assert refused == Refusal("minimum", missing=usd(750))
    assert refused.waits


def test_a_coupon_counts_once_a_shopper_and_the_order_it_went_with_is_told() -> None:
    assert refusal(TEN, lines=usd(1), now=NOW, earlier=[BEFORE]) == Refusal("used", order="31415")
    assert refusal(replace(TEN, once=False), lines=usd(1), now=NOW, earlier=[BEFORE]) is None
    assert refusal(FIVE, lines=usd(1), now=NOW, earlier=[BEFORE]) is None


@pytest.mark.parametrize("status", ["cancelled", "failed"])
def test_an_order_that_came_to_nothing_gives_its_coupon_back(status: str) -> None:
    undone = [replace(BEFORE, status=status)]
    assert refusal(TEN, lines=usd(1), now=NOW, earlier=undone) is None
    assert refusal(replace(FIVE, first=True), lines=usd(1), now=NOW, earlier=undone) is None


def test_a_coupon_for_a_first_order_is_for_that_one() -> None:
    first = replace(FIVE, first=True)
    assert refusal(first, lines=usd(1), now=NOW) is None
    assert refusal(first, lines=usd(1), now=NOW, earlier=[BEFORE]) == Refusal("first_only")


def test_a_reason_that_more_goods_cannot_mend_comes_first() -> None:
    coupon = replace(TEN, minimum=2_000, ends=NOW)
    assert refusal(coupon, lines=usd(1), now=NOW) == Refusal("expired")


def test_a_coupon_is_named_in_the_language_or_not_at_all() -> None:
    named = replace(TEN, names={"en": "ten percent off", "de-AT": "zehn Prozent"})
    assert (named.name("en-GB"), named.name("de-AT"), named.name("de-DE")) == (
        "ten percent off",
        "zehn Prozent",
        "",
    )


def test_an_amount_is_allotted_by_largest_remainder() -> None:
    assert allot(100, [100, 100, 100]) == [34, 33, 33]
    assert allot(10, [1, 0, 99]) == [0, 0, 10]
    assert allot(0, []) == []
    assert allot(0, [0, 0]) == [0, 0]


@given(st.lists(st.integers(0, 10**7), max_size=6), st.data())
def test_the_parts_of_an_allotment_sum_exactly_and_none_exceeds_its_share(
    shares: list[int], data: st.DataObject
) -> None:
    amount = data.draw(st.integers(0, sum(shares)))
    parts = allot(amount, shares)
    assert sum(parts) == amount
    for part, share in zip(parts, shares, strict=True):
        assert 0 <= part <= share
        assert abs(part * sum(shares) - amount * share) <= sum(shares)

"""What becomes of a placed order: its lines, its coupon, its money."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.commerce.amending import amended, had, has, relined, still_counts
from skill.commerce.cart import MAX_LINES, MAX_QUANTITY, Line
from skill.commerce.coupon import Coupon
from skill.commerce.order import Order
from skill.commerce.payment import CARD, Movement, Payment
from skill.commerce.totals import Terms, Totals, quote
from skill.errors import CartFull, QuantityNotAllowed
from tests.commerce.goods import NOW, line, usd

TERMS = Terms(currency="USD", tax_rates={"default": 700}, delivery_fee=499, free_delivery_from=5000)
SKUS = ("milk", "eggs", "butter", "coffee")


def costs(*lines: Line, coupon: Coupon | None = None) -> Totals:
    return quote(lines, terms=TERMS, category_of=lambda _: "", coupon=coupon)


def order(*lines: Line, coupon: str = "") -> Order:
    return Order(
        id="cid-1",
        number="12345",
        shopper="somebody",
        status="placed",
        placed_at=NOW,
        lines=lines,
        totals=costs(*lines),
        coupon=coupon,
    )


def fresh(*, price: int = 399) -> dict[str, Line]:
    return {sku: line(sku, price=price) for sku in SKUS}


def test_what_is_new_comes_at_the_price_of_now() -> None:
    after = relined(order(line("eggs", 2)), {"milk": 3}, fresh=fresh(price=299))
    assert after == (line("eggs", 2), line("milk", 3, price=299))


def test_less_of_a_line_keeps_its_price_and_more_of_it_takes_the_price_of_now() -> None:
    placed = order(line("eggs", 2, price=350))
    assert relined(placed, {"eggs": 1}, fresh=fresh()) == (line("eggs", 1, price=350),)
    assert relined(placed, {"eggs": 3}, fresh=fresh()) == (line("eggs", 3, price=399),)


def test_a_line_of_what_is_sold_no_longer_can_still_become_less() -> None:
    assert relined(order(line("gone", 2), line("eggs")), {"gone": 0}, fresh={}) == (line("eggs"),)


def test_an_order_takes_no_more_than_a_cart() -> None:
    with pytest.raises(QuantityNotAllowed):
        relined(order(line("eggs")), {"eggs": MAX_QUANTITY + 1}, fresh=fresh())
    full = order(*(line(f"sku-{number}") for number in range(MAX_LINES)))
    with pytest.raises(CartFull):
        relined(full, {"milk": 1}, fresh=fresh())


counts = st.dictionaries(st.sampled_from(SKUS), st.integers(0, 20))
quantities = st.dictionaries(st.sampled_from(SKUS), st.integers(1, 20), min_size=1)


@given(quantities, counts)
def test_just_what_was_named_changes_and_doing_it_twice_changes_nothing_more(
    there: dict[str, int], wanted: dict[str, int]
) -> None:
    placed = order(*(line(sku, count) for sku, count in there.items()))
    after = replace(placed, lines=relined(placed, wanted, fresh=fresh()))
    assert has(after, wanted)
    assert {sku: had(after, sku) for sku in SKUS if sku not in wanted} == {
        sku: had(placed, sku) for sku in SKUS if sku not in wanted
    }
    assert relined(after, wanted, fresh=fresh()) == after.lines


COUPON = Coupon(code="FIVE", amount=500, minimum=1000, ends=NOW + timedelta(hours=1))


def test_a_coupon_counts_as_on_the_day_the_order_was_placed() -> None:
    placed = order(line("coffee", 3), coupon="FIVE")
    assert still_counts(COUPON, placed, placed.lines) == COUPON
    too_late = replace(placed, placed_at=NOW + timedelta(hours=2))
    assert still_counts(COUPON, too_late, placed.lines) is None


def test_a_coupon_counts_only_while_its_minimum_is_reached() -> None:
    placed = order(line("coffee", 3), coupon="FIVE")
    assert still_counts(COUPON, placed, (line("coffee", 2),)) is None
    assert still_counts(None, placed, placed.lines) is None


def paid(placed: Order) -> Order:
    first = Movement(key=placed.id, minor=placed.totals.total.minor, state="done", reference="ch_1")
    return replace(placed, payment=Payment(method=CARD, movements=(first,)))


@given(quantities, quantities)
def test_what_is_due_on_a_card_is_the_difference_to_the_unit(
    there: dict[str, int], wanted: dict[str, int]
) -> None:
    placed = paid(order(*(line(sku, count) for sku, count in there.items())))
    lines = relined(placed, wanted, fresh=fresh())
    after = amended(placed, lines=lines, totals=costs(*lines), coupon="")
    due = after.payment.open
    assert (due.minor if due else 0) == after.totals.total.minor - placed.totals.total.minor
    assert due is None or due.key != placed.id


def test_a_billed_order_has_nothing_due() -> None:
    placed = order(line("eggs"))
    lines = (line("eggs", 4),)
    after = amended(placed, lines=lines, totals=costs(*lines), coupon="")
    assert after.payment == placed.payment
    assert after.totals.total > usd(0)

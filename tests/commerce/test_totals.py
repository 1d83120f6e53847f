"""The total read out is the total charged."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.commerce.cart import Line
from skill.commerce.coupon import Coupon
from skill.commerce.money import Money, portion, total
from skill.commerce.totals import Terms, quote
from tests.commerce.goods import line, usd

CATEGORIES = {"milk": "Food", "soap": "Household", "lamp": "Electronics"}
TERMS = Terms(currency="USD", tax_rates={"default": 600, "Food": 0, "Electronics": 800}, delivery_fee=499)
carts = st.lists(
    st.builds(line, st.sampled_from(sorted(CATEGORIES)), st.integers(1, 99), price=st.integers(0, 100_000)),
    max_size=6,
).map(tuple)
rates = st.dictionaries(
    st.sampled_from(["default", "Food", "Household", "Electronics"]), st.integers(0, 10_000)
)
terms = st.builds(
    Terms,
    currency=st.just("USD"),
    tax_inclusive=st.booleans(),
    tax_rates=rates,
    delivery_fee=st.integers(0, 2_000),
    free_delivery_from=st.none() | st.integers(0, 50_000),
    deposits=st.dictionaries(st.sampled_from(["Food", "Household"]), st.integers(0, 100)),
    sku_deposits=st.dictionaries(st.sampled_from(["milk", "lamp"]), st.integers(0, 100)),
    deposit_taxed=st.booleans(),
)
# Where totals are whole coins; what is said of the exact parts holds without.
stepped = st.builds(
    lambda terms, step: replace(terms, total_step=step), terms, st.sampled_from([1, 5, 10, 50, 100])
)
coupons = st.builds(Coupon, code=st.just("CODE"), percent=st.integers(1, 10_000)) | st.builds(
    Coupon, code=st.just("CODE"), amount=st.integers(1, 200_000)
)


def test_each_rate_is_applied_to_the_sum_of_its_lines_and_delivery_at_the_default_rate() -> None:
    lines = [line("milk", 3, price=399), line("soap", 2, price=255), line("lamp", price=1_999)]
    bill = quote(lines, terms=TERMS, category_of=CATEGORIES.__getitem__)
    assert bill.lines == usd(1197 + 510 + 1999)
    assert bill.delivery == usd(499)
    # 6 % of 5.10 + 4.99 is 60.54 cents, 8 % of 19.99 is 159.92 cents, food is free of tax.
    assert bill.tax == usd(61 + 160)
    assert bill.total == usd(3706 + 499 + 221)


def test_tax_is_rounded_once_per_rate_and_not_per_line() -> None:
    # 6 % of 8 cents is nothing; of all twelve it is 5.76 cents.
    lines = [line("soap", price=8) for _ in range(12)]
    free = replace(TERMS, delivery_fee=0)
    assert quote(lines, terms=free, category_of=CATEGORIES.__getitem__).tax == usd(6)


@pytest.mark.parametrize(("price", "fee"), [(3_499, 499), (3_500, 0), (3_501, 0)])
def test_delivery_is_free_from_its_threshold_on(price: int, fee: int) -> None:
    bill = quote(
        [line("milk", price=price)],
        terms=replace(TERMS, free_delivery_from=3_500),
        category_of=CATEGORIES.__getitem__,
    )
    assert bill.delivery == usd(fee)


def test_an_empty_cart_costs_nothing() -> None:
    bill = quote([], terms=TERMS, category_of=CATEGORIES.__getitem__)
    assert (bill.lines, bill.delivery, bill.tax, bill.total, bill.discount) == (usd(0),) * 5


def test_an_inclusive_tax_is_the_part_of_the_price_that_is_tax() -> None:
    inclusive = Terms(currency="USD", tax_inclusive=True, tax_rates={"default": 1_900})
    bill = quote([line("soap", price=11_900)], terms=inclusive, category_of=CATEGORIES.__getitem__)
    assert (bill.tax, bill.total) == (usd(1_900), usd(11_900))


def test_a_discount_is_taken_from_each_rates_lines_before_tax() -> None:
    lines = [line("milk", 2, price=1_000), line("soap", price=1_000)]
    ten = Coupon(code="SAVE10", percent=1_000)
    bill = quote(lines, terms=TERMS, category_of=CATEGORIES.__getitem__, coupon=ten)
    assert (bill.lines, bill.discount) == (usd(3_000), usd(300))
    # A third of it falls on the soap: 6 % of 9.00 + 4.99.
    assert bill.tax == usd(84)
    assert bill.total == usd(3_000 - 300 + 499 + 84)


def test_an_inclusive_tax_is_that_of_what_is_paid() -> None:
    inclusive = Terms(currency="EUR", tax_inclusive=True, tax_rates={"default": 1_900})
    lines = [replace(line("soap"), price=Money(11_900, "EUR"))]
    half = Coupon(code="HALF", percent=5_000)
    bill = quote(lines, terms=inclusive, category_of=CATEGORIES.__getitem__, coupon=half)
    assert (bill.total.minor, bill.tax.minor) == (5_950, 950)


def test_a_coupon_does_not_take_free_delivery_away() -> None:
    free = replace(TERMS, free_delivery_from=3_500)
    ten = Coupon(code="SAVE10", percent=1_000)
    bill = quote([line("milk", price=3_500)], terms=free, category_of=CATEGORIES.__getitem__, coupon=ten)
    assert (bill.delivery, bill.total) == (usd(0), usd(3_150))


def test_what_is_picked_up_costs_no_delivery_and_no_tax_on_it() -> None:
    bill = quote([line("soap", price=1_000)], terms=TERMS, category_of=CATEGORIES.__getitem__, pickup=True)
    assert (bill.delivery, bill.tax, bill.total) == (usd(0), usd(60), usd(1_060))


@given(carts, stepped, st.none() | coupons, st.booleans())
def test_the_total_is_the_sum_of_its_parts(
    lines: tuple[Line, ...], given_terms: Terms, coupon: Coupon | None, pickup: bool
) -> None:
    bill = quote(lines, terms=given_terms, category_of=CATEGORIES.__getitem__, coupon=coupon, pickup=pickup)
    assert bill.lines == total((bought.cost for bought in lines), currency="USD")
    on_top = usd(0) if given_terms.tax_inclusive else bill.tax
    deposit, rounding = bill.deposit or usd(0), bill.rounding or usd(0)
    assert bill.total == bill.lines - bill.discount + bill.delivery + deposit + on_top + rounding
    assert bill.total.minor % given_terms.total_step == 0
    assert 2 * abs(rounding.minor) <= given_terms.total_step
    assert usd(0) <= bill.discount <= bill.lines
    assert usd(0) <= bill.tax <= bill.total
    assert not pickup or bill.delivery == usd(0)


@given(carts, terms, coupons, st.booleans())
def test_a_coupon_never_makes_an_order_dearer_and_saves_at_least_what_it_says(
    lines: tuple[Line, ...], given_terms: Terms, coupon: Coupon, pickup: bool
) -> None:
    def total_with(coupon: Coupon | None) -> Money:
        return quote(
            lines, terms=given_terms, category_of=CATEGORIES.__getitem__, coupon=coupon, pickup=pickup
        ).total

    goods = total((bought.cost for bought in lines), currency="USD")
    assert total_with(coupon) <= total_with(None) - coupon.off(goods)


@given(carts, terms, st.integers(1, 9_999), st.integers(1, 9_999))
def test_more_percent_off_is_never_dearer_by_more_than_a_rounding_per_rate(
    lines: tuple[Line, ...], given_terms: Terms, one: int, other: int
) -> None:
    less, more = (
        quote(
            lines,
            terms=given_terms,
            category_of=CATEGORIES.__getitem__,
            coupon=Coupon(code="CODE", percent=percent),
        )
        for percent in sorted((one, other))
    )
    assert more.total.minor <= less.total.minor + len(CATEGORIES)
    assert more.total.minor - more.tax.minor <= less.total.minor - less.tax.minor


@given(carts, terms)
def test_the_tax_is_within_half_a_cent_per_rate_of_the_exact_one(
    lines: tuple[Line, ...], given_terms: Terms
) -> None:
    bill = quote(lines, terms=given_terms, category_of=CATEGORIES.__getitem__)
    default = given_terms.tax_rates.get("default", 0)
    parts = [(bill.delivery.minor, default)]
    for bought in lines:
        category = CATEGORIES[bought.sku]
        deposit = given_terms.deposit(bought.sku, category) * bought.quantity
        taxed = bought.cost.minor + (deposit if given_terms.deposit_taxed else 0)
        parts.append((taxed, given_terms.tax_rates.get(category, default)))
    exact = Fraction(0)
    for minor, rate in parts:
        exact += Fraction(minor * rate, 10_000 + rate if given_terms.tax_inclusive else 10_000)
    assert 2 * abs(bill.tax.minor - exact) <= len({rate for _, rate in parts})


BOTTLES = replace(TERMS, delivery_fee=0, deposits={"Household": 25}, sku_deposits={"milk": 150})


def test_a_deposit_goes_by_the_piece_and_by_sku_before_category() -> None:
    lines = [line("milk", 2, price=399), line("soap", 3, price=255), line("lamp", price=1_999)]
    bill = quote(lines, terms=BOTTLES, category_of=CATEGORIES.__getitem__)
    assert bill.deposit == usd(2 * 150 + 3 * 25)
    assert bill.total == bill.lines + bill.tax + usd(375)
    assert quote(lines[2:], terms=BOTTLES, category_of=CATEGORIES.__getitem__).deposit is None


@pytest.mark.parametrize(("taxed", "tax"), [(False, 60), (True, 62)])
def test_a_deposit_is_taxed_at_the_rate_of_its_line_where_the_shop_says_so(taxed: bool, tax: int) -> None:
    terms = replace(BOTTLES, deposit_taxed=taxed)
    bill = quote([line("soap", price=1_000)], terms=terms, category_of=CATEGORIES.__getitem__)
    assert (bill.tax, bill.total) == (usd(tax), usd(1_000 + 25 + tax))


def test_the_tax_in_a_deposit_is_contained_where_prices_contain_it() -> None:
    inclusive = Terms(
        currency="USD",
        tax_inclusive=True,
        tax_rates={"default": 1_900},
        deposits={"Household": 1_190},
        deposit_taxed=True,
    )
    bill = quote([line("soap", price=11_900)], terms=inclusive, category_of=CATEGORIES.__getitem__)
    assert (bill.tax, bill.total) == (usd(2_090), usd(13_090))
    untaxed = replace(inclusive, deposit_taxed=False)
    bill = quote([line("soap", price=11_900)], terms=untaxed, category_of=CATEGORIES.__getitem__)
    assert (bill.tax, bill.total) == (usd(1_900), usd(13_090))


def test_a_deposit_earns_no_free_delivery() -> None:
    terms = replace(BOTTLES, delivery_fee=499, free_delivery_from=1_000)
    bill = quote([line("milk", price=999)], terms=terms, category_of=CATEGORIES.__getitem__)
    assert bill.delivery == usd(499)


@given(carts, stepped, coupons, st.booleans())
def test_no_coupon_touches_the_deposit(
    lines: tuple[Line, ...], given_terms: Terms, coupon: Coupon, pickup: bool
) -> None:
    def priced(coupon: Coupon | None) -> Money | None:
        return quote(
            lines, terms=given_terms, category_of=CATEGORIES.__getitem__, coupon=coupon, pickup=pickup
        ).deposit

    assert priced(coupon) == priced(None)


@given(carts, stepped, st.data())
def test_one_piece_more_never_makes_an_order_cheaper_but_by_its_delivery(
    lines: tuple[Line, ...], given_terms: Terms, data: st.DataObject
) -> None:
    terms = replace(given_terms, free_delivery_from=None)
    more = data.draw(st.sampled_from(sorted(CATEGORIES)))
    added = (*lines, line(more, price=data.draw(st.integers(0, 100_000))))
    before, after = (quote(some, terms=terms, category_of=CATEGORIES.__getitem__) for some in (lines, added))
    assert after.total >= before.total
    assert after.tax >= before.tax


@given(carts, terms, st.sampled_from(["JPY", "EUR", "KWD"]), st.none() | coupons)
def test_what_a_currency_divides_into_changes_no_amount(
    lines: tuple[Line, ...], given_terms: Terms, currency: str, coupon: Coupon | None
) -> None:
    def amounts(currency: str, digits: int) -> list[int | None]:
        sold = [replace(one, price=Money(one.price.minor, currency)) for one in lines]
        there = replace(given_terms, currency=currency, minor_digits=digits)
        bill = quote(sold, terms=there, category_of=CATEGORIES.__getitem__, coupon=coupon)
        parts = (bill.lines, bill.delivery, bill.tax, bill.total, bill.discount, bill.deposit)
        assert all(part is None or part.currency == currency for part in parts)
        return [None if part is None else part.minor for part in parts]

    assert amounts(currency, {"JPY": 0, "EUR": 2, "KWD": 3}[currency]) == amounts("USD", 2)


@given(st.integers(0, 10_000_000), st.integers(0, 10_000))
def test_the_contained_tax_and_what_is_left_are_the_price_and_belong_together(gross: int, rate: int) -> None:
    terms = Terms(currency="USD", tax_inclusive=True, tax_rates={"default": rate})
    bill = quote([line("soap", price=gross)], terms=terms, category_of=CATEGORIES.__getitem__)
    net = bill.total - bill.tax
    assert net + bill.tax == usd(gross)
    # Within one unit: where a rate is high, several gross prices have the same net one.
    assert abs(portion(net, basis_points=rate).minor - bill.tax.minor) <= 1


@pytest.mark.parametrize(
    ("price", "total_", "rounding"), [(1_002, 1_000, -2), (1_003, 1_005, 2), (1_005, 1_005, None), (2, 0, -2)]
)
def test_a_total_is_whole_coins_where_the_shop_wants_it(
    price: int, total_: int, rounding: int | None
) -> None:
    coins = Terms(currency="USD", total_step=5)
    bill = quote([line("soap", price=price)], terms=coins, category_of=CATEGORIES.__getitem__)
    assert (bill.total, bill.rounding and bill.rounding.minor) == (usd(total_), rounding)

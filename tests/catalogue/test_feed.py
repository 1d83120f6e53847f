"""A merchant's feed: good rows become products, bad rows are named and lose nothing but themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from babel.numbers import get_currency_precision
from hypothesis import given
from hypothesis import strategies as st

from skill.catalogue.feed import read_google
from skill.catalogue.feed_values import Unclear, minor_money, money
from skill.catalogue.problem import Problem
from skill.commerce.money import Money
from skill.commerce.product import Measure, Offer, Product
from tests.catalogue.feeds import HEADER, read


def one(column: str, value: str) -> Product | Problem:
    """What becomes of a good row with this value in an extra column."""
    (only,) = read(f"a\tA\t3.99 USD\t{value}", header=f"{HEADER}\t{column}")
    return only


def test_a_full_row_becomes_a_product() -> None:
    columns = {
        "id": "oat-1",
        "title": "Brindle Oat Milk, 1/2 gal",
        "price": "4.49 USD",
        "item group id": "oat",
        "Spoken_Title": "Brindle oat milk, half gallon",
        "description": "Creamy.",
        "brand": "Brindle",
        "product_type": "Food > Dairy Alternatives > Plant Milk",
        "sale_price": "3.99 USD",
        "availability": "In stock",
        "sell_on_google_quantity": "85",
        "color": "white",
        "size": "half gallon",
        "unit_pricing_measure": "64 fl oz",
        "multipack": "2",
        "max_per_order": "6",
        "diet": "Vegan gluten-free",
        "contains": "oats, salt",
        "goes_with": "coffee tea",
        "popularity": "92",
        "gtin": "ignored",
    }
    (product,) = read("\t".join(columns.values()), header="\t".join(columns))
    assert product == Product(
        sku="oat-1",
        title="Brindle Oat Milk, 1/2 gal",
        names={"en": "Brindle oat milk, half gallon"},
        price=Money(449, "USD"),
        offer=Offer(Money(399, "USD")),
        brand="Brindle",
        category=("Food", "Dairy Alternatives", "Plant Milk"),
        description="Creamy.",
        group="oat",
        colour="white",
        size="half gallon",
        measure=Measure(64_000, "floz"),
        multipack=2,
        limit=6,
        diet=("vegan", "gluten-free"),
        contains=("oats", "salt"),
        goes_with=("coffee", "tea"),
        popularity=92,
        stock=85,
    )


def test_a_row_may_leave_everything_else_out() -> None:
    assert read("a\tA\t3.99 USD") == [Product(sku="a", title="A", price=Money(399, "USD"))]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("15.00 USD", Money(1500, "USD")),
        ("USD 15.00", Money(1500, "USD")),
        ("15 usd", Money(1500, "USD")),
        ("15.5\u00a0EUR", Money(1550, "EUR")),
        ("0.29 USD", Money(29, "USD")),
        ("1500 JPY", Money(1500, "JPY")),
        ("1.234 KWD", Money(1234, "KWD")),
        ("USD15", Money(1500, "USD")),
        ("10.0000 USD", Money(1000, "USD")),
        ("15,00 EUR", Money(1500, "EUR")),
        ("1.299,00 EUR", Money(129_900, "EUR")),
        ("1,299.00 USD", Money(129_900, "USD")),
        ("1 299,00 EUR", Money(129_900, "EUR")),
        ("1’299.00 CHF", Money(129_900, "CHF")),
        ("1.299.000 EUR", Money(129_900_000, "EUR")),
        ("1,29,900.00 INR", Money(12_990_000, "INR")),
        ("1,500 JPY", Money(1500, "JPY")),
        ("15.500 KWD", Money(15_500, "KWD")),
        ("١٥٫٥٠ SAR", Money(1550, "SAR")),
    ],
)
def test_money_is_an_amount_and_its_currency_in_either_order(text: str, amount: Money) -> None:
    assert money(text) == amount


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("15.00", "USD", Money(1500, "USD")),
        ("$15", "USD", Money(1500, "USD")),
        ("$15", "CAD", Money(1500, "CAD")),
        ("US$ 15", "USD", Money(1500, "USD")),
        ("15,50 €", "EUR", Money(1550, "EUR")),
        ("¥1500", "JPY", Money(1500, "JPY")),
        ("1.500 د.ك", "KWD", Money(1500, "KWD")),
        ("15 GBP", "USD", Money(1500, "GBP")),
    ],
)
def test_a_plain_amount_or_one_with_its_sign_is_in_the_currency_stated(
    text: str, currency: str, amount: Money
) -> None:
    assert money(text, currency=currency) == amount


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        (1999, "USD", Money(1999, "USD")),
        (1999, "JPY", Money(1999, "JPY")),
        (1999, "KWD", Money(1999, "KWD")),
        # ISO 4217 counts the Lebanese pound in hundredths, CLDR (and the shop) in whole ones.
        (150_000, "LBP", Money(1500, "LBP")),
    ],
)
def test_minor_units_are_those_of_iso_4217(amount: int, currency: str, expected: Money) -> None:
    assert minor_money(amount, currency) == expected


@pytest.mark.parametrize("amount", [19.99, "1999", None, True, -1, 10**15])
def test_minor_units_are_whole_numbers_and_nothing_else(amount: object) -> None:
    with pytest.raises(Unclear):
        minor_money(amount, "USD")


@given(st.integers(0, 10**11), st.sampled_from(["USD", "EUR", "JPY", "KWD", "SAR"]))
def test_money_written_with_its_currency_is_read_back(minor: int, currency: str) -> None:
    digits = get_currency_precision(currency)
    written = f"{Decimal(minor).scaleb(-digits):f} {currency}"
    assert money(written) == Money(minor, currency)


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (HEADER, "a\tA, sliced\t3.99 USD"),
        ("id,title,price", 'a,"A, sliced",3.99 USD'),
        ("\ufeffid,title,price", 'a,"A, sliced",3.99 USD'),
        ("\ufeffID\tTitle\tPrice", "a\tA, sliced\t3.99 USD"),
        ("id;title;price", "a;A, sliced;3.99 USD"),
        ("g:id\tg:title\tg:price", "a\tA, sliced\t3.99 USD"),
        ('"id"\t"title"\t"price"', '"a"\t"A, sliced"\t"3.99 USD"'),
        (HEADER + "\tgtin", "a\tA,\x0b\x00 sliced\t3.99 USD"),
    ],
)
def test_tabs_or_commas_with_or_without_a_byte_order_mark_are_read_alike(header: str, row: str) -> None:
    (product,) = read(row, header=header)
    assert isinstance(product, Product)
    assert (product.sku, product.title.replace("  ", " "), product.price) == (
        "a",
        "A, sliced",
        Money(399, "USD"),
    )


def test_a_description_may_have_several_lines() -> None:
    lines = ["id,title,price,description\r\n", 'a,A,1 USD,"Crisp,\r\n', 'and "" sweet"\r\n', "b,B,1 USD,\r\n"]
    first, second = read_google(lines, language="en")
    assert isinstance(first, Product)
    assert first.description == 'Crisp, and " sweet'
    assert isinstance(second, Product)


def test_a_quotation_mark_inside_a_title_is_only_a_letter() -> None:
    (product,) = read('a\t15" pizza\t1 USD')
    assert isinstance(product, Product)
    assert product.title == '15" pizza'


EST = timezone(timedelta(hours=-5))


@pytest.mark.parametrize(
    ("dates", "starts", "ends"),
    [
        (
            "2026-11-01T00:00-05:00/2026-11-30T23:59-05:00",
            datetime(2026, 11, 1, tzinfo=EST),
            datetime(2026, 11, 30, 23, 59, tzinfo=EST),
        ),
        (
            "2026-11-01T00:00Z/2026-11-30T23:59+0000",
            datetime(2026, 11, 1, tzinfo=UTC),
            datetime(2026, 11, 30, 23, 59, tzinfo=UTC),
        ),
        ("2026-11-01T00:00Z/", datetime(2026, 11, 1, tzinfo=UTC), None),
        ("", None, None),
    ],
)
def test_a_sale_price_holds_from_its_first_moment_to_its_last(
    dates: str, starts: datetime | None, ends: datetime | None
) -> None:
    header = f"{HEADER}\tsale_price\tsale_price_effective_date"
    (product,) = read(f"a\tA\t3.99 USD\t2.99 USD\t{dates}", header=header)
    assert isinstance(product, Product)
    assert product.offer == Offer(Money(299, "USD"), starts, ends)


def test_days_without_a_time_zone_hold_to_the_end_of_the_last_and_are_told() -> None:
    header = f"{HEADER}\tsale_price\tsale_price_effective_date"
    doubt, product = read("a\tA\t3.99 USD\t2.99 USD\t2026-11-01/2026-11-30", header=header)
    assert isinstance(doubt, Problem)
    assert (doubt.code, doubt.error) == ("no_time_zone", False)
    assert isinstance(product, Product)
    starts, ends = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    assert product.offer == Offer(Money(299, "USD"), starts, ends)


@pytest.mark.parametrize(
    ("availability", "stock"),
    [
        ("in_stock", 7),
        ("In Stock", 7),
        ("in-stock", 7),
        ("out of stock", 0),
        ("preorder", 0),
        ("backorder", 0),
        ("available for order", 0),
        ("limited_stock", 7),
        ("LimitedAvailability", 7),
        ("MadeToOrder", 0),
    ],
)
def test_stock_is_what_is_there_now(availability: str, stock: int) -> None:
    header = f"{HEADER}\tavailability\tsell_on_google_quantity"
    (product,) = read(f"a\tA\t3.99 USD\t{availability}\t7", header=header)
    assert isinstance(product, Product)
    assert product.stock == stock


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("12 oz", Measure(12_000, "oz")),
        ("750ml", Measure(750_000, "ml")),
        ("33.8 fl oz", Measure(33_800, "floz")),
        ("16 fl. oz.", Measure(16_000, "floz")),
        ("1 Each", Measure(1_000, "ct")),
        ("5 LBS", Measure(5_000, "lb")),
        ("0,75 l", Measure(750, "l")),
        ("6 Stück", Measure(6_000, "ct")),
        ("", None),
    ],
)
def test_a_measure_is_read_in_thousandths_of_its_unit(text: str, measure: Measure | None) -> None:
    product = one("unit_pricing_measure", text)
    assert isinstance(product, Product)
    assert product.measure == measure


@pytest.mark.parametrize(("value", "contains"), [("milk, eggs", ("milk", "eggs")), ("", ())])
def test_a_feed_that_lists_contents_says_so_even_when_there_are_none(
    value: str, contains: tuple[str, ...]
) -> None:
    product = one("contains", value)
    assert isinstance(product, Product)
    assert product.contains == contains


def test_a_feed_without_that_column_does_not_know_the_contents() -> None:
    (product,) = read("a\tA\t1 USD")
    assert isinstance(product, Product)
    assert product.contains is None


def test_tags_and_entities_are_never_said() -> None:
    header = f"{HEADER}\tdescription"
    told = "<p>Crisp &amp; <b>sw</b>eet.</p><ul><li>vegan<li>&eacute;</ul><script>x()</script>"
    (product,) = read(f"a\tAT&amp;T <i>phone</i>\t1 USD\t{told}", header=header)
    assert isinstance(product, Product)
    assert (product.title, product.description) == ("AT&T phone", "Crisp & sweet. vegan é")


def test_text_that_only_looks_like_a_tag_stays() -> None:
    (product,) = read("a\tCable, 3 < 5 m & black\t1 USD")
    assert isinstance(product, Product)
    assert product.title == "Cable, 3 < 5 m & black"

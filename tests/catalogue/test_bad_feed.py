"""Whatever is wrong with a feed is named, with a remedy, and loses nothing but itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.catalogue.feed import read_google
from skill.catalogue.feed_values import Unclear, money
from skill.catalogue.problem import Problem
from skill.commerce.product import Product
from tests.catalogue.feeds import HEADER, read

BAD_MONEY = [
    ("", "no_price"),
    ("15.00", "no_currency"),
    ("$15.00", "no_currency"),
    ("15.00 BUCKS", "unknown_currency"),
    ("USD", "no_price"),
    ("-1 USD", "no_amount"),
    ("NaN USD", "no_price"),
    ("1e9 USD", "no_amount"),
    ("9999999999999 USD", "no_amount"),
    ("15.00 USD 3", "no_amount"),
    ("1.2.3 USD", "no_amount"),
    ("3.9999 USD", "too_fine"),
    ("3.5 JPY", "too_fine"),
    ("3.999 USD", "ambiguous_amount"),
    ("1.290 EUR", "ambiguous_amount"),
    ("1,290 EUR", "ambiguous_amount"),
    ("1,234 KWD", "ambiguous_amount"),
]


@pytest.mark.parametrize(("text", "code"), BAD_MONEY)
def test_other_money_is_refused_with_its_reason(text: str, code: str) -> None:
    with pytest.raises(Unclear) as raised:
        money(text)
    assert raised.value.code == code


@pytest.mark.parametrize(
    ("text", "currency", "code"),
    [
        ("€15", "USD", "other_symbol"),
        ("$15", "GBP", "other_symbol"),
        ("15 BUCKS", "USD", "unknown_currency"),
        ("free", "USD", "no_amount"),
    ],
)
def test_a_stated_currency_is_not_taken_for_another_one(text: str, currency: str, code: str) -> None:
    with pytest.raises(Unclear) as raised:
        money(text, currency=currency)
    assert raised.value.code == code


BAD_ROWS = [
    *((f"b\tB\t{price}", "price", code) for price, code in BAD_MONEY),
    ("\tB\t1 USD", "id", "empty"),
    ("b\t \t1 USD", "title", "empty"),
    ("b" * 101 + "\tB\t1 USD", "id", "too_long"),
    ("b\t" + "B" * 501 + "\t1 USD", "title", "too_long"),
    ("b\tB\ufffd\t1 USD", "title", "garbled"),
    ("b\tB\t1 USD\tsold", "availability", "not_in_stock_words"),
    ("b\tB\t1 USD\t\tmany", "sell_on_google_quantity", "no_number"),
    ("b\tB\t1 USD\t\t1,000", "sell_on_google_quantity", "no_number"),
    ("b\tB\t1 USD\t\t-1", "sell_on_google_quantity", "number_too_small"),
    ("b\tB\t1 USD\t\t" + "9" * 30, "sell_on_google_quantity", "number_too_large"),
    ("b\tB\t1 USD\t\t" + "9" * 5_000, "sell_on_google_quantity", "no_number"),
    ("b\tB\t1 USD\t\t\t0", "max_per_order", "number_too_small"),
    ("b\tB\t1 USD\t\t\t\t1 EUR", "sale_price", "sale_in_other_currency"),
    ("b\tB\t1 USD\t\t\t\tcheap", "sale_price", "no_price"),
    ("b\tB\t2 USD\t\t\t\t1 USD\ttoday", "sale_price_effective_date", "sale_dates"),
    ("b\tB\t2 USD\t\t\t\t1 USD\t2026-11-01/soon", "sale_price_effective_date", "sale_dates"),
    (
        "b\tB\t2 USD\t\t\t\t1 USD\t2026-11-02T00:00Z/2026-11-01T00:00Z",
        "sale_price_effective_date",
        "sale_dates_swapped",
    ),
    ('"b\tB\t1 USD', "id", "row_open_quote"),
    ('b\t"B\t1 USD', "title", "row_open_quote"),
    ("b\tB\rC\t1 USD", "row", "row_unreadable"),
    ("b\t" + "B" * 2_000_000 + "\t1 USD", "row", "row_unreadable"),
]
COLUMNS = (
    "availability",
    "sell_on_google_quantity",
    "max_per_order",
    "sale_price",
    "sale_price_effective_date",
)


@pytest.mark.parametrize(("row", "field", "code"), BAD_ROWS)
def test_a_bad_row_is_named_with_field_and_remedy_and_alone_is_lost(row: str, field: str, code: str) -> None:
    good, problem, last = read("a\tA\t1 USD", row, "z\tZ\t1 USD", header="\t".join((HEADER, *COLUMNS)))
    assert isinstance(problem, Problem)
    assert (problem.row, problem.field, problem.code, problem.error) == (2, field, code, True)
    assert str(problem).startswith(f"row 2, {field}: ")
    assert [item.sku for item in (good, last) if isinstance(item, Product)] == ["a", "z"]


DOUBTS = [
    ("unit_pricing_measure", "plenty", "unknown_measure"),
    ("unit_pricing_measure", "0 oz", "unknown_measure"),
    ("star_rating", "five", "unreadable_rating"),
    ("star_rating", "5.1", "unreadable_rating"),
    ("review_count", "many", "unreadable_number"),
    ("popularity", "-1", "unreadable_number"),
    ("multipack", "1.5", "unreadable_number"),
    ("sale_price", "1 USD", "sale_not_lower"),
    ("sale_price", "2 USD", "sale_not_lower"),
    ("availability", "unknown", "availability_unknown"),
    ("description", "Cr\ufffdme", "garbled_field"),
]


@pytest.mark.parametrize(("column", "value", "code"), DOUBTS)
def test_a_doubtful_field_is_told_and_the_product_kept(column: str, value: str, code: str) -> None:
    doubt, product = read(f"a\tA\t1 USD\t{value}", header=f"{HEADER}\t{column}")
    assert isinstance(doubt, Problem)
    assert (doubt.row, doubt.field, doubt.code, doubt.level, doubt.sku) == (1, column, code, "warning", "a")
    assert isinstance(product, Product)
    assert (product.measure, product.rating, product.offer, product.description) == (None, 0, None, "")


def test_a_row_may_have_several_doubts_and_still_be_a_product() -> None:
    header = f"{HEADER}\tunit_pricing_measure\tstar_rating\tsale_price"
    *doubts, product = read("a\tA\t1 USD\tplenty\tfive\t3 USD", header=header)
    assert {doubt.code for doubt in doubts if isinstance(doubt, Problem)} == {
        "unknown_measure",
        "unreadable_rating",
        "sale_not_lower",
    }
    assert isinstance(product, Product)


def test_what_is_discontinued_is_left_out_and_said_so() -> None:
    (problem,) = read("a\tA\t1 USD\tDiscontinued", header=f"{HEADER}\tavailability")
    assert isinstance(problem, Problem)
    assert (problem.code, problem.level) == ("left_out", "warning")


def test_a_column_named_twice_is_read_from_its_first_place_and_told() -> None:
    doubt, product = read("a\tA\t1 USD\tB", header=f"{HEADER}\tTitle")
    assert isinstance(doubt, Problem)
    assert (doubt.row, doubt.field, doubt.code, doubt.level) == (0, "Title", "column_twice", "warning")
    assert isinstance(product, Product)
    assert product.title == "A"


@pytest.mark.parametrize(
    "header", ["", "\n", "{}", "id\ttitle", "name,cost", "<rss>", "\x00\xff", "id\rtitle"]
)
def test_a_file_that_is_no_feed_is_refused_as_a_whole(header: str) -> None:
    (problem,) = read("a\tA\t1 USD", header=header)
    assert isinstance(problem, Problem)
    assert (problem.row, problem.field) == (0, "header")
    assert "price" in str(problem)


def test_an_empty_file_is_no_feed() -> None:
    (problem,) = read_google([], language="en")
    assert isinstance(problem, Problem)
    assert problem.row == 0


def test_a_feed_without_rows_has_neither_products_nor_problems() -> None:
    assert read() == []


def test_an_open_quotation_mark_never_hides_the_rows_up_to_the_next_one() -> None:
    results = read('a\t"A\t1 USD', "b\tB\t1 USD", 'c\t"C\t1 USD', "d\tD\t1 USD")
    assert [item.sku for item in results if isinstance(item, Product)] == ["b", "d"]
    assert [item.row for item in results if isinstance(item, Problem)] == [1, 3]


anything = st.text() | st.text(alphabet='"\t,\r\n ab1\\\x00\ufeff')


@given(st.lists(anything))
def test_any_lines_at_all_are_read_without_an_error(lines: list[str]) -> None:
    for result in read_google(lines, language="en"):
        assert isinstance(result, Problem)


@given(st.lists(anything.map(lambda text: text.replace("\n", " ") + "\n"), max_size=5), anything)
def test_any_lines_below_a_header_leave_the_row_after_them_alone(lines: list[str], title: str) -> None:
    rows = [f"{HEADER}\n", *lines, f"a\t{title}\t1 USD\n", "last\tLast\t1 USD\n"]
    products = [item for item in read_google(rows, language="en") if isinstance(item, Product)]
    assert products
    assert products[-1].sku == "last"

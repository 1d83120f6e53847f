"""Whatever is wrong with a feed is named, with a remedy, and loses nothing but itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.catalogue.feed import Problem, money, read_google
from skill.commerce.product import Product
from tests.catalogue.feeds import HEADER, read

BAD_MONEY = [
    ("", "write an amount and a currency"),
    ("15.00", "write an amount and a currency"),
    ("$15.00", "write an amount and a currency"),
    ("15.00 BUCKS", "names no ISO 4217 currency"),
    ("15,00 EUR", "write it as in 15.00"),
    ("1,299.00 USD", "write it as in 15.00"),
    ("-1 USD", "write it as in 15.00"),
    ("NaN USD", "write it as in 15.00"),
    ("1e9 USD", "write it as in 15.00"),
    ("9999999999999 USD", "write it as in 15.00"),
    ("3.999 USD", "round it"),
    ("3.5 JPY", "round it"),
]


@pytest.mark.parametrize(("text", "remedy"), BAD_MONEY)
def test_other_money_is_refused_with_a_remedy(text: str, remedy: str) -> None:
    with pytest.raises(ValueError, match=remedy):
        money(text)


BAD_ROWS = [
    *((f"b\tB\t{price}", "price", remedy) for price, remedy in BAD_MONEY if "," not in price),
    ("\tB\t1 USD", "id", "is empty; every row needs one"),
    ("b\t \t1 USD", "title", "is empty; every row needs one"),
    ("b" * 51 + "\tB\t1 USD", "id", "more than 50 characters"),
    ("b\t" + "B" * 501 + "\t1 USD", "title", "more than 500 characters"),
    ("a\tA again\t1 USD", "id", "a stands in an earlier row; ids must differ"),
    ("b\tB\t1 USD\tsold", "availability", "is none of backorder, in_stock, out_of_stock, preorder"),
    ("b\tB\t1 USD\t\tmany", "sell_on_google_quantity", "no whole number"),
    ("b\tB\t1 USD\t\t1,000", "sell_on_google_quantity", "no whole number"),
    ("b\tB\t1 USD\t\t-1", "sell_on_google_quantity", "is less than 0"),
    ("b\tB\t1 USD\t\t" + "9" * 30, "sell_on_google_quantity", "is more than"),
    ("b\tB\t1 USD\t\t" + "9" * 5_000, "sell_on_google_quantity", "is no whole number of a size"),
    ("b\tB\t1 USD\t\t\t0", "max_per_order", "is less than 1"),
    ("b\tB\t1 USD\t\t\t\t1 EUR", "sale_price", "write both in one"),
    ("b\tB\t1 USD\t\t\t\tcheap", "sale_price", "write an amount and a currency"),
    ("b\tB\t2 USD\t\t\t\t1 USD\ttoday", "sale_price_effective_date", "two ISO 8601 times"),
    ("b\tB\t2 USD\t\t\t\t1 USD\t2026-11-01/2026-11-02", "sale_price_effective_date", "time zone"),
    (
        "b\tB\t2 USD\t\t\t\t1 USD\t2026-11-02T00:00Z/2026-11-01T00:00Z",
        "sale_price_effective_date",
        "swap its two times",
    ),
    ('"b\tB\t1 USD', "id", "quotation mark that never closes"),
    ('b\t"B\t1 USD', "title", "quotation mark that never closes"),
    ("b\tB\rC\t1 USD", "row", "check its quotation marks and line breaks"),
]
COLUMNS = (
    "availability",
    "sell_on_google_quantity",
    "max_per_order",
    "sale_price",
    "sale_price_effective_date",
)


@pytest.mark.parametrize(("row", "field", "remedy"), BAD_ROWS)
def test_a_bad_row_is_named_with_field_and_remedy_and_alone_is_lost(
    row: str, field: str, remedy: str
) -> None:
    good, problem, last = read("a\tA\t1 USD", row, "z\tZ\t1 USD", header="\t".join((HEADER, *COLUMNS)))
    assert isinstance(problem, Problem)
    assert (problem.row, problem.field, problem.error) == (2, field, True)
    assert remedy in problem.message
    assert str(problem).startswith(f"row 2, {field}: ")
    assert [item.sku for item in (good, last) if isinstance(item, Product)] == ["a", "z"]


@pytest.mark.parametrize(
    "header", ["", "\n", "{}", "id\ttitle", "name,cost", "<rss>", "\x00\xff", "id\rtitle"]
)
def test_a_file_that_is_no_feed_is_refused_as_a_whole(header: str) -> None:
    (problem,) = read("a\tA\t1 USD", header=header)
    assert isinstance(problem, Problem)
    assert (problem.row, problem.field) == (0, "header")
    assert "price" in problem.message


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

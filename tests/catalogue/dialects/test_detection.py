"""What a feed is tells its content; what is none is told once, with what is known here."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from skill.catalogue.dialects import DIALECTS
from skill.catalogue.problem import Problem, kinds
from skill.commerce.product import Product
from tests.catalogue.dialects.reading import codes, feed_of
from tests.fuzz.seeds import seeds


@pytest.mark.parametrize(
    ("name", "seed"), [(name, seed) for name, found in seeds().items() for seed in found]
)
def test_every_dialect_is_told_by_its_content(name: str, seed: bytes) -> None:
    assert feed_of(seed).dialect == {"xml": "google", "source": "google"}.get(name, name)


def test_every_dialect_has_a_seed() -> None:
    assert {dialect.name for dialect in DIALECTS} <= set(seeds())


@pytest.mark.parametrize(
    "content",
    [
        "hello world",
        "{}",
        "[]",
        "[1, 2]",
        '{"a": 1}',
        "<a/>",
        "<xml>",
        "<html><p>Hi</p></html>",
        "\x00\xff",
        "%PDF-1.7",
    ],
)
def test_what_is_no_feed_is_one_problem_that_names_what_is_known(content: str) -> None:
    (problem,) = feed_of(content).items
    assert isinstance(problem, Problem)
    assert (problem.row, problem.code, problem.error) == (0, "no_feed", True)
    assert "shopify" in problem.mend


@pytest.mark.parametrize(
    ("content", "dialect", "code"),
    [
        ("id\ttitle\tprice\n", "klingon", "unknown_dialect"),
        ("id\ttitle\tprice\n", "shopify", "columns_missing"),
        ("id\ttitle\n", "google", "columns_missing"),
        ("id\ttitle\n", None, "columns_missing"),
        ("[{}]", "google", "wrong_form"),
        ("<rss></rss>", "acp", "wrong_form"),
    ],
)
def test_a_named_dialect_the_file_is_not_in_is_refused(content: str, dialect: str | None, code: str) -> None:
    (problem,) = feed_of(content, dialect=dialect).items
    assert isinstance(problem, Problem)
    assert (problem.row, problem.code, problem.error) == (0, code, True)


def test_a_named_dialect_is_read_as_such() -> None:
    feed = feed_of("id,title,price\na,A,1 USD\n", dialect="meta")
    assert feed.dialect == "meta"
    (product,) = feed.items
    assert isinstance(product, Product)


def test_languages_are_those_besides_the_shops_own_that_are_searched() -> None:
    header = "id\ttitle\tprice\tspoken_title_de\tspoken_title_en\tspoken_title_xx\tspoken_title_ar\n"
    assert feed_of(header).languages == ("de", "ar")


def test_a_preorder_whose_day_has_passed_is_doubted_when_the_day_is_known() -> None:
    content = "id\ttitle\tprice\tavailability\tavailability_date\na\tA\t1 USD\tpreorder\t2026-11-01\n"
    (product,) = feed_of(content).items
    doubt, same = feed_of(content, now=datetime(2026, 11, 22, tzinfo=UTC)).items
    assert isinstance(doubt, Problem)
    assert (doubt.field, doubt.code) == ("availability_date", "availability_date_passed")
    assert product == same


def test_every_problem_of_reading_can_be_told() -> None:
    for code, kind in kinds().items():
        assert kind.why, code
        assert kind.mend, code
        assert not kind.what.endswith("."), code


@pytest.mark.parametrize(
    ("content", "places"),
    [
        ("<rss><item><id>a</id></item>", [(1, "title", "empty"), (0, "file", "cut_off")]),
        ('[{"id": "a", "title": "A", "price": "1 USD"}, {"id', [(0, "file", "cut_off")]),
    ],
)
def test_a_file_that_breaks_off_says_so_last(content: str, places: list[tuple[int, str, str]]) -> None:
    assert codes(content) == places

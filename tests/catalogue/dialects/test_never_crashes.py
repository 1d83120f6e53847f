"""Whatever a feed's bytes are, they are told as products and problems."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skill.catalogue.dialects import DIALECTS
from skill.catalogue.problem import Problem
from tests.catalogue.dialects.reading import feed_of
from tests.fuzz.seeds import seeds

NAMES = [None, *(dialect.name for dialect in DIALECTS)]
SEEDS = [seed for found in seeds().values() for seed in found]
STEERING = [
    b'"',
    b"<",
    b">",
    b"&",
    b"{",
    b"}",
    b"[",
    b"]",
    b"\x00",
    b"\xff",
    b"\n",
    b"\r",
    b"\t",
    b",",
    b":",
    b"-",
]
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def ensure_told(content: bytes, dialect: str | None) -> None:
    for number, item in feed_of(content, dialect=dialect, currency="EUR").numbered:
        if isinstance(item, Problem):
            assert (item.row, bool(str(item)), bool(item.why)) == (number, True, True)


@pytest.mark.parametrize("dialect", NAMES)
@quick
@given(content=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_at_all_are_told(dialect: str | None, content: bytes) -> None:
    ensure_told(content, dialect)


@pytest.mark.parametrize("dialect", NAMES)
@quick
@given(data=st.data())
def test_a_feed_with_something_changed_is_told(dialect: str | None, data: st.DataObject) -> None:
    content = data.draw(st.sampled_from(SEEDS))
    for _ in range(data.draw(st.integers(1, 4))):
        at, end = sorted((data.draw(st.integers(0, len(content))), data.draw(st.integers(0, len(content)))))
        put = data.draw(st.sampled_from(STEERING) | st.binary(max_size=4))
        content = content[:at] + put + content[end if data.draw(st.booleans()) else at :]
    ensure_told(content, dialect)


@quick
@given(at=st.integers(0, 400), seed=st.sampled_from(SEEDS))
def test_a_packed_feed_cut_short_is_never_told_as_whole(at: int, seed: bytes) -> None:
    packed = gzip.compress(seed)
    *_, last = feed_of(packed[: min(at, len(packed) - 1)], currency="USD").items
    assert isinstance(last, Problem)
    assert (last.row, last.error) == (0, True)


@pytest.mark.parametrize("opening", ["[", '{"a":', '{"@graph":[', '[{"a":', "<a>", "<item><a>", "<div>"])
def test_what_is_nested_without_end_is_refused_in_little_memory(opening: str) -> None:
    items = list(feed_of(opening * 100_000).items)
    assert all(isinstance(item, Problem) for item in items)
    assert items


@pytest.mark.parametrize(
    "content",
    [
        "id\ttitle\tprice\na\t" + "9" * 100_000 + "\t1 USD\n",
        "id\ttitle\tprice\na\tA\t" + "9" * 100_000 + " USD\n",
        '[{"id": "a", "title": "A", "price": ' + "9" * 100_000 + "}]",
        '[{"id": "a", "title": "A", "price": 1e999999999}]',
        '{"id": "a", "variants": [{"id": "v", "price": {"amount": 1e999999999, "currency": "USD"}}]}',
    ],
)
def test_numbers_without_end_are_refused(content: str) -> None:
    items = list(feed_of(content, currency="USD").items)
    assert items
    assert all(isinstance(item, Problem) for item in items)

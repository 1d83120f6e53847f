"""Linked feeds: when one is due, what a check changes, and that what is the same is not imported twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.errors import BadInput, FeedRejected
from skill.merchants.sources import (
    DAY,
    HOUR,
    LATEST,
    MINUTE,
    SOONEST,
    Failed,
    Fetched,
    NotFetched,
    Source,
    Unchanged,
    checked,
    due,
    dump,
    interval,
    load,
    refresh,
    shown,
    spelled,
)

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LINKED = Source(url="https://shop.example/feed.csv", every=6 * HOUR)
KNOWN = replace(LINKED, etag='"v1"', modified="Sat", digest="aa", checked_at=NOW, changed_at=NOW)


def fetched(digest: str = "aa", *, path: Path = Path("nowhere"), etag: str = '"v2"') -> Fetched:
    return Fetched(path=path, digest=digest, size=3, etag=etag, modified="Sun")


def hours(count: float) -> datetime:
    return NOW + timedelta(hours=count)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("every 6h", 6 * HOUR), ("30m", 30 * MINUTE), ("1d", DAY), (" Every 2 H ", 2 * HOUR), ("30d", 30 * DAY)],
)
def test_an_interval_is_read_as_people_write_it(text: str, seconds: int) -> None:
    assert interval(text) == seconds


@pytest.mark.parametrize("text", ["", "6", "h", "0h", "4m", "31d", "6 hours", "-1d", "1.5h", "999999999d"])
def test_what_is_no_interval_is_told_with_an_example(text: str) -> None:
    with pytest.raises(BadInput, match="write one from 5m to 30d, such as 30m, 6h or 1d"):
        interval(text)


@given(st.integers(SOONEST // MINUTE, LATEST // MINUTE))
def test_an_interval_is_written_as_it_is_read(minutes: int) -> None:
    assert interval(spelled(minutes * MINUTE)) == minutes * MINUTE


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("https://shop.example/feed.csv", "https://shop.example/feed.csv"),
        ("https://ann:s3cret@shop.example:8443/a?b=c", "https://…@shop.example:8443/a?b=c"),
        (
            "https://shop.example/a?api_key=k&page=2&Token=t",
            "https://shop.example/a?api_key=…&page=2&Token=…",
        ),
        ("https://b.s3.example/a?X-Amz-Signature=ff&x=#frag", "https://b.s3.example/a?X-Amz-Signature=…&x="),
        ("ann:s3cret", "…"),
        ("https://[::1", "…"),
    ],
)
def test_an_address_is_shown_without_what_opens_it(url: str, seen: str) -> None:
    assert shown(url) == seen


@given(
    st.text(min_size=8, alphabet="abcdefgh01234567"), st.sampled_from(["key", "access_token", "sig", "PASS"])
)
def test_no_secret_is_ever_shown(secret: str, name: str) -> None:
    assert secret not in shown(f"https://user:{secret}@shop.example/feed?{name}={secret}&page=1")


def test_a_feed_just_linked_is_due_and_then_after_each_interval() -> None:
    assert due(LINKED, NOW)
    after = checked(LINKED, fetched(), now=NOW)
    assert not due(after, hours(5.99))
    assert due(after, hours(6))


def test_what_arrived_anew_is_told_from_what_is_the_same() -> None:
    first = checked(LINKED, fetched("aa"), now=NOW)
    assert (first.outcome, first.changed_at, first.digest, first.etag) == ("changed", NOW, "aa", '"v2"')
    same = checked(first, fetched("aa", etag='"v3"'), now=hours(6))
    assert (same.outcome, same.changed_at, same.checked_at) == ("unchanged", NOW, hours(6))
    assert same.etag == '"v3"'
    told = checked(same, Unchanged(), now=hours(12))
    assert (told.outcome, told.etag, told.due_at) == ("unchanged", '"v3"', hours(18))


def test_after_failures_the_wait_doubles_up_to_a_day_and_success_ends_it() -> None:
    source, now = KNOWN, NOW
    waits = []
    for _ in range(5):
        source = checked(source, Failed("no"), now=now)
        assert source.due_at
        waits.append(source.due_at - now)
        now = source.due_at
    assert waits == [timedelta(hours=count) for count in (6, 12, 24, 24, 24)]
    assert (source.failures, source.outcome, source.problem, source.every) == (5, "failed", "no", 6 * HOUR)
    assert (source.etag, source.digest, source.changed_at) == ('"v1"', "aa", NOW)
    well = checked(source, Unchanged(), now=now)
    assert (well.failures, well.problem, well.due_at) == (0, "", now + timedelta(hours=6))


def test_a_weekly_feed_that_failed_is_tried_again_after_a_day() -> None:
    after = checked(replace(KNOWN, every=7 * DAY), Failed("no"), now=NOW)
    assert after.due_at == NOW + timedelta(days=1)


def test_a_server_that_asks_to_be_left_alone_is_up_to_a_day() -> None:
    soon = replace(KNOWN, every=5 * MINUTE)
    assert checked(soon, Failed("busy", again=3_600), now=NOW).due_at == hours(1)
    assert checked(soon, Failed("busy", again=1e9), now=NOW).due_at == hours(24)


@given(st.integers(SOONEST, LATEST), st.integers(0, 5_000), st.none() | st.floats(0, 1e12))
def test_no_failure_makes_a_feed_wait_longer_than_a_day(
    every: int, failures: int, again: float | None
) -> None:
    source = replace(LINKED, every=every, failures=failures)
    after = checked(source, Failed("no", again), now=NOW)
    assert after.due_at
    assert min(every, DAY) <= (after.due_at - NOW).total_seconds() <= DAY


class Server:
    """What a fetch comes to, and what it was asked with."""

    def __init__(self, answer: Callable[[], Fetched | Unchanged]) -> None:
        self.answer = answer
        self.asked: list[tuple[str, str, str]] = []
        self.imported: list[Fetched] = []

    def fetch(self, url: str, *, etag: str, modified: str) -> Fetched | Unchanged:
        self.asked.append((url, etag, modified))
        return self.answer()

    def importing(self, feed: Fetched, _: Source) -> None:
        assert feed.path.exists()
        self.imported.append(feed)

    def refresh(self, source: Source) -> Source:
        return refresh(source, fetch=self.fetch, importing=self.importing, now=NOW)


def file(folder: Path) -> Path:
    path = folder / "feed"
    path.write_bytes(b"id\n")
    return path


def test_a_feed_that_changed_is_imported_and_its_file_removed(tmp_path: Path) -> None:
    path = file(tmp_path)
    server = Server(lambda: fetched("bb", path=path))
    after = server.refresh(KNOWN)
    assert server.asked == [(KNOWN.url, '"v1"', "Sat")]
    assert [feed.digest for feed in server.imported] == ["bb"]
    assert (after.outcome, after.digest, after.etag) == ("changed", "bb", '"v2"')
    assert not path.exists()


def test_a_feed_with_the_same_digest_costs_no_import(tmp_path: Path) -> None:
    path = file(tmp_path)
    server = Server(lambda: fetched("aa", path=path))
    after = server.refresh(KNOWN)
    assert server.imported == []
    assert after.outcome == "unchanged"
    assert not path.exists()


def test_a_feed_the_server_knows_to_be_the_same_costs_no_import() -> None:
    server = Server(Unchanged)
    assert server.refresh(KNOWN).outcome == "unchanged"
    assert server.imported == []


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (BadInput("feed.csv: has no column for prices"), "feed.csv: has no column for prices"),
        (FeedRejected(rows=("row 1, price: is free",)), "not one product is usable: row 1, price: is free"),
        (RuntimeError("secret of the reader"), "could not be imported (RuntimeError)"),
    ],
)
def test_an_import_that_fails_is_tried_again_in_full(
    tmp_path: Path, trouble: Exception, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    def importing(feed: Fetched, source: Source) -> None:
        raise trouble

    path = file(tmp_path)
    after = refresh(KNOWN, fetch=Server(lambda: fetched("bb", path=path)).fetch, importing=importing, now=NOW)
    assert after.outcome == "failed"
    assert told in after.problem
    assert (after.etag, after.modified, after.digest) == ('"v1"', "Sat", "aa")
    assert not path.exists()
    assert ("could not be imported" in caplog.text) == isinstance(trouble, RuntimeError)


def test_a_feed_that_cannot_be_fetched_is_an_outcome() -> None:
    def down() -> Fetched:
        raise NotFetched("https://shop.example/feed.csv: cannot be reached", again=30_000)

    after = Server(down).refresh(KNOWN)
    assert (after.outcome, after.problem) == ("failed", "https://shop.example/feed.csv: cannot be reached")
    assert after.due_at == NOW + timedelta(seconds=30_000)


TIMES = st.none() | st.datetimes(timezones=st.just(UTC))
SOURCES = st.builds(
    Source,
    url=st.text(min_size=1),
    dialect=st.text(),
    currency=st.text(),
    encoding=st.text(),
    every=st.integers(1),
    etag=st.text(),
    modified=st.text(),
    digest=st.text(),
    checked_at=TIMES,
    changed_at=TIMES,
    outcome=st.sampled_from(["", "changed", "unchanged", "failed"]),
    problem=st.text(),
    failures=st.integers(0),
    due_at=TIMES,
)


@given(SOURCES)
def test_a_source_is_kept_and_loaded_as_it_was(source: Source) -> None:
    assert load(json.loads(json.dumps(dump(source)))) == source


def test_a_document_of_another_version_loads_as_far_as_it_is_known() -> None:
    raw = {"url": LINKED.url, "every": "6h", "outcome": "odd", "checked_at": "noon", "since": 3, "etag": None}
    assert load(raw) == Source(url=LINKED.url)
    assert load({"url": "x", "due_at": "2026-11-21T12:00:00"}).due_at == NOW


def test_a_document_without_an_address_is_told() -> None:
    with pytest.raises(BadInput, match="link it again"):
        load({"every": 60})

"""The front door as it runs, and everything that should not come in: 400, at once, nothing written, and the
next shopper is served as if nothing had been."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile import good, rows_form
from tests.hostile.row import Row
from tests.hostile.shop import Shop, shop
from tests.hostile.suite import REFUSED
from tests.hostile.wire import Answer

SECONDS = 2.0


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with shop(tmp_path_factory.mktemp("hostile")) as opened:
        # The first answer of a process takes longer, and is none of theirs.
        assert opened.send(opened.post()).status == 200
        yield opened


@pytest.fixture
def unharmed(served: Shop) -> Iterator[Shop]:
    """The shop, which is after the test as it was before."""
    before = served.written()
    yield served
    assert served.written() == before
    os.kill(served.pid, 0)


def named(row: Row) -> str:
    return row.name.encode("unicode_escape").decode()[:90]


def test_there_are_hundreds_and_each_has_a_name() -> None:
    names = [named(row) for row in (*REFUSED, *rows_form.WIRE)]
    assert len(set(names)) == len(names) >= 300


@pytest.mark.parametrize("row", REFUSED, ids=named)
def test_refused(row: Row, unharmed: Shop) -> None:
    answer = unharmed.send(row.post(unharmed))
    assert answer.status == 400
    assert answer.seconds < SECONDS
    if row.reason:
        assert answer.json["error"].startswith(f"{row.reason}: ")


@pytest.mark.parametrize("row", rows_form.WIRE, ids=named)
def test_not_let_in_by_whoever_speaks_http_for_us(row: Row, unharmed: Shop) -> None:
    answer = unharmed.send(row.post(unharmed), half_closed=True)
    assert answer.status == 0 or 400 <= answer.status < 500
    assert answer.seconds < SECONDS


@pytest.mark.parametrize("name", good.GOOD)
def test_let_in(name: str, served: Shop) -> None:
    answer = served.send(good.GOOD[name](served))
    assert answer.status == 200, answer.body
    assert answer.json["version"] == "1.0"


def test_a_head_gets_no_body(unharmed: Shop) -> None:
    answer = unharmed.send(unharmed.post(method="HEAD"))
    assert (answer.status, answer.body) == (400, b"")


def test_the_same_request_is_answered_once(served: Shop) -> None:
    post = served.post()
    assert served.send(post).status == 200
    before = served.written()
    for again in (post, post, served.post(post.body, file="several-names")):
        replayed = served.send(again)
        assert_refused(replayed, "replay")
    assert served.written() == before


def test_what_was_refused_may_be_sent_again_as_it_should_be(served: Shop) -> None:
    post = served.post()
    assert_refused(served.send(served.post(post.body, signature="AAAA")), "signature")
    assert_refused(served.send(served.post(post.body, file="expired")), "chain")
    assert served.send(post).status == 200


def test_nothing_of_a_request_is_quoted(served: Shop, tmp_path: Path) -> None:
    mark = "marker-4711"
    for body in (mark.encode(), b'{"a": "' + mark.encode() + b'"', b'{"a": "marker-4711"}'):
        answer = served.send(served.post(body, url=f"https://{mark}.example/"))
        assert mark not in answer.body.decode()
        answer = served.send(served.post(body))
        assert answer.status == 400
        assert mark not in answer.body.decode()
    assert mark not in served.log.read_text("utf-8")


def test_that_somebody_stands_in_for_amazon_is_said_aloud(served: Shop) -> None:
    first = served.log.read_text("utf-8").splitlines()[0]
    assert "FOR TESTS ONLY" in first
    assert served.settings["SAYSO_CHAIN_ROOTS"] in first


def test_well_after_all_of_it(served: Shop) -> None:
    assert served.healthy()
    assert served.send(served.post()).status == 200
    assert "Traceback" not in served.log.read_text("utf-8")


def assert_refused(answer: Answer, reason: str) -> None:
    assert answer.status == 400
    assert answer.json["error"].startswith(f"{reason}: ")

"""What a log holds of what went wrong: enough to find it, and nothing of whom it went wrong for."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from skill.errors import BadInput, CartFull
from skill.logs import Guard, fault, guard_logs
from skill.storage.dynamodb import connect

PRIVATE = "Zuleika Dobson, 7 Mile End"


@pytest.fixture
def written() -> Iterator[StringIO]:
    """All that a handler of the root logger writes at DEBUG, guarded."""
    text, root = StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(text), root.level
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    handler.addFilter(Guard())
    yield text
    root.removeHandler(handler)
    root.setLevel(level)


def raised(error: Exception) -> Exception:
    try:
        raise error
    except Exception as caught:
        return caught


def test_a_fault_names_type_code_and_place_and_never_the_message() -> None:
    throttled = ClientError({"Error": {"Code": "ThrottlingException", "Message": PRIVATE}}, "PutItem")
    assert fault(raised(throttled)).startswith("ClientError ThrottlingException at tests/test_logs.py:")
    assert fault(ValueError(PRIVATE)) == "ValueError"
    assert fault(OSError(28, PRIVATE)) == "OSError 28"
    with sqlite3.connect(":memory:") as db, pytest.raises(sqlite3.OperationalError) as caught:
        db.execute("SELECT nothing")
    db.close()
    assert fault(caught.value).startswith("OperationalError SQLITE_ERROR at tests/test_logs.py:")


def test_a_fault_tells_what_led_to_it_the_innermost_call_first() -> None:
    def parse() -> None:
        json.loads(PRIVATE)

    def load() -> None:
        try:
            parse()
        except ValueError as error:
            raise KeyError(PRIVATE) from error

    with pytest.raises(KeyError) as caught:
        load()
    told = fault(caught.value)
    assert "KeyError at tests/test_logs.py:" in told
    assert "; after JSONDecodeError at json/decoder.py:" in told
    assert "Zuleika" not in told


def test_a_code_that_is_no_code_is_left_out() -> None:
    assert fault(ClientError({"Error": {"Code": PRIVATE}}, "PutItem")) == "ClientError"


def test_exceptions_that_led_to_each_other_end() -> None:
    one, other = ValueError(PRIVATE), KeyError(PRIVATE)
    one.__context__, other.__context__ = other, one
    assert fault(one) == "ValueError; after KeyError"


def test_what_libraries_say_is_dropped_and_their_warnings_keep_the_place(written: StringIO) -> None:
    other = logging.getLogger("botocore.endpoint")
    other.debug("sending %s", PRIVATE)
    other.info(PRIVATE)
    other.warning("retrying %s", PRIVATE)
    try:
        raise ValueError(PRIVATE)
    except ValueError:
        other.exception(PRIVATE)
    lines = written.getvalue().splitlines()
    assert lines[0].startswith("WARNING botocore.endpoint at tests/test_logs.py:")
    assert ": ValueError at tests/test_logs.py:" in lines[1]
    assert len(lines) == 2
    assert "Zuleika" not in written.getvalue()


def test_a_real_call_at_debug_level_leaves_nothing_of_what_was_sent(written: StringIO) -> None:
    client = connect("http://127.0.0.1:9")
    with pytest.raises(ParamValidationError) as caught:
        client.put_item(TableName="t", Item={"PK": {"S": [PRIVATE]}})
    assert "Zuleika" in str(caught.value)
    logging.getLogger("sayso").error("could not write: %s", caught.value)
    assert "could not write: ParamValidationError at " in written.getvalue()
    assert "Zuleika" not in written.getvalue()


@pytest.mark.parametrize(
    ("message", "args", "said"),
    [
        ("a feed %s: %d", ("https://shop.example/feed", 3), "a feed https://shop.example/feed: 3"),
        ("refused: %s", (BadInput("SAYSO_NOW is no time"),), "refused: SAYSO_NOW is no time"),
        ("refused: %s", (CartFull(limit=3),), "refused: add_to_cart.cart_full"),
        ("refused: %s", (ValueError(PRIVATE),), "refused: ValueError"),
        ("%d", (PRIVATE,), "at tests/test_logs.py:"),
        ("plain", (), "plain"),
    ],
)
def test_our_own_lines_keep_their_words_but_for_exceptions_of_others(
    written: StringIO, message: str, args: tuple[Any, ...], said: str
) -> None:
    logging.getLogger("sayso").info(message, *args)
    assert written.getvalue().startswith(f"INFO sayso {said}")
    assert "Zuleika" not in written.getvalue()


def test_the_guard_is_put_on_once() -> None:
    root, handler = logging.getLogger(), logging.NullHandler()
    root.addHandler(handler)
    guard_logs()
    guard_logs()
    root.removeHandler(handler)
    assert [type(known) for known in handler.filters] == [Guard]

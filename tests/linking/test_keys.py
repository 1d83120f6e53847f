"""The provider's keys: how often they are asked for, and what happens while it is away."""

from __future__ import annotations

import json
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from skill.linking.account import Account, Refused
from skill.linking.verified import Known, verified
from skill.linking.wire import MAX_BYTES, Unreachable, fetch
from tests.linking.provider import EC, NOW, OTHER, RSA, Server, key_set, linking, token

ANN, AWAY = Account("ann-7"), Refused("unavailable")


TROUBLES = ("gone", "nonsense", "failing", "garbage", "a list", "no keys", "huge", "redirecting")


def later(seconds: float) -> Any:
    return NOW + timedelta(seconds=seconds)


def test_keys_are_asked_for_once_an_hour(server: Server, known: Known) -> None:
    for seconds in (0, 1, 1800, 3599):
        assert verified(token(), linking(server), now=later(seconds), known=known) == ANN
    assert len(server.seen) == 1
    assert verified(token(), linking(server), now=later(3600), known=known) == ANN
    assert len(server.seen) == 2


def test_a_new_key_is_asked_for_at_once_but_not_again_within_half_a_minute(
    server: Server, known: Known
) -> None:
    assert verified(token(), linking(server), now=NOW, known=known) == ANN
    server.serves(key_set(RSA, OTHER))
    for seconds in (5, 10, 29):
        assert verified(token(OTHER), linking(server), now=later(seconds), known=known) == Refused("key")
    assert len(server.seen) == 1
    assert verified(token(OTHER), linking(server), now=later(30), known=known) == ANN
    assert len(server.seen) == 2


def test_a_flood_of_made_up_keys_costs_a_request_every_half_minute(server: Server, known: Known) -> None:
    for second in range(60):
        made_up = token(OTHER, header={"kid": f"made-up-{second}"})
        assert verified(made_up, linking(server), now=later(second), known=known) == Refused("key")
    assert len(server.seen) == 2


def test_a_key_that_is_withdrawn_stops_counting(server: Server, known: Known) -> None:
    assert verified(token(), linking(server), now=NOW, known=known) == ANN
    server.serves(key_set(EC))
    assert verified(token(), linking(server), now=later(3601), known=known) == Refused("key")


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_known_key_goes_on_working_while_the_provider_is_in_trouble(
    server: Server, known: Known, trouble: str
) -> None:
    assert verified(token(), linking(server), now=NOW, known=known) == ANN
    get_into(server, trouble)
    good = token(exp=int(NOW.timestamp()) + 10_000)
    assert verified(good, linking(server), now=later(4000), known=known) == ANN
    # One that is not known may be good: the shopper is not to be sent to link again.
    assert verified(token(OTHER), linking(server), now=later(4001), known=known) == AWAY
    assert verified(token(OTHER), linking(server), now=later(4040), known=known) == AWAY


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_provider_in_trouble_from_the_start_is_away_and_comes_back(
    server: Server, known: Known, trouble: str
) -> None:
    before = server.answer
    get_into(server, trouble)
    assert verified(token(), linking(server), now=NOW, known=known) == AWAY
    assert verified(token(), linking(server), now=later(29), known=known) == AWAY
    assert len(server.seen) <= 1
    server.answer = before
    assert verified(token(), linking(server), now=later(31), known=known) == ANN


def get_into(server: Server, trouble: str) -> None:
    """Let the provider have this trouble from now on. "gone" answers nothing at all."""
    other = json.dumps(key_set(RSA, OTHER)).encode()
    answers: dict[str, tuple[int, dict[str, str], bytes]] = {
        "failing": (503, {}, other),
        "garbage": (200, {}, b"\xff\x00<html>"),
        "a list": (200, {}, b"[1]"),
        "no keys": (200, {}, b'{"keys": 5}'),
        "huge": (200, {}, other + b" " * MAX_BYTES),
        "redirecting": (302, {"Location": f"{server.address}/elsewhere"}, other),
        "nonsense": (-1, {}, b""),
        "gone": (0, {}, b""),
    }
    server.answer = lambda path, form: answers[trouble]


def test_where_nothing_listens_the_provider_is_away(known: Known) -> None:
    from tests.linking.provider import serving

    with serving() as up:
        asked = linking(up)
    assert verified(token(), asked, now=NOW, known=known) == AWAY


@pytest.mark.parametrize("how", ["silent", "dripping"])
def test_a_slow_provider_costs_a_turn_two_seconds_once(server: Server, known: Known, how: str) -> None:
    if how == "silent":
        server.delay = 4
    else:
        server.drip = 0.05
    started = time.monotonic()
    assert verified(token(), linking(server), now=NOW, known=known) == AWAY
    assert 1.9 < time.monotonic() - started < 3
    started = time.monotonic()
    assert verified(token(), linking(server), now=later(5), known=known) == AWAY
    assert time.monotonic() - started < 0.5


def test_turns_at_the_same_time_ask_once(server: Server, known: Known) -> None:
    server.delay = 0.2
    asked = linking(server)
    with ThreadPoolExecutor(8) as pool:
        verdicts = list(pool.map(lambda _: verified(token(), asked, now=NOW, known=known), range(16)))
    assert verdicts == [ANN] * 16
    assert len(server.seen) == 1


def test_a_clock_that_was_set_back_makes_nothing_last_for_ever(server: Server, known: Known) -> None:
    assert verified(token(nbf=None), linking(server), now=later(90_000), known=known) == Refused("expired")
    server.serves(key_set(OTHER))
    assert verified(token(nbf=None), linking(server), now=NOW, known=known) == Refused("key")


@pytest.mark.parametrize(
    "url", ["http://id.example/keys", "ftp://id.example/", "file:///etc/passwd", "", "//x"]
)
def test_nothing_is_asked_in_the_open(url: str) -> None:
    with pytest.raises(Unreachable, match="https"):
        fetch(url)


def test_nothing_of_a_token_is_logged(server: Server, known: Known, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for made in (token(), token(OTHER), token(exp=1), token()[:-4]):
            verified(made, linking(server), now=NOW, known=known)
        get_into(server, "failing")
        verified(token(OTHER, header={"kid": "secret-kid"}), linking(server), now=later(100), known=known)
    assert "cannot be read: status 503" in caplog.text
    for private in ("ann-7", "secret-kid", *token().split(".")):
        assert private not in caplog.text

"""Tokens only the provider can read: asked about as RFC 7662 says, believed for a minute."""

from __future__ import annotations

import logging
from base64 import b64decode
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from skill.linking.account import Account, Refused, Verdict
from skill.linking.verified import Known, verified
from tests.linking.provider import AUDIENCE, ISSUER, NOW, Server, introspecting
from tests.linking.test_keys import get_into

AT = int(NOW.timestamp())
ACTIVE = {"active": True, "sub": "ann-7", "exp": AT + 3600, "scope": "orders profile"}
SECRET = "wahr & schön: 100%"


def asked(server: Server, known: Known, *, text: str = "opaque", after: float = 0, **changed: Any) -> Verdict:
    return verified(
        text,
        introspecting(server, **changed),
        now=NOW + timedelta(seconds=after),
        known=known,
        environ={"SHOP_SECRET": SECRET},
    )


def test_an_active_token_tells_whose_it_is(server: Server, known: Known) -> None:
    server.serves(ACTIVE)
    assert asked(server, known, text="opaque+/= ü", scopes=("orders",)) == Account("ann-7")
    [(method, path, headers, form)] = server.seen
    assert (method, path) == ("POST", "/introspect")
    assert parse_qs(form.decode()) == {"token": ["opaque+/= ü"], "token_type_hint": ["access_token"]}
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    # Form-encoded before it is base64 (RFC 6749, 2.3.1).
    assert b64decode(headers["Authorization"].removeprefix("Basic ")) == b"shop:wahr+%26+sch%C3%B6n%3A+100%25"


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"active": False}, "inactive"),
        ({**ACTIVE, "active": "true"}, "unavailable"),
        ({**ACTIVE, "iss": "https://elsewhere.example"}, "issuer"),
        ({**ACTIVE, "aud": ["another"]}, "audience"),
        ({**ACTIVE, "exp": AT - 60}, "expired"),
        ({**ACTIVE, "exp": "never"}, "claims"),
        ({**ACTIVE, "exp": True}, "claims"),
        ({**ACTIVE, "nbf": AT + 61}, "early"),
        ({**ACTIVE, "scope": "profile"}, "scope"),
        ({**ACTIVE, "scope": None}, "scope"),
        ({**ACTIVE, "sub": None}, "subject"),
        ({}, "unavailable"),
        ([], "unavailable"),
        ("yes", "unavailable"),
    ],
)
def test_what_the_provider_says_is_looked_at(server: Server, known: Known, told: Any, reason: str) -> None:
    server.serves(told)
    assert asked(server, known, scopes=("orders",)) == Refused(reason)


def test_what_it_tells_besides_may_be_missing_or_right(server: Server, known: Known) -> None:
    server.serves({"active": True, "sub": "ann-7", "iss": ISSUER, "aud": [AUDIENCE], "exp": AT + 0.5})
    assert asked(server, known) == Account("ann-7")


def test_an_answer_is_believed_for_a_minute(server: Server, known: Known) -> None:
    server.serves(ACTIVE)
    for after in (0, 30, 59):
        assert asked(server, known, after=after) == Account("ann-7")
    assert len(server.seen) == 1
    server.serves({"active": False})
    assert asked(server, known, after=60) == Refused("inactive")
    assert asked(server, known, after=61, text="another") == Refused("inactive")
    assert len(server.seen) == 3


def test_an_answer_is_not_believed_beyond_the_tokens_end(server: Server, known: Known) -> None:
    server.serves({**ACTIVE, "exp": AT + 20})
    assert asked(server, known) == Account("ann-7")
    server.serves({"active": False})
    assert asked(server, known, after=21) == Refused("inactive")


def test_one_shops_answer_is_not_anothers(server: Server, known: Known) -> None:
    server.serves(ACTIVE)
    assert asked(server, known) == Account("ann-7")
    assert asked(server, known, scopes=("admin",)) == Refused("scope")


@pytest.mark.parametrize("trouble", ["gone", "nonsense", "failing", "garbage", "huge", "redirecting"])
def test_a_provider_in_trouble_is_asked_again_after_half_a_minute(
    server: Server, known: Known, trouble: str
) -> None:
    get_into(server, trouble)
    for after in (0, 10, 29):
        assert asked(server, known, after=after) == Refused("unavailable")
    assert len(server.seen) <= 1
    server.serves(ACTIVE)
    assert asked(server, known, after=31) == Account("ann-7")


def test_an_answer_still_believed_outlives_the_provider(server: Server, known: Known) -> None:
    server.serves(ACTIVE)
    assert asked(server, known) == Account("ann-7")
    get_into(server, "failing")
    assert asked(server, known, text="another", after=5) == Refused("unavailable")
    assert asked(server, known, after=6) == Account("ann-7")


def test_without_the_secret_nothing_is_asked(
    server: Server, known: Known, caplog: pytest.LogCaptureFixture
) -> None:
    verdict = verified("opaque", introspecting(server), now=NOW, known=known, environ={})
    assert verdict == Refused("unavailable")
    assert server.seen == []
    assert "SHOP_SECRET is not set" in caplog.text


def test_neither_token_nor_secret_nor_subject_is_logged(
    server: Server, known: Known, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        server.serves(ACTIVE)
        asked(server, known)
        get_into(server, "garbage")
        asked(server, known, text="opaque-too")
    assert "cannot be asked" in caplog.text
    for private in ("opaque", "ann-7", SECRET, "Basic "):
        assert private not in caplog.text


def test_memory_is_bounded(server: Server, known: Known) -> None:
    from skill.linking.introspection import MAX_ANSWERS, Answers

    answers = Answers()
    for n in range(MAX_ANSWERS + 50):
        answers.keep(n.to_bytes(4, "big"), Account("ann-7"), now=0, until=60)
    kept = [n for n in range(MAX_ANSWERS + 50) if answers.find(n.to_bytes(4, "big"), "", now=1)]
    assert kept == list(range(50, MAX_ANSWERS + 50))

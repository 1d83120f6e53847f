"""Keys: what is kept of them, and until when they open a shop."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from skill.commerce.key import SCOPES, digest, made, rotated

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
KEY = made("till", secret="sayso_secret", id="k1", now=NOW)


def test_a_key_holds_the_hash_of_its_secret_and_not_the_secret() -> None:
    assert "sayso_secret" not in repr(KEY)
    assert (KEY.hash, KEY.last4, KEY.scopes) == (digest("sayso_secret"), "cret", SCOPES)


def test_a_key_opens_until_it_expires_or_is_revoked() -> None:
    assert KEY.usable(NOW + timedelta(days=9999))
    ending = replace(KEY, expires=NOW)
    assert ending.usable(NOW - timedelta(microseconds=1))
    assert not ending.usable(NOW)
    assert not replace(KEY, revoked=NOW).usable(NOW - timedelta(days=1))


def test_a_rotated_key_lives_on_as_long_as_was_said_and_no_longer_than_before() -> None:
    read_only = replace(KEY, scopes=frozenset({"read"}))
    new, old = rotated(read_only, secret="sayso_new", id="k2", now=NOW, keep=timedelta(hours=2))
    assert (new.label, new.scopes, new.expires) == ("till", frozenset({"read"}), None)
    assert old == replace(read_only, expires=NOW + timedelta(hours=2))
    _, again = rotated(old, secret="sayso_third", id="k3", now=NOW, keep=timedelta(days=9))
    assert again.expires == NOW + timedelta(hours=2)


@pytest.mark.parametrize("scopes", [[], ["everything"], ["read", "admin"]])
def test_a_key_for_nothing_or_for_more_than_there_is_is_not_made(scopes: list[str]) -> None:
    with pytest.raises(ValueError, match="a key may"):
        made("till", secret="s", id="k", now=NOW, scopes=scopes)

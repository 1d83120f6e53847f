"""Keys from the command line: shown once, rotated, revoked, and good for one shop."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from skill.api.web import MOUNT
from skill.app import build
from skill.cli import main
from skill.server import create_app
from skill.settings import from_environment


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    told = {"SAYSO_STORE": f"sqlite:{tmp_path / 'shop.db'}", "SAYSO_NOW": "2026-11-21T15:00:00Z"}
    for name in ("SAYSO_CATALOGUES", "SAYSO_SHOP", "SAYSO_ASSUME_LINKED"):
        monkeypatch.delenv(name, raising=False)
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    assert sayso("sample").exit_code == 0
    return told


def sayso(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def made(*arguments: str) -> tuple[str, str]:
    """The secret and the id of the key a command makes."""
    result = sayso("merchant", "key", *arguments)
    assert result.exit_code == 0, result.output
    secret, about, *_ = result.output.splitlines()
    id = re.match(r"key (\S+)", about)
    assert id
    return secret, id[1]


def opens(environment: dict[str, str], secret: str, *, now: str = "", method: str = "GET") -> int:
    settings = from_environment({**environment, "SAYSO_NOW": now or environment["SAYSO_NOW"]})
    client: FlaskClient = create_app(build(settings), verify=None).test_client()
    headers = {"Authorization": f"Bearer {secret}"}
    return client.open(f"{MOUNT}/faqs", method=method, headers=headers).status_code


def test_a_key_is_shown_once_and_opens_the_shop(environment: dict[str, str]) -> None:
    secret, id = made("create", "--label", "till")
    assert re.fullmatch(r"sayso_[A-Za-z0-9_-]{43}", secret)
    assert opens(environment, secret) == 200
    listed = sayso("merchant", "key", "list").output
    assert id in listed
    assert secret[-4:] in listed
    assert secret[:-4] not in listed


def test_a_key_may_only_read_when_that_was_said(environment: dict[str, str]) -> None:
    secret, _ = made("create", "--label", "report", "--scope", "read")
    assert opens(environment, secret) == 200
    client = create_app(build(from_environment(environment)), verify=None).test_client()
    headers = {"Authorization": f"Bearer {secret}"}
    assert client.delete(f"{MOUNT}/faqs/wrap", headers=headers).status_code == 403


def test_an_old_key_lives_on_for_as_long_as_was_said(environment: dict[str, str]) -> None:
    old, id = made("create", "--label", "till")
    new, _ = made("rotate", id, "--keep-hours", "2")
    assert opens(environment, old, now="2026-11-21T16:59:59Z") == 200
    assert opens(environment, old, now="2026-11-21T17:00:00Z") == 401
    assert opens(environment, new, now="2027-11-21T17:00:00Z") == 200


def test_a_revoked_key_opens_nothing_from_then_on(environment: dict[str, str]) -> None:
    secret, id = made("create", "--label", "till")
    assert sayso("merchant", "key", "revoke", id).exit_code == 0
    assert opens(environment, secret) == 401
    assert "revoked" in sayso("merchant", "key", "list").output
    for command in ("revoke", "rotate"):
        again = sayso("merchant", "key", command, id)
        assert (again.exit_code, "opens nothing any more" in again.output) == (2, True)
        assert sayso("merchant", "key", command, "k0").exit_code == 2


def test_a_shop_has_ten_keys_at_most(environment: dict[str, str]) -> None:
    ids = [made("create", "--label", f"till {n}")[1] for n in range(10)]
    full = sayso("merchant", "key", "create", "--label", "one more")
    assert (full.exit_code, "revoke one" in full.output) == (2, True)
    assert sayso("merchant", "key", "rotate", ids[0]).exit_code == 2
    sayso("merchant", "key", "revoke", ids[0])
    made("create", "--label", "one more")


def test_a_shop_without_a_key_says_so(environment: dict[str, str]) -> None:
    assert sayso("merchant", "key", "list").output == "this shop has no key\n"

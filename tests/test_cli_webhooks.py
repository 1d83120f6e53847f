"""Webhooks from the command line: added, listed, rotated, tried, and what was given up told again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from skill.cli import main
from skill.merchants import webhooks
from skill.shop import Stocking
from tests.merchants.receiver import receiving
from tests.merchants.test_worker import events, order, shop_in

URL = "https://shop.example/hook?key=opensesame"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stocking:
    monkeypatch.setenv("SAYSO_STORE", f"sqlite:{tmp_path / 'shop.db'}")
    monkeypatch.setenv("COLUMNS", "200")
    for name in ("SAYSO_CATALOGUES", "SAYSO_NOW", "SAYSO_SHOP", "SAYSO_SKILL_ID"):
        monkeypatch.delenv(name, raising=False)
    return shop_in(tmp_path, shop="shop")


def sayso(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["webhook", *arguments])


def test_a_webhook_is_added_listed_and_removed_and_its_secret_shown_once(store: Stocking) -> None:
    assert "no webhook" in sayso("list").output
    added = sayso("add", URL, "--events", "order.placed, case")
    secret, told = added.output.splitlines()
    (kept,) = webhooks.endpoints(store)
    assert (kept.secret, kept.url, kept.events) == (secret, URL, ("order.placed", "case"))
    listed = sayso("list").output
    assert kept.id in listed
    assert "order.placed, case" in listed
    for hidden in (secret, "opensesame"):
        assert hidden not in listed + told
    again = sayso("add", URL)
    assert (again.exit_code, kept.id in again.output) == (2, True)
    assert sayso("remove", kept.id).exit_code == 0
    assert (sayso("remove", kept.id).exit_code, webhooks.endpoints(store)) == (2, ())


@pytest.mark.parametrize("url", ["hook", "http://shop.example/hook", "ftp://shop.example"])
def test_an_address_that_cannot_be_posted_to_is_refused(store: Stocking, url: str) -> None:
    refused = sayso("add", url)
    assert (refused.exit_code, webhooks.endpoints(store)) == (2, ())
    assert sayso("add", URL, "--events", "order.eaten").exit_code == 2


def test_a_new_secret_signs_beside_the_old_one_for_as_long_as_asked(store: Stocking) -> None:
    old = sayso("add", URL).output.splitlines()[0]
    (before,) = webhooks.endpoints(store)
    new = sayso("rotate", before.id, "--keep-hours", "2").output.splitlines()[0]
    (after,) = webhooks.endpoints(store)
    assert (after.secret, after.old_secret) == (new, old)
    assert after.old_until is not None
    assert after.secrets(before.created) == (new, old)
    assert after.secrets(after.old_until) == (new,)
    assert sayso("rotate", "we_none").exit_code == 2


def test_a_try_tells_what_the_endpoint_answers(store: Stocking) -> None:
    with receiving() as receiver:
        receiver.secrets["/"] = sayso("add", f"{receiver.url}/").output.splitlines()[0]
        (kept,) = webhooks.endpoints(store)
        fine = sayso("test", kept.id)
        assert (fine.exit_code, "answered 204" in fine.output) == (0, True)
        assert (receiver.kinds(), receiver.bad) == (["webhook.test"], [])
        receiver.moods["/"] = lambda _: 500
        wrong = sayso("test", kept.id)
        assert (wrong.exit_code, "answered 500" in wrong.output) == (2, True)
    gone = sayso("test", kept.id)
    assert (gone.exit_code, "cannot be reached" in gone.output) == (2, True)


def test_what_was_given_up_is_told_and_told_again(store: Stocking) -> None:
    for n in (1, 2, 3):
        order(store, n)
    first, second, third = events(store)
    assert "nothing was given up" in sayso("dead").output
    for event in (first, second):
        wrong = replace(event, state="dead", tries=10, error="webhook:we_1: answered 500")
        assert store.save_event(event, changed=wrong)
    listed = sayso("dead").output
    assert first.id in listed
    assert second.id in listed
    assert "answered 500" in listed
    assert third.id not in listed
    assert sayso("replay", first.id).exit_code == 0
    assert (store.event(first.id) or first).state == "waiting"
    assert sayso("replay", first.id).exit_code == 2
    assert sayso("replay", "--all").output == "1 events are told again\n"
    assert sayso("replay", "--all").output == "0 events are told again\n"
    assert {event.state for event in events(store)} == {"waiting"}
    for arguments in ((), ("--all", first.id), ("nothing",)):
        assert sayso("replay", *arguments).exit_code == 2

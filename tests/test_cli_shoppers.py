"""What a shop's people can tell a shopper about their data, and how it is erased."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from skill.alexa.typed import Session, session_json
from skill.app import App, build, shopper_key
from skill.cli import main
from skill.cli.common import sessions_of
from skill.commerce.contact import Contact
from skill.commerce.merchant import Case, Shopper
from skill.settings import Settings
from tests.storage.stores import FACTS, NOW, cart, line, order_of, saved

ANN, BEN = "amzn1.ask.account.ANN", "amzn1.ask.account.BEN"


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    """A shop where Ann has ordered, and Ben, whose account is the same, as well."""
    store = f"sqlite:{tmp_path / 'shop.db'}"
    monkeypatch.setenv("SAYSO_STORE", store)
    for name in ("SAYSO_CATALOGUES", "SAYSO_NOW", "SAYSO_SECRET", "SAYSO_SHOP"):
        monkeypatch.delenv(name, raising=False)
    app = build(Settings(store=store, catalogues=tmp_path / "shop-catalogues"))
    app.store.publish(FACTS, stock={})
    for user, number in ((ANN, "31415"), (BEN, "27182")):
        key = shopper_key(user, secret=app.settings.shopper_secret)
        about = Shopper(account="house-7", code="s4lt$sealed", contact=Contact(name="Ann Other", at=NOW))
        app.store.put_shopper(key, about=about)
        full = saved(app.store, cart(line(), cid=f"cart-{number}"), shopper=key)
        order = replace(order_of(full, shopper=key, number=number), account="house-7")
        app.store.put_order(replace(order, id=f"order-{number}", contact=Contact(name="Ann Other")))
        app.store.open_case(Case(id=number, reference="9", about="a broken jar", opened_at=NOW), shopper=key)
    return app


def sayso(*arguments: str | Path, input: str | None = None) -> Result:
    return CliRunner().invoke(main, ["shopper", *map(str, arguments)], input=input)


def told(*arguments: str) -> list[dict[str, Any]]:
    result = sayso("export", *arguments)
    assert result.exit_code == 0, result.output
    shoppers: list[dict[str, Any]] = json.loads(result.stdout)["shoppers"]
    return shoppers


@pytest.mark.parametrize("by", [("--user", ANN), ("--order", "31415")])
def test_everything_kept_about_a_shopper_is_told(app: App, by: tuple[str, str]) -> None:
    [kept] = told(*by)
    assert kept["profile"]["contact"]["name"] == "Ann Other"
    assert kept["profile"]["account"] == "house-7"
    assert [each["sku"] for each in kept["cart"]["lines"]] == ["milk"]
    assert [order["number"] for order in kept["orders"]] == ["31415"]
    assert [case["about"] for case in kept["cases"]] == ["a broken jar"]


def test_a_voice_code_is_told_as_set_and_never_as_it_is_kept(app: App) -> None:
    [kept] = told("--user", ANN)
    assert kept["profile"]["code"] == "set"
    assert kept["profile"]["next_code"] == ""
    assert "sealed" not in sayso("export", "--user", ANN).output


def test_an_account_may_be_several_shoppers(app: App) -> None:
    assert sorted(kept["orders"][0]["number"] for kept in told("--account", "house-7")) == ["27182", "31415"]


def test_it_can_be_written_to_a_file_that_nobody_else_reads(app: App, tmp_path: Path) -> None:
    file = tmp_path / "ann.json"
    result = sayso("export", "--user", ANN, "--output", file)
    assert result.output == f"1 shopper written to {file}\n"
    assert len(json.loads(file.read_text("utf-8"))["shoppers"]) == 1
    assert file.stat().st_mode & 0o077 == 0
    refused = sayso("export", "--user", ANN, "--output", tmp_path / "no" / "ann.json")
    assert refused.exit_code == 2
    assert "cannot be written" in refused.stderr


def test_erasing_asks_first_and_says_what_goes_and_what_stays(app: App) -> None:
    asked = sayso("erase", "--user", ANN, input="n\n")
    assert asked.exit_code == 1
    assert "a cart, a profile, a contact, a voice code, 1 case, 1 order" in asked.output
    assert told("--user", ANN)
    done = sayso("erase", "--user", ANN, input="y\n")
    assert done.exit_code == 0
    assert "1 order stays without name and address, up to 3650 days after it was placed" in done.output
    kept = app.store.placed_order("order-31415")
    assert kept is not None
    assert (kept.contact, kept.number, kept.account) == (None, "31415", "house-7")
    # The other one is untouched.
    assert told("--user", BEN)[0]["profile"]["contact"]["name"] == "Ann Other"


def test_erasing_takes_the_sessions_of_a_developer_along(app: App) -> None:
    folder = sessions_of(app)
    folder.mkdir()
    for name, user in (("a", ANN), ("b", BEN)):
        session = session_json(Session(id=name, user=user, locale="en-US"))
        (folder / f"{name}.json").write_text(json.dumps(session), "utf-8")
    assert sayso("erase", "--user", ANN, "--yes").exit_code == 0
    assert [path.name for path in folder.iterdir()] == ["b.json"]


def test_erasing_by_account_erases_them_all(app: App) -> None:
    assert sayso("erase", "--account", "house-7", "--yes").exit_code == 0
    for by in (("--user", ANN), ("--user", BEN), ("--account", "house-7"), ("--order", "27182")):
        assert sayso("export", *by).exit_code == 2


def test_erasing_twice_changes_nothing_more_and_says_that_nobody_is_there(app: App) -> None:
    assert sayso("erase", "--user", ANN, "--yes").exit_code == 0
    before = app.store.placed_order("order-31415")
    again = sayso("erase", "--user", ANN, "--yes")
    assert again.exit_code == 2
    assert "erased before, or never there" in again.stderr
    assert app.store.placed_order("order-31415") == before


@pytest.mark.parametrize("command", ["export", "erase"])
@pytest.mark.parametrize(
    ("by", "remedy"),
    [
        (("--user", "amzn1.ask.account.NOBODY"), "SAYSO_SECRET"),
        (("--account", "nobody"), "named by --user"),
        (("--order", "00000"), "five digits"),
        ((), "name one shopper"),
        (("--user", ANN, "--order", "31415"), "name one shopper"),
    ],
)
def test_nobody_is_an_error_with_a_remedy(app: App, command: str, by: tuple[str, ...], remedy: str) -> None:
    result = sayso(command, *by)
    assert result.exit_code == 2
    assert remedy in result.stderr


@pytest.mark.parametrize("command", ["export", "erase"])
def test_a_store_without_a_shop_is_said_to_have_none(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAYSO_STORE", f"sqlite:{tmp_path / 'empty.db'}")
    result = sayso(command, "--user", ANN)
    assert result.exit_code == 2
    assert "no shop yet" in result.stderr


def test_accounts_are_looked_for_through_all_pages(app: App) -> None:
    for n in range(230):
        app.store.put_order(order_of(cart(line(), cid=f"other-{n:03}"), shopper=f"other{n}", number="1"))
    assert len(told("--account", "house-7")) == 2

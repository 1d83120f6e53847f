"""A shop whose catalogue versions come from shelves in S3: the app, its settings, Lambda."""

from __future__ import annotations

import logging
import shutil
from dataclasses import replace
from pathlib import Path
from time import monotonic

import pytest

from skill.app import App, shopper_key
from skill.catalogue.index import update
from skill.commerce.money import Money
from skill.commerce.product import Product
from skill.errors import BadInput
from skill.merchants.publish import Place, Wanted, publish
from skill.merchants.shop_file import read_shop
from skill.storage.shelves import push
from tests.talk import SAMPLE, USER, Talk, lambda_door, send_through

# Every test here has S3 on a socket.
pytestmark = pytest.mark.usefixtures("s3")
TEA = Product(sku="tea", title="Dragonwell Tea", price=Money(999, "USD"))


def open_shop(app: App) -> None:
    """The sample shop, on its first day."""
    price = Money(499, "USD")
    products = (
        Product(sku="oat", title="Oat Milk", price=price),
        Product(sku="rye", title="Rye Bread", price=price),
    )
    place = Place(store=app.store, folder=app.settings.catalogues / app.settings.shop, clock=app.clock)
    wanted = Wanted(facts=read_shop(SAMPLE / "shop.toml"))
    publish(enumerate(products, start=1), place=place, wanted=wanted)


def test_the_shop_keeps_answering_while_a_new_version_cannot_be_fetched(
    shelf: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # The merchant's machine, and the function that has nothing but the store and the shelves.
    store = f"sqlite:{tmp_path / 'shop.db'}"
    monkeypatch.setenv("SAYSO_CATALOGUES", str(tmp_path / "merchant"))
    merchant = lambda_door(store, monkeypatch=monkeypatch)
    app = merchant.app
    open_shop(app)
    facts = app.store.visit(shopper_key(USER, secret=app.settings.shopper_secret)).facts
    made = tmp_path / "merchant" / app.settings.shop
    monkeypatch.setenv("SAYSO_CATALOGUES", str(tmp_path / "function"))
    monkeypatch.setenv("SAYSO_SHELVES", shelf)
    function = lambda_door(store, monkeypatch=monkeypatch)
    here = tmp_path / "function" / app.settings.shop
    talk = Talk(send_through(function))

    # Nothing to answer from.
    assert "nothing on its shelves" in talk.say("find oat milk").speech
    assert not list(here.iterdir())
    push(made / facts.catalogue, to=function.app.settings.shelf)
    first = talk.say("find oat milk").speech
    assert "Oat" in first
    assert [path.name for path in here.iterdir()] == [facts.catalogue]

    # A version goes live that was never pushed.
    update(made / facts.catalogue, folder=made / "next", version="next", products=[TEA])
    app.store.publish(replace(facts, catalogue="next"), stock={})
    caplog.clear()
    talk.new_session()
    assert talk.say("find oat milk").speech == first
    assert "Dragonwell" not in talk.say("find dragonwell tea").speech
    # Now it is; the function looks again after a while.
    later = monotonic() + 3600
    with monkeypatch.context() as patch:
        patch.setattr("skill.catalogues.monotonic", lambda: later)
        assert "Dragonwell" not in talk.say("find dragonwell tea").speech
        push(made / "next", to=function.app.settings.shelf)
        assert "Dragonwell" not in talk.say("find dragonwell tea").speech
    monkeypatch.setattr("skill.catalogues.monotonic", lambda: later + 31)
    assert "Dragonwell" in talk.say("find dragonwell tea").speech
    assert sorted(path.name for path in here.iterdir()) == sorted([facts.catalogue, "next"])
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    [only] = told
    assert only.startswith(f"catalogue next cannot be fetched from {function.app.settings.shelf}: ")


def test_without_shelves_a_version_that_is_gone_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAYSO_CATALOGUES", str(tmp_path / "versions"))
    door = lambda_door(f"sqlite:{tmp_path / 'shop.db'}", monkeypatch=monkeypatch)
    open_shop(door.app)
    assert "Oat" in Talk(send_through(door)).say("find oat milk").speech
    facts = door.app.store.visit(shopper_key(USER, secret=door.app.settings.shopper_secret)).facts
    door.app.store.publish(replace(facts, catalogue="gone"), stock={})
    assert "nothing on its shelves" in Talk(send_through(door)).say("find oat milk").speech


def test_lambda_looks_in_its_package_and_then_in_its_own_folder(
    shelf: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skill.settings._LAMBDA_FOLDER", tmp_path / "tmp")
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "sayso")
    monkeypatch.setenv("SAYSO_CATALOGUES", str(tmp_path / "package"))
    monkeypatch.setenv("SAYSO_SHELVES", f"{shelf}/")
    door = lambda_door(f"sqlite:{tmp_path / 'shop.db'}", monkeypatch=monkeypatch)
    app = door.app
    open_shop(app)
    assert "Oat" in Talk(send_through(door)).say("find oat milk").speech
    assert not (tmp_path / "tmp").exists()

    facts = app.store.visit(shopper_key(USER, secret=app.settings.shopper_secret)).facts
    package = tmp_path / "package" / app.settings.shop
    update(package / facts.catalogue, folder=package / "next", version="next", products=[TEA])
    push(package / "next", to=app.settings.shelf)
    shutil.rmtree(package / "next")
    app.store.publish(replace(facts, catalogue="next"), stock={})
    assert "Dragonwell" in Talk(send_through(door)).say("find dragonwell tea").speech
    assert (tmp_path / "tmp" / app.settings.shop / "next").is_dir()


@pytest.mark.parametrize("shelves", ["s3://", "s3:/bucket/x", "bucket/prefix", "s3://bucket//prefix"])
def test_a_setting_that_names_no_shelves_is_refused(
    shelves: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAYSO_SHELVES", shelves)
    with pytest.raises(BadInput, match="SAYSO_SHELVES="):
        lambda_door(f"sqlite:{tmp_path / 'shop.db'}", monkeypatch=monkeypatch)

"""A catalogue version on disk is complete or not there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.catalogue.index import FORMAT, MANIFEST, Manifest, build, read_manifest
from skill.catalogue.records import dump, parse
from skill.catalogue.search import CatalogueIndex
from skill.commerce.money import Money
from skill.commerce.product import Measure, Offer, Product
from skill.errors import CatalogueNotLinked

MILK = Product(sku="milk", title="Milk", price=Money(399, "USD"))
EGGS = replace(MILK, sku="eggs", title="Eggs")
words = st.text(min_size=1, max_size=8)
lists = st.lists(words, max_size=3).map(tuple)
money = st.integers(0, 10**12).map(lambda minor: Money(minor, "USD"))
times = st.none() | st.datetimes(timezones=st.just(UTC))
products = st.builds(
    Product,
    sku=words,
    title=words,
    price=money,
    names=st.dictionaries(words, words, max_size=2),
    brand=words,
    category=lists,
    description=words,
    offer=st.none() | st.builds(Offer, money, times, times),
    group=words,
    colour=words,
    size=words,
    measure=st.none() | st.builds(Measure, st.integers(1, 10**9), words),
    multipack=st.integers(1, 99),
    limit=st.none() | st.integers(1, 99),
    diet=lists,
    contains=st.none() | lists,
    goes_with=lists,
    popularity=st.integers(0, 10**9),
    stock=st.none() | st.integers(0, 99),
)


def built(folder: Path, *given_products: Product) -> Manifest:
    return build(given_products, folder=folder, version="v1", language="en")


@given(products)
def test_a_product_comes_out_of_the_index_as_it_went_in(product: Product) -> None:
    assert parse(dump(product)) == product


def test_the_manifest_tells_what_the_folder_holds(tmp_path: Path) -> None:
    manifest = built(tmp_path / "v1", MILK, EGGS)
    assert manifest == read_manifest(tmp_path / "v1") == Manifest("v1", "en", 2)
    assert CatalogueIndex(tmp_path / "v1").version == "v1"


def test_the_same_version_built_again_replaces_the_first(tmp_path: Path) -> None:
    built(tmp_path / "v1", MILK)
    built(tmp_path / "v1", EGGS)
    assert set(CatalogueIndex(tmp_path / "v1").get(["milk", "eggs"])) == {"eggs"}


@pytest.mark.parametrize("earlier", [False, True])
def test_a_crash_while_building_leaves_what_was_there(tmp_path: Path, earlier: bool) -> None:
    folder = tmp_path / "v1"
    if earlier:
        built(folder, EGGS)

    def breaking() -> Iterator[Product]:
        yield MILK
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        build(breaking(), folder=folder, version="v1", language="en")
    assert folder.exists() is earlier
    if earlier:
        assert set(CatalogueIndex(folder).get(["milk", "eggs"])) == {"eggs"}
    built(folder, MILK)
    assert set(CatalogueIndex(folder).get(["milk", "eggs"])) == {"milk"}


def without_manifest(folder: Path) -> None:
    (folder / MANIFEST).unlink()


def without_index(folder: Path) -> None:
    for file in folder.iterdir():
        if file.name != MANIFEST:
            file.unlink()


def without_segments(folder: Path) -> None:
    for file in folder.iterdir():
        if file.name not in (MANIFEST, "meta.json"):
            file.unlink()


def written(text: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / MANIFEST).write_text(text, "utf-8")

    return write


def of_another(**values: object) -> Callable[[Path], None]:
    return written(json.dumps({"version": "v1", "language": "en", "products": 1, "format": FORMAT, **values}))


@pytest.mark.parametrize(
    "damage",
    [
        without_manifest,
        without_index,
        without_segments,
        written(""),
        written("[]"),
        written('{"version": "v1"}'),
        of_another(format=FORMAT + 1),
        of_another(products=2),
        of_another(colour="blue"),
    ],
)
def test_a_folder_that_is_not_complete_is_no_catalogue(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    built(tmp_path / "v1", MILK)
    damage(tmp_path / "v1")
    with pytest.raises(CatalogueNotLinked):
        CatalogueIndex(tmp_path / "v1")


def test_a_folder_that_does_not_exist_is_no_catalogue_and_stays_absent(tmp_path: Path) -> None:
    with pytest.raises(CatalogueNotLinked):
        CatalogueIndex(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_a_price_is_the_offers_only_while_it_lasts(tmp_path: Path) -> None:
    now = datetime(2026, 11, 21, tzinfo=UTC)
    built(tmp_path / "v1", replace(MILK, offer=Offer(Money(299, "USD"), ends=now)), EGGS)
    shelves = CatalogueIndex(tmp_path / "v1")
    assert shelves.offers(now) == ()
    assert [product.sku for product in shelves.offers(datetime(2026, 11, 20, tzinfo=UTC))] == ["milk"]


def test_a_version_is_read_through_links_where_the_folder_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in Lambda's package. Tests may run as root, who may write anywhere, so the answer is given."""
    build([MILK], folder=tmp_path / "v1", version="v1", language="en")
    monkeypatch.setattr("os.access", lambda *_: False)
    before = sorted((tmp_path / "v1").iterdir())
    assert CatalogueIndex(tmp_path / "v1").get(["milk"]) == {"milk": MILK}
    assert sorted((tmp_path / "v1").iterdir()) == before

"""Walking over all products of a version."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skill.catalogue import shelf as shelf_module
from skill.catalogue.index import build, update
from skill.catalogue.records import parse
from skill.catalogue.shelf import Shelf
from skill.commerce.money import Money
from skill.commerce.product import Product
from skill.errors import CatalogueNotLinked


def product(number: int, popularity: int = 0) -> Product:
    return Product(sku=f"s{number}", title=f"Tea {number}", price=Money(100, "USD"), popularity=popularity)


def skus(products: object) -> list[str]:
    return [one.sku for one in products]  # type: ignore[attr-defined]


def test_replaced_and_removed_products_are_seen_as_they_are_now(tmp_path: Path) -> None:
    build((product(n) for n in range(5)), folder=tmp_path / "a", version="a", language="en")
    update(
        tmp_path / "a",
        folder=tmp_path / "b",
        version="b",
        products=[product(1, popularity=9), product(7)],
        gone=["s3"],
    )
    shelf = Shelf(tmp_path / "b")
    assert skus(map(parse, shelf.records())) == ["s0", "s2", "s4", "s1", "s7"]
    assert skus(shelf.ranked(limit=3)) == ["s1", "s0", "s2"]


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=60), st.integers(1, 70), st.integers(1, 25))
def test_the_most_popular_come_first_and_of_equals_the_first_of_the_feed(
    tmp_path_factory: pytest.TempPathFactory, popularity: list[int], limit: int, block: int
) -> None:
    folder = tmp_path_factory.mktemp("shelf") / "a"
    build((product(n, p) for n, p in enumerate(popularity)), folder=folder, version="a", language="en")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shelf_module, "_BLOCK", block)
        shelf = Shelf(folder)
        order = sorted(range(len(popularity)), key=lambda n: (-popularity[n], n))
        assert skus(shelf.ranked(limit=limit)) == [f"s{n}" for n in order][:limit]
        assert skus(map(parse, shelf.records())) == [f"s{n}" for n in range(len(popularity))]


@pytest.mark.parametrize("count", [1, 3, 64, 65, 150])
def test_products_are_found_by_their_skus_however_many_and_however_often(tmp_path: Path, count: int) -> None:
    build((product(n) for n in range(200)), folder=tmp_path / "a", version="a", language="en")
    shelf = Shelf(tmp_path / "a")
    wanted = [f"s{n}" for n in range(0, count)]
    for _ in range(2):
        found = shelf.get([*wanted, "unheard of", wanted[0]])
        assert found == {sku: product(int(sku[1:])) for sku in wanted}
    assert shelf.get([]) == {}


def test_the_most_popular_are_told_alike_each_time(tmp_path: Path) -> None:
    build((product(n, n % 7) for n in range(50)), folder=tmp_path / "a", version="a", language="en")
    shelf = Shelf(tmp_path / "a")
    first = {limit: skus(shelf.popular(limit=limit)) for limit in range(1, 20)}
    assert {limit: skus(shelf.popular(limit=limit)) for limit in range(19, 0, -1)} == first
    assert all(len(found) == limit for limit, found in first.items())


def test_a_folder_without_a_version_is_told(tmp_path: Path) -> None:
    with pytest.raises(CatalogueNotLinked):
        Shelf(tmp_path)

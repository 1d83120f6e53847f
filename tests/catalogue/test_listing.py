"""All products by SKU, page by page."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skill.catalogue.index import build, update
from skill.catalogue.listing import Listing
from skill.commerce.money import Money
from skill.commerce.product import Product
from skill.errors import CatalogueNotLinked

_skus = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=8)


def product(sku: str, title: str = "thing") -> Product:
    return Product(sku=sku, title=title, price=Money(1, "USD"))


@given(
    first=st.sets(_skus, min_size=1, max_size=12), then=st.sets(_skus, max_size=6), limit=st.integers(1, 5)
)
@settings(max_examples=15, deadline=None)
def test_pages_hold_each_product_once_as_it_was_put_last(first: set[str], then: set[str], limit: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        base, after = Path(folder) / "1", Path(folder) / "2"
        gone = min(first)
        build(map(product, first), folder=base, version="1", language="en")
        changed = [product(sku, "new") for sku in then - {gone}]
        update(base, folder=after, version="2", products=changed, gone=[gone])
        listing = Listing(after)
        found: list[Product] = []
        while page := listing.after(found[-1].sku if found else "", limit=limit):
            assert len(page) <= limit
            found += page
    wanted = dict.fromkeys(first, "thing") | dict.fromkeys(then, "new")
    del wanted[gone]
    assert [(one.sku, one.title) for one in found] == sorted(wanted.items())
    assert len(listing) == len(wanted)


def test_a_page_may_begin_after_a_sku_that_is_not_there(tmp_path: Path) -> None:
    build(map(product, "aceg"), folder=tmp_path / "1", version="1", language="en")
    listing = Listing(tmp_path / "1")
    assert [one.sku for one in listing.after("d", limit=9)] == ["e", "g"]
    assert listing.after("g", limit=9) == ()


def test_what_is_no_catalogue_cannot_be_listed(tmp_path: Path) -> None:
    with pytest.raises(CatalogueNotLinked):
        Listing(tmp_path)

"""The sample shop's shelves, built once."""

from __future__ import annotations

from pathlib import Path

import pytest

from skill.catalogue.feed import read_google
from skill.catalogue.index import build
from skill.catalogue.search import CatalogueIndex
from skill.commerce.product import Product

FEED = Path(__file__).parents[2] / "skill" / "devtools" / "sample" / "feed.tsv"


@pytest.fixture(scope="session")
def sample_products() -> tuple[Product, ...]:
    with FEED.open(encoding="utf-8", newline="") as feed:
        return tuple(item for item in read_google(feed, language="en") if isinstance(item, Product))


@pytest.fixture(scope="session")
def sample(sample_products: tuple[Product, ...], tmp_path_factory: pytest.TempPathFactory) -> CatalogueIndex:
    folder = tmp_path_factory.mktemp("shelves") / "v1"
    build(sample_products, folder=folder, version="v1", language="en")
    return CatalogueIndex(folder)

"""Ranking in five languages against products judged by hand (`judged/`), so that no change makes it worse
unseen. What it is now stands in docs/search-benchmarks.md; the floors lie a little below."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean

import pytest

from skill.catalogue.index import build
from skill.catalogue.search import CatalogueIndex
from skill.catalogue.words import load, understand
from skill.commerce.product import Product

JUDGED = Path(__file__).parent / "judged"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
# nDCG@10 of all queries, and of those a recogniser misheard.
FLOORS = {"en": (0.90, 0.90), "de": (0.87, 0.90), "ar": (0.90, 0.96), "es": (0.92, 0.96), "fr": (0.88, 0.82)}


@pytest.fixture(scope="module")
def shelves(sample_products: tuple[Product, ...], tmp_path_factory: pytest.TempPathFactory) -> CatalogueIndex:
    folder = tmp_path_factory.mktemp("judged") / "v1"
    others = [language for language in FLOORS if language != "en"]
    build(sample_products, folder=folder, version="v1", language="en", others=others)
    return CatalogueIndex(folder)


def queries(language: str) -> Iterator[tuple[str, str, dict[str, int]]]:
    """Kind, words and grade by SKU."""
    for line in (JUDGED / f"{language}.tsv").read_text("utf-8").splitlines()[1:]:
        kind, said, judged = line.split("\t")
        yield kind, said, {sku: int(grade) for sku, grade in (pair.split("=") for pair in judged.split())}


def gain(grades: Sequence[int]) -> float:
    """Discounted cumulative gain (Järvelin and Kekäläinen, 2002), 2^grade − 1."""
    return sum(float(2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))


@pytest.mark.parametrize("language", FLOORS)
def test_what_was_judged_good_comes_first(shelves: CatalogueIndex, language: str) -> None:
    found: dict[str, list[float]] = defaultdict(list)
    for kind, said, judged in queries(language):
        hits = shelves.search(understand(said, words=load(language), now=NOW), limit=10)
        best = sorted(judged.values(), reverse=True)[:10]
        found[kind].append(gain([judged.get(hit.product.sku, 0) for hit in hits]) / gain(best))
    overall, misheard = FLOORS[language]
    assert mean(score for scores in found.values() for score in scores) >= overall
    assert mean(found["misheard"]) >= misheard


def test_every_judged_product_is_in_the_shop(sample_products: tuple[Product, ...]) -> None:
    skus = {product.sku for product in sample_products}
    count = 0
    for language in FLOORS:
        for _, _, judged in queries(language):
            assert judged.keys() <= skus
            count += 1
    assert count >= 150

"""A new version made from an old one: what an update of a thousand products takes in a large catalogue."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from skill.catalogue import index
from skill.catalogue.search import CatalogueIndex
from skill.commerce.money import Money
from skill.commerce.product import Product
from tests.bench import WrongAnswer, search_cache
from tests.bench.labelled import product_of
from tests.bench.scale import catalogue
from tests.bench.search_table import Line, Part

COUNT = 1_000_000
CHANGED = 1_000


def run(*, count: int = COUNT, fresh: bool = False) -> Part:
    """Update every so many-th product of the scale catalogue. Raises NotReady, and WrongAnswer when the new
    version does not hold what was changed."""
    command = f"life --size {count}"
    update: Callable[..., Any] | None = getattr(index, "update", None)
    if update is None:
        return Part(command, (), ("left out: skill.catalogue.index has no `update` yet.",))
    base, _ = search_cache.ours(count, fresh=fresh)
    products = list(changed(count))
    folder = search_cache.place(count) / "updated"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        started = time.perf_counter()
        update(base, folder=folder, version="bench-2", products=products)
        updated = time.perf_counter() - started
        started = time.perf_counter()
        opened = CatalogueIndex(folder)
        opening = time.perf_counter() - started
        _check(opened, products, count=count)
        written = sum(file.stat().st_size for file in search_cache.files(folder) if _own(file))
        del opened
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    size = f"{count:,} products"
    lines = (
        Line(what=f"{size}: update of {len(products):,}", ours=f"{updated:.2f} s", target="1 s"),
        Line(what=f"{size}: opening the new version", ours=f"{opening * 1e3:.0f} ms"),
        Line(
            what=f"{size}: bytes of the new version that the old one has not", ours=f"{written / 1e6:.1f} MB"
        ),
    )
    return Part(command, lines)


def changed(count: int) -> Iterator[Product]:
    """The products that change: their price, and a word in their title."""
    step = max(1, count // CHANGED)
    for number, record in enumerate(catalogue(count)):
        if number % step == 0 and number // step < CHANGED:
            product = product_of(record)
            price = Money(product.price.minor + 100, product.price.currency)
            yield replace(product, title=f"{product.title} Refreshed", price=price)


def _check(opened: CatalogueIndex, products: list[Product], *, count: int) -> None:
    if opened.manifest.products != count:
        raise WrongAnswer(f"the new version counts {opened.manifest.products:,} products, not {count:,}")
    wanted = {product.sku: product for product in products}
    held = opened.get(wanted)
    wrong = [sku for sku, product in wanted.items() if sku not in held or held[sku].price != product.price]
    if wrong:
        raise WrongAnswer(
            f"{len(wrong)} of {len(wanted)} changed products are as they were, {wrong[0]} first"
        )


def _own(file: Path) -> bool:
    return file.stat().st_nlink == 1

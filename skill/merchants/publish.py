"""From a feed to shelves a shopper can talk to: read, build, go live in one write."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from skill.catalogue.feed import Problem, read_google
from skill.catalogue.index import build
from skill.commerce.merchant import Facts
from skill.commerce.product import Product
from skill.errors import FeedRejected
from skill.shop import Stocking


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did; `problems` name row, field and remedy."""

    version: str
    products: int
    problems: tuple[Problem, ...]


def publish_feed(
    lines: Iterable[str],
    *,
    facts: Facts,
    store: Stocking,
    folder: Path,
    now: datetime,
    progress: Callable[[int], None] = lambda _: None,
) -> Report:
    """Import a Google-format feed as a new catalogue version and make it live with `facts`.
    Raises FeedRejected when not one row is usable; what was live then stays live."""
    problems: list[Problem] = []

    def good() -> Iterator[Product]:
        for count, item in enumerate(read_google(lines, language=facts.locale[:2]), start=1):
            if isinstance(item, Problem):
                problems.append(item)
            elif item.price.currency != facts.terms.currency:
                problems.append(
                    Problem(
                        count,
                        "price",
                        f"is in {item.price.currency}; the shop sells in {facts.terms.currency}",
                    )
                )
            else:
                yield item
            progress(count)

    return publish_products(good(), facts=facts, store=store, folder=folder, now=now, problems=problems)


def publish_products(
    products: Iterable[Product],
    *,
    facts: Facts,
    store: Stocking,
    folder: Path,
    now: datetime,
    problems: list[Problem] | None = None,
) -> Report:
    """Build a version under `folder` and make it live. Raises FeedRejected when there is no product."""
    version = _fresh(now.strftime("%Y%m%dT%H%M%S%f"), folder)
    stock: dict[str, int | None] = {}

    def counted() -> Iterator[Product]:
        for product in products:
            stock[product.sku] = product.stock
            yield product

    manifest = build(counted(), folder=folder / version, version=version, language=facts.locale[:2])
    reports = tuple(problems or ())
    if manifest.products == 0:
        shutil.rmtree(folder / version)
        raise FeedRejected(rows=tuple(map(str, reports)) or ("the feed has no rows",))
    store.publish(replace(facts, catalogue=version), stock=stock)
    return Report(version, manifest.products, reports)


def _fresh(stamp: str, folder: Path) -> str:
    """A version no folder has: what is live is never built over, even while a clock stands still."""
    version, number = stamp, 1
    while (folder / version).exists():
        number += 1
        version = f"{stamp}-{number}"
    return version

"""From a feed to shelves a shopper can talk to: read, build, go live in one write."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from pathlib import Path

from skill.catalogue.feed import google_feed, once, spoken_languages
from skill.catalogue.index import build, update
from skill.catalogue.manifest import read_manifest
from skill.catalogue.problem import Problem
from skill.commerce.merchant import Facts
from skill.commerce.product import Product
from skill.errors import CatalogueNotLinked, FeedRejected
from skill.shop import Stocking

# No shopper's key: what is asked for is the shop.
_NOBODY = "nobody"


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
    heard: Mapping[str, Sequence[str]] | None = None,
    push: Callable[[Path], None] = lambda _: None,
    progress: Callable[[int], None] = lambda _: None,
) -> Report:
    """Import a Google-format feed as a new catalogue version and make it live with `facts`, searched in the
    shop's language and in those the feed has names in. `heard`: names and how they are heard (None: as in
    the version before). `push` takes a finished version elsewhere before it goes live.
    Raises FeedRejected when not one row is usable; what was live then stays live."""
    problems: list[Problem] = []
    header, lines = _header(lines)
    return publish_products(
        _good(lines, facts=facts, problems=problems),
        facts=facts,
        store=store,
        folder=folder,
        now=now,
        problems=problems,
        others=[language for language in spoken_languages(header) if language != facts.locale[:2]],
        heard=_heard(folder, store) if heard is None else heard,
        push=push,
        progress=progress,
    )


def publish_products(
    products: Iterable[Product],
    *,
    facts: Facts,
    store: Stocking,
    folder: Path,
    now: datetime,
    problems: list[Problem] | None = None,
    others: Sequence[str] = (),
    heard: Mapping[str, Sequence[str]] | None = None,
    push: Callable[[Path], None] = lambda _: None,
    progress: Callable[[int], None] = lambda _: None,
) -> Report:
    """Build a version under `folder` and make it live. Raises FeedRejected when there is no product."""
    version = _fresh(now.strftime("%Y%m%dT%H%M%S%f"), folder)
    stock: dict[str, int | None] = {}
    manifest = build(
        _counted(products, stock),
        folder=folder / version,
        version=version,
        language=facts.locale[:2],
        others=others,
        spoken=heard,
        progress=progress,
    )
    reports = tuple(problems or ())
    if manifest.products == 0:
        shutil.rmtree(folder / version)
        raise FeedRejected(rows=tuple(map(str, reports)) or ("the feed has no rows",))
    push(folder / version)
    store.publish(replace(facts, catalogue=version), stock=stock)
    return Report(version, manifest.products, reports)


def publish_changes(
    lines: Iterable[str],
    *,
    gone: Iterable[str] = (),
    facts: Facts,
    store: Stocking,
    folder: Path,
    now: datetime,
    push: Callable[[Path], None] = lambda _: None,
) -> Report:
    """Make a version live that is the live one with the rows of a feed put in or replaced and the SKUs `gone`
    taken out. Costs what changed, not what is there. Raises FeedRejected when nothing would change or
    nothing be left, and CatalogueNotLinked when the live version is not in `folder`."""
    problems: list[Problem] = []
    version = _fresh(now.strftime("%Y%m%dT%H%M%S%f"), folder)
    stock: dict[str, int | None] = {}
    removed = tuple(gone)
    manifest = update(
        folder / facts.catalogue,
        folder=folder / version,
        version=version,
        products=_counted(_good(lines, facts=facts, problems=problems), stock),
        gone=removed,
    )
    if manifest.products == 0 or not (stock or removed):
        shutil.rmtree(folder / version)
        why = "nothing would be left" if stock or removed else "no row is usable"
        raise FeedRejected(rows=(*map(str, problems), why))
    push(folder / version)
    store.publish(replace(facts, catalogue=version), stock=stock)
    return Report(version, manifest.products, tuple(problems))


def _good(lines: Iterable[str], *, facts: Facts, problems: list[Problem]) -> Iterator[Product]:
    for row, item in once(google_feed(lines, language=facts.locale[:2]).numbered):
        if isinstance(item, Problem):
            problems.append(item)
        elif item.price.currency != facts.terms.currency:
            wrong = {"currency": item.price.currency, "shop": facts.terms.currency}
            problems.append(Problem(row, "price", "other_currency", wrong, sku=item.sku))
        else:
            yield item


def _counted(products: Iterable[Product], stock: dict[str, int | None]) -> Iterator[Product]:
    for product in products:
        stock[product.sku] = product.stock
        yield product


def _header(lines: Iterable[str]) -> tuple[str, Iterator[str]]:
    """The first line, and all lines."""
    rest = iter(lines)
    first = next(rest, "")
    return first, chain([first] if first else [], rest)


def _heard(folder: Path, store: Stocking) -> Mapping[str, Sequence[str]]:
    """The list of the version that is live now."""
    try:
        return read_manifest(folder / store.visit(_NOBODY).facts.catalogue).spoken
    except CatalogueNotLinked:
        return {}


def _fresh(stamp: str, folder: Path) -> str:
    """A version no folder has: what is live is never built over, even while a clock stands still."""
    version, number = stamp, 1
    while (folder / version).exists():
        number += 1
        version = f"{stamp}-{number}"
    return version

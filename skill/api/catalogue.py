"""The live catalogue as the API reads and changes it, and the one place that makes a change live."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from threading import Lock

from skill.api.problem import Refused
from skill.app import App
from skill.catalogue.index import build, update
from skill.catalogue.listing import Listing
from skill.catalogue.manifest import read_manifest
from skill.catalogue.search import CatalogueIndex
from skill.commerce.merchant import Facts
from skill.commerce.product import Product
from skill.errors import CatalogueNotLinked

# No shopper's key: what is asked for is the shop.
_NOBODY = "nobody"
_locks: dict[str, Lock] = {}
_open = lru_cache(maxsize=8)(CatalogueIndex)
_listing = lru_cache(maxsize=4)(Listing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What becomes of a catalogue: products `put` in, or in place of those with their SKUs, and SKUs `gone`.
    `stock` is set for these SKUs alone: what is left of all others is the store's to count."""

    put: tuple[Product, ...] = ()
    gone: tuple[str, ...] = ()
    stock: Mapping[str, int | None]


def facts_of(app: App) -> Facts | None:
    """The shop's facts; None while there are none."""
    try:
        return app.store.visit(_NOBODY).facts
    except CatalogueNotLinked:
        return None


def known_facts(app: App) -> Facts:
    """The shop's facts. Raises Refused while there are none."""
    facts = facts_of(app)
    if facts is None:
        raise Refused("no_shop")
    return facts


def open_live(app: App) -> CatalogueIndex | None:
    """The live catalogue; None when there is none."""
    folder = _live(app)
    return _open(folder) if folder else None


def products(app: App, skus: Iterable[str]) -> dict[str, Product]:
    """The products of these SKUs in the live catalogue, with what is left of each as their stock."""
    index = open_live(app)
    return _counted(app, index.get(skus) if index else {})


def listed(app: App, *, after: str, limit: int) -> tuple[Product, ...]:
    """The products whose SKUs follow `after`, in order, with what is left of each as their stock."""
    folder = _live(app)
    page = _listing(folder).after(after, limit=limit) if folder else ()
    return tuple(_counted(app, {product.sku: product for product in page}).values())


def heard(app: App) -> Mapping[str, list[str]]:
    """How names are heard in the live catalogue."""
    folder = _live(app)
    spoken = read_manifest(folder).spoken if folder else {}
    return {name: list(ways) for name, ways in spoken.items()}


def languages(app: App) -> tuple[str, ...]:
    """What the live catalogue is searched in; its main language first."""
    folder = _live(app)
    return tuple(read_manifest(folder).languages) if folder else ()


def change_catalogue(app: App, decide: Callable[[], Change]) -> None:
    """Make live what `decide` makes of the catalogue; it is called while nobody else changes this shop.
    Raises Refused."""
    with changing(app):
        change = decide()
        if change.put or change.gone:
            change_products(change.put, gone=change.gone, stock=change.stock, app=app)


def change_facts(app: App, change: Callable[[Facts | None], Facts]) -> Facts:
    """Make live what `change` makes of the shop's facts; the catalogue stays the one it is. What it makes of
    them. Raises Refused."""
    with changing(app):
        before = facts_of(app)
        after = change(before)
        if after != before:
            _go_live(app, after, stock={})
        return after


def change_products(
    products: Iterable[Product], *, gone: Iterable[str], stock: Mapping[str, int | None], app: App
) -> None:
    """Make a version live with products put in and SKUs taken out. Raises Refused when nothing would be
    left."""
    facts = known_facts(app)
    base = _live(app)
    folder = _folder(app)
    version = _fresh(app.clock().strftime("%Y%m%dT%H%M%S%f"), folder)
    if base is None:
        language = facts.locale[:2]
        manifest = build(products, folder=folder / version, version=version, language=language)
    else:
        manifest = update(base, folder=folder / version, version=version, products=products, gone=gone)
    if manifest.products == 0:
        shutil.rmtree(folder / version)
        raise Refused("last_product")
    if app.settings.shelf:
        # boto3 takes its time, and few need it.
        from skill.storage.shelves import push

        push(folder / version, to=app.settings.shelf)
    _go_live(app, replace(facts, catalogue=version), stock=stock)


def changing(app: App) -> Lock:
    """Who holds it is the only one of this process to change the shop."""
    return _locks.setdefault(f"{app.settings.store} {app.settings.shop}", Lock())


def _go_live(app: App, facts: Facts, *, stock: Mapping[str, int | None]) -> None:
    app.store.publish(facts, stock=stock)


def _live(app: App) -> Path | None:
    """The folder of the live version; None when there is none. Raises CatalogueNotLinked when it cannot be
    had."""
    facts = facts_of(app)
    if facts is None or not facts.catalogue:
        return None
    folder = _folder(app) / facts.catalogue
    if app.settings.shelf and not folder.exists():
        from skill.storage.shelves import fetch

        return fetch(facts.catalogue, source=app.settings.shelf, folder=_folder(app))
    return folder


def _folder(app: App) -> Path:
    return app.settings.catalogues / app.settings.shop


def _counted(app: App, found: Mapping[str, Product]) -> dict[str, Product]:
    stock = app.store.stock(found)
    return {sku: replace(product, stock=stock.get(sku)) for sku, product in found.items()}


def _fresh(stamp: str, folder: Path) -> str:
    """A version no folder has: what is live is never built over, even while a clock stands still."""
    version, number = stamp, 1
    while (folder / version).exists():
        number += 1
        version = f"{stamp}-{number}"
    return version

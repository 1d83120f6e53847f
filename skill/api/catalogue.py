"""The live catalogue as the API reads and changes it, and the one place that makes a change live."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from threading import Lock

from skill.api.problem import Refused
from skill.app import App
from skill.catalogue.listing import Listing
from skill.catalogue.manifest import read_manifest
from skill.catalogue.search import CatalogueIndex
from skill.commerce.merchant import Facts
from skill.commerce.product import Product
from skill.deployment import place_of
from skill.errors import CatalogueNotLinked, FeedRejected
from skill.merchants.alone import Busy
from skill.merchants.publish import CatalogueMoved, Wanted
from skill.merchants.publish import change as make
from skill.shop import NOBODY

_TRIES = 5
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
        return app.store.visit(NOBODY).facts
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
    """Make live what `decide` makes of the catalogue; it is called again where somebody else changed the shop
    meanwhile. Raises Refused."""
    with changing(app):
        for _ in range(_TRIES):
            facts = known_facts(app)
            change = decide()
            if not change.put and not change.gone:
                return
            with suppress(CatalogueMoved):
                _make(app, change, revision=facts.revision)
                return
    raise Refused("busy")


def change_facts(app: App, change: Callable[[Facts | None], Facts]) -> Facts:
    """Make live what `change` makes of the shop's facts; the catalogue stays the one it is. What it makes of
    them. Raises Refused."""
    with changing(app):
        for _ in range(_TRIES):
            before = facts_of(app)
            after = change(before)
            if after == before:
                return after
            revision = before.revision if before else 0
            if kept := app.store.publish(after, stock={}, expecting=revision):
                return kept
    raise Refused("busy")


def changing(app: App) -> Lock:
    """Who holds it is the only one of this process to change the shop."""
    return _locks.setdefault(f"{app.settings.store} {app.settings.shop}", Lock())


def _make(app: App, change: Change, *, revision: int) -> None:
    """Raises Refused, and CatalogueMoved when the shop is not of this revision any more."""
    # So that the live version is here, wherever it was made.
    index = open_live(app)
    fed = index.get(product.sku for product in change.put) if index else {}
    wanted = Wanted(stock=change.stock, revision=revision)
    try:
        make(
            [_as_fed(product, fed.get(product.sku), change.stock) for product in change.put],
            gone=change.gone,
            place=place_of(app),
            wanted=wanted,
        )
    except FeedRejected as rejected:
        raise Refused("last_product") from rejected
    except Busy as busy:
        raise Refused("busy") from busy


def _as_fed(product: Product, before: Product | None, stock: Mapping[str, int | None]) -> Product:
    """What is kept of stock with a product is the figure it was fed with, which the next feed is compared
    with; what is left of it is the store's to count."""
    if product.sku in stock:
        return replace(product, stock=stock[product.sku])
    return replace(product, stock=before.stock if before else None)


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
    return place_of(app).folder


def _counted(app: App, found: Mapping[str, Product]) -> dict[str, Product]:
    stock = app.store.stock(found)
    return {sku: replace(product, stock=stock.get(sku)) for sku, product in found.items()}

"""The catalogue as a shop with options sees it: a configured SKU is the product with its options, named and
priced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol

from babel import Locale

from skill.catalogue.language import raw
from skill.catalogue.results import Result
from skill.catalogue.words import Query
from skill.commerce.options import (
    Group,
    Option,
    Picks,
    base_of,
    configured,
    groups_of,
    picks_of,
    priced,
    surcharge,
    wrong,
)
from skill.commerce.product import Product


class Plain(Protocol):
    """What `Configured` needs of the catalogue it stands before."""

    version: str

    def find(self, query: Query) -> Result: ...

    def get(self, skus: Iterable[str]) -> dict[str, Product]: ...

    def offers(self, now: datetime, *, limit: int = 30) -> tuple[Product, ...]: ...

    def popular(self, *, limit: int = 3) -> tuple[Product, ...]: ...


class Configured:
    """A catalogue that knows configured SKUs of these groups as well. Searches find products as they stand on
    the shelf."""

    def __init__(self, plain: Plain, groups: tuple[Group, ...]) -> None:
        self.version = plain.version
        self.find = plain.find
        self.offers = plain.offers
        self.popular = plain.popular
        self._plain = plain
        self._groups = groups
        # Made once a turn, for which it lives: what is in the cart is looked up again and again.
        self._known: dict[str, Product | None] = {}

    def get(self, skus: Iterable[str]) -> dict[str, Product]:
        """The products of these SKUs. One whose options are no longer to be had is absent, as is one that is
        not sold."""
        wanted = tuple(skus)
        shelf = self._plain.get({sku: None for asked in wanted for sku in (asked, base_of(asked))})
        found: dict[str, Product] = {}
        for sku in wanted:
            # Whatever a merchant calls a product, that is what it is.
            if sku not in shelf and sku not in self._known:
                self._known[sku] = self._made(shelf.get(base_of(sku)), picks_of(sku))
            if product := shelf.get(sku) or self._known[sku]:
                found[sku] = product
        return found

    def _made(self, product: Product | None, picks: Picks) -> Product | None:
        if product is None:
            return None
        groups = groups_of(product, self._groups)
        if picks.keys() - {group.id for group in groups} or wrong(picks, groups):
            return None
        return with_options(product, picks, groups)


def with_options(product: Product, picks: Picks, groups: Iterable[Group]) -> Product:
    """The product with these options: its SKU, its price and its names in every language."""
    groups = tuple(groups)
    languages = {word[:2] for group in groups for word in group.names}
    names = product.names or dict.fromkeys(languages, product.title)
    first = next(iter(names), "en")[:2]
    return replace(
        priced(product, surcharge(picks, groups)),
        sku=configured(product.sku, picks),
        title=_called(product.title, picks, groups, first),
        names={place: _called(name, picks, groups, place[:2]) for place, name in names.items()},
        # What it is called besides is said of it without options.
        also=(),
    )


def counted(option: Option, count: int, language: str) -> str:
    """ "2 extra shots", as it stands in a sentence."""
    forms = option.forms.get(language, {})
    form = forms.get(_plural(count, language)) or forms.get("other")
    if form is None:
        name = option.name(language)
        form = name if count == 1 else f"{{count}} × {name}"
    return form.replace("{count}", str(count))


@lru_cache(maxsize=256)
def _plural(count: int, language: str) -> str:
    return str(Locale(language).plural_form(count))


def phrasing(language: str) -> Mapping[str, Any]:
    """How options are said and heard in a language: `[options]` of its words.toml."""
    told: Mapping[str, Any] = raw(language, "words").get("options", {})
    return told


@lru_cache(maxsize=64)
def _template(language: str, name: str) -> str:
    usual = {
        "adjective": "{option} {product}",
        "joined": "{product} + {options}",
        "lacking": "− {option}",
        "between": " + ",
    }
    return str(phrasing(language).get(name, usual.get(name, "")))


def _called(name: str, picks: Picks, groups: Iterable[Group], language: str) -> str:
    """The product's name with what differs from what is usual: "large latte with oat milk and 2 extra shots,
    12 oz"."""
    head, comma, size = name.partition(", ")
    listed: list[str] = []
    written: list[str] = []
    for group in groups:
        picked = picks.get(group.id, ())
        if group.length:
            intro = (*group.heard.get(language, ()), group.name(language))[0]
            written += [f"{intro} {text.replace(', ', ' ')}" for text in picked]
            continue
        if group.default and not picked:
            written.append(_template(language, "lacking").format(option=group.name(language)))
        for option in group.options:
            times = picked.count(option.id)
            if not times or (option.id == group.default and picked == (group.default,)):
                continue
            said = counted(option, times, language)
            if group.before:
                head = _template(language, "adjective").format(option=said, product=head)
            else:
                listed.append(said)
    if listed:
        # A comma in a name sets off size and pack, so there is none in a list.
        options = _template(language, "between").join(listed)
        head = _template(language, "joined").format(product=head, options=options)
    return " ".join((head, *written)) + comma + size

"""What every dialect has in common: source rows in, rows in one set of columns out.

Those columns are Google's (support.google.com/merchants/answer/7052112) and ours, which any dialect may carry
beside its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from skill.catalogue.problem import Problem

# Columns of ours. A shop system that knows fields of its own only writes them its way: Shopify as
# "Diet (product.metafields.custom.diet)", WooCommerce as "Meta: diet".
_OWN = re.compile(
    r"spoken_title(?:_[a-z]{2})?|product_type_[a-z]{2}|also_said|max_per_order|diet|contains|goes_with"
    r"|popularity|star_rating|review_count|multipack|unit_pricing_measure"
)
_METAFIELD = re.compile(r".*\(product\.metafields\.[^.()]+\.([^.()]+)\)")
# A source row by the reader of its form: its number, counted from 1, and what it holds or what is wrong.
Record = tuple[int, "Mapping[str, Any] | Problem"]


@dataclass(frozen=True, slots=True)
class Row:
    """A row in canonical columns: values are text, or what they stand for already (Money, a number, a
    tuple). `names`: what the feed calls a column, where it is not the canonical name."""

    number: int
    values: Mapping[str, Any]
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Header:
    """A table's columns: folded name (lower case, spaces as underscores) to the name as it is written. Empty
    for other forms."""

    spelled: Mapping[str, str] = field(default_factory=dict)

    def first(self, *names: str) -> str | None:
        """The first of these that is there."""
        return next((name for name in names if name in self.spelled), None)


Read = Callable[[Iterable[Record], Header], Iterator["Row | Problem"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One dialect. `read` makes canonical rows. A table must have one column of each group in `needs`;
    `header` tells whether a header of folded names is its own, `thing` whether a JSON object is. `forms`: it
    comes as "csv" (any delimiter, "tsv" too), "xml", "json" ("jsonl" too) or "html"."""

    name: str
    forms: tuple[str, ...]
    read: Read
    needs: tuple[tuple[str, ...], ...] = ()
    header: Callable[[frozenset[str]], bool] = lambda _: False
    thing: Callable[[Mapping[str, Any]], bool] = lambda _: False


def own_columns(header: Header) -> dict[str, str]:
    """Columns of ours by canonical name, and under which folded name they stand."""
    found: dict[str, str] = {}
    for name in header.spelled:
        metafield = _METAFIELD.fullmatch(name)
        own = metafield[1] if metafield else name.removeprefix("meta:").lstrip("_")
        if _OWN.fullmatch(own):
            found.setdefault(own, name)
    return found


@lru_cache(maxsize=1024)
def _is_own(name: str) -> bool:
    return bool(_OWN.fullmatch(name))


def own_values(thing: Mapping[str, Any]) -> dict[str, str]:
    """Ours among the keys of an object."""
    return {key: text(value) for key, value in thing.items() if _is_own(key)}


def columns(header: Header, table: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Which folded column holds which canonical one: the first of those `table` gives that is there, and
    ours."""
    found = {canonical: header.first(*names) for canonical, names in table.items()}
    return {**own_columns(header), **{canonical: name for canonical, name in found.items() if name}}


def spelled(header: Header, places: Mapping[str, str]) -> dict[str, str]:
    """Canonical names to what the feed calls them."""
    return {canonical: header.spelled[name] for canonical, name in places.items()}


def text(value: Any) -> str:
    """A JSON value as a cell would hold it; lists with commas between, objects are no text."""
    if isinstance(value, str):
        return value.strip()
    if value is None or isinstance(value, dict):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return ", ".join(filter(None, map(text, value)))
    return str(value).strip()


def left_out(number: int, column: str, state: str, sku: str) -> Problem:
    return Problem(number, column, "left_out", {"state": state}, sku=sku)


def yes(value: Any) -> bool:
    """Whether a cell says so: TRUE, true, 1, yes."""
    return str(value).strip().lower() in {"true", "1", "yes", "y"}


def options(pairs: Iterable[tuple[str, str]]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Colour and size of option names and values, and all values as a name ends with."""
    values: dict[str, str] = {}
    ending: list[str] = []
    for name, value in pairs:
        if not value:
            continue
        ending.append(value)
        column = _OPTIONS.get(re.sub(r"^(?:pa|attribute)_", "", name.strip().lower()))
        if column:
            values.setdefault(column, value)
    return values, tuple(ending)


# What the option that sets variants apart is called, in the languages shops are run in.
_OPTIONS = {
    **dict.fromkeys(("color", "colour", "farbe", "couleur", "اللون", "لون"), "color"),
    **dict.fromkeys(("colore", "kleur", "cor", "farbton"), "color"),
    **dict.fromkeys(("size", "größe", "groesse", "grösse", "taille", "الحجم", "المقاس"), "size"),
    **dict.fromkeys(("talla", "tamaño", "taglia", "maat", "tamanho", "volume", "weight"), "size"),
}


def longest(paths: Iterable[tuple[str, ...]]) -> str:
    """The most precise of several categories, as a path."""
    best: tuple[str, ...] = ()
    for path in paths:
        best = path if len(path) > len(best) else best
    return " > ".join(best)

"""Product options: size, milk, extras, an engraving; what may be chosen, what it costs, and the SKU of a
choice.

A product with its options chosen is a *configured SKU*: the SKU of the product, "?", and the options as a URL
writes a query ("latte?extras=shot&extras=shot&milk=oat&size=large"). It is canonical (groups and options in
the order of their ids, one that is taken twice stands twice), so that two carts mean the same by the same
text, and reversible, so that nothing else need be kept. Whoever does not care for options takes it for a SKU
like any; stock, limits and the merchant see `base_of` it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, quote, urlencode

from skill.commerce.money import Money
from skill.commerce.product import Product

# What an option or a group is called by programs.
ID = r"[a-z0-9][a-z0-9_-]{0,29}"
_ID = re.compile(ID, re.ASCII)
_QUERY = re.compile(rf"{ID}=[\w.~%-]+(?:&{ID}=[\w.~%-]+)*", re.ASCII)

# The ids of the options chosen by their group's, one that is taken twice standing twice; of free text, the
# text.
Picks = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """`surcharge` in minor units for each of it, of which `most` may be taken. By language: `names` it alone
    ("oat milk"), `forms` as it stands in the product's name where that differs ("großer"), by the plural
    categories of CLDR with `{count}` where several may be taken ("two": "جرعتان"); `heard` other ways of
    saying it, `twice` ways of saying two of it ("double shot")."""

    id: str
    names: Mapping[str, str]
    surcharge: int = 0
    most: int = 1
    forms: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    heard: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    twice: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash(self.id)

    def name(self, locale: str) -> str:
        return _in(self.names, locale)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Options of one kind for the products of `skus` or of `categories` (any level of a product's own): at
    least `least` and at most `most` of them all in all. `default` is taken where nothing is said. `before`:
    said as an adjective is ("large latte"), not with the others ("with oat milk"). `length`: it is free text
    of so many characters, for `surcharge`, and has no options. `heard`: what stands before such a text
    ("engraved with")."""

    id: str
    names: Mapping[str, str]
    options: tuple[Option, ...] = ()
    skus: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    least: int = 0
    most: int = 1
    default: str = ""
    before: bool = False
    length: int = 0
    surcharge: int = 0
    heard: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash(self.id)

    def name(self, locale: str) -> str:
        return _in(self.names, locale)

    def option(self, id: str) -> Option | None:
        return next((option for option in self.options if option.id == id), None)

    def holds(self, product: Product) -> bool:
        """Whether these options are the product's."""
        return base_of(product.sku) in self.skus or any(name in self.categories for name in product.category)

    def against(self, picked: tuple[str, ...]) -> str:
        """What keeps these from being chosen: "least" (too few), "most" (too many), "each" (too many of one),
        "length" (too long), "unknown", or "" when nothing does."""
        if self.length:
            return "length" if any(len(text) > self.length for text in picked) else self._number(picked)
        times = Counter(picked)
        if any(self.option(id) is None for id in times):
            return "unknown"
        if any(option.most < times[option.id] for option in self.options):
            return "each" if len(times) > 1 or self.most > 1 else "most"
        return self._number(picked)

    def _number(self, picked: tuple[str, ...]) -> str:
        return "most" if len(picked) > self.most else "least" if len(picked) < self.least else ""

    def cost(self, picked: tuple[str, ...]) -> int:
        """What these cost more, in minor units."""
        if self.length:
            return self.surcharge * len(picked)
        return sum(option.surcharge for id in picked if (option := self.option(id)))


def base_of(sku: str) -> str:
    """The SKU the merchant knows."""
    return _parted(sku)[0]


def picks_of(sku: str) -> dict[str, tuple[str, ...]]:
    """What was chosen; empty for a SKU without options."""
    picks: dict[str, tuple[str, ...]] = {}
    for group, id in parse_qsl(_parted(sku)[1]):
        picks[group] = (*picks.get(group, ()), id)
    return picks


def configured(sku: str, picks: Picks) -> str:
    """The SKU of this product with just these options."""
    chosen = [(group, id) for group in sorted(picks) for id in sorted(picks[group])]
    base = base_of(sku)
    return f"{base}?{urlencode(chosen, quote_via=quote, safe='')}" if chosen else base


def texts_in(sku: str) -> tuple[str, ...]:
    """The free text in what was chosen: whatever is no option's id."""
    return tuple(text for picked in picks_of(sku).values() for text in picked if not _ID.fullmatch(text))


def without_text(sku: str) -> str:
    """The same choice without its free text."""
    picks = picks_of(sku).items()
    return configured(sku, {group: tuple(id for id in ids if _ID.fullmatch(id)) for group, ids in picks})


def groups_of(product: Product, groups: Iterable[Group]) -> tuple[Group, ...]:
    return tuple(group for group in groups if group.holds(product))


def settled(
    picks: Picks, groups: Iterable[Group], *, usual: Picks | None = None
) -> dict[str, tuple[str, ...]]:
    """The options with those nobody spoke of: as `usual`, where those may still be chosen, or the
    defaults."""
    whole: dict[str, tuple[str, ...]] = {}
    for group in groups:
        default = (group.default,) if group.default else ()
        kept = (usual or {}).get(group.id)
        if kept is None or group.against(kept):
            kept = default
        if found := picks.get(group.id, kept):
            whole[group.id] = found
    return whole


def wrong(picks: Picks, groups: Iterable[Group]) -> tuple[Group, str] | None:
    """The first group that may not be chosen so, and why not (`Group.against`); None when all may."""
    for group in groups:
        if reason := group.against(picks.get(group.id, ())):
            return group, reason
    return None


def surcharge(picks: Picks, groups: Iterable[Group]) -> int:
    """What the options cost more, in minor units."""
    return sum(group.cost(picks.get(group.id, ())) for group in groups)


def priced(product: Product, more: int) -> Product:
    """The product, so many minor units dearer, on offer or not."""
    if not more:
        return product
    extra = Money(more, product.price.currency)
    offer = product.offer and replace(product.offer, price=product.offer.price + extra)
    return replace(product, price=product.price + extra, offer=offer)


def _parted(sku: str) -> tuple[str, str]:
    base, mark, query = sku.rpartition("?")
    return (base, query) if mark and base and _QUERY.fullmatch(query) else (sku, "")


def _in(words: Mapping[str, str], locale: str) -> str:
    return words.get(locale) or words.get(locale[:2]) or next(iter(words.values()), "")

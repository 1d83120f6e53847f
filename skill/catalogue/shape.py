"""A product as search sees it in one language: its words by where they stand, one line to score by."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from skill.catalogue.analyser import compounds, fused, tokens
from skill.catalogue.language import language_of
from skill.catalogue.line import BRAND, BRIEF, HEAD, KIND, LAST, LEAF, MORE, TITLE, line_of
from skill.catalogue.ranking import size_code
from skill.catalogue.sound import keys
from skill.catalogue.words import load
from skill.commerce.product import Product
from skill.commerce.quantity import base

# Search tokens of a name, and of the ways it is heard.
Spoken = Sequence[tuple[tuple[str, ...], tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Shape:
    """Search tokens: of name and title; of the name without size and pack; of brand; of category, colour,
    size and diet; of the last category alone; of what the name says the thing is; of what compounds `within`
    the name are made of; of all the rest. `sounds`: keys of name, title and brand. `size` as `size_code`."""

    title: tuple[str, ...]
    brief: tuple[str, ...]
    brand: tuple[str, ...]
    kind: tuple[str, ...]
    leaf: tuple[str, ...]
    heads: tuple[str, ...]
    within: tuple[str, ...]
    more: tuple[str, ...]
    sounds: tuple[str, ...]
    popularity: int
    sold_out: bool
    size: int
    offered: bool

    def row(self) -> bytes:
        """The line kept in the index."""
        places: dict[str, int] = {}
        for tokens_, place in (
            (self.title, TITLE),
            (self.brand, BRAND),
            (self.kind, KIND),
            (self.leaf, LEAF),
            (self.leaf[-1:], LAST),
            (self.heads, HEAD),
            ((*self.brief, *self.within), BRIEF),
            (self.more, MORE),
        ):
            for token in tokens_:
                places[token] = places.get(token, 0) | place
        # A compound says as much as its parts: a "Süßkartoffel" is more than a "Kartoffel".
        unbranded = sum(word not in self.brand for word in self.brief) + len(self.within) // 2
        sold_out = int(self.sold_out)
        leaves, offered = len(set(self.leaf)), int(self.offered)
        numbers = (len(self.title), unbranded, self.popularity, sold_out, self.size, leaves, offered)
        return line_of(numbers, places, self.sounds)


def shape_of(product: Product, *, language: str, main: bool = True, spoken: Spoken = ()) -> Shape:
    """The product's words, analysed once, when the index is built. In a language that is not the
    catalogue's `main` one, a title is read only where there is no name in that language. `spoken`: other
    ways to say words that names and brands hold, from the shop's own list."""
    own, path, short = product.name(language), product.kind(language), product.short(language)
    named = _said(own, language)
    titled = _said(product.title, language) if own != product.title else ()
    brief = _said(short, language) if short != own else named
    leaf, brand = _known(path[-1] if path else "", language), _known(product.brand, language)
    title = dict.fromkeys((*named, *(titled if main else ())))
    more = dict.fromkeys((*_known(product.description, language), *titled))
    parts = compounds(own, language=language)
    if main and titled:
        parts += compounds(product.title, language=language)
    about = " ".join((*path, product.colour, product.size, *product.diet))
    held = f" {' '.join((*named, *titled, *brand))} " if spoken else ""
    also = [word for words, others in spoken if f" {' '.join(words)} " in held for word in others]
    also += [word for phrase in product.also for word in _said(phrase, language)]
    sizes = (*fused(named, language=language), *fused(titled, language=language))
    return Shape(
        title=tuple(dict.fromkeys((*title, *parts, *sizes, *also))),
        brief=brief,
        within=tuple(compounds(short, language=language)),
        brand=brand,
        kind=(*_known(about, language), *compounds(" ".join(path), language=language)),
        leaf=leaf,
        heads=heads_of(short, brief, language=language, leaf=leaf, brand=brand),
        more=tuple(word for word in more if word not in title),
        sounds=tuple(keys((*title, *parts, *also, *brand), language=language)),
        popularity=product.popularity,
        sold_out=product.stock == 0,
        size=_size(product),
        offered=product.offer is not None,
    )


def _said(text: str, language: str) -> tuple[str, ...]:
    return tuple(tokens(text, language=language, stop=load(language).stop)) if text else ()


@lru_cache(maxsize=20_000)
def _known(text: str, language: str) -> tuple[str, ...]:
    """For texts many products share: brands, categories, the description of a thing's variants."""
    return _said(text, language)


def spoken_in(language: str, others: Mapping[str, Sequence[str]]) -> Spoken:
    """The shop's list of how names are heard, as search tokens of a language."""
    return tuple(
        (
            tuple(tokens(name, language=language)),
            tuple(word for way in ways for word in tokens(way, language=language)),
        )
        for name, ways in others.items()
    )


def _size(product: Product) -> int:
    held = base(product.measure.milli, product.measure.unit) if product.measure else None
    return size_code(held[0], mass=held[1]) if held else 0


def heads_of(
    name: str,
    words: Sequence[str],
    *,
    language: str,
    leaf: Sequence[str] = (),
    brand: Sequence[str] = (),
) -> tuple[str, ...]:
    """What a name, of these search tokens, says it is. The word that closes its first group of nouns: "oat
    milk" is a milk, a "camera bag black" a bag, a "shower faucet in chrome" a faucet. A "chocolate bar" is a
    bar and chocolate, an "oat milk 1 quart" milk, but a "laptop case" among laptop cases a case alone. Where
    nouns come first ("lait d'avoine"), the first word that is no brand."""
    rules = language_of(language)
    measures, colours = rules.measures, rules.colours
    group = _group(name, language)
    said = list(words if group is name else _said(group, language))
    if rules.first:
        rest = [word for word in said if word not in measures and word not in brand and not word.isdigit()]
        return tuple(rest[:1])
    if leaf and said[-1:] == list(leaf[-1:]):
        return tuple(said[-1:])
    rest = list(said)
    while len(rest) > 1 and (rest[-1] in colours or any(map(str.isdigit, rest[-1]))):
        rest.pop()
    outer = rest[-1:]
    while len(rest) > 1 and (rest[-1] in measures or rest[-1][0].isdigit()):
        rest.pop()
    closing = next((word for word in reversed(group.split()) if word.isalpha()), "")
    return tuple(dict.fromkeys((*rest[-1:], *outer, *compounds(closing, language=language)[-1:])))


def _group(name: str, language: str) -> str:
    """A name up to where its first group of nouns ends: at a comma, bracket or dash, before "for" or "in"."""
    parts = _ends(language).split(name.lower())
    return next((part for part in parts if part.strip()), name) if len(parts) > 1 else name


@lru_cache(maxsize=16)
def _ends(language: str) -> re.Pattern[str]:
    closing = "|".join(map(re.escape, language_of(language).closing)) or "(?!)"
    return re.compile(rf"[,(\[|;:]|\s[-–—]\s|\s(?:{closing})\s")

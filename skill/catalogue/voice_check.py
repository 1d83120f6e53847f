"""How a product will sound, looked at before anybody hears it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from string import ascii_letters, digits

from skill.catalogue.analyser import fold
from skill.catalogue.naming import MOST_WORDS, spoken_name
from skill.catalogue.naming_rules import Naming, naming
from skill.catalogue.problem import Problem
from skill.catalogue.titles import cleaned, is_calm, is_code, sayable, shouts
from skill.commerce.product import Product

# Marks a name may hold: they are said, part words, or go unheard.
_HARMLESS = frozenset(f" '’‘`´\"“”„-–—‐.,:;!?&%()/+#°$€£¥₹®™©℠²³½¼¾×،؛؟{ascii_letters}{digits}")
# Behind these is no more of the name.
_BEHIND = re.compile(r"\s[-|]\s|, ")
_MARKUP = re.compile(r"<\s*/?\s*[a-zA-Z][^<>]{0,200}>|&(?:[a-zA-Z]{2,8}|#\d{2,5});")
_TOLD = 3


def checked(
    product: Product, *, row: int, language: str, others: Sequence[str] = (), said: str = ""
) -> tuple[Problem, ...]:
    """What a shopper would stumble over in one product, as the feed gives it: before a name made from its
    title is put in. `language`: the shop's own; `others`: those it speaks besides; `said`: what
    `spoken_name` makes of its name, where that is known. Each finding brings the name the shop would say."""
    rules = naming(language[:2])
    given = product.names.get(language, "")
    name = given or product.title
    if not said:
        said = spoken_name(replace(product, title=name) if given else product, language=language)
    found = [
        *_of_name(name, "spoken_title" if given else "title", said, rules),
        *_of_size(product, rules),
        *_of_text(product),
        *_of_brand(product, name),
    ]
    if lacking := [one for one in others if not _named(product, one)]:
        found.append(Problem(row, "spoken_title", "not_named_in", {"languages": ", ".join(lacking)}))
    return tuple(
        Problem(row, one.field, one.code, {**one.values, "name": name}, product.sku, said) for one in found
    )


def _of_name(name: str, field: str, said: str, rules: Naming) -> Iterator[Problem]:
    text = cleaned(name, language=rules.language)
    if said == name:
        return
    before = sayable(_BEHIND.split(text, maxsplit=1)[0].split(), rules.language)
    if len(before) > MOST_WORDS:
        yield Problem(0, field, "name_too_long", {"words": str(len(before))})
    codes = [word for word in text.split() if is_code(word)]
    if codes and (codes := [code for code in codes if fold(code).strip() not in fold(said).split()]):
        yield Problem(0, field, "name_with_codes", {"codes": _some(codes)})
    if shouts(text):
        yield Problem(0, field, "name_in_capitals")
    cried = () if is_calm(text, rules) else rules.cries.finditer(text)
    if cries := list(filter(None, (found[0].strip() for found in cried))):
        yield Problem(0, field, "name_that_cries", {"cries": _some(cries)})
    if not _HARMLESS.issuperset(name) and (
        signs := [char for char in name if not (char.isalnum() or char in _HARMLESS or _is_mark(char))]
    ):
        yield Problem(0, field, "name_with_signs", {"signs": _some(signs)})


def _some(words: Sequence[str]) -> str:
    """The first few, each once."""
    return " ".join(list(dict.fromkeys(words))[:_TOLD])


def _is_mark(char: str) -> bool:
    """Vowel signs, joiners and directions, which scripts need."""
    return unicodedata.category(char)[0] in "MCZ"


def _of_size(product: Product, rules: Naming) -> Iterator[Problem]:
    if product.measure or product.size or product.multipack > 1 or not product.category:
        return
    if rules.by_measure.isdisjoint(_words_of(product.category)):
        return
    if not any(map(str.isdigit, product.title)) and rules.tails.isdisjoint(fold(product.title).split()):
        yield Problem(0, "unit_pricing_measure", "no_size")


@lru_cache(maxsize=5_000)
def _words_of(category: tuple[str, ...]) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", " ".join(category).lower()))


def _of_text(product: Product) -> Iterator[Problem]:
    if not product.description.strip():
        yield Problem(0, "description", "no_description")
    elif _MARKUP.search(product.description):
        yield Problem(0, "description", "description_with_markup")
    if not product.category:
        yield Problem(0, "product_type", "no_category")


def _of_brand(product: Product, name: str) -> Iterator[Problem]:
    brand = _folded(product.brand)
    if not brand or name.startswith(product.brand + " "):
        return
    words = fold(name).split()
    if brand.isdisjoint(words) and "".join(fold(product.brand).split()) not in "".join(words):
        yield Problem(0, "brand", "brand_unsaid", {"brand": product.brand})


@lru_cache(maxsize=10_000)
def _folded(brand: str) -> frozenset[str]:
    return frozenset(fold(brand).split())


def _named(product: Product, language: str) -> bool:
    return any(one[:2] == language[:2] for one in product.names)

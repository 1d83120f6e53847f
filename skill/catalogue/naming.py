"""The name a shop says for a product whose merchant gives none to be spoken, made from its title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from skill.catalogue.analyser import stem
from skill.catalogue.language import language_of
from skill.catalogue.measures import FIGURE, measured, worded_fractions
from skill.catalogue.naming_rules import Naming, naming
from skill.catalogue.title_parts import Part, bare, cut, part_of
from skill.catalogue.titles import brand_words, calm, cleaned, is_calm, is_code, sayable, shouts, uncried
from skill.commerce.product import Product

# What fits in one breath before size and pack; those have room for fewer.
MOST_WORDS = 9
_MOST_SIZES, _MODIFIER_WORDS = 3, 3
# A name that says something before it is cut.
_LEAST_WORDS, _ENOUGH_WORDS, _LOOSE = 3, 5, 3
# Each round makes a title simpler; almost all are as simple as they get after the first.
_ROUNDS = 8
_MIXED = re.compile(r"(?=.*\d)(?=.*[^\W\d_])")


def spoken_name(product: Product, *, language: str) -> str:
    """The title as a shop says it: no codes, signs, capitals and cries, units as words, at most MOST_WORDS
    words, then size and pack behind one comma ("Brindle oat milk, half gallon"). A title that can be said is
    returned as it is, and so is a name that was made here. Of a language without rules of its own
    (`names/<lang>.toml`) only the signs are taken out. Never empty."""
    rules = naming(language[:2])
    text = product.title
    for _ in range(_ROUNDS):
        said = _said(text, product, rules)
        if said == text or _is_settled(said, product, rules):
            return said
        text = said
    return text


def _said(title: str, product: Product, rules: Naming) -> str:
    text = _rewritten(cleaned(title, language=rules.language), rules)
    loud = shouts(text)
    brand, kinds = brand_words(product.brand, rules.language), _kinds(product.category)
    parts = [part for kind, said in cut(text) if (part := part_of(kind, said, loud, brand, rules))]
    own = _own(product.brand, rules.language)
    words, tail = _composed(_branded(parts, own), own, kinds, rules)
    words = _told(words, text, own, rules)
    name = " ".join(words) or _without_words(product, rules, tail)
    made = f"{name}, {' '.join(tail)}" if tail and words else name
    return title if _same(made, title) else made


def _rewritten(text: str, rules: Naming) -> str:
    """Without item numbers and cries, and with what is written otherwise first of all."""
    text = uncried(text, rules)
    if rules.rewrites and FIGURE.search(text):
        for pattern, way in rules.rewrites:
            text = pattern.sub(way, text)
    return worded_fractions(text, language=rules.language)


def _is_settled(name: str, product: Product, rules: Naming) -> bool:
    """Whether a name is sure to be made of itself, which is quicker seen than tried: its words are no others
    when they are said, none is said twice, and behind the comma is nothing but size and pack."""
    before, _, tail = name.partition(", ")
    words = before.split(" ")
    folded = before.lower().split(" ")
    if len(words) > MOST_WORDS or len({*folded}) < len(words) or folded[-1] in rules.small:
        return False
    if not all(_is_sayable(word, rules.language) for word in words):
        return False
    if before.lower() in rules.alone or (rules.glued and rules.says["and"] in words):
        return False
    capitals = [word for word in words if word.isupper() and len(word) > 1]
    if capitals and not _stay(capitals, name, brand_words(product.brand, rules.language), rules):
        return False
    if tail and not _is_tail(tail, rules.language):
        return False
    held = measured(before, language=rules.language)
    return (
        not held.sizes
        and held.text.split() == words
        and _tells(words, _own(product.brand, rules.language), rules)
        and (is_calm(before, rules) or _rewritten(name, rules) == name)
    )


@lru_cache(maxsize=100_000)
def _is_sayable(word: str, language: str) -> bool:
    """Whether a word is said as it stands, and parts nothing."""
    return (
        sayable([word], language) == [word]
        and word[0].isalnum()
        and next(cut(word))[1] == word
        and cleaned(word, language=language) == word
    )


def _stay(capitals: Sequence[str], name: str, brand: Mapping[str, str], rules: Naming) -> bool:
    """Whether words in capitals remain in capitals."""
    return not shouts(name) and all(
        calm(word, loud=False, brand=brand, rules=rules) == word and word.lower() not in rules.alone
        for word in capitals
    )


@lru_cache(maxsize=20_000)
def _is_tail(text: str, language: str) -> bool:
    """Whether size and pack are said as they stand."""
    part = part_of("comma", text, False, {}, naming(language))
    return bool(
        part
        and not part.words
        and " ".join(_sizes([part])) == text
        and next(cut(text))[1] == text
        and _rewritten(cleaned(text, language=language), naming(language)) == text
        and not any(word.isupper() for word in text.split())
    )


@lru_cache(maxsize=10_000)
def _own(brand: str, language: str) -> tuple[str, ...]:
    """The brand's words as they stand in a name."""
    return bare(sayable(brand.split(), language))


def _same(made: str, title: str) -> bool:
    """Whether nothing but where the one comma stands sets them apart."""
    placed = title.count(", ") == 1 or (", " not in made and ", " not in title)
    return placed and made.replace(",", "") == title.replace(",", "")


def _branded(parts: list[Part], folded: tuple[str, ...]) -> list[Part]:
    """A part that is the brand alone goes in front, or away where the title begins with it."""
    for at, part in enumerate(parts):
        if at and folded and bare(part.words) == folded and not any(size.counted for size in part.sizes):
            rest = [*parts[:at], *parts[at + 1 :]]
            rest[0].sizes += part.sizes
            if bare(parts[0].words)[: len(folded)] != folded:
                rest[0].words = [*part.words, *rest[0].words]
            return rest
    return parts


def _composed(
    parts: list[Part], brand: tuple[str, ...], kinds: frozenset[str], rules: Naming
) -> tuple[list[str], list[str]]:
    """The words before the comma and the sizes after it."""
    words: list[str] = []
    before: list[str] = []
    named = False
    heads = [bare(part.words[-1:]) for part in parts if part.words]
    if sum(part.kind == "bar" for part in parts) > 1 or heads.count(heads[0] if heads else ()) > 2:
        # One thing in many words, for a search engine.
        first = next((part for part in parts if part.words), None)
        parts = [part if part is first else replace(part, words=[]) for part in parts]
    for part in parts:
        if not part.words:
            continue
        fits = len(words) + len(before) + len(part.words) <= MOST_WORDS or len(words) < _LEAST_WORDS
        if not words:
            words = part.words
        elif part.kind == "aside" and part.words[0][0].isdigit() and any(w[0].isdigit() for w in words[-2:]):
            # The same length in other units.
            continue
        elif not _adds(part, [*before, *words], brand):
            continue
        elif part.kind == "comma" and rules.inverted and fits and _modifies(part, words, brand, kinds, rules):
            before = [*part.words, *before]
        elif fits:
            words = [*words, *part.words]
        elif not named and _is_kind(part.words[-1], kinds):
            words, before = [*words[: _begins(words, brand)], *part.words], []
        named = named or any(_is_kind(word, kinds) for word in words)
    words = _shortened(words, brand, kinds, rules)
    if before:
        at = _begins(words, brand)
        words = [*words[:at], *before, *words[at:]]
    while len(words) > 1 and words[-1].lower() in rules.small:
        words.pop()
    return words, _sizes(parts)


def _sizes(parts: Sequence[Part]) -> list[str]:
    """How much and how many, each once. What is written in brackets beside a size is the same in other
    units."""
    sizes = [(part.kind == "aside", size) for part in parts for size in part.sizes if size.said]
    open = any(not aside and not size.counted for aside, size in sizes)
    tail = (size.said for aside, size in sizes if size.counted or not (aside and open))
    return list(dict.fromkeys(tail))[:_MOST_SIZES]


def _told(words: list[str], text: str, brand: tuple[str, ...], rules: Naming) -> list[str]:
    """Where nothing is left but brand and colour, the code is what the thing is called: "Brother DR2100"."""
    if _tells(words, brand, rules):
        return words
    codes = [re.sub(r"[^\w-]", "", word) for word in text.split() if is_code(word) and _MIXED.search(word)]
    at = len(brand) if bare(words)[: len(brand)] == brand else 0
    return [*words[:at], *codes[:1], *words[at:]]


def _tells(words: Iterable[str], brand: tuple[str, ...], rules: Naming) -> bool:
    """Whether words are more than brand and colour."""
    colours = language_of(rules.language).colours if rules.searched else frozenset[str]()
    return any(word not in brand and stem(word, rules.language) not in colours for word in bare(words))


def _begins(words: Sequence[str], brand: tuple[str, ...]) -> int:
    """How many words at the beginning are the brand."""
    length = len(brand)
    return length if len(words) > length and bare(words[:length]) == brand else 0


def _adds(part: Part, said: Sequence[str], brand: tuple[str, ...]) -> bool:
    """Whether a part tells something: a list of keywords says the thing again in other words."""
    known, own = set(bare(said)), set(brand)
    new = set(bare(part.words)) - known
    if part.kind == "bar" and len(known - own) > 1:
        return new == set(bare(part.words))
    return bool(new)


def _modifies(
    part: Part, words: Sequence[str], brand: tuple[str, ...], kinds: frozenset[str], rules: Naming
) -> bool:
    """Whether a part after a comma belongs before the thing: it is known what the thing is, or which brand
    it is of, and the part is a few words that qualify."""
    if (
        part.sizes
        or _is_kind(part.words[-1], kinds)
        or words[-1].lower() in language_of(rules.language).colours
    ):
        return False
    if len(part.words) > _MODIFIER_WORDS or not all(
        re.fullmatch(r"[^\W\d_]+(?:['-][^\W\d_]+)*", word) for word in part.words
    ):
        return False
    if part.words[0].lower() in rules.small or part.words[-1].lower() in rules.small or len(words) < 2:
        return len(words) == 1 and _is_kind(words[-1], kinds) and part.words[0].lower() not in rules.small
    if rules.says["and"] in part.words and len(words) - _begins(words, brand) == 1:
        # "Salt, pepper and garlic"
        return False
    return _is_kind(words[-1], kinds) or _begins(words, brand) > 0


def _is_kind(word: str, kinds: frozenset[str]) -> bool:
    """Whether a word is what the product's category calls such things."""
    return bool(kinds) and _stem(word) in kinds


@lru_cache(maxsize=5_000)
def _kinds(category: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_stem(part) for name in category for part in re.findall(r"\w+", name))


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    lowered = word.lower()
    return lowered.removesuffix("es") if lowered.endswith("oes") else lowered.removesuffix("s")


def _shortened(words: list[str], brand: tuple[str, ...], kinds: frozenset[str], rules: Naming) -> list[str]:
    """Words that fit in one breath and still say what the thing is."""
    if len(words) <= MOST_WORDS:
        return words
    searched = language_of(rules.language) if rules.searched else None
    closing = searched.closing if searched else ()
    things = [at + 1 for at, word in enumerate(words) if _is_kind(word, kinds)]
    figures = [at for at, word in enumerate(words) if word[0].isdigit()]
    ends = [
        at for at, word in enumerate(words) if word.lower() in closing and not {at - 1, at + 1} <= {*figures}
    ]
    for places, least in ((things, _LEAST_WORDS), ([*ends, *figures], _ENOUGH_WORDS)):
        if fitting := [place for place in places if least <= place <= MOST_WORDS]:
            place = max(fitting)
            # Not "filter for 10".
            loose = [at for at in ends if max(1, place - _LOOSE) <= at < place]
            return words[: loose[0] if loose and places is not things else place]
    if any(at > _ENOUGH_WORDS for at in figures) or (searched and searched.first):
        return words[:MOST_WORDS]
    front = _begins(words, brand)
    start = len(words) - MOST_WORDS + front
    while words[start - 1][0].isdigit():
        # Not the "foot" of "75 foot" alone.
        start += 1
    return [*words[:front], *words[start:]]


def _without_words(product: Product, rules: Naming, tail: Sequence[str]) -> str:
    """What is said when a title has no word: brand and kind, or its size, its number."""
    kind = product.category[-1] if product.category else ""
    said = [
        *sayable(cleaned(f"{product.brand} {kind}", language=rules.language).split(), rules.language),
        *tail,
    ]
    if not said:
        said = [part for part in re.findall(r"[^\W_]+", product.title) if len(part) < 12]
    return " ".join(said) or rules.says.get("nameless", "") or product.sku

"""The name a shop says for a product whose merchant gives none to be spoken, made from its title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from skill.catalogue.analyser import stem
from skill.catalogue.language import language_of
from skill.catalogue.measures import Size, measured, worded_fractions
from skill.catalogue.naming_rules import Naming, naming
from skill.catalogue.numerals import digits
from skill.catalogue.titles import brand_words, calm, cleaned, is_code, sayable, shouts, uncried
from skill.commerce.product import Product

# What fits in one breath before size and pack; those have room for fewer.
MOST_WORDS = 9
_MOST_SIZES, _TAIL_WORDS, _MODIFIER_WORDS, _RUN = 3, 5, 3, 4
# A name that says something before it is cut.
_LEAST_WORDS, _ENOUGH_WORDS, _LOOSE = 3, 5, 3
# Each round makes a title simpler; almost all are as simple as they get after the first.
_ROUNDS = 8
# Between parts of a title, and what kind of part begins: a list of keywords, a remark, more of the name.
_PARTS = re.compile(
    r"(?P<bar>\s*(?:\||//|;|\*{2,}|~|={2,}|_{2,})\s*)|(?P<aside>\s*[(\[{])|(?P<back>[)\]}][\s,]*)"
    r"|(?P<dash>\s+-+\s+|:\s+)|(?P<comma>\s*,\s+|,$)"
)


_MIXED = re.compile(r"(?=.*\d)(?=.*[^\W\d_])")


@dataclass(slots=True)
class _Part:
    """A part of a title: its words, and how much and how many it tells."""

    kind: str
    words: list[str]
    sizes: list[Size] = field(default_factory=list)


def spoken_name(product: Product, *, language: str) -> str:
    """The title as a shop says it: no codes, signs, capitals and cries, units as words, at most MOST_WORDS
    words, then size and pack behind one comma ("Brindle oat milk, half gallon"). A title that can be said is
    returned as it is, and so is a name that was made here. Of a language without rules of its own
    (`names/<lang>.toml`) only the signs are taken out. Never empty."""
    rules = naming(language[:2])
    text = product.title
    for _ in range(_ROUNDS):
        said = _said(text, product, rules)
        if said == text:
            break
        text = said
    return text


def _said(title: str, product: Product, rules: Naming) -> str:
    text = uncried(cleaned(title, rules), rules)
    for pattern, way in rules.rewrites:
        text = pattern.sub(way, text)
    text = worded_fractions(text, language=rules.language)
    loud = shouts(text)
    brand = brand_words(product.brand, rules.language)
    parts = [part for kind, said in _cut(text) if (part := _part(kind, said, loud, brand, rules))]
    # The brand's words as they stand in a name.
    own = _bare(sayable(product.brand.split(), rules.language))
    words, tail = _composed(_branded(parts, own), own, product, rules)
    words = _told(words, text, own, rules)
    name = " ".join(words) or _without_words(product, rules, tail)
    made = f"{name}, {' '.join(tail)}" if tail and words else name
    return title if _same(made, title) else made


def _same(made: str, title: str) -> bool:
    """Whether nothing but where the one comma stands sets them apart."""
    placed = title.count(", ") == 1 or (", " not in made and ", " not in title)
    return placed and made.replace(",", "") == title.replace(",", "")


def _cut(text: str) -> Iterator[tuple[str, str]]:
    """The parts of a title, each with what begins it."""
    kind, start = "lead", 0
    for found in _PARTS.finditer(text):
        yield kind, text[start : found.start()]
        kind, start = str(found.lastgroup), found.end()
    yield kind, text[start:]


def _part(kind: str, text: str, loud: bool, brand: Mapping[str, str], rules: Naming) -> _Part | None:
    first = kind == "lead"
    if (worn := rules.worn.get(text.strip())) and not first:
        return _Part(kind, [], [Size(worn, counted=True)])
    held = measured(text, language=rules.language)
    written = _uncried(held.text.split(), loud, rules)
    words = [calm(word, loud=loud, brand=brand, rules=rules) for word in sayable(written, rules.language)]
    words = _once(_glued(words, rules))
    if " ".join(words).lower() in rules.alone:
        words = []
    if words and kind == "comma" and not rules.says:
        return _Part(kind, [], [Size(" ".join(words), counted=True)])
    if not first and 0 < len(words) <= _TAIL_WORDS and _is_of_size(words, rules):
        # "large tub", "3 feet", "size 8 3 pairs"
        sizes = [size.said for size in held.sizes if size.said]
        ahead = bool(sizes) and text.lower().lstrip().startswith(sizes[0].split()[0].lower())
        said = [*sizes, *words] if ahead else [*words, *sizes]
        return _Part(kind, [], [Size(" ".join(said), counted=True)])
    return _Part(kind, words, list(held.sizes)) if words or held.sizes else None


def _glued(words: list[str], rules: Naming) -> list[str]:
    """An "and" that is written onto its word."""
    if not rules.glued or rules.says["and"] not in words[:-1]:
        return words
    joined = f"{' '.join(words)} ".replace(f" {rules.says['and']} ", f" {rules.says['and']}")
    return joined.split()


def _is_of_size(words: Sequence[str], rules: Naming) -> bool:
    """ "large tub", "box of four", "3 feet", "three pairs"."""
    folded = [word.lower() for word in words]
    if not rules.tails.isdisjoint(folded):
        return True
    counted = digits(" ".join(folded), language=rules.language) if rules.searched else ""
    return all(word[0].isdigit() for word in folded) or (
        not folded[0][0].isdigit() and counted[:1].isdigit() and len(counted.split()) > 1
    )


def _uncried(words: list[str], loud: bool, rules: Naming) -> list[str]:
    """Without a "NEW" before or after words that are not in capitals."""
    if not loud:
        while len(words) > 1 and _is_cry(words[0], words[1], rules):
            words = words[1:]
        while len(words) > 1 and _is_cry(words[-1], words[-2], rules):
            words = words[:-1]
    return words


def _is_cry(word: str, beside: str, rules: Naming) -> bool:
    return word.isupper() and word.lower() in rules.alone and not beside.isupper()


def _once(words: list[str]) -> list[str]:
    """Words and runs of words that are said twice in a row once."""
    kept: list[str] = []
    folded: list[str] = []
    for word in words:
        kept.append(word)
        folded.append(word.lower())
        for run in range(1, min(_RUN, len(kept) // 2) + 1):
            if folded[-run:] == folded[-2 * run : -run] and not all(map(str.isdigit, folded[-run:])):
                del kept[-run:], folded[-run:]
                break
    return kept


def _branded(parts: list[_Part], folded: Sequence[str]) -> list[_Part]:
    """A part that is the brand alone goes in front, or away where the title begins with it."""
    for at, part in enumerate(parts):
        if at and folded and _bare(part.words) == folded and not any(size.counted for size in part.sizes):
            rest = [*parts[:at], *parts[at + 1 :]]
            rest[0].sizes += part.sizes
            if _bare(parts[0].words)[: len(folded)] != folded:
                rest[0].words = [*part.words, *rest[0].words]
            return rest
    return parts


def _bare(words: Iterable[str]) -> list[str]:
    return [bare for word in words if (bare := re.sub(r"\W", "", word.lower()))]


def _composed(
    parts: list[_Part], brand: Sequence[str], product: Product, rules: Naming
) -> tuple[list[str], list[str]]:
    """The words before the comma and the sizes after it."""
    words: list[str] = []
    before: list[str] = []
    named = False
    heads = [_bare(part.words[-1:]) for part in parts if part.words]
    if sum(part.kind == "bar" for part in parts) > 1 or heads.count(heads[0] if heads else []) > 2:
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
        elif (
            part.kind == "comma" and rules.inverted and fits and _modifies(part, words, brand, product, rules)
        ):
            before = [*part.words, *before]
        elif fits:
            words = [*words, *part.words]
        elif not named and _is_kind(part.words[-1], product):
            words, before = [*words[: _begins(words, brand)], *part.words], []
        named = named or any(_is_kind(word, product) for word in words)
    words = _shortened(words, brand, product, rules)
    if before:
        at = _begins(words, brand)
        words = [*words[:at], *before, *words[at:]]
    while len(words) > 1 and words[-1].lower() in rules.small:
        words.pop()
    return words, _sizes(parts)


def _sizes(parts: Sequence[_Part]) -> list[str]:
    """How much and how many, each once. What is written in brackets beside a size is the same in other
    units."""
    sizes = [(part.kind == "aside", size) for part in parts for size in part.sizes if size.said]
    open = any(not aside and not size.counted for aside, size in sizes)
    tail = (size.said for aside, size in sizes if size.counted or not (aside and open))
    return list(dict.fromkeys(tail))[:_MOST_SIZES]


def _told(words: list[str], text: str, brand: Sequence[str], rules: Naming) -> list[str]:
    """Where nothing is left but brand and colour, the code is what the thing is called: "Brother DR2100"."""
    colours = language_of(rules.language).colours if rules.searched else frozenset[str]()
    if any(word not in brand and stem(word, rules.language) not in colours for word in _bare(words)):
        return words
    codes = [re.sub(r"[^\w-]", "", word) for word in text.split() if is_code(word) and _MIXED.search(word)]
    at = len(brand) if _bare(words)[: len(brand)] == list(brand) else 0
    return [*words[:at], *codes[:1], *words[at:]]


def _begins(words: Sequence[str], brand: Sequence[str]) -> int:
    """How many words at the beginning are the brand."""
    length = len(brand)
    return length if len(words) > length and _bare(words[:length]) == list(brand) else 0


def _adds(part: _Part, said: Sequence[str], brand: Sequence[str]) -> bool:
    """Whether a part tells something: a list of keywords says the thing again in other words."""
    known, own = set(_bare(said)), set(brand)
    new = set(_bare(part.words)) - known
    if part.kind == "bar" and len(known - own) > 1:
        return new == set(_bare(part.words))
    return bool(new)


def _modifies(
    part: _Part, words: Sequence[str], brand: Sequence[str], product: Product, rules: Naming
) -> bool:
    """Whether a part after a comma belongs before the thing: it is known what the thing is, or which brand
    it is of, and the part is a few words that qualify."""
    if (
        part.sizes
        or _is_kind(part.words[-1], product)
        or words[-1].lower() in language_of(rules.language).colours
    ):
        return False
    if len(part.words) > _MODIFIER_WORDS or not all(
        re.fullmatch(r"[^\W\d_]+(?:['-][^\W\d_]+)*", word) for word in part.words
    ):
        return False
    if part.words[0].lower() in rules.small or part.words[-1].lower() in rules.small or len(words) < 2:
        return len(words) == 1 and _is_kind(words[-1], product) and part.words[0].lower() not in rules.small
    if rules.says["and"] in part.words and len(words) - _begins(words, brand) == 1:
        # "Salt, pepper and garlic"
        return False
    return _is_kind(words[-1], product) or _begins(words, brand) > 0


def _is_kind(word: str, product: Product) -> bool:
    """Whether a word is what the product's category calls such things."""
    return bool(product.category) and _stem(word) in _kinds(product.category)


@lru_cache(maxsize=5_000)
def _kinds(category: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_stem(part) for name in category for part in re.findall(r"\w+", name))


def _stem(word: str) -> str:
    lowered = word.lower()
    return lowered.removesuffix("es") if lowered.endswith("oes") else lowered.removesuffix("s")


def _shortened(words: list[str], brand: Sequence[str], product: Product, rules: Naming) -> list[str]:
    """Words that fit in one breath and still say what the thing is."""
    if len(words) <= MOST_WORDS:
        return words
    searched = language_of(rules.language) if rules.searched else None
    closing = searched.closing if searched else ()
    kinds = [at + 1 for at, word in enumerate(words) if _is_kind(word, product)]
    figures = [at for at, word in enumerate(words) if word[0].isdigit()]
    ends = [
        at for at, word in enumerate(words) if word.lower() in closing and not {at - 1, at + 1} <= {*figures}
    ]
    for places, least in ((kinds, _LEAST_WORDS), ([*ends, *figures], _ENOUGH_WORDS)):
        if fitting := [place for place in places if least <= place <= MOST_WORDS]:
            place = max(fitting)
            # Not "filter for 10".
            loose = [at for at in ends if max(1, place - _LOOSE) <= at < place]
            return words[: loose[0] if loose and places is not kinds else place]
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
    said = [*sayable(cleaned(f"{product.brand} {kind}", rules).split(), rules.language), *tail]
    if not said:
        said = [part for part in re.findall(r"[^\W_]+", product.title) if len(part) < 12]
    return " ".join(said) or rules.says.get("nameless", "") or product.sku

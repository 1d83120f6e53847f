"""How a language is searched: stemmer, other names, units, articles, as `locales/<lang>/search.toml` says."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import Stemmer

_LOCALES = Path(__file__).parent.parent / "locales"
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff々]+")
_KANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
# Letters that must be left of a word when something is taken off it.
_LEFT = 3
# A phrase as words, and the words it is searched as.
Renaming = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language's rules. `names`: by first word, phrases and what they are searched as, longest first.
    `units`: words of a measure to its sign, after a number. `doubled`: words that repeat the letter after
    them ("triple a"), and `doubling` back from the count. `glued`: what is written onto a word, `attached`:
    what is taken off those that nobody knows with it. `endings`:
    what is cut off where no stemmer serves. `elided`: articles before an apostrophe. `comma`: of decimals.
    `letters`: words of one letter, which nobody spells. `closing`: words that end a group of nouns. `parts`:
    nouns that compounds are made of. `colours` and `measures`, as search tokens: what a name may end with
    that names no thing. `first`: the head noun comes first ("café moulu"). `paired`: text without spaces.
    `alike`: for a search token those that cannot be told from it by ear. `sounds`: rules that spell a word
    as it sounds, in order; the last part: it does not always hold."""

    name: str
    stemmer: Stemmer.Stemmer | None
    names: Mapping[str, tuple[Renaming, ...]]
    units: Mapping[str, str]
    canonical: frozenset[str]
    doubled: Mapping[str, int]
    doubling: Mapping[int, str]
    glued: tuple[str, ...]
    attached: tuple[str, ...]
    endings: tuple[str, ...]
    elided: re.Pattern[str] | None
    comma: bool
    letters: frozenset[str]
    closing: tuple[str, ...]
    parts: frozenset[str]
    colours: frozenset[str]
    measures: frozenset[str]
    first: bool
    paired: bool
    alike: Mapping[str, tuple[str, ...]]
    sounds: tuple[tuple[str, str, bool], ...]


@lru_cache(maxsize=32)
def raw(language: str, name: str) -> Mapping[str, Any]:
    """A table of a language, as written. Raises FileNotFoundError."""
    return tomllib.loads((_LOCALES / language / f"{name}.toml").read_text("utf-8"))


def pairs(words: Iterable[str]) -> list[str]:
    """Text without spaces as overlapping pairs of characters, as Lucene's CJKAnalyzer does, katakana as
    hiragana."""
    return [part for word in words for part in _paired(word.translate(_KANA))]


def _paired(word: str) -> Iterator[str]:
    at = 0
    for found in _CJK.finditer(word):
        if found.start() > at:
            yield word[at : found.start()]
        run = found[0]
        yield from (run[i : i + 2] for i in range(max(1, len(run) - 1)))
        at = found.end()
    if at < len(word):
        yield word[at:]


def unglued(words: Iterable[str], prefixes: Sequence[str]) -> Iterator[str]:
    """Articles and conjunctions written onto their word taken off, where a word is left."""
    for word in words:
        found = next((p for p in prefixes if word.startswith(p) and len(word) - len(p) >= _LEFT), "")
        yield word[len(found) :]


@lru_cache(maxsize=64)
def is_searched(language: str) -> bool:
    """Whether there are rules for a language."""
    return all((_LOCALES / language / name).is_file() for name in ("search.toml", "words.toml"))


@lru_cache(maxsize=16)
def language_of(language: str) -> Language:
    """The rules of a language. Raises FileNotFoundError."""
    rules, words = raw(language, "search"), raw(language, "words")
    units = {
        word: unit
        for unit, said in words["units"].items()
        if unit not in ("dozen", "pack", "piece")
        for word in said
        if " " not in word
    }
    # How much and how many; a carton or a case may be a thing of its own, a pack or a roll hardly ever.
    held = [*(said for unit, said in words["units"].items() if unit != "pack"), rules.get("packs", [])]
    measures = {part for said in held for word in said for part in word.split()}
    elided = words.get("elided", ())
    doubled = dict(rules.get("doubled", {}))
    glued, paired = tuple(rules.get("glued", ())), rules.get("paired", False)

    def cut(text: str) -> tuple[str, ...]:
        return tuple(unglued(pairs(text.split()) if paired else text.split(), glued))

    names: dict[str, list[Renaming]] = {}
    for name, phrases in rules.get("names", {}).items():
        for phrase in phrases:
            parts = cut(phrase)
            names.setdefault(parts[0], []).append((parts, cut(name)))
    stemmer = Stemmer.Stemmer(rules["stemmer"]) if "stemmer" in rules else None
    stem = stemmer.stemWord if stemmer else str
    return Language(
        name=language,
        stemmer=stemmer,
        names={first: tuple(sorted(found, key=lambda f: -len(f[0]))) for first, found in names.items()},
        units=units,
        canonical=frozenset(units.values()),
        doubled=doubled,
        doubling={count: word for word, count in reversed(list(doubled.items()))},
        glued=glued,
        attached=tuple(rules.get("attached", ())),
        endings=tuple(rules.get("endings", ())),
        elided=re.compile(rf"(?<!\w)(?:{'|'.join(elided)})['’´`ʼ](?=\w)", re.IGNORECASE) if elided else None,
        comma=words.get("decimal") == ",",
        letters=frozenset(word for word in words["stop"] if len(word) == 1),
        closing=tuple(rules.get("closing", ())),
        parts=frozenset(rules.get("parts", ())),
        colours=frozenset(stem(word) for word in rules.get("colours", ())),
        measures=frozenset(map(stem, measures)) | frozenset(units.values()),
        first=rules.get("head", "last") == "first",
        paired=paired,
        alike={
            word: tuple(other for other in group if other != word)
            for said in rules.get("alike", ())
            for group in [[stem(word) for word in said]]
            for word in group
        },
        sounds=tuple((rule[0], rule[1], len(rule) > 2) for rule in rules.get("sounds", ())),
    )

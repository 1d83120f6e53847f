"""Which of a merchant's answers a question asks for: by what its words mean, not by which they are.

A question is read as what it tells: each word, or phrase, under its own name and under those of what it can
stand for (`locales/<lang>/faq.toml`). What few answers tell of weighs more than what many do (inverse
document frequency, as in Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009, section 3),
and what none of them tells of weighs against all of them: a wrong answer is worse than none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import log
from typing import Any

from skill.catalogue.analyser import digits, fold, stem
from skill.catalogue.grammar import load
from skill.catalogue.language import language_of, raw, unglued

# Of what a question tells, how much an answer must tell of (FLOOR), and how much of one of the ways of asking
# for that answer the question must hold (LIKE); the next best answer must be so far behind (AHEAD).
FLOOR, LIKE, AHEAD = 0.5, 0.4, 0.03
# What a word counts that stands in the answer alone, and one that was only meant and not said.
_IN_ANSWER, _MEANT = 0.35, 0.9
# What a word weighs that no answer tells of, beside one that a single answer does.
_UNKNOWN = 0.6
# What all words together may weigh that no answer tells of: a question may tell a story around its point.
_MOST_UNKNOWN = 0.8
# How much of the final score is how well one way of asking fits; the rest is how much the answer tells of.
_FIT = 0.4

# One word of a question, or a phrase: all the names of what it tells.
Unit = frozenset[str]


@dataclass(frozen=True, slots=True)
class Answerable:
    """An answer by its `id`, the ways of asking for it, and what is said (empty: nothing in the language)."""

    id: str
    questions: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The answer that fits best (`id`), how well (0 to 1), and whether so well that it may be given."""

    id: str
    fit: float
    sure: bool


@dataclass(frozen=True, slots=True)
class _Read:
    """An answer as it was read: how much it tells of each name, and each way of asking."""

    id: str
    tells: Mapping[str, float]
    ways: tuple[tuple[Unit, ...], ...]


@dataclass(frozen=True, slots=True)
class _Way:
    """A way of asking: what each of its words weighs, and all of them."""

    units: tuple[tuple[Unit, float], ...]
    whole: float


@dataclass(frozen=True, slots=True)
class _Index:
    answers: tuple[_Read, ...]
    holding: Mapping[str, int]
    ways: dict[str, tuple[_Way, ...]] = field(default_factory=dict)

    def weight(self, unit: Unit) -> float:
        """How much a word tells: the rarer the more, and one that stands nowhere nearly as much as the
        rarest."""
        held = min((self.holding[name] for name in unit if name in self.holding), default=0)
        return log(1 + len(self.answers) / held) if held else _UNKNOWN * self.rarest

    @property
    def rarest(self) -> float:
        return log(1 + len(self.answers))


def asked_for(
    text: str, answers: Sequence[Answerable], *, language: str, floor: float = FLOOR
) -> Asked | None:
    """The answer that `text` asks for; None where nothing it tells of stands in any. `floor`: how much of
    what it tells the answer must tell of, 0 to 1."""
    units = read(text, language=language)
    index = _index(tuple(answers), language)
    if not units or not index.answers:
        return None
    weights = [index.weight(unit) for unit in units]
    ranked = sorted(
        ((*_score(units, weights, answer, index), answer.id) for answer in index.answers), reverse=True
    )
    score, covered, like, id = ranked[0]
    if not covered:
        return None
    ahead = score - (ranked[1][0] if len(ranked) > 1 else 0.0)
    return Asked(id, score, covered >= floor and like >= LIKE and ahead >= AHEAD)


def read(text: str, *, language: str) -> tuple[Unit, ...]:
    """What a question tells, in order: words that tell nothing are left out."""
    rules = _rules(language)
    words = list(map(rules.bare, _words(text, language)))
    units: list[Unit] = []
    at = 0
    while at < len(words):
        found, length = rules.meant(words, at)
        if length > 1:
            units.append(found)
            at += length
            continue
        word = words[at]
        at += 1
        if found:
            units.append(found | {stem(word, language)})
        elif word not in rules.empty:
            units.append(frozenset({stem(word, language)}))
    return tuple(dict.fromkeys(units))


def _score(
    units: Sequence[Unit], weights: Sequence[float], answer: _Read, index: _Index
) -> tuple[float, float, float]:
    """How well an answer fits; how much of what was asked it tells of; how much of one way of asking for it
    was asked."""
    unknown = sum(w for unit, w in zip(units, weights, strict=True) if index.holding.keys().isdisjoint(unit))
    total = sum(weights) - max(0.0, unknown - _MOST_UNKNOWN * index.rarest)
    covered = sum(
        weight * max(answer.tells.get(name, 0.0) * _said(name) for name in unit)
        for unit, weight in zip(units, weights, strict=True)
    )
    if not covered:
        return 0.0, 0.0, 0.0
    names = frozenset[str]().union(*units)
    like = max((_alike(names, way) for way in index.ways[answer.id]), default=0.0)
    return (1 - _FIT) * covered / total + _FIT * like, covered / total, like


def _alike(names: frozenset[str], way: _Way) -> float:
    shared = sum(weight for unit, weight in way.units if not names.isdisjoint(unit))
    return shared / way.whole


def _said(name: str) -> float:
    return _MEANT if name.startswith("@") else 1.0


@lru_cache(maxsize=16)
def _index(answers: tuple[Answerable, ...], language: str) -> _Index:
    found = tuple(_read_answer(answer, language) for answer in answers if answer.text)
    holding: dict[str, int] = {}
    for answer in found:
        for name, told in answer.tells.items():
            if told > _IN_ANSWER:
                holding[name] = holding.get(name, 0) + 1
    for answer in found:
        for name in answer.tells:
            holding.setdefault(name, 1)
    index = _Index(found, holding)
    for answer in found:
        weighed = (tuple((unit, index.weight(unit)) for unit in way) for way in answer.ways)
        ways = (_Way(units, sum(weight for _, weight in units)) for units in weighed)
        index.ways[answer.id] = (*index.ways.get(answer.id, ()), *dict.fromkeys(ways))
    return index


def _read_answer(answer: Answerable, language: str) -> _Read:
    ways = tuple(filter(None, (read(question, language=language) for question in answer.questions)))
    tells = dict.fromkeys(
        (name for unit in read(answer.text, language=language) for name in unit), _IN_ANSWER
    )
    return _Read(answer.id, {**tells, **{name: 1.0 for way in ways for unit in way for name in unit}}, ways)


def _words(text: str, language: str) -> list[str]:
    words = digits(fold(text), language=language).split()
    return list(unglued(words, language_of(language).glued))


@dataclass(frozen=True, slots=True)
class _Rules:
    """`phrases`: by first word, the rest of a phrase and its name, longest first; `patterns`: words of which
    a part is given."""

    empty: frozenset[str]
    attached: tuple[str, ...]
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
    patterns: tuple[tuple[re.Pattern[str], str], ...]

    def meant(self, words: Sequence[str], at: int) -> tuple[Unit, int]:
        """What the longest phrase at this place means, and how many words it has; nothing where none is."""
        length, names = 1, set[str]()
        for rest, name in self.phrases.get(words[at], ()):
            size = 1 + len(rest)
            if size >= length and tuple(words[at + 1 : at + size]) == rest:
                names = {*names, name} if size == length else {name}
                length = size
        if length == 1:
            names |= {name for pattern, name in self.patterns if pattern.fullmatch(words[at])}
        return frozenset(names), length

    def bare(self, word: str) -> str:
        """The word without what is written onto it, where it is known only so."""
        if word in self.empty or self.meant((word,), 0)[0]:
            return word
        bare = next((word[len(cut) :] for cut in self.attached if word.startswith(cut)), word)
        return bare if bare in self.empty or (bare and self.meant((bare,), 0)[0]) else word


@lru_cache(maxsize=16)
def _rules(language: str) -> _Rules:
    words, own = load(language), _written(language)
    phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    parts: dict[str, list[str]] = {}
    for name, said in own.get("same", {}).items():
        for phrase in said:
            if "*" in phrase:
                parts.setdefault(f"@{name}", []).append(re.escape(phrase).replace(r"\*", r"\w*"))
            else:
                first, *rest = _words(phrase, language)
                phrases.setdefault(first, []).append((tuple(rest), f"@{name}"))
    return _Rules(
        empty=frozenset(words.stop | words.asking | set(own.get("empty", ()))),
        attached=language_of(language).attached,
        phrases={first: tuple(sorted(found, key=_longest)) for first, found in phrases.items()},
        patterns=tuple((re.compile("|".join(every)), name) for name, every in parts.items()),
    )


def _longest(phrase: tuple[Iterable[str], str]) -> int:
    return -len(tuple(phrase[0]))


def _written(language: str) -> Mapping[str, Any]:
    """What is known of a language's ways of asking; without that, words mean what they are."""
    try:
        return raw(language, "faq")
    except FileNotFoundError:
        return {}

"""How well a product fits a query: BM25F over what its row says, times how much of the query it covers and
how much of it stands together, and whether it is the kind of thing asked for.

Recipe and weights were found on labelled sets; `make bench-search` measures them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from skill.catalogue.asked import Asked, Word
from skill.catalogue.line import BRAND, BRIEF, FLAGS, HEAD, KIND, LAST, LEAF, MARKED, MARKS, MOST, TITLE

# BM25F (Robertson and Zaragoza, 2009): a term's saturation and a field's weight.
_K1 = 0.6
_TITLE, _KIND, _MORE, _HEAD, _SOUND = 1.0, 0.65, 0.25, 0.3, 0.2
_LENGTH, _USUAL_LENGTH = 0.15, 9.0
_COVER, _TOGETHER = 0.7, 0.4
_NORM = {mark: 1.0 / (1.0 - _LENGTH + _LENGTH * n / _USUAL_LENGTH) for n, mark in enumerate(MARKS)}
# Popularity settles ties, it does not answer questions: it is capped at `MOST`.
_POPULAR = 0.002
# Whatever speaks for it, a product that holds less than half of the words comes after one that holds all.
_LACKING = 1.6
# The nearer a product's size comes to how much was asked for, the more; nothing from a factor of four on.
_SIZE, _STEPS = 0.15, 4
_NAMED, _KIND_OF, _PLAIN, _LEAF, _SOLD_OUT = 0.35, 0.25, 0.25, 0.2, -0.05
# A word that only may have been meant covers a query less than half.
_GUESSED = 0.4
# Another sense says what the thing is when it is as good as the word itself.
_CALLED = 0.7
_VOLUMES = 46


class Rank(NamedTuple):
    """A row's place. `order`: the score turned round, so that ranks sort best first; scores order the hits of
    one query and mean nothing else. `cover`: percent of the query's words that name, brand or kind hold;
    `head`: it is the kind of thing asked for. The rest explains the score: `text` (BM25F, 0 to about 1),
    `together` (share of neighbours that stand so in the name), `plain` (1: nothing of the name was left
    unsaid) and `bonus` (popularity, stock, the very category, the size asked for)."""

    order: float
    row: int
    cover: int
    head: bool
    text: float
    together: float
    plain: float
    bonus: float
    sold_out: bool
    offered: bool

    @property
    def score(self) -> float:
        return -self.order


# Counts of a row's tokens, packed into one number: words covered, in the short name, in the brand, in the
# last category.
_COVERED, _BRIEF, _BRAND, _LEAVES = 1, 1 << 8, 1 << 16, 1 << 24
_ALL = 255
# By the marks of a token: whether the title has it, what it weighs besides, what it counts for, whether it
# is the last category's last word, and a head.
_Meaning = tuple[bool, float, int, bool, bool]


def _meaning(place: int) -> _Meaning:
    title, kind = bool(place & TITLE), bool(place & (BRAND | KIND))
    weight = (_HEAD if title and place & HEAD else 0.0) + (_KIND if kind else 0.0)
    counts = (
        (_COVERED if title or kind else 0)
        + (_BRIEF if title and place & BRIEF else 0)
        + (_BRAND if place & BRAND else 0)
        + (_LEAVES if place & LEAF else 0)
    )
    return title, weight if title or kind else _MORE, counts, bool(place & LAST), bool(place & HEAD)


_MEANING = {marks: _meaning(place) for place, marks in enumerate(FLAGS)}


def ranked(
    numbers: Sequence[int], rows: Iterable[bytes], asked: Asked, *, limit: int, size: int = 0
) -> list[Rank]:
    """Rows (`line_of`), by their numbers, in order of how well they fit. `size`: how much was asked for, as
    `size_code`. One loop without calls: dozens of rows are scored for each thing said."""
    words = [(w.key, len(w.key), w.rarity, _others(w), w.sound, w is asked.head) for w in asked.words]
    count = len(words) or 1
    whole, share = (1 + _K1) / asked.rarity, _COVER / count
    near = 1.0 / (len(words) - 1) if len(words) > 1 else 0.0
    in_leaf = MARKS[count] if count < MOST else ""
    meaning, found = _MEANING, []
    for number, data in zip(numbers, rows, strict=True):
        row = data.decode()
        find, norm = row.find, _NORM[row[0]]
        text, doubt, counts, expected, pairs = 0.0, 0.0, 0, -1, 0
        named, kind_of = asked.head is None, False
        for key, long, rarity, others, sound, closing in words:
            at = find(key)
            title, weight, counted = False, 0.0, 0
            if at >= 0:
                title, weight, counted, last, head = meaning[row[at + long : at + long + 2]]
                counts += counted
                if closing:
                    named, kind_of = head, last
            if title:
                weight += norm
                pairs += at == expected
                expected = at + long + 2
            else:
                expected = -1
            for keys, worth, certain in others:
                if keys[0] in row:
                    value, there, calls = _sense(row, keys, norm)
                    weight = max(weight, value * worth)
                    named = named or (closing and calls and certain == 1.0 and worth >= _CALLED)
                    if there and not counted & _ALL:
                        counted, counts, doubt = _COVERED, counts + _COVERED, doubt + 1.0 - certain
            if sound and sound in row:
                weight += _SOUND
            text += rarity * weight / (weight + _K1)
        text *= whole
        covered = counts & _ALL
        unsaid = MARKED[row[1]] - (counts >> 8 & _ALL)
        plain = 1.0 / (1 + unsaid) if unsaid > 0 else 1.0
        sold_out = row[3] != MARKS[0]
        bonus = MARKED[row[2]] * _POPULAR + (_SOLD_OUT if sold_out else 0.0)
        if row[5] == in_leaf and counts >> 24 == count:
            bonus += _LEAF
        if size and (apart := abs(MARKED[row[4]] - size)) < _STEPS:
            bonus += _SIZE * (1 - apart / _STEPS)
        head = named or kind_of or counts >> 16 & _ALL == count
        score = text * (1 + share * covered + _TOGETHER * near * pairs) + _PLAIN * plain + bonus
        score += _NAMED if named else _KIND_OF if head else 0.0
        if 2 * covered < count:
            score -= _LACKING
        cover = int(100 * (covered - doubt) / count) if words else 100
        found.append(
            (-score, number, cover, head, text, near * pairs, plain, bonus, sold_out, row[6] != MARKS[0])
        )
    found.sort()
    return [Rank._make(hit) for hit in found[:limit]]


# Another sense: its keys, its weight, and how surely it covers the word.
_Other = tuple[tuple[str, ...], float, float]


def _others(word: Word) -> list[_Other]:
    return [(sense.keys, sense.weight, 1.0 if sense.sure else _GUESSED) for sense in word.senses[1:]]


def _sense(row: str, keys: tuple[str, ...], norm: float) -> tuple[float, bool, bool]:
    """What another sense of a word weighs in a row, whether it covers the word, and whether it is what the
    name says the thing is. All of its words must be there."""
    weight, covered, head = 0.0, False, False
    for key in keys:
        at = row.find(key) + len(key)
        if at < len(key):
            return 0.0, False, False
        title, weight, counted, _, head = _MEANING[row[at : at + 2]]
        weight += norm if title else 0.0
        covered = counted & _ALL > 0
    return weight, covered, head


def size_code(micro: int, *, mass: bool) -> int:
    """How much something holds, in half octaves: 1 to 46 for volumes (from 1 ml), 47 to 93 for masses (from
    1 g); 0 for less than that. `micro`: millionths of a gram or millilitre."""
    if micro < 1_000_000:
        return 0
    steps = round(2 * math.log2(micro / 1_000_000)) + 1
    return min(steps, _VOLUMES) + (_VOLUMES if mass else 0)

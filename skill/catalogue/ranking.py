"""How well a product fits a query: BM25F over what its row says, times how much of the query it covers and
how much of it stands together, and whether it is the kind of thing asked for.

Recipe and weights were found on labelled sets; `make bench-search` measures them. One loop without calls:
a hundred rows are scored for each thing said.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from skill.catalogue.asked import Asked

# BM25F (Robertson and Zaragoza, 2009): a term's saturation and a field's weight.
_K1 = 0.6
_TITLE, _KIND, _MORE, _HEAD, _SOUND = 1.0, 0.65, 0.25, 0.3, 0.4
_LENGTH, _USUAL_LENGTH = 0.15, 9.0
_NORM = tuple(1.0 / (1.0 - _LENGTH + _LENGTH * length / _USUAL_LENGTH) for length in range(94))
_COVER, _TOGETHER = 0.7, 0.4
# Popularity settles ties, it does not answer questions: it is capped at `MOST`.
_POPULAR = 0.002
# The nearer a product's size comes to how much was asked for, the more; nothing from a factor of four on.
_SIZE, _STEPS = 0.15, 4
_NAMED, _KIND_OF, _PLAIN, _LEAF, _SOLD_OUT = 0.35, 0.25, 0.25, 0.2, -0.05
# The numbers at the head of a row, one character each from "!" on: no space or tab, so never a token's part.
ZERO, MOST = 33, 93
# A word that only may have been meant covers a query less than half.
_GUESSED = 0.4
_VOLUMES = 46
_NONE = chr(ZERO)


class Rank(NamedTuple):
    """`score` orders the hits of one query. `cover`: percent of the query's words that name, brand or kind
    hold; `head`: it is the kind of thing asked for. The rest explains the score: `text` (BM25F, 0 to about
    1), `together` (share of neighbours that stand so in the title), `plain` (1: nothing of the name was
    left unsaid) and `bonus` (popularity, stock, the very category)."""

    score: float
    row: int
    cover: int
    head: bool
    text: float
    together: float
    plain: float
    bonus: float


def ranked(rows: Iterable[tuple[int, bytes]], asked: Asked, *, limit: int, size: int = 0) -> list[Rank]:
    """Rows (`Shape.row`) by how well they fit, best first. `size`: how much was asked for, as `size_code`."""
    words = [(w.token, w.sound, w.rarity, w.senses[1:]) for w in asked.words]
    count = len(words) or 1
    pairs, near = asked.pairs, 1.0 / len(asked.pairs) if asked.pairs else 0.0
    closing = asked.head.token if asked.head else ""
    phrase = asked.phrase
    whole = (1 + _K1) / asked.rarity
    found: list[tuple[float, int, int, bool, float, float, float, float]] = []
    for number, row in rows:
        title, brand, kind, heads, brief, leaf, more, sounds = row.decode().split("\t")
        norm = _NORM[ord(title[0]) - ZERO]
        text = 0.0
        sure = 0.0
        covered = branded = said = 0
        for token, sound, rarity, others in words:
            best = 0.0
            held = 0.0
            if token in title:
                held = 1.0
                best = norm + _HEAD if token in heads else norm
                said += token in brief
            if token in brand:
                held = 1.0
                branded += 1
                best += _KIND
            elif token in kind:
                held = 1.0
                best += _KIND
            elif not held and token in more:
                best = _MORE
            for other, weight, meant in others:
                if other in title:
                    value = (norm + _HEAD if other in heads else norm) * weight
                elif other in brand or other in kind:
                    value = _KIND * weight
                else:
                    continue
                best = value if value > best else best
                if held < 1.0:
                    held = 1.0 if meant else _GUESSED
            if sound and sound in sounds:
                best += _SOUND
            covered += held > 0
            sure += held
            text += rarity * best / (best + _K1)
        text *= whole
        together = 0.0
        for pair in pairs:
            if pair in title:
                together += near
        named = not closing or closing in heads
        head = named or leaf.endswith(closing) or branded == count
        plain = 1.0 / (1 + max(0, ord(title[1]) - ZERO - said))
        bonus = (ord(title[2]) - ZERO) * _POPULAR + (_SOLD_OUT if title[3] != _NONE else 0.0)
        if leaf == phrase:
            bonus += _LEAF
        if size and (apart := abs(ord(title[4]) - ZERO - size)) < _STEPS:
            bonus += _SIZE * (1 - apart / _STEPS)
        score = text * (1 + _COVER * covered / count + _TOGETHER * together) + _PLAIN * plain + bonus
        score += _NAMED if named else _KIND_OF if head else 0.0
        cover = int(100 * sure / count) if words else 100
        found.append((-score, number, cover, head, text, together, plain, bonus))
    found.sort()
    return [Rank._make((-hit[0], *hit[1:])) for hit in found[:limit]]


def size_code(micro: int, *, mass: bool) -> int:
    """How much something holds, in half octaves: 1 to 46 for volumes (from 1 ml), 47 to 93 for masses (from
    1 g); 0 for less than that. `micro`: millionths of a gram or millilitre."""
    if micro < 1_000_000:
        return 0
    steps = round(2 * math.log2(micro / 1_000_000)) + 1
    return min(steps, _VOLUMES) + (_VOLUMES if mass else 0)

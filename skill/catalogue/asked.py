"""What was asked for, word by word, with everything each word may stand for in this catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple


class Sense(NamedTuple):
    """One way to find a word: a search token (or several, "garbanzo bean") and its weight, up to 1. What
    only sounds somewhat like the word is not `sure`."""

    token: str
    weight: float = 1.0
    sure: bool = True

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(self.token.split(" "))

    @property
    def keys(self) -> tuple[str, ...]:
        """How its tokens stand in a line of the index."""
        return tuple(f" {word}=" for word in self.words)


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the query: its senses, itself first, its sound between spaces ("" when that tells
    nothing), and how rare it is in the catalogue (inverse document frequency)."""

    senses: tuple[Sense, ...]
    sound: str
    rarity: float
    known: bool

    @property
    def token(self) -> str:
        return self.senses[0].token

    @property
    def key(self) -> str:
        """How it stands in a line of the index."""
        return f" {self.token}="


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of a query. `head`: the one that says what the thing is. `rarity`: of all words."""

    words: tuple[Word, ...]
    head: Word | None
    rarity: float

    def with_words(self, words: Sequence[Word]) -> Asked:
        """The same query with other words in the same places."""
        head = next((new for old, new in zip(self.words, words, strict=True) if old is self.head), None)
        return replace(self, words=tuple(words), head=head, rarity=sum(w.rarity for w in words) or 1.0)


def asked_of(words: Sequence[Word], *, head_first: bool) -> Asked:
    """Words as a query. The head is the last that is no number, the first where nouns come first."""
    named = [word for word in words if not word.token.isdigit()]
    head = (named[0] if head_first else named[-1]) if named else None
    return Asked(words=tuple(words), head=head, rarity=sum(word.rarity for word in words) or 1.0)

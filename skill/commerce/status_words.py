"""The words other systems have for where an order is, and which of ours each means."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

# What a word may mean besides a status of ours: nothing that changes it, or sent off, which is the end of it
# where the shopper came to collect.
STAYS = "stays"
HANDED_OVER = "handed_over"
_SCHEMA_ORG = re.compile(r"https?://schema\.org/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Meant:
    """`status` is one of ours; "" when the word leaves it as it is."""

    status: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """The word means different things: what, by dialect."""

    meanings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Unheard:
    """Nobody says that: `accepted` are the words that are understood instead."""

    accepted: tuple[str, ...]


def dialects() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """The words of each dialect by what they mean, as the table has them."""
    return _table()


def meant(word: str, *, dialect: str = "", pickup: bool = False) -> Meant | Unclear | Unheard:
    """What a word of `dialect` ("": whichever has it) means for an order, collected at a store with
    `pickup`. Case, spaces, hyphens and underscores do not matter; schema.org's words may be addresses."""
    known = _folded()
    asked = {dialect: known.get(dialect, {})} if dialect else known
    found = {name: words[fold(word)] for name, words in asked.items() if fold(word) in words}
    found = {name: _here(meaning, pickup=pickup) for name, meaning in found.items()}
    if not found:
        names = (dialect,) if dialect in known else tuple(known)
        return Unheard(tuple(dict.fromkeys(said for name in names for said in _spelled(name))))
    if len(set(found.values())) > 1:
        return Unclear(found)
    meaning = next(iter(found.values()))
    return Meant("" if meaning == STAYS else meaning)


def fold(word: str) -> str:
    """A word as it is compared."""
    bare = _SCHEMA_ORG.sub("", word.strip())
    return re.sub(r"[\s_-]+", "", bare).casefold()


def _here(meaning: str, *, pickup: bool) -> str:
    if meaning != HANDED_OVER:
        return meaning
    return "delivered" if pickup else "shipped"


def _spelled(name: str) -> tuple[str, ...]:
    return tuple(word for words in _table()[name].values() for word in words)


@cache
def _folded() -> Mapping[str, Mapping[str, str]]:
    return {
        name: {fold(word): meaning for meaning, words in meanings.items() for word in words}
        for name, meanings in _table().items()
    }


@cache
def _table() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    text = files("skill.commerce").joinpath("status_words.toml").read_text("utf-8")
    return {
        name: {meaning: tuple(words) for meaning, words in meanings.items()}
        for name, meanings in tomllib.loads(text).items()
    }

"""Which names of a feed cannot be told apart by ear. Works on a file, so that a feed of any length needs
little memory."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import lru_cache
from itertools import groupby, islice
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from skill.catalogue.analyser import fold, stem
from skill.catalogue.language import is_searched, language_of
from skill.catalogue.problem import Problem
from skill.catalogue.sound import key
from skill.commerce.product import Product

# Products of one sound that are looked at, and the findings told of them: more help nobody.
_LOOKED_AT, _TOLD = 200, 20
_BATCH = 2_000
# Told apart by one weak syllable: fifteen and fifty.
_TEENS = {str(ten + 3): str((ten + 3 - 10) * 10) for ten in range(10, 17)}
_VOICED = re.compile(r"[bpdtvfkq]|[gc](?![eiyh])")
_AS_ONE = str.maketrans("qc", "kk")
_TWICE = re.compile(r"([^aeiou])\1+")
_VOWELS = re.compile(r"[aeiouyhw]*[aeiouy][aeiouyhw]*")
_SILENT = re.compile(r"(?<=[^aeiouy])e$")


class _Said(NamedTuple):
    """A product as it was noted. `told`: what sets variants apart, when a shopper is asked."""

    sound: str
    name: str
    family: str
    told: str
    sku: str
    row: int


class Alike:
    """Names noted one by one with `add`, and in the end what cannot be told apart. `path`: a file of its
    own, made here; remove it with its folder."""

    def __init__(self, path: Path, *, language: str) -> None:
        self._language = language[:2]
        self._store = sqlite3.connect(path, isolation_level=None)
        self._store.execute("PRAGMA journal_mode=OFF")
        self._store.execute("PRAGMA synchronous=OFF")
        self._store.execute(
            "CREATE TABLE said (sound TEXT, name TEXT, family TEXT, told TEXT, sku TEXT, row INTEGER)"
        )
        self._waiting: list[_Said] = []

    def add(self, product: Product, row: int) -> None:
        """Note a product by the name the shop says for it."""
        name = product.name(self._language)
        told = f"{product.colour}|{product.size}|{product.measure or ''}|{product.multipack}"
        sound = _sound(name, self._language)
        self._waiting.append(_Said(sound, name, product.group or f"\0{product.sku}", told, product.sku, row))
        if len(self._waiting) >= _BATCH:
            self._write()

    def problems(self) -> Iterator[Problem]:
        """Names of one sound, at most a few told of each."""
        self._write()
        yield from self._of_sound()

    def close(self) -> None:
        self._store.close()

    def _write(self) -> None:
        self._store.execute("BEGIN")
        self._store.executemany("INSERT INTO said VALUES (?, ?, ?, ?, ?, ?)", self._waiting)
        self._store.execute("COMMIT")
        self._waiting.clear()

    def _of_sound(self) -> Iterator[Problem]:
        self._store.execute("CREATE INDEX IF NOT EXISTS by_sound ON said (sound)")
        shared = "SELECT sound FROM said GROUP BY sound HAVING COUNT(*) > 1"
        with closing(self._store.cursor()) as cursor:
            rows = cursor.execute(
                f"SELECT said.* FROM said JOIN ({shared}) AS shared USING (sound) ORDER BY sound, row"
            )
            for _, same in groupby((_Said(*row) for row in rows), key=attrgetter("sound")):
                yield from islice(_told(islice(same, _LOOKED_AT)), _TOLD)


def _told(same: Iterable[_Said]) -> Iterator[Problem]:
    """What is wrong among products of one sound: each compared with those before it."""
    seen: list[_Said] = []
    for one in same:
        if found := _compared(one, seen):
            code, other = found
            values = {
                "name": one.name,
                "other": other.name,
                "other_sku": other.sku,
                "other_row": str(other.row),
            }
            yield Problem(one.row, "title", code, values, one.sku)
        seen.append(one)


def _compared(one: _Said, seen: Iterable[_Said]) -> tuple[str, _Said] | None:
    name = fold(one.name)
    for other in seen:
        same = fold(other.name) == name
        if other.family == one.family:
            if same and other.told == one.told:
                return "same_variant", other
        else:
            return "same_name" if same else "sounds_alike", other
    return None


def _sound(name: str, language: str) -> str:
    """How a name sounds, its words run together: "blue berry" is "blueberry"."""
    heard = [_ear(word, language) for word in fold(name).split()]
    return "".join([one[place] for place in range(3) for one in heard])


@lru_cache(maxsize=200_000)
def _ear(word: str, language: str) -> tuple[str, str, str]:
    """A word's consonants as `sound.key` has them, which of its consonants are voiced, and its vowels:
    "Brita" is "Breeta" and "flour" is "flower", but a bean is no pen. Numbers, and what is written in other
    letters, by what can be told of them."""
    if word.isdigit():
        return f" {_TEENS.get(word, word)} ", "", ""
    if is_searched(language):
        base = stem(word, language)
        if others := language_of(language).alike.get(base):
            word = min((base, *others))
    sound = key(word, language) if is_searched(language) else word
    if not sound or not word.isascii():
        return f" {sound or word} ", "", ""
    once = _TWICE.sub(r"\1", word).replace("ph", "f").replace("ck", "k")
    voiced = "".join(_VOICED.findall(once)).translate(_AS_ONE)
    vowels = "".join(map(_vowel, _VOWELS.findall(_SILENT.sub("", once))))
    return sound, voiced, vowels


def _vowel(run: str) -> str:
    letters = run.strip("hw") or run
    if letters[0] in "eiy":
        return "e"
    return "u" if letters[:2] == "oo" or letters[0] == "u" else letters[0]

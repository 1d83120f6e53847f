"""The names of a shop's products as Alexa takes them for the values of a slot: a catalog of SMAPI.

Each value resolves to the SKU it stands for. A name that may stand for two products, a brand or a kind of
thing resolves to an id that is no SKU, and so is looked for by its words: the shop then asks which one was
meant, where a SKU would put the wrong one into the cart. For the same reason every product of the shop has a
say in what is ambiguous, also those that do not fit in.

The form is that of "Reference-Based Catalog Management" in Amazon's documentation, the names' letters those
its developer console allows ("alphanumeric characters, spaces, commas, apostrophes, periods, hyphens,
ampersands and the @ symbol only"), their length and number its limits."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skill.catalogue.analyser import fold
from skill.catalogue.records import parse
from skill.catalogue.shelf import Shelf
from skill.commerce.product import Product
from skill.dialogue.names import MAX_LENGTH, called
from skill.speech.locale import data

# Values and synonyms together: the documented figure does not say whether synonyms count.
MAX_VALUES = 50_000
# Begins the id of what is looked for by its words; a product whose SKU begins so is, too.
FIND = "find:"
_KEPT = "'.-&@"
_FINE = re.compile(r"[^\W_]+(?: [^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Value:
    """A value of the slot: what it resolves to, its name and its synonyms."""

    id: str
    name: str
    synonyms: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As SMAPI takes it."""
        named: dict[str, Any] = {"value": self.name}
        if self.synonyms:
            named["synonyms"] = list(self.synonyms)
        return {"id": self.id, "name": named}


def catalog(shelf: Shelf, *, locale: str, most: int = MAX_VALUES) -> Iterator[Value]:
    """The values for a locale: what people say anywhere, then what the products are called, how that is
    heard, their brands and kinds, the most popular product first, as long as there is room: `most` names,
    synonyms counted. Memory goes with `most` and not with the shop, and the same version gives the same
    values."""
    names = _Names(most, data("types", locale)["signs"])
    for word in data("types", locale)["product"]:
        names.claim(word, FIND)
    heard = shelf.manifest.spoken
    spelled = [(_whole(fold(name)), tuple(ways)) for name, ways in heard.items() if fold(name)]
    for product in shelf.ranked(limit=most):
        if names.full:
            break
        for name, owner in _stands(product, locale):
            names.claim(name, owner)
        for name, owner in ((product.short(locale), _owner(product)), (product.brand, FIND)):
            for way in _as_heard(name, spelled):
                names.claim(way, owner)
    for product in map(parse, shelf.records()):
        for name, owner in _stands(product, locale):
            names.dispute(name, owner)
    return names.values()


def write_catalog(values: Iterable[Value], path: Path) -> int:
    """Write the catalog's file, which appears whole or not at all; how many values it holds."""
    count, partial = 0, path.with_name(path.name + ".partial")
    with partial.open("w", encoding="utf-8") as file:
        file.write('{"values": [')
        for count, value in enumerate(values, start=1):
            file.write(",\n" if count > 1 else "\n")
            file.write(json.dumps(value.as_json(), ensure_ascii=False))
        file.write("\n]}\n")
    partial.replace(path)
    return count


def sayable(name: str, signs: Mapping[str, str]) -> str:
    """A name in the letters that Alexa takes: signs as they are said, any other left out; cut between two
    words where it is too long. Empty when no letter is left."""
    name = unicodedata.normalize("NFC", name)
    if len(name) <= MAX_LENGTH and _FINE.fullmatch(name) and any(map(str.isalpha, name)):
        return name
    said = "".join(f" {signs[letter]} " if letter in signs else _letter(letter) for letter in name)
    # A period may close a word: "Dr.", and "h. d." are letters that are spelled.
    parts = (part if part == "&" else part.strip("'-@").lstrip(".") for part in said.split())
    words = [part for part in parts if part]
    while len(" ".join(words)) > MAX_LENGTH:
        words.pop()
    return " ".join(words) if any(letter.isalpha() for word in words for letter in word) else ""


class _Names:
    """Names by what is the same to the ear of a search (`fold`), and what each stands for."""

    def __init__(self, most: int, signs: Mapping[str, str]) -> None:
        self._most = most
        self._signs = signs
        self._owner: dict[str, str] = {}
        self._text: dict[str, str] = {}

    @property
    def full(self) -> bool:
        return len(self._owner) >= self._most

    def claim(self, name: str, owner: str) -> None:
        """Let a name stand for `owner`; for a search where it stands for something else already."""
        text = sayable(name, self._signs)
        key = fold(text)
        if not key:
            return
        if key in self._owner:
            self._settle(key, owner)
        elif not self.full:
            self._owner[key], self._text[key] = owner, text

    def dispute(self, name: str, owner: str) -> None:
        """Let a name that is known stand for a search if `owner` is called so too."""
        key = fold(sayable(name, self._signs))
        if key in self._owner:
            self._settle(key, owner)

    def _settle(self, key: str, owner: str) -> None:
        if self._owner[key] != owner:
            self._owner[key] = FIND

    def values(self) -> Iterator[Value]:
        """Each owner's names as one value, in the order they were claimed; each that is looked for as one of
        its own."""
        own: dict[str, list[str]] = {}
        for key, owner in self._owner.items():
            own.setdefault(f"{FIND}{key}" if owner == FIND else owner, []).append(self._text[key])
        for id, (name, *synonyms) in own.items():
            yield Value(id, name, tuple(synonyms))


def _stands(product: Product, locale: str) -> Iterator[tuple[str, str]]:
    """Each name that has to do with a product, and what it would stand for."""
    for name in called(product, locale):
        yield name, _owner(product)
    for name in (product.brand, *product.kind(locale[:2])):
        yield name, FIND


def _owner(product: Product) -> str:
    return FIND if product.sku.startswith(FIND) else product.sku


def _as_heard(name: str, spelled: Sequence[tuple[re.Pattern[str], Sequence[str]]]) -> Iterator[str]:
    """A name as it is heard where it holds one that nobody spells: "la croy lime" for "LaCroix lime"."""
    if spelled and name:
        folded = fold(name)
        for pattern, ways in spelled:
            if pattern.search(folded):
                yield from (way.join(pattern.split(folded)) for way in ways)


def _whole(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")


def _letter(letter: str) -> str:
    if letter == "’":
        return "'"
    if letter in _KEPT or letter.isalnum() or unicodedata.category(letter) in ("Mn", "Mc"):
        return letter
    # Joins letters of one word in Arabic and Persian writing, or nothing at all.
    return "" if unicodedata.category(letter) == "Cf" else " "

"""The words of spoken grammar in one language, as `locales/<lang>/words.toml` lists them, and the text as
the words they are matched with."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from skill.catalogue.analyser import fold
from skill.catalogue.language import raw
from skill.catalogue.numerals import digits
from skill.commerce.quantity import Amount

NUMBER = re.compile(r"[0-9]{1,7}(?:\.[0-9]+)?")
# "$5.99", "500g", "5€"
_GLUED = re.compile(r"([^\w.]?)([0-9]+(?:\.[0-9]+)?)(\D*)")
KINDS = ("between", "under", "over", "about", "at")


class Phrases:
    """Phrases of one or more words, found by their first or last word; the longest wins."""

    __slots__ = ("_first", "_last")

    def __init__(self, phrases: Iterable[str]) -> None:
        self._first: dict[str, list[tuple[str, ...]]] = {}
        self._last: dict[str, list[tuple[str, ...]]] = {}
        for phrase in sorted(phrases, key=len, reverse=True):
            if words := tuple(phrase.split()):
                self._first.setdefault(words[0], []).append(words)
                self._last.setdefault(words[-1], []).append(words)

    def at(self, said: Sequence[str], start: int = 0, limit: int | None = None) -> int:
        """Where the phrase that begins at `start` ends, at most at `limit`; 0 when none does."""
        limit = len(said) if limit is None else limit
        if 0 <= start < limit:
            for words in self._first.get(said[start], ()):
                end = start + len(words)
                if end <= limit and (len(words) == 1 or tuple(said[start:end]) == words):
                    return end
        return 0

    def before(self, said: Sequence[str], end: int, limit: int = 0) -> int:
        """Where the phrase that ends at `end` begins, at least at `limit`; `end` itself when none does."""
        if limit < end <= len(said):
            for words in self._last.get(said[end - 1], ()):
                start = end - len(words)
                if start >= limit and (len(words) == 1 or tuple(said[start:end]) == words):
                    return start
        return end

    def find(self, said: Sequence[str], start: int = 0) -> tuple[int, int] | None:
        """The first phrase from `start` on: where it begins and ends."""
        if self._first.keys().isdisjoint(said):
            return None
        for place in range(start, len(said)):
            if end := self.at(said, place):
                return place, end
        return None


@dataclass(frozen=True, slots=True)
class Way:
    """One way to name a price: what is said before the sum, between two sums, and after it."""

    before: Phrases
    between: Phrases
    after: Phrases


# Told apart by what they are, not by what they hold: each is loaded once.
@dataclass(frozen=True, eq=False)
class Words:
    """One language's word lists. `joins`: a number before one of these belongs to the product. `and_`:
    between two wishes. `of`: between an amount and what it is of, the first the plainest. `bare`: whether
    "of" may be left out ("two cans tuna"). `alone`: whether one measure needs no number. `after`: whether an
    amount may follow its product. `sizes`: thousandths of their unit that one of a measure is ("Pfund").
    `joined`: what is written onto the next word ("and"). `mistaken`: numbers heard one for the other."""

    language: str
    data: Mapping[str, Any]
    stop: frozenset[str]
    asking: frozenset[str]
    joins: frozenset[str]
    and_: tuple[str, ...]
    of: tuple[str, ...]
    one: frozenset[str]
    bare: bool
    alone: bool
    after: bool
    packs: tuple[str, ...]
    joined: frozenset[str]
    free: str
    freed: Mapping[str, str]
    fractions: Mapping[str, int]
    more: Mapping[str, int]
    units: Mapping[str, str]
    sizes: Mapping[str, int]
    days: Mapping[str, int]
    offsets: Mapping[str, int]
    mistaken: Mapping[int, int]

    def amount(self, unit: str, milli: int) -> Amount:
        """`milli` thousandths of a unit, by its word."""
        kind = self.units[unit]
        if kind == "dozen":
            return Amount(milli * 12, "ct")
        return Amount(milli * self.sizes[unit] // 1000 if unit in self.sizes else milli, kind)

    def phrases(self, *names: str) -> Phrases:
        """The phrases of a list, or of several together; a name with a dot is in a table."""
        return _phrases(self.language, names)

    @cached_property
    def price(self) -> tuple[tuple[str, Way], ...]:
        """How a price is bounded, in the order in which the kinds are tried."""
        to = self.phrases("price.to")
        return tuple(
            (kind, Way(self.phrases(f"price.{kind}"), to, self.phrases(f"price.{kind}_after")))
            for kind in KINDS
        )

    @cached_property
    def to(self) -> str:
        """Between two sums, where "and" would join them into one number."""
        return str(self.data["price"]["to"][-1])

    @cached_property
    def fixed(self) -> tuple[tuple[str, Amount], ...]:
        """Amounts that are words of their own."""
        entries = self.data["amount"]
        return tuple((word, Amount(e["milli"], e["unit"])) for e in entries for word in e["words"])

    @cached_property
    def fixed_amounts(self) -> Mapping[str, Amount]:
        return dict(self.fixed)

    @cached_property
    def fixed_phrases(self) -> Phrases:
        return Phrases(self.fixed_amounts)

    @cached_property
    def unit_phrases(self) -> Phrases:
        return Phrases(self.units)

    @cached_property
    def fraction_phrases(self) -> Phrases:
        return Phrases(self.fractions)

    @cached_property
    def amounts(self) -> frozenset[str]:
        """Every word an amount may be made of, numbers aside."""
        phrases = (*self.units, *self.fractions, *self.more, *self.fixed_amounts, *self.one, *self.packs)
        return frozenset(word for phrase in phrases for word in phrase.split() if not word.isdigit())

    @cached_property
    def wished(self) -> tuple[str, ...]:
        """Phrases of price, wishes and amounts: what may stand in a search besides the names of things."""
        tables = (self.data["price"], self.data["wishes"])
        lists = (found for table in tables for found in table.values() if isinstance(found, list))
        return tuple(phrase for found in (*lists, self.data["not"], self.data["lacking"]) for phrase in found)

    @cached_property
    def verbs(self) -> Phrases:
        """Number words that are verbs at the end of what is said."""
        return Phrases(self.data.get("verbs", ()))

    @cached_property
    def more_phrases(self) -> Phrases:
        return Phrases(self.more)

    @cached_property
    def counted(self) -> frozenset[str]:
        """What may be written onto a number: units, money and its signs."""
        price = self.data["price"]
        return frozenset((*self.units, *price["money"], *price["cents"], *price["signs"]))

    @cached_property
    def elided(self) -> re.Pattern[str] | None:
        """Articles and prepositions cut short before a vowel ("d'avoine")."""
        heads = self.data.get("elided", ())
        return re.compile(rf"(?<!\w)({'|'.join(heads)})['’´`ʼ](?=\w)", re.IGNORECASE) if heads else None

    @cached_property
    def joint(self) -> re.Pattern[str] | None:
        """Where a text without spaces falls apart: at phrases of the lists, particles and counters."""
        if "joint" not in self.data:
            return None
        price, wishes = self.data["price"], self.data["wishes"]
        lists = [words for name, words in price.items() if name != "to"] + [*wishes.values()]
        lists += (self.data[name] for name in ("not_after", "head", "tail"))
        phrases = {word for words in lists for word in words if len(word) > 1}
        counters = _alternatives((*self.units, *self.joins, *price["money"], *price["cents"]))
        fractions = _alternatives(self.fractions)
        amount = rf"[0-9]+(?:\.[0-9]+)?|(?:{fractions})(?={counters})"
        kept = _alternatives(self.data["whole"])
        return re.compile(
            rf"(?P<kept>{kept})|(?P<amount>{amount})(?P<counter>{counters})?(?P<to>{_alternatives(price['to'])})?"
            rf"|(?P<phrase>{_alternatives(phrases)})|(?P<drop>{self.data['joint']})"
        )


@lru_cache(maxsize=16)
def load(language: str) -> Words:
    """The word lists of a language; one language's are used for none other. Raises FileNotFoundError."""
    data = raw(language, "words")
    measures = [(word, entry) for entry in data.get("measure", ()) for word in entry["words"]]
    units = {word: unit for unit, words in data["units"].items() for word in words}
    return Words(
        language=language,
        data=data,
        stop=frozenset(data["stop"]),
        asking=frozenset(data["asking"]),
        joins=frozenset(data["joins"]),
        and_=tuple(data["and"]),
        of=tuple(data["of"]),
        one=frozenset(data["one"]),
        bare=data.get("bare", False),
        alone=data.get("alone", False),
        after=data.get("after", False),
        packs=tuple(data["packs"]),
        joined=frozenset(data.get("joined", ())),
        free=data.get("free", ""),
        freed=data.get("freed", {}),
        fractions=data["fractions"],
        more=data["more"],
        units=units | {word: entry["unit"] for word, entry in measures},
        sizes={word: entry["milli"] for word, entry in measures},
        days={word: int(number) for number, words in data["weekday"].items() for word in words},
        offsets=data["day_offset"],
        mistaken=_both_ways(data.get("mistaken", {})),
    )


def _both_ways(pairs: Mapping[str, int]) -> Mapping[int, int]:
    return {int(one): other for one, other in pairs.items()} | {
        other: int(one) for one, other in pairs.items()
    }


@lru_cache(maxsize=1024)
def _phrases(language: str, names: tuple[str, ...]) -> Phrases:
    data, found = raw(language, "words"), []
    for name in names:
        table, _, key = name.rpartition(".")
        found += (data[table] if table else data).get(key, ())
    return Phrases(found)


def opened(text: str, *, words: Words) -> str:
    """`text` folded, its decimal comma a point and its elided words apart."""
    if "," in text or "." in text:
        point, group = (",", ".") if words.data.get("decimal") == "," else (".", ",")
        text = re.sub(rf"(?<=\d){re.escape(group)}(?=\d\d\d(?!\d))", "", text)
        if point == ",":
            text = re.sub(r"(?<=\d),(?=\d)", ".", text)
    if words.elided:
        text = words.elided.sub(r"\1 ", text)
    return fold(text)


def spoken(plain: str, *, words: Words) -> list[str]:
    """The words of a folded text: numbers as digits, signs and units apart from them."""
    if words.verbs.before(plain.split(" "), plain.count(" ") + 1) <= plain.count(" ") > 0:
        plain = plain.rpartition(" ")[0]
    plain = digits(plain, language=words.language)
    if words.joint:
        plain = words.joint.sub(_apart, plain)
    said: list[str] = []
    for word in plain.split():
        found = _GLUED.fullmatch(word) if not word.isalpha() else None
        if found and all(part in words.counted for part in (found[1], found[3]) if part):
            said += filter(None, found.groups())
        elif word[0] in words.joined and (word[1:] in words.units or word[1:] in words.fractions):
            said += word[0], word[1:]
        else:
            said.append(word)
    return said


def shut(said: Sequence[str], *, words: Words, heard: Container[str]) -> list[str]:
    """The words with elided ones joined again as they were heard ("d'avoine")."""
    if not words.elided:
        return list(said)
    done: list[str] = []
    for word in said:
        cut = len(word) > 1 and bool(done) and done[-1] in words.data["elided"]
        if cut and fold(whole := f"{done[-1]}'{word}") in heard:
            done[-1] = whole
        else:
            done.append(word)
    return done


def trimmed(said: Sequence[str], *, words: Words) -> list[str]:
    """The words without the fillers around them; of fillers alone nothing is left."""
    head, tail = words.phrases("head"), words.phrases("tail")
    start, end, before = 0, len(said), (-1, -1)
    while before != (start, end):
        before = start, end
        start = head.at(said, start, end) or start
        end = tail.before(said, end, start)
    return list(said[start:end])


def _apart(found: re.Match[str]) -> str:
    if found["drop"]:
        return " "
    if found["kept"]:
        return found[0]
    parts = (found["amount"], found["counter"], found["to"]) if found["amount"] else (found[0],)
    return f" {' '.join(filter(None, parts))} "


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))

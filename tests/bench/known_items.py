"""Known items: what a shopper says who has one product in mind, made from any catalogue with brands.

Made to guard against tuning to one labelled set. By the same seed the same queries:

1. A product is drawn. Its name is the title up to the first comma, dash or bracket, without size, brand and
   fillers; it has a brand and two words at least, and none of its words mixes letters and digits.
2. In turn it is asked for by its brand and all its words but one (of three at least), by its brand and the
   word that closes the name ("kite hill tubes"), and by that word and the rarest other ("mighty food").
3. While more than ten products hold all words of a query, the rarest word it lacks is added, in the name's
   order; if that does not help, another product is drawn.
4. Relevant are the product and those of the same brand and words in another size. Numbers are said as words.
5. The noised form has one confusion for every three words begun, each of a word of four letters or more:
   letters that sound alike (c/k, c/s, ph/f, s/z), doubled letters, vowels, a lost final e, a word split in
   two or joined with the next.
6. Category queries are the catalogue's own category names of twenty products or more; all of it is relevant.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from tests.bench.labelled import Record
from tests.bench.scale import sizeless

SEED = 20261122
COUNT = 400
_MOST_HOLDING = 10
_LEAST_IN_CATEGORY = 20
_WORDS = re.compile(r"[^\W_]+")
_END = re.compile(r",|\s[-–]\s|\(|\swith\s")
_FILLERS = frozenset(
    {"a", "all", "an", "and", "by", "for", "from", "in", "n", "of", "on", "or", "other", "packaged", "the"}
    | {"to", "with"}
)
_SWAPS = (
    (re.compile(r"ck"), "k"),
    (re.compile(r"c(?=[aoulrt]|$)"), "k"),
    (re.compile(r"(?<!c)k(?=[aoulr])"), "c"),
    (re.compile(r"c(?=[eiy])"), "s"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"f(?=[aeiou])"), "ph"),
    (re.compile(r"(?<=[aeiouy])s(?=[aeiouy]|$)"), "z"),
    (re.compile(r"(?<!z)z(?!z)"), "s"),
    (re.compile(r"ee"), "ea"),
    (re.compile(r"ea"), "ee"),
    (re.compile(r"ai"), "ay"),
    (re.compile(r"ou"), "ow"),
    (re.compile(r"qu"), "kw"),
    (re.compile(r"x"), "cks"),
)
_VOWELS = {"a": "e", "e": "i", "i": "e", "o": "a", "u": "o", "y": "i"}
_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


@dataclass(frozen=True, slots=True)
class KnownItem:
    """`spoken` as it is said, `noised` as it may be heard."""

    spoken: str
    noised: str
    relevant: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Name:
    brand: tuple[str, ...]
    words: tuple[str, ...]


class _Shelf:
    """All names of a catalogue, and which products hold which word."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.names: dict[str, _Name] = {}
        self.alike: dict[tuple[tuple[str, ...], frozenset[str]], set[str]] = defaultdict(set)
        self.holding: dict[str, set[str]] = defaultdict(set)
        for record in records:
            name = _name(record)
            self.names[record.id] = name
            self.alike[name.brand, frozenset(name.words)].add(record.id)
            for word in (*name.brand, *_words(record.title)):
                self.holding[word].add(record.id)

    def hold(self, words: Sequence[str]) -> int:
        """How many products hold all of these."""
        return len(set.intersection(*(self.holding[word] for word in words)))


def known_items(records: Iterable[Record], *, count: int = COUNT, seed: int = SEED) -> list[KnownItem]:
    """`count` queries, or as many as the catalogue is good for."""
    shelf, chance = _Shelf(records), Random(seed)
    drawn = sorted(shelf.names)
    chance.shuffle(drawn)
    found: list[KnownItem] = []
    for product in drawn:
        if len(found) == count:
            break
        name = shelf.names[product]
        words = _asked(name, shelf, form=len(found) % 3, chance=chance) if _good(name) else []
        if words:
            alike = frozenset(shelf.alike[name.brand, frozenset(name.words)])
            spoken = " ".join(map(_said, words))
            found.append(KnownItem(spoken, noised(spoken, chance=chance), alike))
    return found


def category_queries(records: Iterable[Record], *, seed: int = SEED) -> list[KnownItem]:
    """One query for each category that is large enough."""
    within: dict[str, set[str]] = defaultdict(set)
    for record in records:
        within[" ".join(word for word in _words(record.category) if word not in _FILLERS)].add(record.id)
    chance = Random(seed)
    large = sorted((name, ids) for name, ids in within.items() if name and len(ids) >= _LEAST_IN_CATEGORY)
    return [KnownItem(name, noised(name, chance=chance), frozenset(ids)) for name, ids in large]


def noised(text: str, *, chance: Random) -> str:
    """`text` with one confusion for every three words begun."""
    words = text.split()
    for _ in range(1 + (len(words) - 1) // 3):
        places = [place for place, word in enumerate(words) if len(word) > 3 and " " not in word]
        if not places:
            break
        place = chance.choice(places)
        options = list(dict.fromkeys(_confusions(words[place], after=words[place + 1 : place + 2])))
        confused = chance.choice(options)
        if confused.endswith("+"):
            confused += words.pop(place + 1)
        words[place] = confused.replace("+", "")
    return " ".join(words)


def _confusions(word: str, *, after: Sequence[str]) -> Iterator[str]:
    """Every way to mishear `word`; a plus at its end joins it with the next."""
    for sound, other in _SWAPS:
        if sound.search(word):
            yield sound.sub(other, word, count=1)
    for place, letter in enumerate(word):
        if place and letter == word[place - 1]:
            yield word[:place] + word[place + 1 :]
        elif 0 < place < len(word) - 1 and letter in "bdglmnprt" and word[place + 1] != letter:
            yield word[:place] + letter + word[place:]
        if place and letter in _VOWELS:
            yield word[:place] + _VOWELS[letter] + word[place + 1 :]
    if word.endswith("e"):
        yield word[:-1]
    if len(word) > 5:
        yield f"{word[: len(word) // 2]} {word[len(word) // 2 :]}"
    if after:
        yield word + "+"


def _asked(name: _Name, shelf: _Shelf, *, form: int, chance: Random) -> list[str]:
    order = (*name.brand, *name.words)
    rarest = sorted(dict.fromkeys(order), key=lambda word: (len(shelf.holding[word]), word))
    head = name.words[-1]
    if form == 0:
        # The word that closes the name is never the one left out.
        left_out = chance.choice(name.words[:-1]) if len(name.words) > 2 else None
        chosen = {word for word in order if word != left_out}
    elif form == 1:
        chosen = {*name.brand, head}
    else:
        chosen = {head, next(word for word in rarest if word != head and word in name.words)}
    for word in rarest:
        if shelf.hold(sorted(chosen)) <= _MOST_HOLDING:
            break
        chosen.add(word)
    kept = list(dict.fromkeys(word for word in order if word in chosen))
    return kept if shelf.hold(kept) <= _MOST_HOLDING else []


def _good(name: _Name) -> bool:
    spoken = all(
        word.isalpha() or (word.isdecimal() and len(word) < 4) for word in (*name.brand, *name.words)
    )
    counted = Counter(name.words)
    return bool(name.brand) and len(counted) > 1 and spoken and name.words[-1].isalpha()


def _name(record: Record) -> _Name:
    brand = tuple(word for word in _words(record.brand) if word not in _FILLERS)
    words = _words(_END.split(sizeless(record.title), maxsplit=1)[0])
    return _Name(brand, tuple(word for word in words if word not in _FILLERS and word not in brand))


def _words(text: str) -> list[str]:
    plain = text.lower().replace("'", "").replace("’", "").replace("&", " and ").replace("%", " percent ")
    return _WORDS.findall(plain)


def _said(word: str) -> str:
    """A number below a thousand in words; the rest as it is."""
    if not word.isdecimal():
        return word
    number = int(word)
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    parts = [f"{_ONES[hundreds]} hundred"] if hundreds else []
    if rest >= 20:
        parts += [_TENS[tens - 2], *([_ONES[ones]] if ones else [])]
    elif rest or not hundreds:
        parts.append(_ONES[rest])
    return " ".join(parts)

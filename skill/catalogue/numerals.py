"""Number words as digits: by text2num where it knows the language, by adding up the words of `[numbers]` in
the language's words.toml where it does not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from text_to_num import alpha2digit

from skill.catalogue.language import raw

_READ = frozenset({"en", "de", "fr", "es", "it", "pt", "nl"})
# What is said in a breath, in letters.
_SHORT = 120
_COMMA = re.compile(r"(?<=\d),(?=\d)")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def digits(text: str, *, language: str) -> str:
    """Number words as digits, so that "two percent" and "2%" are the same thing. `text` is folded."""
    rules = _numbers(language)
    if rules is None or not text:
        return text
    if rules.glued:
        return _inside(text, rules)
    # Most texts hold no number word, and what is said is read more than once.
    if not any(_counts(word, language) for word in text.split(" ")):
        return text
    return _said(text, language) if len(text) <= _SHORT else _read(text, rules)


@lru_cache(maxsize=4096)
def _said(text: str, language: str) -> str:
    rules = _numbers(language)
    return _read(text, rules) if rules else text


def _read(text: str, rules: Numbers) -> str:
    words = text.split(" ")
    if rules.phrases:
        words = list(_rephrased(words, rules))
    if rules.language in _READ:
        return " ".join(_by_library(words, rules))
    return " ".join(_by_adding(words, rules))


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """One language's number words. `phrases`: by first word, what stands for a number of something ("deux
    livres de"), longest first. `spelled`: parts of number words whose accents folding took. `apart`: words
    that only look like numbers. `add`, `times` (up to a hundred), `big` (from a thousand on) and `plus`
    (added to the number after it) are added up; `joined` is written onto the next number and `before` onto
    the first. `glued`: the language is written without spaces, and numbers are found by what they count."""

    language: str
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
    spelled: Mapping[str, str]
    apart: frozenset[str]
    add: Mapping[str, float]
    times: Mapping[str, int]
    big: Mapping[str, int]
    plus: Mapping[str, float]
    point: frozenset[str]
    joined: str
    before: str
    glued: re.Pattern[str] | None

    def value(self, word: str) -> bool:
        return word in self.add or word in self.times or word in self.big or word in self.plus


@lru_cache(maxsize=16)
def _numbers(language: str) -> Numbers | None:
    try:
        words = raw(language, "words")
    except FileNotFoundError:
        return None
    table = words.get("numbers", {})
    phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for phrase, number in table.get("phrases", {}).items():
        parts = tuple(phrase.split())
        phrases.setdefault(parts[0], []).append((parts, number))
    return Numbers(
        language=language,
        phrases={first: tuple(sorted(found, key=lambda f: -len(f[0]))) for first, found in phrases.items()},
        spelled=table.get("spelled", {}),
        apart=frozenset(table.get("apart", ())),
        add=table.get("add", {}),
        times=table.get("times", {}),
        big=table.get("big", {}),
        plus=table.get("plus", {}),
        point=frozenset(table.get("point", ())),
        joined=table.get("joined", ""),
        before=table.get("before", ""),
        glued=_counted(table) if "counters" in table else None,
    )


def _counted(table: Mapping[str, Mapping[str, int] | list[str]]) -> re.Pattern[str]:
    """Numbers in a text without spaces: before something that is counted, or standing alone."""
    signs = "".join((*table["add"], *table["times"], *table["big"]))
    counters = "|".join(sorted(map(re.escape, table["counters"]), key=len, reverse=True))
    whole = "|".join(map(re.escape, (*table["whole"], *table["phrases"])))
    run = rf"(?:\d+(?:\.\d+)?)?[{signs}][\d{signs}]*"
    return re.compile(rf"({whole})|({run})(?={counters})|(?<!\S)({run})(?!\S)")


@lru_cache(maxsize=65_536)
def _counts(word: str, language: str) -> bool:
    """Whether a word can be part of a number, so that most texts need not be read for one."""
    rules = _numbers(language)
    if rules is None or word in rules.apart:
        return False
    if word in rules.phrases or rules.value(word):
        return True
    if word.isascii() and not word.isalpha():
        return False
    if rules.joined and word[:1] in (rules.joined, rules.before):
        return rules.value(word[1:]) or word[1:] in rules.phrases
    return language in _READ and bool(_spelled(word, language))


@lru_cache(maxsize=65_536)
def _spelled(word: str, language: str) -> str:
    """The number word as the library writes it; "" when it is none."""
    rules, other = _numbers(language), word
    for plain, right in rules.spelled.items() if rules else ():
        other = other.replace(plain, right)
    if other != word and alpha2digit(other, language, 0) != other:
        return other
    return word if alpha2digit(word, language, 0) != word else ""


@lru_cache(maxsize=65_536)
def _ordinal(word: str, language: str) -> bool:
    read = str(alpha2digit(_spelled(word, language) or word, language, 0))
    return read != word and not _NUMBER.fullmatch(read)


def _rephrased(words: Sequence[str], rules: Numbers) -> Iterator[str]:
    at = 0
    while at < len(words):
        word = words[at]
        glued = rules.joined and word not in rules.phrases and word[:1] == rules.joined
        glued = glued and word[1:] in rules.phrases
        word = word[1:] if glued else word
        for phrase, number in rules.phrases.get(word, ()):
            if (word, *words[at + 1 : at + len(phrase)]) == phrase:
                yield from ([rules.joined] if glued else [])
                yield from number.split()
                at += len(phrase)
                break
        else:
            yield words[at]
            at += 1


def _by_library(words: Sequence[str], rules: Numbers) -> Iterator[str]:
    """Ordinals stay words, which are rooms and quarters too, but in English, where they are "1st"."""
    english = rules.language == "en"
    stretch: list[str] = []
    for word in (*words, ""):
        if word and word not in rules.apart and (english or not _ordinal(word, rules.language)):
            stretch.append(_spelled(word, rules.language) or rules.spelled.get(word, word))
            continue
        if stretch:
            read = _COMMA.sub(".", str(alpha2digit(" ".join(stretch), rules.language, 0)))
            for plain, right in rules.spelled.items():
                read = read.replace(right, plain)
            yield read
            stretch = []
        if word:
            yield word


def _by_adding(words: Sequence[str], rules: Numbers) -> Iterator[str]:
    at = 0
    while at < len(words):
        word = words[at]
        if rules.before and word[:1] == rules.before and not rules.value(word) and rules.value(word[1:]):
            yield rules.before
            words = (*words[:at], word[1:], *words[at + 1 :])
        elif rules.joined and word[:1] == rules.joined and not rules.value(word) and rules.value(word[1:]):
            yield rules.joined
            words = (*words[:at], word[1:], *words[at + 1 :])
        end, value = _added(words, at, rules)
        if end > at and end + 1 < len(words) and words[end] in rules.point:
            tail, part = _added(words, end + 1, rules)
            if tail > end + 1 and part == int(part):
                end, value = tail, float(f"{int(value)}.{int(part)}")
        yield _written(value) if end > at else words[at]
        at = max(end, at + 1)


def _added(words: Sequence[str], start: int, rules: Numbers) -> tuple[int, float]:
    """Where the number that begins at `start` ends, and its value; it ends there when there is none."""
    total, section, digit, more = 0.0, 0.0, None, None
    at = start
    while at < len(words):
        word, size, joined = words[at], 1, False
        if at > start and rules.joined and not rules.value(word):
            if word == rules.joined and at + 1 < len(words):
                word, size, joined = words[at + 1], 2, True
            elif word[:1] == rules.joined:
                word, joined = word[1:], True
        pair = f"{word} {words[at + size]}" if at + size < len(words) else ""
        if pair in rules.add:
            word, size = pair, size + 1
        told = at == start or joined or not rules.joined
        if word in rules.plus and digit is None and more is None:
            more = rules.plus[word]
        elif word in rules.add:
            value = rules.add[word]
            tens = digit is not None and joined and digit < 10 and value % 10 == 0 and 20 <= value < 100
            if not tens and (not told or digit is not None or (value >= 100 and section)):
                break
            if value >= 1000:
                total += value
            elif value >= 100:
                section += value
            else:
                digit, more = (digit or 0) + value + (more or 0), None
        elif word in rules.times and (digit is not None or more is not None or told):
            section += (1 + (more or 0) if digit is None else digit) * rules.times[word]
            digit = more = None
        elif word in rules.big and (digit is not None or section or more is not None or told):
            total += (section + (digit or 0) or 1 + (more or 0)) * rules.big[word]
            section, digit, more = 0.0, None, None
        else:
            break
        at += size
    if more is not None:
        digit = 1 + more
    return at, total + section + (digit or 0)


def _inside(text: str, rules: Numbers) -> str:
    """Numbers found by what they count, in a text without spaces."""

    def read(found: re.Match[str]) -> str:
        if found[1]:
            entry = next((n for parts, n in rules.phrases.get(found[1], ()) if parts == (found[1],)), "")
            return entry or found[1]
        return _written(_sum(found[2] or found[3], rules))

    return rules.glued.sub(read, text) if rules.glued else text


def _sum(run: str, rules: Numbers) -> float:
    total, section, digit = 0.0, 0.0, ""
    for char in run:
        if char in rules.times:
            section += float(digit or 1) * rules.times[char]
            digit = ""
        elif char in rules.big:
            total += (section + float(digit or 0) or 1) * rules.big[char]
            section, digit = 0.0, ""
        else:
            digit += char if char not in rules.add else str(int(rules.add[char]))
    return total + section + float(digit or 0)


def _written(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.3f}".rstrip("0")

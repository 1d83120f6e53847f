"""Spoken grammar before text: amount, price and wish for the cheapest are taken out of what was said;
what is left is searched. The word lists are data (`locales/<lang>/words.toml`)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from skill.catalogue.analyser import digits, fold
from skill.commerce.quantity import Amount

_LOCALES = Path(__file__).parent.parent / "locales"
_NUMBER = r"(\d+(?:\.\d+)?)"
# "about thirty": a fifth either way.
_ABOUT_PERCENT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What to look for. `text`: the words left to search. `low` and `high`: price bounds in minor units,
    inclusive. `cheapest`: order by price. `without`: words a result must not have. `amount`: how much
    was asked for, if anything."""

    text: str
    now: datetime
    language: str = "en"
    low: int | None = None
    high: int | None = None
    cheapest: bool = False
    without: tuple[str, ...] = ()
    amount: Amount | None = None

    @property
    def bounded(self) -> bool:
        return self.low is not None or self.high is not None


@dataclass(frozen=True)
class Words:
    """One language's word lists, compiled once."""

    language: str
    stop: frozenset[str]
    head: re.Pattern[str]
    tail: re.Pattern[str]
    joins: frozenset[str]
    without: re.Pattern[str]
    price: tuple[tuple[str, re.Pattern[str]], ...]
    cheapest: re.Pattern[str]
    fixed: tuple[tuple[re.Pattern[str], Amount], ...]
    fractions: Mapping[str, int]
    units: Mapping[str, str]
    fraction_pattern: re.Pattern[str]
    unit_pattern: re.Pattern[str]
    sized: re.Pattern[str]
    halved: re.Pattern[str]


def _any(words: Iterable[str]) -> str:
    return "(?:" + "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) + ")"


@lru_cache(maxsize=16)
def load(language: str) -> Words:
    """The word lists of a language; English grammar is used for none other. Raises FileNotFoundError."""
    raw = tomllib.loads((_LOCALES / language / "words.toml").read_text("utf-8"))
    price, units = raw["price"], {word: unit for unit, words in raw["units"].items() for word in words}
    containers = {word for word, unit in units.items() if unit == "pack"}
    measures = units.keys() - containers
    signs, money = "[" + re.escape("".join(price["signs"])) + "]?", _any(price["money"])
    # "5 dollars", "5.99", "10 dollars and 99 cents", "50 cents"; not "5 pounds of flour".
    sum_ = (
        rf"{signs}\s?{_NUMBER}(?:\s{_any(price['cents'])}(\b))?(?:\s{money})?"
        rf"(?:\s(?:and\s)?(\d{{2}})(?:\s{_any(price['cents'])})?)?(?!\s?(?:\d|{_any(units)}\b))"
    )
    return Words(
        language=language,
        stop=frozenset(raw["stop"]),
        head=re.compile(rf"^{_any(raw['head'])}\s+"),
        tail=re.compile(rf"\s+{_any(raw['tail'])}$"),
        joins=frozenset(raw["joins"]),
        without=re.compile(rf"(?:^|\s){_any(raw['not'])}\s+(.+)$"),
        price=(
            ("between", re.compile(rf"\b{_any(price['between'])}\s{sum_}\s{_any(price['to'])}\s{sum_}")),
            ("under", re.compile(rf"\b{_any(price['under'])}\s{sum_}")),
            ("over", re.compile(rf"\b{_any(price['over'])}\s{sum_}")),
            ("about", re.compile(rf"\b(?:for\s)?{_any(price['about'])}\s{sum_}")),
        ),
        cheapest=re.compile(rf"\b{_any(price['cheapest'])}\b"),
        fixed=tuple(
            (re.compile(rf"^{_any(entry['words'])}\b"), Amount(entry["milli"], entry["unit"]))
            for entry in raw["amount"]
        ),
        fractions=raw["fractions"],
        units=units,
        fraction_pattern=re.compile(rf"^({_any(raw['fractions'])})\s+(?={_any(units)}\b)"),
        unit_pattern=re.compile(rf"^({_any(units)})\b(?:\s+of\b)?\s*"),
        # "2 pound bag of flour": a size and one piece, not an amount of two pounds.
        sized=re.compile(rf"^({_any(measures)})\s+{_any(containers)}\s+(?:of\s+)?(?=\S)"),
        halved=re.compile(rf"^(?:a |1 )?({_any(measures)}) and a half\b"),
    )


def understand(text: str, *, words: Words, now: datetime, minor_per_major: int = 100) -> Query:
    """Read price, amount and wishes out of `text`; `minor_per_major` is 100 for currencies with cents."""
    rest = digits(fold(text), language=words.language)
    query = Query(text="", now=now, language=words.language)
    rest, query = _price(rest, query, words, minor_per_major)
    if found := words.cheapest.search(rest):
        rest, query = _cut(rest, found), replace(query, cheapest=True)
    if found := words.without.search(rest):
        unwanted = tuple(word for word in found[1].split() if word not in words.stop)
        rest, query = rest[: found.start()], replace(query, without=unwanted)
    rest, amount = amount_of(rest.strip(), words=words)
    return replace(query, text=trim(rest, words=words), amount=amount)


def trim(text: str, *, words: Words) -> str:
    """`text` without the fillers around it; a filler that is all there is stays nothing."""
    while True:
        shorter = words.tail.sub("", words.head.sub("", " " + text.strip(), count=1).strip(), count=1)
        shorter = words.head.sub("", shorter + " ", count=1).strip()
        if shorter == text:
            return shorter
        text = shorter


def amount_of(text: str, *, words: Words) -> tuple[str, Amount | None]:
    """Take a spoken amount off the head of `text` (folded, numbers as digits). "2 percent milk" and
    "9 volt battery" have none, and "2 6 packs of cola" are two of "6 pack cola"."""
    text = words.head.sub("", text) if not text.startswith(("a dozen", "a couple", "a half")) else text
    for pattern, amount in words.fixed:
        if found := pattern.match(text):
            return _of(text[found.end() :]), amount
    milli, rest = 1000, text
    number = re.match(rf"{_NUMBER}(?:\s+and\s+a\s+(half|quarter))?(?:\s+|$)", text)
    fraction = words.fraction_pattern.match(text)
    if fraction:
        milli, rest = words.fractions[fraction[1]], text[fraction.end() :]
    elif number:
        milli = round(float(number[1]) * 1000) + {"half": 500, "quarter": 250}.get(number[2] or "", 0)
        rest = text[number.end() :]
        if rest.split(" ")[0] in words.joins:
            return text, None
    if number and not fraction and (pack := re.match(r"(\d+)\s+(packs?)\s+(?:of\s+)?(?=\S)", rest)):
        return f"{rest[pack.end() :]} {pack[1]} pack", Amount(milli)
    if number and milli > 1000 and (pack := re.match(r"pack\s+(?:of\s+)?(?=\S)", rest)):
        return f"{rest[pack.end() :]} {number[1]} pack", Amount(1000)
    if number and (sized := words.sized.match(rest)):
        return f"{rest[sized.end() :]} {number[1]} {sized[1]}", Amount(1000)
    if halved := words.halved.match(text):
        return _of(text[halved.end() :]), Amount(1500, words.units[halved[1]])
    unit = words.unit_pattern.match(rest)
    if not unit or not rest[unit.end() :].strip():
        return (rest, Amount(milli)) if (number or fraction) and rest.strip() else (text, None)
    left, kind = _of(rest[unit.end() :]), words.units[unit[1]]
    if not number and not fraction and not re.match(rf"{re.escape(unit[1])}\s+of\b", rest):
        return text, None
    if number and kind == "pack" and unit[1] in ("pack", "packs") and milli > 1000 and " of " not in rest:
        return text, None
    if kind == "dozen":
        return left, Amount(milli * 12, "ct")
    return left, Amount(milli, kind)


def _of(text: str) -> str:
    return re.sub(r"^of\s+", "", text.strip())


def _cut(text: str, found: re.Match[str]) -> str:
    return " ".join((text[: found.start()] + " " + text[found.end() :]).split())


def _price(text: str, query: Query, words: Words, per: int) -> tuple[str, Query]:
    for kind, pattern in words.price:
        found = pattern.search(text)
        if not found:
            continue
        low = _minor(found[1], found[2], found[3], per)
        if kind == "between":
            query = replace(query, low=low, high=_minor(found[4], found[5], found[6], per))
        elif kind == "under":
            query = replace(query, high=low)
        elif kind == "over":
            query = replace(query, low=low)
        else:
            spread = low * _ABOUT_PERCENT // 100
            query = replace(query, low=low - spread, high=low + spread)
        return _cut(text, found), query
    return text, query


def _minor(number: str, cents: str | None, extra: str | None, per: int) -> int:
    whole, _, part = number.partition(".")
    if cents is not None:
        return int(whole)
    minor = int(whole) * per
    if part:
        minor += int((part + "00")[:2]) * per // 100
    return minor + (int(extra) if extra else 0)

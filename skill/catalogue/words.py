"""Spoken grammar before text: amount, price and wish for the cheapest are taken out of what was said;
what is left is searched. The word lists are data (`locales/<lang>/words.toml`)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from skill.catalogue.analyser import digits, fold
from skill.commerce.quantity import Amount

_LOCALES = Path(__file__).parent.parent / "locales"
_NUMBER = r"(\d{1,7}(?:\.\d+)?)"
_COUNT = re.compile(rf"{_NUMBER}(?:\s+and\s+a\s+(half|quarter))?(?:\s+|$)")
# "about thirty": a fifth either way.
_ABOUT_PERCENT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What to look for. `text`: the words left to search. `low` and `high`: price bounds in minor units,
    inclusive. `cheapest`: order by price. `without`: words (or phrases) a result must not have. `amount`:
    how much was asked for, if anything."""

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
    asking: frozenset[str]
    head: re.Pattern[str]
    tail: re.Pattern[str]
    joins: frozenset[str]
    and_: tuple[str, ...]
    without: re.Pattern[str]
    either: re.Pattern[str]
    lacking: re.Pattern[str]
    free: str
    price: tuple[tuple[str, re.Pattern[str]], ...]
    price_ends: re.Pattern[str]
    cheapest: re.Pattern[str]
    fixed: tuple[tuple[re.Pattern[str], Amount], ...]
    fractions: Mapping[str, int]
    units: Mapping[str, str]
    fraction_pattern: re.Pattern[str]
    unit_pattern: re.Pattern[str]
    glued: re.Pattern[str]
    sized: re.Pattern[str]
    halved: re.Pattern[str]
    span: re.Pattern[str]
    to: str
    days: Mapping[str, int]
    offsets: Mapping[str, int]


def _any(words: Iterable[str]) -> str:
    return "(?:" + "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) + ")"


@lru_cache(maxsize=16)
def load(language: str) -> Words:
    """The word lists of a language; English grammar is used for none other. Raises FileNotFoundError."""
    raw = tomllib.loads((_LOCALES / language / "words.toml").read_text("utf-8"))
    units = {word: unit for unit, words in raw["units"].items() for word in words}
    containers = {word for word, unit in units.items() if unit == "pack"}
    measures = units.keys() - containers
    tail = _any(raw["tail"])
    return Words(
        language=language,
        stop=frozenset(raw["stop"]),
        asking=frozenset(raw["asking"]),
        head=re.compile(rf"^{_any(raw['head'])}(?:\s+|$)"),
        tail=re.compile(rf"(?:^|\s+){tail}$"),
        joins=frozenset(raw["joins"]),
        and_=tuple(raw["and"]),
        without=re.compile(rf"(?:^|\s){_any(raw['not'])}\s+(.+)$"),
        either=re.compile(rf"\s(?:{_any([*raw['or'], *raw['not']])}\s)+"),
        lacking=re.compile(rf"(.+)\s{_any(raw['lacking'])}\s(.+)"),
        free=raw["free"],
        price=_prices(raw["price"], units),
        price_ends=re.compile(rf"(?:\s+{tail})*$"),
        cheapest=re.compile(rf"\b{_any(raw['price']['cheapest'])}\b"),
        fixed=tuple(
            (re.compile(rf"^{_any(entry['words'])}\b"), Amount(entry["milli"], entry["unit"]))
            for entry in raw["amount"]
        ),
        fractions=raw["fractions"],
        units=units,
        fraction_pattern=re.compile(rf"^({_any(raw['fractions'])})\s+(?={_any(units)}\b)"),
        unit_pattern=re.compile(rf"^({_any(units)})\b(?:\s+(of)\b)?\s*"),
        # "500g", "2kg"
        glued=re.compile(rf"(?<![\w.])(\d+(?:\.\d+)?)({_any(units)})\b"),
        # "2 pound bag of flour": a size and one piece, not an amount of two pounds.
        sized=re.compile(rf"^(?:{_NUMBER}\s+)?({_any(measures)})\s+{_any(containers)}\s+(?:of\s+)?(?=\S)"),
        halved=re.compile(rf"^(?:a |1 )?({_any(measures)}) and a half\b"),
        days={word: int(number) for number, words in raw["weekday"].items() for word in words},
        offsets=raw["day_offset"],
        span=re.compile(
            rf"\b({re.escape(raw['price']['between'][0])}\s(?:\S+\s){{1,4}}?){_any(raw['and'])}\s"
        ),
        to=raw["price"]["to"][-1],
    )


def _prices(price: Mapping[str, list[str]], units: Iterable[str]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """What each way of naming a price looks like. A sum is five groups (sign, whole, cents, money, rest):
    "5 dollars", "$5.99", "10 dollars and 99 cents", "50 cents", "10 99", but not "5 pounds"."""
    signs, unit = re.escape("".join(price["signs"])), _any(units)
    money, cents = _any(price["money"]), _any(price["cents"])

    def sum_(one: str = "") -> str:
        return (
            rf"(?:([{signs}])\s?)?(\d{{1,7}}(?:\.\d+)?{one})(?:\s({cents})\b)?(?:\s({money})\b)?"
            rf"(?:\s(?:and\s)?(\d\d)\b(?!\s?(?:\d|{unit}\b))(?:\s{cents}\b)?)?(?!\.?\d|\s?{unit}\b)"
        )

    some = sum_(rf"|an?(?=\s{money}\b)")
    return (
        ("between", re.compile(rf"\b{_any(price['between'])}\s{some}\s{_any(price['to'])}\s{some}")),
        ("under", re.compile(rf"\b{_any(price['under'])}\s{some}")),
        ("over", re.compile(rf"\b{_any(price['over'])}\s{some}")),
        ("about", re.compile(rf"\b(?:for\s)?{_any(price['about'])}\s{some}")),
        ("at", re.compile(rf"\b{_any(price['at'])}\s{some}")),
        ("at", re.compile(rf"(?<!\S){sum_()}")),
    )


def understand(text: str, *, words: Words, now: datetime, minor_per_major: int = 100) -> Query:
    """Read price, amount and wishes out of `text`; `minor_per_major` is 100 for currencies with cents."""
    plain = fold(text)
    query = Query(text="", now=now, language=words.language)
    # "between five hundred and six hundred": its "and" would join the two into one number.
    for reading in dict.fromkeys((words.span.sub(rf"\1{words.to} ", plain), plain)):
        rest = words.glued.sub(r"\1 \2", digits(reading, language=words.language))
        rest, query = _price(rest, query, words, minor_per_major)
        if query.bounded:
            break
    if found := words.cheapest.search(rest):
        rest, query = _cut(rest, found), replace(query, cheapest=True)
    if found := words.without.search(rest):
        unwanted = [
            " ".join(w for w in part.split() if w not in words.stop) for part in words.either.split(found[1])
        ]
        rest, query = rest[: found.start()], replace(query, without=tuple(filter(None, unwanted)))
    rest, amount = amount_of(rest.strip(), words=words)
    rest = trim(rest, words=words)
    if found := words.lacking.fullmatch(rest):
        rest = " ".join((trim(found[2], words=words), words.free, found[1]))
    return replace(query, text=rest.strip(), amount=amount)


def day(text: str, *, words: Words, today: date) -> date | None:
    """A day as it is said or as ISO 8601. As Alexa does, a weekday is the coming one; None: no day."""
    said = fold(text)
    if said in words.offsets:
        return today + timedelta(days=words.offsets[said])
    if said in words.days:
        return today + timedelta(days=(words.days[said] - today.isoweekday()) % 7)
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def trim(text: str, *, words: Words) -> str:
    """`text` without the fillers around it; of fillers alone nothing is left."""
    while (shorter := words.tail.sub("", words.head.sub("", text.strip())).strip()) != text:
        text = shorter
    return text


def amount_of(text: str, *, words: Words) -> tuple[str, Amount | None]:
    """Take a spoken amount off the head of `text` (folded, numbers as digits). "2 percent milk" and
    "9 volt battery" have none, and "2 6 packs of cola" are two of "6 pack cola"."""
    text = _begin(text, words)
    for pattern, amount in words.fixed:
        if found := pattern.match(text):
            return _of(text[found.end() :]), amount
    if halved := words.halved.match(text):
        return _of(text[halved.end() :]), Amount(1500, words.units[halved[1]])
    milli, rest = 1000, text
    fraction = words.fraction_pattern.match(text)
    number = None if fraction else _COUNT.match(text)
    if number:
        milli = round(float(number[1]) * 1000) + {"half": 500, "quarter": 250}.get(number[2] or "", 0)
        rest = text[number.end() :]
        if rest.split(" ")[0] in words.joins:
            return text, None
        if pack := re.match(r"(\d+)\s+(packs?)\s+(?:of\s+)?(?=\S)", rest):
            return f"{rest[pack.end() :]} {pack[1]} pack", Amount(milli)
        if milli > 1000 and (pack := re.match(r"pack\s+(?:of\s+)?(?=\S)", rest)):
            return f"{rest[pack.end() :]} {number[1]} pack", Amount(1000)
        if sized := words.sized.match(rest):
            count, size = (milli, sized[1]) if sized[1] else (1000, number[1])
            return f"{rest[sized.end() :]} {size} {sized[2]}", Amount(count)
        fraction = words.fraction_pattern.match(rest)
    if fraction:
        milli, rest = milli * words.fractions[fraction[1]] // 1000, rest[fraction.end() :]
    counted = number or fraction
    unit = words.unit_pattern.match(rest)
    if unit and rest[unit.end() :].strip() and _measures(unit, milli if counted else 0, words):
        kind, left = words.units[unit[1]], rest[unit.end() :].strip()
        return left, Amount(milli * 12, "ct") if kind == "dozen" else Amount(milli, kind)
    return (rest, Amount(milli)) if counted and rest.strip() else (text, None)


def _measures(unit: re.Match[str], milli: int, words: Words) -> bool:
    """Whether a unit's word is one here: "a can of tuna", "two cans tuna" and "two pound ham", but not
    "can opener" and "two can openers"."""
    if unit[2]:
        return True
    contains = words.units[unit[1]] in ("pack", "piece")
    return milli > 1000 and unit[1].endswith("s") if contains else milli > 0


def _begin(text: str, words: Words) -> str:
    """`text` from its amount on, without the fillers before it."""
    while not words.fraction_pattern.match(text) and not any(
        pattern.match(text) for pattern, _ in words.fixed
    ):
        shorter = words.head.sub("", text)
        if shorter in ("", text):
            break
        text = shorter
    return text


def _of(text: str) -> str:
    return re.sub(r"^of\s+", "", text.strip())


def _cut(text: str, found: re.Match[str]) -> str:
    return " ".join((text[: found.start()] + " " + text[found.end() :]).split())


def _price(text: str, query: Query, words: Words, per: int) -> tuple[str, Query]:
    """Take the first price out of `text`. A number is money when it is called so, or when a price was
    announced and nothing follows that it could count: "chips under 10", not "under 10 cookies"."""
    for kind, pattern in words.price:
        for found in pattern.finditer(text):
            parts = found.groups()
            called = any(parts[at] for at in range(len(parts)) if at % 5 in (0, 2, 3))
            if not called and (kind == "at" or not words.price_ends.match(text, found.end())):
                continue
            sums = sorted(_minor(parts[at : at + 5], per) for at in range(0, len(parts), 5))
            if kind == "between":
                query = replace(query, low=sums[0], high=sums[1])
            elif kind == "under":
                query = replace(query, high=sums[0])
            elif kind == "over":
                query = replace(query, low=sums[0])
            else:
                spread = sums[0] * _ABOUT_PERCENT // 100
                query = replace(query, low=sums[0] - spread, high=sums[0] + spread)
            return _cut(text, found), query
    return text, query


def _minor(found: Sequence[str | None], per: int) -> int:
    _, number, cents, _, rest = found
    whole, _, part = (number or "").partition(".")
    units = int(whole) if whole.isdigit() else 1
    if cents:
        return units
    return units * per + int((part + "00")[:2]) * per // 100 + int(rest or 0)

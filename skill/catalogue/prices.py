"""The price in what was said: "under twenty dollars", "zwischen fünf und zehn Euro", "500 円 以下"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from skill.catalogue.grammar import NUMBER, Way, Words

# "about thirty": a fifth either way.
_ABOUT_PERCENT = 20
_CENTS = 100


@dataclass(frozen=True, slots=True)
class Bounds:
    """A price as bounds in minor units, inclusive; None: not bounded on that side."""

    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class _Sum:
    """A sum of money, up to where it ends. `called`: whether money was named with it."""

    end: int
    minor: int
    called: bool


def price_of(
    said: Sequence[str], *, words: Words, minor_per_major: int, kinds: Sequence[str] = ()
) -> tuple[list[str], Bounds | None]:
    """Take the first price out of `said`. A number is money when it is called so, or when a price was
    announced and nothing follows that it could count: "chips under 10", not "under 10 cookies"."""
    places = _places(said, words)
    sums = [(place, list(_sums(said, place, words, minor_per_major))) for place in places]
    for kind, way in words.price if places else ():
        if kinds and kind not in kinds:
            continue
        for place, ways in sums:
            for first in ways:
                if found := _named(said, place, first, kind, way, words, minor_per_major):
                    start, end, low, high = found
                    return [*said[:start], *said[end:]], _bounds(kind, low, high)
    return list(said), None


def _places(said: Sequence[str], words: Words) -> list[int]:
    """Where a sum may begin: at a number, the sign before it, or "a" before "dollar"."""
    money, signs = words.phrases("price.money"), words.phrases("price.signs", "price.money")
    places: list[int] = []
    for at, word in enumerate(said):
        if word[0].isdigit():
            places.append(signs.before(said, at))
        elif word in words.one and money.at(said, at + 1):
            places.append(at)
    return places


def _bounds(kind: str, low: int, high: int) -> Bounds:
    if kind == "between":
        return Bounds(min(low, high), max(low, high))
    if kind == "under":
        return Bounds(high=low)
    if kind == "over":
        return Bounds(low=low)
    spread = low * _ABOUT_PERCENT // 100
    return Bounds(low - spread, low + spread)


def _named(
    said: Sequence[str], place: int, first: _Sum, kind: str, way: Way, words: Words, per: int
) -> tuple[int, int, int, int] | None:
    """A price of a kind whose first sum begins at `place`: where it begins and ends, and its sums."""
    start = way.before.before(said, place)
    announced = start < place
    end, high, called, joined = first.end, first.minor, first.called, False
    if kind == "between":
        second = _second(said, end, way, words, per)
        if second is None:
            return None
        # An "and" between two sums makes no range of them unless one was announced.
        joined = said[end] in words.and_ and not words.phrases("price.span").at(said, start)
        end, high, called = second.end, second.minor, called or second.called
    closed = way.after.at(said, end)
    if closed or (announced and not joined):
        sure = called or (kind != "at" and _ends(said, closed or end, words))
    else:
        sure = called and not joined and kind in ("at", "between")
    if not sure:
        return None
    if not announced:
        start = words.phrases("price.at").before(said, place)
    return start, closed or end, first.minor, high


def _second(said: Sequence[str], start: int, way: Way, words: Words, per: int) -> _Sum | None:
    at = way.between.at(said, start)
    return next(_sums(said, at, words, per, plain=True), None) if at else None


def _sums(said: Sequence[str], start: int, words: Words, per: int, *, plain: bool = False) -> Iterator[_Sum]:
    """Ways to read a sum from `start` on, the longest first: "5 dollars", "$5.99", "10 dollars and 99
    cents", "50 cents", "10 99", but not "5 pounds". With `plain`, no "and" before cents without money."""
    money, cents = words.phrases("price.money"), words.phrases("price.cents")
    sign = words.phrases("price.signs", "price.money").at(said, start)
    at = sign or start
    if at >= len(said):
        return
    if NUMBER.fullmatch(said[at]):
        whole, _, part = said[at].partition(".")
    elif not sign and said[at] in words.one and money.at(said, at + 1):
        whole, part = "1", ""
    else:
        return
    at += 1
    few = cents.at(said, at)
    if few and not sign:
        if not _counts(said, few, words):
            yield _Sum(few, int(whole) * per // _CENTS, True)
        return
    minor = int(whole) * per + int((part + "00")[:2]) * per // _CENTS
    coin = money.at(said, at)
    at = coin or at
    called = bool(sign or coin)
    if not (plain and not coin and said[at : at + 1] and said[at] in words.and_):
        yield from _with_cents(said, at, minor, called, words, per)
    if not _counts(said, at, words):
        yield _Sum(at, minor, called)


def _with_cents(
    said: Sequence[str], start: int, minor: int, called: bool, words: Words, per: int
) -> Iterator[_Sum]:
    """The same sum with hundredths behind it: "and 99 cents", "99"."""
    money, cents = words.phrases("price.money"), words.phrases("price.cents")
    at = words.phrases("price.points").at(said, start) or start
    if at >= len(said) or not (len(said[at]) == 2 and said[at].isascii() and said[at].isdigit()):
        return
    rest = int(said[at]) * per // _CENTS
    at += 1
    if (at < len(said) and said[at][0].isdigit()) or _counts(said, at, words):
        return
    named = cents.at(said, at) or (0 if called else money.at(said, at))
    yield _Sum(named or at, minor + rest, called or bool(named))


def _counts(said: Sequence[str], at: int, words: Words) -> bool:
    return bool(words.unit_phrases.at(said, at))


def _ends(said: Sequence[str], at: int, words: Words) -> bool:
    """Whether only fillers follow."""
    tail = words.phrases("tail")
    while at < len(said):
        end = tail.at(said, at)
        if not end:
            return False
        at = end
    return True

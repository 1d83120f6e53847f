"""The amount in what was said: "two cartons of", "ein halbes Pfund", "due etti di", "2 本"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from skill.catalogue.grammar import NUMBER, Words, trimmed
from skill.commerce.quantity import Amount

# An amount has no more words than these.
_NEAR = 8
_CONTAINERS = frozenset({"pack", "piece"})


@dataclass(frozen=True, slots=True)
class _Count:
    """How many, in thousandths, and where that ends; `number` as it was said, "" for a fraction alone."""

    end: int
    milli: int
    number: str = ""


def taken(said: Sequence[str], *, words: Words) -> tuple[list[str], Amount | None]:
    """Take an amount off the head of `said`, or off its tail where the language puts it there."""
    rest, amount = _ahead(_begun(said, words), words)
    if amount is None and words.after:
        return _behind(rest, words)
    return rest, amount


def _ahead(said: list[str], words: Words) -> tuple[list[str], Amount | None]:
    end, amount = _fixed(said, words)
    if amount:
        return _of(said, end, words), amount
    count = _count(said, words)
    if count is None:
        return _uncounted(said, words)
    rest = said[count.end :]
    if rest and rest[0] in words.joins and count.number:
        return said, None
    if packed := _packed(rest, count, words) or _sized(rest, count, words):
        return packed
    milli = count.milli
    if count.number and (end := words.fraction_phrases.at(rest)) and words.unit_phrases.at(rest, end):
        milli, rest = milli * words.fractions[" ".join(rest[:end])] // 1000, rest[end:]
    if end := words.unit_phrases.at(rest):
        name = " ".join(rest[:end])
        kind = words.units[name]
        more = words.more_phrases.at(rest, end) if kind not in _CONTAINERS else 0
        left = _of(rest, more or end, words)
        explicit = more or len(left) < len(rest) - end
        milli += words.more[" ".join(rest[end:more])] if more else 0
        plural = milli > 1000 and name.endswith("s")
        if left and (explicit or words.bare or kind not in _CONTAINERS or plural):
            return left, words.amount(name, milli)
        if not left and words.after:
            return [], words.amount(name, milli)
    return (rest, Amount(milli)) if rest else (said, None)


def _uncounted(said: list[str], words: Words) -> tuple[list[str], Amount | None]:
    """A unit without a number: "carton of milk"; not "can opener"."""
    end = words.unit_phrases.at(said)
    if not end:
        return said, None
    name = " ".join(said[:end])
    kind = words.units[name]
    more = words.more_phrases.at(said, end) if kind not in _CONTAINERS else 0
    left = _of(said, more or end, words)
    explicit = more or len(left) < len(said) - end
    if left and (explicit or (words.alone and kind not in _CONTAINERS)):
        milli = 1000 + (words.more[" ".join(said[end:more])] if more else 0)
        return left, words.amount(name, milli)
    return said, None


def _behind(said: list[str], words: Words) -> tuple[list[str], Amount | None]:
    """An amount after its product, with a unit: "牛乳 2 本"."""
    rest = trimmed(said, words=words)
    for start in range(max(1, len(rest) - _NEAR), len(rest)):
        end, amount = _fixed(rest[start:], words)
        if amount and start + end == len(rest):
            return rest[:start], amount
        count = _count(rest[start:], words)
        if count is None:
            continue
        at, milli = start + count.end, count.milli
        if count.number and (end := words.fraction_phrases.at(rest, at)):
            at, milli = end, milli * words.fractions[" ".join(rest[at:end])] // 1000
        end = words.unit_phrases.at(rest, at)
        more = words.more_phrases.at(rest, end) if end else 0
        if end and (more or end) == len(rest):
            milli += words.more[" ".join(rest[end:more])] if more else 0
            return rest[:start], words.amount(" ".join(rest[at:end]), milli)
    return said, None


def _fixed(said: Sequence[str], words: Words) -> tuple[int, Amount | None]:
    end = words.fixed_phrases.at(said)
    return end, words.fixed_amounts[" ".join(said[:end])] if end else None


def _count(said: Sequence[str], words: Words) -> _Count | None:
    """A number, "1 and a half", one as an article before a unit, or a fraction before one."""
    if (end := words.fraction_phrases.at(said)) and words.unit_phrases.at(said, end):
        return _Count(end, words.fractions[" ".join(said[:end])])
    if not said:
        return None
    if NUMBER.fullmatch(said[0]):
        milli = round(float(said[0]) * 1000)
        if end := words.more_phrases.at(said, 1):
            return _Count(end, milli + words.more[" ".join(said[1:end])], said[0])
        return _Count(1, milli, said[0])
    if said[0] in words.one:
        fraction = words.fraction_phrases.at(said, 1)
        if end := words.unit_phrases.at(said, fraction or 1):
            more = words.more_phrases.at(said, end)
            if fraction or words.bare or more:
                return _Count(1, 1000, "1")
    return None


def _packed(rest: list[str], count: _Count, words: Words) -> tuple[list[str], Amount] | None:
    """Packs of several: "two six packs of cola" are two of "cola 6 pack", "a six pack" is one, "six packs
    of cola" are six packs; "dos packs de seis" are two again."""
    if not count.number or len(rest) < 2:
        return None
    of = words.phrases("of").at(rest, 1)
    if rest[0].isdigit() and rest[1] in words.packs:
        number, left, milli = rest[0], _of(rest, 2, words), count.milli
    elif rest[0] == words.packs[0] and count.milli > 1000:
        number, left, milli = count.number, _of(rest, 1, words), 1000
    elif rest[0] in words.packs and 0 < of < len(rest) and rest[of].isdigit():
        number, left, milli = rest[of], _of(rest, of + 1, words), count.milli
        if left and left[0] in words.joins:
            return None
    else:
        return None
    return ([*left, number, words.packs[0]], Amount(milli)) if left else None


def _sized(rest: list[str], count: _Count, words: Words) -> tuple[list[str], Amount] | None:
    """A size and one piece, no amount of that size: "2 pound bag of flour", "3 half liter bottles of water",
    "botella de 2 litros de"."""
    if not count.number:
        return None
    start = 1 if rest and NUMBER.fullmatch(rest[0]) else words.fraction_phrases.at(rest)
    measure = words.unit_phrases.at(rest, start)
    container = words.unit_phrases.at(rest, measure) if measure else 0
    held = container and _contains(rest, measure, container, words)
    if held and not _contains(rest, start, measure, words) and (left := _of(rest, container, words)):
        size = rest[:start] or [count.number]
        return [*left, *size, *rest[start:measure]], Amount(count.milli if start else 1000)
    container = words.unit_phrases.at(rest)
    at = words.phrases("of").at(rest, container) if container else 0
    if at and at < len(rest) and NUMBER.fullmatch(rest[at]) and _contains(rest, 0, container, words):
        measure = words.unit_phrases.at(rest, at + 1)
        if measure and not _contains(rest, at + 1, measure, words) and (left := _of(rest, measure, words)):
            return [*left, *rest[at:measure]], Amount(count.milli)
    return None


def _contains(said: Sequence[str], start: int, end: int, words: Words) -> bool:
    return words.units[" ".join(said[start:end])] == "pack"


def _begun(said: Sequence[str], words: Words) -> list[str]:
    """`said` from its amount on, without the fillers before it."""
    head, start = words.phrases("head"), 0
    while True:
        near = said[start : start + _NEAR]
        end = head.at(said, start)
        if end and end < len(said) and near[0][0].isdigit():
            # "1 paar" are a few, and no pair.
            start = end
            continue
        if _fixed(near, words)[1] or _count(near, words) or not start < end < len(said):
            return list(said[start:])
        start = end


def _of(said: list[str], start: int, words: Words) -> list[str]:
    return said[words.phrases("of").at(said, start) or start :]

"""Spoken grammar before text: amount, price and wishes are taken out of what was said; what is left is
searched. The word lists are data (`locales/<lang>/words.toml`)."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from skill.catalogue.amounts import taken
from skill.catalogue.analyser import fold
from skill.catalogue.grammar import Words, load, opened, shut, spoken, trimmed
from skill.catalogue.prices import Bounds, price_of
from skill.commerce.quantity import Amount

__all__ = ["Query", "Words", "amount_of", "day", "load", "trim", "understand", "whole_amount"]

# The words between two sums before the "and" that may join them ("between five hundred and").
_SPAN = 5
_NEVER = datetime.min.replace(tzinfo=UTC)
_FLAGS = ("cheapest", "dearest", "popular", "on_offer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What to look for. `text`: the words left to search. `low` and `high`: price bounds in minor units,
    inclusive. `cheapest`, `dearest`, `popular`: what to order by. `on_offer`: reduced things alone. `only`:
    words a result must have, which stay in `text`; `without`: words (or phrases) it must not have.
    `lacking`: what it should do without, which stays in `text` as the language writes it ("gluten free").
    `amount`: how much was asked for, if anything."""

    text: str
    now: datetime
    language: str = "en"
    low: int | None = None
    high: int | None = None
    cheapest: bool = False
    dearest: bool = False
    popular: bool = False
    on_offer: bool = False
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    amount: Amount | None = None

    @property
    def bounded(self) -> bool:
        return self.low is not None or self.high is not None

    @property
    def lists(self) -> bool:
        """Whether there is something to list though nothing was named."""
        return self.bounded or self.popular or self.on_offer


@dataclass(slots=True)
class _Wishes:
    """What is gathered while words are taken out. `heard`: the words as they were folded."""

    heard: frozenset[str]
    flags: dict[str, bool] = field(default_factory=dict)
    only: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)


def understand(text: str, *, words: Words, now: datetime, minor_per_major: int = 100) -> Query:
    """Read price, amount and wishes out of `text`; `minor_per_major` is 100 for currencies with cents."""
    return replace(_understood(text, words, minor_per_major), now=now)


@lru_cache(maxsize=1_024)
def _understood(text: str, words: Words, minor_per_major: int) -> Query:
    """What is asked for, at no time in particular: the same is said by many."""
    said, bounds = _priced(opened(text, words=words), words, minor_per_major)
    heard = frozenset(fold(text).split()) if words.elided else frozenset[str]()
    wishes, amount, before = _Wishes(heard), None, None
    while said != before:
        before = said
        said = _unwished(said, words, wishes)
        if amount is None:
            said, amount = taken(said, words=words)
        said = _freed(trimmed(said, words=words), words, wishes)
    return Query(
        text=" ".join(shut(said, words=words, heard=heard)),
        now=_NEVER,
        language=words.language,
        low=bounds.low,
        high=bounds.high,
        only=tuple(dict.fromkeys(wishes.only)),
        without=tuple(dict.fromkeys(wishes.without)),
        lacking=tuple(dict.fromkeys(wishes.lacking)),
        amount=amount,
        **wishes.flags,
    )


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
    return " ".join(trimmed(text.split(), words=words))


def amount_of(text: str, *, words: Words) -> tuple[str, Amount | None]:
    """Take a spoken amount off the head of `text` (folded, numbers as digits). "2 percent milk" and
    "9 volt battery" have none, and "2 6 packs of cola" are two of "6 pack cola"."""
    rest, amount = taken(text.split(), words=words)
    return " ".join(rest), amount


def whole_amount(text: str, *, words: Words) -> Amount | None:
    """The amount that is all of `text`, whatever it is an amount of: "half a pound", "zwei Liter"."""
    said = spoken(opened(text, words=words), words=words)
    for reading in (said, trimmed(said, words=words)):
        rest, amount = taken([*reading, *words.of[:1], "x"], words=words)
        # "A six pack" of anything leaves what it is a pack of.
        if rest[:1] == ["x"]:
            return amount
    return None


def _priced(plain: str, words: Words, per: int) -> tuple[list[str], Bounds]:
    """The words of a folded text without its price."""
    for reading in _parted(plain.split(" "), words):
        said, bounds = price_of(
            spoken(" ".join(reading), words=words), words=words, minor_per_major=per, kinds=("between",)
        )
        if bounds:
            return said, bounds
    said, bounds = price_of(spoken(plain, words=words), words=words, minor_per_major=per)
    return said, bounds or Bounds()


def _parted(said: Sequence[str], words: Words) -> Iterator[list[str]]:
    """ "Between five hundred and six hundred": its "and" would join the two into one number."""
    found = words.phrases("price.span").find(said)
    if found:
        for place in range(found[1] + 1, min(found[1] + _SPAN, len(said))):
            joined = said[place][:1] in words.joined and said[place][1:]
            if said[place] in words.and_:
                yield [*said[:place], words.to, *said[place + 1 :]]
            elif joined:
                yield [*said[:place], words.to, joined, *said[place + 1 :]]


def _unwished(said: list[str], words: Words, wishes: _Wishes) -> list[str]:
    for flag in _FLAGS:
        phrases = words.phrases("price.cheapest" if flag == "cheapest" else f"wishes.{flag}")
        while found := phrases.find(said):
            said = [*said[: found[0]], *said[found[1] :]]
            wishes.flags[flag] = True
    said = _only(said, words, wishes)
    return _wanted(said, words, wishes)


def _only(said: list[str], words: Words, wishes: _Wishes) -> list[str]:
    """ "Only organic", "organic only": the words stay, and a result must have them."""
    if found := words.phrases("wishes.only").find(said):
        start, end = found
        rest = said[end:]
        stop = next((at for at, word in enumerate(rest) if word in words.and_), len(rest))
        named = [w for w in trimmed(rest[:stop], words=words) if w not in words.stop]
        if not (rest and rest[0][0].isdigit()):
            if not rest and start:
                named = said[start - 1 : start]
            wishes.only += [word for word in named if not word[0].isdigit()]
        return _only([*said[:start], *rest], words, wishes)
    if found := words.phrases("wishes.only_after").find(said):
        start, end = found
        wishes.only += trimmed(said[max(0, start - 1) : start], words=words)
        return _only([*said[:start], *said[end:]], words, wishes)
    return said


def _wanted(said: list[str], words: Words, wishes: _Wishes) -> list[str]:
    """What is wanted; what is not ("not decaf or instant", "ネスレ 以外") is kept apart."""
    not_, kept = words.phrases("not"), words.phrases("lacking", "kept")
    place = 0
    while place < len(said):
        if shielded := kept.at(said, place):
            place = shielded
            continue
        end = not_.at(said, place)
        if end and end < len(said):
            wishes.without += _unwanted(said[end:], words, wishes.heard)
            return said[:place]
        place += 1
    after = words.phrases("not_after")
    if (found := after.find(said)) and found[0]:
        start, end = found
        rest = trimmed(said[end:], words=words)
        first = 0 if rest else start - 1
        wishes.without += _unwanted(said[first:start], words, wishes.heard)
        return rest or said[:first]
    return said


def _unwanted(said: Sequence[str], words: Words, heard: Container[str]) -> Iterator[str]:
    or_, part, at = words.phrases("or", "not"), list[str](), 0
    while at <= len(said):
        end = or_.at(said, at)
        if end or at == len(said):
            part = shut(trimmed(part, words=words), words=words, heard=heard)
            if unwanted := " ".join(word for word in part if word not in words.stop):
                yield unwanted
            part = []
        else:
            part.append(said[at])
        at = end or at + 1


def _freed(said: list[str], words: Words, wishes: _Wishes) -> list[str]:
    """ "Pasta without gluten" is "gluten free pasta", where that is how the language writes it."""
    lacking = words.phrases("lacking")
    for place in reversed(range(len(said))):
        end = lacking.at(said, place)
        if not end or end == len(said):
            continue
        lacked = trimmed(said[end:], words=words)
        if lacked:
            wishes.lacking.append(" ".join(shut(lacked, words=words, heard=wishes.heard)))
        if words.free and lacked:
            return trimmed([*lacked, words.free, *said[:place]], words=words)
        if lacked and lacked[0] in words.freed:
            return trimmed([words.freed[lacked[0]], *said[:place], *lacked[1:]], words=words)
    return said

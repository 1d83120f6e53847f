"""Which words of what was said name an option, and how often it is wanted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from skill.catalogue.analyser import digits, fold, tokens, unfolded
from skill.catalogue.configured import phrasing
from skill.catalogue.words import Words, load
from skill.commerce.options import Group
from skill.dialogue.breath import sold
from skill.shop import Shop

_PAUSES = str.maketrans({"،": ",", "、": ",", ";": ",", "؛": ","})
_TWO = 2
# A way of saying an option, as stems: its group, its id, and how many it means.
Way = tuple[tuple[str, ...], Group, str, int]


@dataclass(frozen=True, slots=True)
class Mark:
    """Words from `start` to `end` that name an option, taken `count` times (0: not wanted), in each group
    that has one called so; or the text that a group's introduction was followed by."""

    start: int
    end: int
    ways: tuple[tuple[Group, str], ...]
    count: int = 1
    added: bool = False

    def of(self, groups: Sequence[Group]) -> tuple[Group, str] | None:
        return next((way for way in self.ways if way[0] in groups), None)


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said as folded words, with the options in it."""

    words: tuple[str, ...]
    marks: tuple[Mark, ...]

    def within(self, start: int, end: int) -> tuple[Mark, ...]:
        return tuple(mark for mark in self.marks if start <= mark.start and mark.end <= end)


def heard(text: str, shop: Shop) -> Heard:
    """The options named in `text`."""
    language = shop.locale[:2]
    words = load(language)
    plain = text.translate(_PAUSES).replace(",", f" {words.and_[0]} ")
    said = tuple(digits(fold(plain), language=language).split())
    return Heard(said, tuple(_marks(said, text, shop)))


def written(text: str, shop: Shop) -> str:
    """Free text as it is written: what was spelled letter by letter is a word, and what may be a name begins
    with a capital."""
    parts, small = text.split(), load(shop.locale[:2]).stop
    spelled = len(parts) > 1 and all(len(part) == 1 for part in parts)
    return (
        "".join(parts).capitalize()
        if spelled
        else " ".join(
            part if at and part in small else part[:1].upper() + part[1:] for at, part in enumerate(parts)
        )
    )


def phrasing_of(shop: Shop, name: str) -> tuple[str, ...]:
    """One of the lists of `[options]` in the words.toml of the shopper's language, folded."""
    return _folded(shop.locale[:2], name)


@lru_cache(maxsize=128)
def _folded(language: str, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(fold, phrasing(language).get(name, ()))))


def _marks(said: Sequence[str], spelled: str, shop: Shop) -> Iterator[Mark]:
    language = shop.locale[:2]
    words, table = load(language), _phrases(shop.facts.options, language)
    at = 0
    while at < len(said):
        if text := _text(said, at, spelled, shop):
            yield text
            at = text.end
            continue
        best = max(_at(said, at, table, words, shop), key=lambda mark: mark.end, default=None)
        if best is None:
            at += 1
            continue
        mark = _counted(said, best, words, shop)
        # "Without milk" is of all kinds of it; "milk" is none of them.
        known = tuple(way for way in mark.ways if way[1] or not mark.count)
        if known:
            yield replace(mark, ways=known)
        at = best.end if known else at + 1


def _at(
    said: Sequence[str],
    at: int,
    table: dict[str, list[Way]],
    words: Words,
    shop: Shop,
) -> Iterator[Mark]:
    """The options named from `at` on, the longest names first."""
    language = shop.locale[:2]
    for first in _bare(said[at], words, shop):
        stem = _stem(first, language)
        longest = 0
        ways: dict[int, list[tuple[Group, str]]] = {}
        for phrase, group, id, count in table.get(stem, ()):
            end = at + len(phrase)
            if end - at < longest or end > len(said):
                continue
            if all(
                _stem(word, language) == part
                for word, part in zip(said[at + 1 : end], phrase[1:], strict=True)
            ):
                longest = end - at
                ways.setdefault(count, []).append((group, id))
        for count, found in ways.items():
            if longest:
                yield Mark(at, at + longest, tuple(found), count)


def _bare(word: str, words: Words, shop: Shop) -> tuple[str, ...]:
    """A word as it is, and without the "and" and the "with" written onto it."""
    found = [word]
    bare = word[1:] if word[:1] in words.joined and len(word) > _TWO else word
    found.append(bare)
    if bare[:1] in phrasing_of(shop, "joined_with") and len(bare) > _TWO:
        found.append(bare[1:])
    return tuple(dict.fromkeys(found))


def _counted(said: Sequence[str], mark: Mark, words: Words, shop: Shop) -> Mark:
    """With how many of it were said, or that it is not wanted."""
    start, count = mark.start, mark.count
    number = said[start - 1] if start else ""
    if number[:1] in words.joined:
        number = number[1:]
    after = said[mark.end] if mark.end < len(said) else ""
    # "Two vanilla lattes" are two of them, "with two vanilla" is not.
    closes = not after or after in {*words.and_, *words.stop} or after[:1] in words.joined
    if number.isdigit() and closes and any(_counts(way) for way in mark.ways):
        start, count = start - 1, count * int(number)
    elif number in words.one and start > 1:
        start -= 1
    more = _ends_with(said, start, phrasing_of(shop, "more"))
    start -= more
    refused = phrasing_of(shop, "without")
    no = _ends_with(said, start, refused)
    if not no and start and said[start - 1] in words.stop and (no := _ends_with(said, start - 1, refused)):
        # "Without the foam".
        no += 1
    return replace(mark, start=start - no, count=0 if no else count, added=bool(more))


def _counts(way: tuple[Group, str]) -> bool:
    group, id = way
    option = group.option(id)
    return group.most > 1 or (option is not None and option.most > 1)


def _ends_with(said: Sequence[str], end: int, phrases: Sequence[str]) -> int:
    """How many words before `end` are one of these phrases."""
    lengths = (len(phrase.split()) for phrase in phrases if _before(said, end, phrase.split()))
    return max(lengths, default=0)


def _before(said: Sequence[str], end: int, phrase: Sequence[str]) -> bool:
    return len(phrase) <= end and list(said[end - len(phrase) : end]) == list(phrase)


def _text(said: Sequence[str], at: int, spelled: str, shop: Shop) -> Mark | None:
    """The free text that begins here, after what introduces it."""
    for group in shop.facts.options:
        if not group.length:
            continue
        for phrase in group.heard.get(shop.locale[:2], ()):
            intro = fold(phrase).split()
            after = at + len(intro)
            if intro and list(said[at:after]) == intro and after < len(said):
                end = _until(said, after, shop)
                return Mark(at, end, ((group, written(unfolded(" ".join(said[after:end]), spelled), shop)),))
    return None


def _until(said: Sequence[str], start: int, shop: Shop) -> int:
    """Where free text ends: at an "and" after which there is something the shop sells."""
    joints = load(shop.locale[:2]).and_
    ends = (at for at in range(start + 1, len(said) - 1) if said[at] in joints)
    return next((at for at in ends if sold(" ".join(said[at + 1 :]), shop)), len(said))


@lru_cache(maxsize=4_096)
def _stem(word: str, language: str) -> str:
    return " ".join(tokens(word, language=language))


@lru_cache(maxsize=32)
def _phrases(groups: tuple[Group, ...], language: str) -> dict[str, list[Way]]:
    """What options are called, by first word: the phrase as stems, its group, its id, and how many it
    means."""
    table: dict[str, list[Way]] = {}
    for group in groups:
        name = tuple(_stem(word, language) for word in fold(group.name(language)).split())
        table.setdefault(name[0] if name else "", []).append((name, group, "", 1))
        for option in group.options:
            forms = option.forms.get(language, {})
            once = (option.name(language), *option.heard.get(language, ()), *forms.values())
            twice = (*option.twice.get(language, ()), *([forms["two"]] if "two" in forms else ()))
            for count, ways in ((_TWO, twice), (1, once)):
                for way in ways:
                    said = digits(fold(way.replace("{count}", " ")), language=language)
                    phrase = tuple(_stem(word, language) for word in said.split())
                    there = table.setdefault(phrase[0], []) if phrase else []
                    # What means two of it is never one of it.
                    if not any(known[:3] == (phrase, group, option.id) for known in there):
                        there.append((phrase, group, option.id, count))
    return {first: sorted(found, key=lambda one: -len(one[0])) for first, found in table.items()}

"""What people say: utterances as data, expanded to samples, and matched with typed words.

An utterance may hold alternatives "(a|b)" and optional words "[a]" or "[a|b]"; a slot "{name}" never
stands inside either an optional or an alternative."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from skill.catalogue.analyser import digits, fold, unfolded
from skill.catalogue.clock import clock
from skill.catalogue.words import day as spoken_day
from skill.catalogue.words import load, whole_amount
from skill.dialogue.intent import LISTED, Intent
from skill.dialogue.turn import Slot
from skill.speech.approximate import Sample, nearest, open_cost, samples_of
from skill.speech.locale import data, table

_PART = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
# What an exact reading may cost and be sure, and from how many words on a name may be none.
_SURE, _LONG = 0.5, 4
# Words outside a slot that tell so much make a sentence of it, whatever the slot holds.
_SAYS_IT = 0.5
# A question to the shop is a sentence, whatever words it has.
_ASKS = "AskShop"
_SLOT = re.compile(r"\{(\w+)\}")
# Slots whose values are a closed list: other words do not fill them.
_CLOSED = frozenset(
    (
        *("position", "trait", "less", "usual", "day", "topic"),
        *("order", "unit", "factor", "every", "holiday", "notice"),
    )
)

# Slots that take any words in a sentence said just so, and only known ones in one somewhat like it: "how
# heavy is it" asks for nothing it may contain.
_ROUGHLY_KNOWN = frozenset({"allergen", "list", "remark"})


def expand(utterance: str) -> Iterator[str]:
    """Every sample an utterance stands for."""
    found = _PART.search(utterance)
    if not found:
        yield " ".join(utterance.split())
        return
    choices = found[1].split("|") if found[1] is not None else ["", *found[2].split("|")]
    for choice in choices:
        yield from expand(utterance[: found.start()] + choice + utterance[found.end() :])


def samples(intent: Intent, *, locale: str) -> tuple[str, ...]:
    """An intent's samples in the order written, each once."""
    written = table(file_name(intent.name), locale).utterances
    return tuple(dict.fromkeys(sample for utterance in written for sample in expand(utterance)))


def file_name(intent: str) -> str:
    """ "AddToCart" is written in add_to_cart.toml."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", intent).lower()


@dataclass(frozen=True, slots=True)
class Match:
    intent: str
    slots: Mapping[str, Slot]
    score: float


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A sample with slots. `needs`: its words outside slots, without which it cannot fit. `source` becomes a
    regular expression when it is first tried: there are thousands, and most never are."""

    intent: str
    source: str
    needs: frozenset[str]
    kinds: Mapping[str, str]
    letters: int


class Matcher:
    """Typed words → intent and slots, by the same utterances the interaction model is built from."""

    def __init__(self, intents: Iterable[Intent], *, locale: str) -> None:
        self._language = locale[:2]
        self._words = load(self._language)
        types = data("types", locale)
        # Amounts are read by the grammar: their words make endless values.
        self._values = {kind: _lookup(types[kind], self._fold) for kind in LISTED if kind != "amount"}
        self._products = frozenset(self._fold(name) for name in types["product"])
        # Words that are a number to a listener and no numeral to the grammar: "eine davon".
        self._numbers = {
            fold(word): int(number) for number, words in types.get("number", {}).items() for word in words
        }
        # Where no word stands between an amount and the next slot, its own words tell where it ends.
        amount = _alternatives(self._words.amounts)
        self._amount = rf"(?:\d+(?:\.\d+)?|{amount})(?: (?:\d+(?:\.\d+)?|{amount}))*"
        wrapping = types["wrapping"]
        self._before = re.compile(rf"^(?:{_alternatives(wrapping['before'])})\s+")
        self._after = re.compile(rf"\s+(?:{_alternatives(wrapping['after'])})$")
        self._inside = frozenset(self._fold(word) for word in wrapping.get("inside", ()))
        self._fillers = frozenset(self._fold(word) for word in types["filler"])
        self._samples: list[Sample] = []
        self._plain: dict[str, str] = {}
        self._patterns: list[_Pattern] = []
        for intent in intents:
            for sample in samples(intent, locale=locale):
                self._samples.append(Sample(intent.name, self._parts(sample), intent.slots))
                if not intent.slots or "{" not in sample:
                    self._plain.setdefault(self._fold(sample), intent.name)
                else:
                    self._patterns.append(self._compile(sample, intent))
        for name, words in types["builtin"].items():
            for word in words:
                self._plain.setdefault(self._fold(word), name)
                self._samples.append(Sample(name, self._parts(word), {}))
        # What a search understands is no sign of another intent: "milk on sale", "pasta under three dollars".
        searched = (*self._products, *map(self._fold, self._words.wished))
        named = frozenset(word for phrase in searched for word in phrase.split())
        decisive = {
            kind: frozenset(word for phrase in types[kind] for word in self._fold(phrase).split())
            for kind in ("negation", "question")
        }
        self._like = samples_of(self._samples, fillers=self._fillers, products=named, **decisive)

    def match(self, text: str, *, today: date) -> Match | None:
        """The best reading of `text`, with or without the politeness around it; None when none fits."""
        words = self._fold(text)
        best = self._best(words, today)
        for shorter in self._shorter(words):
            other = self._best(shorter, today)
            if other and (best is None or other.score > best.score):
                best = other
        best = self._likelier(words, best, today)
        return best and replace(best, slots={name: _as_said(slot, text) for name, slot in best.slots.items()})

    def fitting(self, text: str, *, intent: str, slot: str, today: date) -> Match | None:
        """The reading of `text` as just this intent with this slot; None when none of its samples is so."""
        words, hole = self._fold(text), f"(?P<{slot}>"
        patterns = [one for one in self._patterns if one.intent == intent and hole in one.source]
        for said in (words, *self._shorter(words)):
            if best := self._fits(said, patterns, today):
                return replace(best, slots={name: _as_said(slot, text) for name, slot in best.slots.items()})
        return None

    def _fold(self, text: str) -> str:
        """Folded, with numbers as digits: what is matched, on both sides."""
        return _folded(text, self._language)

    def _parts(self, sample: str) -> tuple[str, ...]:
        pieces = re.split(r"(\{\w+\})", sample)
        return tuple(
            part for piece in pieces for part in ([piece] if piece[:1] == "{" else self._fold(piece).split())
        )

    def _compile(self, sample: str, intent: Intent) -> _Pattern:
        pattern, letters, kinds, at = "", 0, {}, 0
        needs: list[str] = []
        for found in _SLOT.finditer(sample):
            literal = self._fold(sample[at : found.start()])
            needs += literal.split()
            letters += len(literal.replace(" ", ""))
            kind = intent.slots[found[1]]
            beside = (at and not literal) or sample[found.end() :].startswith(" {")
            shape = self._amount if kind == "amount" and beside else self._shape(kind)
            pattern += (re.escape(literal) + " " if literal else "") + f"(?P<{found[1]}>{shape}) "
            kinds[found[1]] = kind
            at = found.end()
        literal = self._fold(sample[at:])
        needs += literal.split()
        letters += len(literal.replace(" ", ""))
        source = (pattern + re.escape(literal)).strip()
        return _Pattern(intent.name, source, frozenset(needs), kinds, letters)

    def _shape(self, kind: str) -> str:
        """What may stand in a slot: one of its values when the list is closed, any words otherwise."""
        if kind == "number":
            return "|".join((r"\d+", *map(re.escape, self._numbers)))
        if kind in ("digits", "code"):
            return r"\d+(?: \d+)*"
        if kind == "day":
            return _alternatives((*self._words.days, *self._words.offsets))
        return _alternatives(self._values[kind]) if kind in _CLOSED else ".+?"

    def _likelier(self, words: str, exact: Match | None, today: date) -> Match | None:
        """What fits exactly, unless a sample that comes near explains more: where what is left for a name is
        full of words that speak of something else, it is no name. None when neither is likely."""
        opened = self._open(exact) if exact else []
        cost = sum(open_cost(text.split(), self._like) for text in opened)
        if exact and (cost <= _SURE or self._lists(opened)):
            return exact
        # Words around a wish are no part of it, however the rest is read.
        plain = min(self._shorter(words), key=len, default=words)

        def read(kind: str, text: str) -> tuple[Slot | None, bool]:
            slot, worth = self._slot(kind, text, today)
            if kind in _ROUGHLY_KNOWN and worth <= 0:
                return None, False
            return slot, worth > 0

        found = nearest(plain.split(), self._like, read=read)
        if exact is None:
            return Match(found.sample.intent, found.slots, -found.cost) if found else None
        inside = {word for text in opened for word in text.split()}
        outside = sum(self._like.weight(word) for word in plain.split() if word not in inside)
        # One that shares no word more only leaves out what was said: "no regular" is more than a no.
        elsewhere = found is not None and found.sample.intent != exact.intent and found.shared > outside
        if found and elsewhere and found.cost - found.shared < cost - outside:
            return Match(found.sample.intent, found.slots, -found.cost)
        return None if outside < _SAYS_IT and self._is_no_name(exact) else exact

    def _lists(self, opened: Sequence[str]) -> bool:
        """Whether these words name things people buy, one after the other, and say nothing else."""
        words = " ".join(opened).split()
        return bool(words) and all(word in self._like.products or word in self._words.and_ for word in words)

    def _open(self, match: Match) -> list[str]:
        """The words in the match's open slots, which are taken for names."""
        return [slot.text for slot in match.slots.values() if slot.number is None and not slot.ids]

    def _is_no_name(self, match: Match) -> bool:
        """Whether what is taken for a name has more in it that no name has than what may be one."""
        said = " ".join(self._open(match)).split()
        if match.intent != _ASKS and not self._like.question.isdisjoint(said):
            return True
        return match.intent != _ASKS and len(said) >= _LONG and 2 * self._like.spoken(said) > len(said)

    def _shorter(self, words: str) -> Iterator[str]:
        """`words` without what is around a wish, and without the words that say nothing wherever they are."""
        yield from self._unwrapped(words)
        plain = " ".join(word for word in words.split() if word not in self._inside)
        if plain and plain != words:
            yield plain
            yield from self._unwrapped(plain)

    def _unwrapped(self, words: str) -> Iterator[str]:
        seen, queue = {words}, [words]
        while queue:
            current = queue.pop(0)
            for shorter in (self._before.sub("", current), self._after.sub("", current)):
                if shorter and shorter not in seen:
                    seen.add(shorter)
                    queue.append(shorter)
                    yield shorter

    def _best(self, words: str, today: date) -> Match | None:
        if words in self._plain:
            return Match(self._plain[words], {}, 1000.0)
        return self._fits(words, self._patterns, today)

    def _fits(self, words: str, patterns: Sequence[_Pattern], today: date) -> Match | None:
        best: Match | None = None
        said = frozenset(words.split())
        for pattern in patterns:
            found = _regex(pattern.source).fullmatch(words) if pattern.needs <= said else None
            if not found:
                continue
            score, slots = 2.0 * pattern.letters, {}
            for name, kind in pattern.kinds.items():
                slot, worth = self._slot(kind, found[name], today)
                if slot is None:
                    break
                slots[name] = slot
                score += worth
            else:
                if best is None or score > best.score:
                    best = Match(pattern.intent, slots, score)
        return best

    def _slot(self, kind: str, text: str, today: date) -> tuple[Slot | None, float]:
        if kind in ("number", "digits", "code"):
            if kind == "number" and text in self._numbers:
                return Slot(text, (), self._numbers[text]), 2.0
            number = text.replace(" ", "")
            return (Slot(number, (), int(number)), 8.0) if number.isdigit() else (None, 0.0)
        if kind == "day":
            day = spoken_day(text, words=self._words, today=today)
            return (Slot(day.isoformat()), 8.0) if day else (None, 0.0)
        if kind == "time":
            moment = clock(text, words=self._words)
            return (Slot(moment.isoformat("minutes")), 8.0) if moment else (None, 0.0)
        if kind == "amount":
            # Whatever the grammar reads as an amount and nothing else is one.
            amount = whole_amount(text, words=self._words)
            return (Slot(text), 2.0 * len(text)) if amount else (None, 0.0)
        known = self._values.get(kind, {}).get(text)
        if known is not None:
            return Slot(text, known), 2.0 * len(text)
        if kind in _CLOSED:
            return None, 0.0
        if kind == "product" and text in self._products:
            return Slot(text), 2.0 * len(text)
        return Slot(text), -len(text) / 3


def _as_said(slot: Slot, text: str) -> Slot:
    return replace(slot, text=unfolded(slot.text, text)) if slot.number is None else slot


@lru_cache(maxsize=32_768)
def _folded(text: str, language: str) -> str:
    return digits(fold(text), language=language)


@lru_cache(maxsize=32_768)
def _regex(source: str) -> re.Pattern[str]:
    return re.compile(source)


def _lookup(values: Mapping[str, Iterable[str]], folded: Callable[[str], str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for id, words in values.items():
        for word in words:
            found[folded(word)] = (*found.get(folded(word), ()), id)
    return found


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(re.escape(fold(word)) for word in sorted(words, key=len, reverse=True))

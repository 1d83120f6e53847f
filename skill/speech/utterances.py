"""What people say: utterances as data, expanded to samples, and matched with typed words.

An utterance may hold alternatives "(a|b)" and optional words "[a]"; a slot "{name}" never stands
inside either an optional or an alternative."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from skill.catalogue.analyser import digits, fold
from skill.catalogue.words import day as spoken_day
from skill.catalogue.words import load, whole_amount
from skill.dialogue.intent import Intent
from skill.dialogue.turn import Slot
from skill.speech.approximate import Sample, nearest
from skill.speech.locale import data, table

_PART = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")
# Slots whose values are a closed list: other words do not fill them.
_CLOSED = frozenset({"position", "trait", "less", "usual", "day", "topic"})


def expand(utterance: str) -> Iterator[str]:
    """Every sample an utterance stands for."""
    found = _PART.search(utterance)
    if not found:
        yield " ".join(utterance.split())
        return
    choices = found[1].split("|") if found[1] is not None else ["", found[2]]
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
    intent: str
    regex: re.Pattern[str]
    kinds: Mapping[str, str]
    letters: int


class Matcher:
    """Typed words → intent and slots, by the same utterances the interaction model is built from."""

    def __init__(self, intents: Iterable[Intent], *, locale: str) -> None:
        self._language = locale[:2]
        self._words = load(self._language)
        types = data("types", locale)
        self._values = {
            kind: _lookup(types[kind], self._fold)
            for kind in ("position", "trait", "less", "usual", "topic", "allergen")
        }
        self._products = frozenset(self._fold(name) for name in types["product"])
        wrapping = types["wrapping"]
        self._before = re.compile(rf"^(?:{_alternatives(wrapping['before'])})\s+")
        self._after = re.compile(rf"\s+(?:{_alternatives(wrapping['after'])})$")
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

    def match(self, text: str, *, today: date) -> Match | None:
        """The best reading of `text`, with or without the politeness around it; None when none fits."""
        words = self._fold(text)
        best = self._best(words, today)
        for shorter in self._unwrapped(words):
            other = self._best(shorter, today)
            if other and (best is None or other.score > best.score):
                best = other
        if best is None or best.score <= 0:
            best = self._approximately(words, today) or best
        return best

    def _fold(self, text: str) -> str:
        """Folded, with numbers as digits: what is matched, on both sides."""
        return digits(fold(text), language=self._language)

    def _parts(self, sample: str) -> tuple[str, ...]:
        pieces = re.split(r"(\{\w+\})", sample)
        return tuple(
            part for piece in pieces for part in ([piece] if piece[:1] == "{" else self._fold(piece).split())
        )

    def _compile(self, sample: str, intent: Intent) -> _Pattern:
        pattern, letters, kinds, at = "", 0, {}, 0
        for found in _SLOT.finditer(sample):
            literal = self._fold(sample[at : found.start()])
            letters += len(literal.replace(" ", ""))
            kind = intent.slots[found[1]]
            pattern += (re.escape(literal) + " " if literal else "") + f"(?P<{found[1]}>{self._shape(kind)}) "
            kinds[found[1]] = kind
            at = found.end()
        literal = self._fold(sample[at:])
        letters += len(literal.replace(" ", ""))
        return _Pattern(intent.name, re.compile((pattern + re.escape(literal)).strip()), kinds, letters)

    def _shape(self, kind: str) -> str:
        """What may stand in a slot: one of its values when the list is closed, any words otherwise."""
        if kind == "number":
            return r"\d+"
        if kind in ("digits", "code"):
            return r"\d+(?: \d+)*"
        if kind == "day":
            return _alternatives((*self._words.days, *self._words.offsets))
        return _alternatives(self._values[kind]) if kind in _CLOSED else ".+?"

    def _approximately(self, words: str, today: date) -> Match | None:
        def read(kind: str, text: str) -> tuple[Slot | None, bool]:
            slot, worth = self._slot(kind, text, today)
            return slot, worth > 0

        found = nearest(words.split(), self._samples, fillers=self._fillers, read=read)
        return Match(found[0].intent, found[1], -found[2]) if found else None

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
        best: Match | None = None
        for pattern in self._patterns:
            found = pattern.regex.fullmatch(words)
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
            number = text.replace(" ", "")
            return (Slot(number, (), int(number)), 8.0) if number.isdigit() else (None, 0.0)
        if kind == "day":
            day = spoken_day(text, words=self._words, today=today)
            return (Slot(day.isoformat()), 8.0) if day else (None, 0.0)
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


def _lookup(values: Mapping[str, Iterable[str]], folded: Callable[[str], str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for id, words in values.items():
        for word in words:
            found[folded(word)] = (*found.get(folded(word), ()), id)
    return found


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(re.escape(fold(word)) for word in sorted(words, key=len, reverse=True))

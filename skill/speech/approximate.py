"""Utterances said a little differently: which sample comes nearest, word by word.

Alexa's own understanding generalises from the samples; this is a stand-in for it when words are typed. A word
weighs what it tells: one that stands in the samples of a single intent much, one of many intents little."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest

from skill.dialogue.turn import Slot

# What it costs to leave out a word that was said, one of the sample's, and to fill an open slot: a part that
# always counts, and how much of the word's weight.
_EXTRA, _EXTRA_PART = 0.05, 0.9
_MISSING, _MISSING_PART = 0.04, 0.8
_OPEN, _OPEN_WORD, _OPEN_PART = 0.25, 0.06, 0.8
# Kinds of slots that any words fill.
_FREE = frozenset({"product", "query", "list", "remark"})
# A word no sample has tells something about a thing: it belongs in a slot.
_UNKNOWN = 0.6
_FILLER = 0.12
_ASKS, _DECISIVE = 0.6, 1.5
_MAX_SPAN = 8
# How many samples are looked at closely, and how far off one may be, by the weight of what was said.
_CANDIDATES = 60
_TOO_FAR = 0.7
# A sample must share so much of the weight of its own words.
_SHARED = 0.35
# Less than this, and any sentence is like it.
_TELLS = 0.28


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample as words and slots: each part is a word, or a slot's name in braces."""

    intent: str
    parts: tuple[str, ...]
    kinds: Mapping[str, str]

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(part for part in self.parts if part[:1] != "{")

    @property
    def open(self) -> bool:
        """Whether it has a slot that any words fill."""
        return any(self.kinds[part[1:-1]] in _FREE for part in self.parts if part[:1] == "{")


@dataclass(frozen=True, slots=True)
class Samples:
    """All samples of a locale, what each of their words tells (0 to 1), and where it stands."""

    all: Sequence[Sample]
    weights: Mapping[str, float]
    places: Mapping[str, Sequence[int]]
    products: frozenset[str]
    question: frozenset[str] = frozenset()

    def tells(self, sample: Sample, *, strange: bool) -> bool:
        """Whether a sample's own words say enough that a sentence may be like it: "what's the …" alone is
        like every question, where a slot takes any words or the question has a `strange` one in it."""
        nothing = self.question if strange else frozenset()
        if sample.open:
            nothing = self.question | self.products
        return sum(self.weight(word) for word in sample.words if word not in nothing) >= _TELLS

    def weight(self, word: str) -> float:
        return self.weights.get(word, _UNKNOWN)

    def telling(self, words: Iterable[str]) -> float:
        """How much of what fills an open slot speaks of other intents, and not of a thing."""
        # A number is an amount there, though samples hold some ("another one").
        telling = (word for word in words if word not in self.products and not word.isdigit())
        return sum(self.weights.get(word, 0.0) for word in telling)

    def spoken(self, words: Iterable[str]) -> int:
        """How many of the words stand in samples and in no name."""
        return sum(word in self.weights and word not in self.products for word in words)


@dataclass(frozen=True, slots=True)
class _State:
    cost: float
    shared: float
    slots: tuple[tuple[str, Slot], ...]


ReadSlot = Callable[[str, str], tuple[Slot | None, bool]]


def samples_of(
    samples: Sequence[Sample],
    *,
    fillers: frozenset[str],
    products: frozenset[str],
    negation: frozenset[str] = frozenset(),
    question: frozenset[str] = frozenset(),
) -> Samples:
    """`fillers` tell nothing wherever they stand; `products` are words of things people buy; `negation`
    turns what is said into its opposite, so that it is never passed over, and `question` makes it an
    answer that is wanted, so that it hardly is."""
    intents: dict[str, set[str]] = defaultdict(set)
    places: dict[str, list[int]] = defaultdict(list)
    for at, sample in enumerate(samples):
        for word in set(sample.words):
            intents[word].add(sample.intent)
            places[word].append(at)
    total = len({sample.intent for sample in samples}) + 1
    weights = {word: math.log(total / len(users)) / math.log(total) for word, users in intents.items()}
    numbers = {word for word in weights if word.isdigit()}
    weights |= {word: min(_FILLER, weights.get(word, 1.0)) for word in fillers | numbers}
    weights |= dict.fromkeys(question, _ASKS) | dict.fromkeys(negation, _DECISIVE)
    return Samples(samples, weights, places, products, question)


@dataclass(frozen=True, slots=True)
class Near:
    """A sample with its slots, what it costs to make it of what was said, and the weight of the words they
    share."""

    sample: Sample
    slots: Mapping[str, Slot]
    cost: float
    shared: float


def nearest(words: Sequence[str], samples: Samples, *, read: ReadSlot) -> Near | None:
    """The sample most like `words`; None when none is like it. `read` gives the slot a kind makes of some
    words, and whether its values are a known list."""
    most = _TOO_FAR * sum(samples.weight(word) for word in words)
    strange = any(word not in samples.weights and word not in samples.products for word in words)
    best: Near | None = None
    for sample in _candidates(words, samples):
        if not samples.tells(sample, strange=strange):
            continue
        own = sum(map(samples.weight, sample.words))
        end = _align(words, sample, samples, read)
        if end is None or end.shared < _SHARED * own or end.cost > most:
            continue
        if best is None or end.cost < best.cost:
            best = Near(sample, dict(end.slots), end.cost, end.shared)
    return best


def _candidates(words: Sequence[str], samples: Samples) -> Iterable[Sample]:
    """The samples that share most with what was said."""
    shared: dict[int, float] = defaultdict(float)
    for word in dict.fromkeys(words):
        for at in samples.places.get(word, ()):
            shared[at] += samples.weights[word]
    all_ = samples.all

    def worth(at: int) -> float:
        return 1.3 * shared[at] - 0.3 * sum(samples.weights[word] for word in all_[at].words)

    return [all_[at] for at in nlargest(_CANDIDATES, shared, key=worth)]


def _align(words: Sequence[str], sample: Sample, samples: Samples, read: ReadSlot) -> _State | None:
    many, parts = len(words), sample.parts
    table: list[list[_State | None]] = [[None] * (len(parts) + 1) for _ in range(many + 1)]
    table[0][0] = _State(0.0, 0.0, ())

    def relax(row: int, column: int, state: _State) -> None:
        known = table[row][column]
        if known is None or state.cost < known.cost:
            table[row][column] = state

    for row in range(many + 1):
        for column in range(len(parts) + 1):
            here = table[row][column]
            if here is None:
                continue
            if row < many:
                extra = _EXTRA + _EXTRA_PART * samples.weight(words[row])
                relax(row + 1, column, _State(here.cost + extra, here.shared, here.slots))
            if column == len(parts):
                continue
            part = parts[column]
            if part[:1] == "{":
                _fill(part[1:-1], sample, words, row, column, here, samples, read, relax)
                continue
            weight = samples.weight(part)
            if row < many and words[row] == part:
                relax(row + 1, column + 1, _State(here.cost, here.shared + weight, here.slots))
            missing = _MISSING + _MISSING_PART * weight
            relax(row, column + 1, _State(here.cost + missing, here.shared, here.slots))
    return table[many][len(parts)]


def _fill(
    name: str,
    sample: Sample,
    words: Sequence[str],
    row: int,
    column: int,
    here: _State,
    samples: Samples,
    read: ReadSlot,
    relax: Callable[[int, int, _State], None],
) -> None:
    for span in range(1, min(_MAX_SPAN, len(words) - row) + 1):
        said = words[row : row + span]
        slot, listed = read(sample.kinds[name], " ".join(said))
        if slot is None:
            continue
        cost = 0.0 if listed else open_cost(said, samples)
        relax(row + span, column + 1, _State(here.cost + cost, here.shared, (*here.slots, (name, slot))))


def open_cost(words: Sequence[str], samples: Samples) -> float:
    """What it costs that these words are taken for a name."""
    return _OPEN + _OPEN_WORD * len(words) + _OPEN_PART * samples.telling(words)

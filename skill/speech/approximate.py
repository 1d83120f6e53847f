"""Utterances said a little differently: an alignment of words with samples where fillers are cheap.

Alexa's own understanding generalises from the samples; this is a stand-in for it when words are typed. It
runs only when no sample fits exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from skill.dialogue.turn import Slot

# What it costs to leave out a word that was said, or one of the sample's, and to fill an open slot.
_EXTRA, _EXTRA_FILLER = 0.75, 0.12
_MISSING, _MISSING_FILLER = 0.8, 0.15
_OPEN, _OPEN_WORD = 0.2, 0.05
_MAX_SPAN = 8
# Above this the likeness is chance.
_TOO_FAR = 0.24


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample as words and slots: each part is a word, or a slot's name in braces."""

    intent: str
    parts: tuple[str, ...]
    kinds: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _State:
    cost: float
    hits: float
    slots: tuple[tuple[str, Slot], ...]


ReadSlot = Callable[[str, str], tuple[Slot | None, bool]]


def nearest(
    words: Sequence[str], samples: Iterable[Sample], *, fillers: frozenset[str], read: ReadSlot
) -> tuple[Sample, dict[str, Slot], float] | None:
    """The sample most like `words` with its slots and how far off it is (0 is exact); None when none is
    like it. `read` gives the slot a kind makes of some words, and whether its values are a known list."""
    said = frozenset(words)
    best: tuple[Sample, dict[str, Slot], float] | None = None
    for sample in samples:
        content = [part for part in sample.parts if not part.startswith("{") and part not in fillers]
        # A sample none of whose telling words was said cannot be meant; half of them must have been.
        if not content or 2 * sum(part in said for part in content) < len(content):
            continue
        end = _align(words, sample, fillers, read)
        if end is None or end.hits < 1:
            continue
        distance = end.cost / (1 + 0.5 * len(content) + 0.3 * len(words))
        if distance < _TOO_FAR and (best is None or distance < best[2]):
            best = (sample, dict(end.slots), distance)
    return best


def _align(words: Sequence[str], sample: Sample, fillers: frozenset[str], read: ReadSlot) -> _State | None:
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
                extra = _EXTRA_FILLER if words[row] in fillers else _EXTRA
                relax(row + 1, column, _State(here.cost + extra, here.hits, here.slots))
            if column == len(parts):
                continue
            part = parts[column]
            if part.startswith("{"):
                _fill(part[1:-1], sample, words, row, column, here, read, relax)
                continue
            filler = part in fillers
            if row < many and words[row] == part:
                hits = here.hits + (0.2 if filler else 1.0)
                relax(row + 1, column + 1, _State(here.cost, hits, here.slots))
            missing = _MISSING_FILLER if filler else _MISSING
            relax(row, column + 1, _State(here.cost + missing, here.hits, here.slots))
    return table[many][len(parts)]


def _fill(
    name: str,
    sample: Sample,
    words: Sequence[str],
    row: int,
    column: int,
    here: _State,
    read: ReadSlot,
    relax: Callable[[int, int, _State], None],
) -> None:
    for span in range(1, min(_MAX_SPAN, len(words) - row) + 1):
        slot, listed = read(sample.kinds[name], " ".join(words[row : row + span]))
        if slot is None:
            continue
        cost = 0.0 if listed else _OPEN + _OPEN_WORD * span
        relax(row + span, column + 1, _State(here.cost + cost, here.hits, (*here.slots, (name, slot))))

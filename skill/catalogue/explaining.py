"""Why a search found what it found, for those who look after a catalogue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from skill.catalogue.asked import Asked, Sense
from skill.catalogue.line import places_of
from skill.catalogue.results import Result, Scored
from skill.catalogue.words import Query


@dataclass(frozen=True, slots=True)
class Told:
    """A word of the query: in how many products it is, what it may stand for besides itself, its sound."""

    token: str
    frequency: int
    senses: tuple[Sense, ...]
    sound: str


@dataclass(frozen=True, slots=True)
class Explained:
    """A search laid open. `by_sound`: words were looked for by their sound, since too few were found as they
    were said. `why` tells for each hit where each word was found."""

    query: Query
    words: tuple[Told, ...]
    by_sound: bool
    result: Result
    hits: tuple[Scored, ...]
    why: tuple[tuple[str, ...], ...]


def told(asked: Asked, frequency: Callable[[str], int]) -> tuple[Told, ...]:
    """The words as they were read."""
    return tuple(
        Told(
            token=word.token,
            frequency=frequency(word.token),
            senses=word.senses[1:],
            sound=word.sound.strip(),
        )
        for word in asked.words
    )


def places(line: bytes, asked: Asked) -> tuple[str, ...]:
    """For each word, the sense found and where: "oat: title"; what was not found is left out."""
    held = places_of(line)
    found = []
    for word in asked.words:
        for sense in word.senses:
            if all(token in held for token in sense.words):
                where = " ".join(held[sense.words[-1]])
                called = word.token if sense.token == word.token else f"{word.token} as {sense.token}"
                found.append(f"{called}: {where}")
                break
    return tuple(found)

"""Why a search found what it found, for those who look after a catalogue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from skill.catalogue.asked import Asked, Sense
from skill.catalogue.results import Result, Scored
from skill.catalogue.words import Query

_PLACES = ("name", "brand", "kind", "head", "", "", "details")


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
            token=word.token.strip(),
            frequency=frequency(word.token.strip()),
            senses=tuple(sense._replace(token=sense.token.strip()) for sense in word.senses[1:]),
            sound=word.sound.strip(),
        )
        for word in asked.words
    )


def places(row: bytes, asked: Asked) -> tuple[str, ...]:
    """For each word, the sense found and where: "oat: name"; what was not found is left out."""
    fields = row.decode().split("\t")
    named = [(place, text) for place, text in zip(_PLACES, fields, strict=False) if place]
    found = []
    for word in asked.words:
        for sense in word.senses:
            where = [place for place, text in named if sense.token in text]
            if where:
                token = sense.token.strip()
                said = word.token.strip()
                found.append(f"{said if token == said else f'{said} as {token}'}: {' '.join(where)}")
                break
        else:
            if word.sound and word.sound in fields[-1]:
                found.append(f"{word.token.strip()}: sound")
    return tuple(found)

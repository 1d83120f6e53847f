"""Why a search found what it found, for those who look after a catalogue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from skill.catalogue.asked import Asked, Sense
from skill.catalogue.line import places_of
from skill.catalogue.results import Found, Nothing, Result, Scored, Several
from skill.catalogue.words import Query

# What a score is the sum of.
PARTS = ("text", "together", "plain", "bonus")


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


def as_json(explained: Explained, *, locale: str) -> dict[str, Any]:
    """Everything, for a program to read. Prices are minor units."""
    return {
        "query": query_json(explained.query),
        "words": [asdict(word) for word in explained.words],
        "by_sound": explained.by_sound,
        "result": outcome_json(explained.result),
        "hits": [
            {
                "sku": hit.product.sku,
                "name": hit.product.name(locale),
                "price": hit.product.price_at(explained.query.now).minor,
                "currency": hit.product.price.currency,
                "score": round(hit.score, 4),
                "cover": hit.cover,
                "head": hit.head,
                **{part: round(getattr(hit.rank, part), 4) for part in PARTS},
                "why": list(why),
            }
            for hit, why in zip(explained.hits, explained.why, strict=True)
        ],
    }


def query_json(query: Query) -> dict[str, Any]:
    """How the words were read."""
    raw = asdict(query)
    raw.pop("now")
    return {name: list(value) if isinstance(value, tuple) else value for name, value in raw.items()}


def outcome_json(result: Result) -> dict[str, Any]:
    """What it came to, in "is": "found", "several" or "nothing"."""
    if isinstance(result, Found):
        return {"is": "found", "sku": result.product.sku, "whole": result.whole}
    if isinstance(result, Several):
        return {"is": "several", "close": result.close, "whole": result.whole}
    assert isinstance(result, Nothing)
    return {"is": "nothing", "reason": result.reason, "nearest": [product.sku for product in result.nearest]}

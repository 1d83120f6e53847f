"""What is wrong with a file somebody wrote, as they want to hear it: where, what, and how to mend it."""

from __future__ import annotations

import tomllib
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from pydantic import BaseModel, ValidationError
from rapidfuzz import process

Place = tuple[str | int, ...]
# What pydantic finds wrong, by its types of errors.
_REMEDIES = {
    "extra_forbidden": "is not known here; correct its name or take it out",
    "missing": "is missing; write it",
    "int_type": "must be a whole number, as in 499",
    "int_from_float": "must be a whole number, as in 499",
    "int_parsing": "must be a whole number, as in 499",
    "string_type": 'must be text in quotes, as in "text"',
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "list_type": 'must be a list, as in ["one", "two"]',
    "dict_type": "must be a table, a value for each name",
    "model_type": "must be a table, a value for each name",
}
# From this likeness on, of 100, one name is taken for a misspelling of another.
_ALIKE = 70


@dataclass(frozen=True, slots=True)
class Fault:
    """Where in a file (its `line`, from 1, where that is known), and what is wrong, with the remedy."""

    place: str
    what: str
    line: int | None = None

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


def faults(
    error: ValidationError, *, text: str = "", form: type[BaseModel] | None = None
) -> tuple[Fault, ...]:
    """All that pydantic found wrong, place by place. `text`: the TOML it was read from, which tells lines;
    `form`: what it was read as, which tells the names there are."""
    raw = tomllib.loads(text) if text else None
    found = [(_written(tuple(one["loc"]), raw), one) for one in error.errors()]
    schema = form.model_json_schema() if form else {}
    told = []
    for place, ones in groupby(found, key=lambda each: each[0]):
        what = dict.fromkeys(_what(one, place, schema) for _, one in ones)
        line = line_of(text, place) if text else None
        told.append(Fault(".".join(map(str, place)) or "the whole file", ", or ".join(what), line))
    return tuple(told)


def first_problem(error: ValidationError) -> str:
    """The first thing pydantic found wrong, as "place: what"."""
    first, *more = faults(error)
    return f"{first}{f' (and {len(more)} more)' if more else ''}"


def line_of(text: str, place: Sequence[str | int]) -> int | None:
    """The line, from 1, where a TOML text states what is at `place` ("faq", 3, "answer"), or where the
    innermost table around it begins; None when there is nothing of it."""
    known = _there(tomllib.loads(text), place)
    if not known:
        return None
    lines = text.split("\n")

    def stated(count: int) -> bool:
        # Lines that end within a list, or a long text, are none yet; what follows tells.
        for end in range(count, len(lines) + 1):
            try:
                return _has(tomllib.loads("\n".join(lines[:end])), known)
            except tomllib.TOMLDecodeError:
                continue
        return True

    return bisect_left(range(1, len(lines) + 1), True, key=stated) + 1


def _what(one: Mapping[str, Any], place: Place, schema: Mapping[str, Any]) -> str:
    told = _REMEDIES.get(one["type"])
    if told is None:
        message = str(one["msg"]).removeprefix("Value error, ").removeprefix("Input ")
        return message[:1].lower() + message[1:] if str(one["msg"]).startswith("Input ") else message
    if one["type"] == "extra_forbidden" and (meant := _meant(place, schema)):
        return f"is not known here; {meant!r} is"
    return told


def _meant(place: Place, schema: Mapping[str, Any]) -> str:
    """The name that one which is not known here looks like."""
    names = [name for at in _at(schema, schema, place[:-1]) for name in at.get("properties", {})]
    found = process.extractOne(str(place[-1]), names, score_cutoff=_ALIKE) if names else None
    return str(found[0]) if found else ""


def _at(schema: Mapping[str, Any], whole: Mapping[str, Any], place: Place) -> Iterator[Mapping[str, Any]]:
    """What a schema says of a place, in each of the ways it can be written."""
    if "$ref" in schema:
        yield from _at(whole["$defs"][schema["$ref"].rpartition("/")[2]], whole, place)
        return
    for way in schema.get("anyOf", ()):
        yield from _at(way, whole, place)
    if not place:
        yield schema
        return
    first, *rest = place
    inner = schema.get("items") if isinstance(first, int) else schema.get("properties", {}).get(first)
    if isinstance(inner, Mapping):
        yield from _at(inner, whole, tuple(rest))


def _written(loc: Place, raw: Mapping[str, Any] | None) -> Place:
    """The place as it is written: pydantic also names which of several ways it was tried in."""
    if raw is None:
        return loc
    known = _there(raw, loc)
    # What is missing is named as well.
    left = loc[len(known) :]
    return loc if len(left) == 1 and not _is_way(left[0]) else known or loc[:1]


def _is_way(part: str | int) -> bool:
    return isinstance(part, str) and (part in ("str", "int", "date", "datetime") or "[" in part)


def _there(raw: Any, place: Sequence[str | int]) -> Place:
    """As much of a place as there is."""
    for length, part in enumerate(place):
        try:
            raw = raw[part]
        except (LookupError, TypeError):
            return tuple(place[:length])
    return tuple(place)


def _has(raw: Any, place: Place) -> bool:
    return _there(raw, place) == place

"""The line an index keeps for each product, which ranking looks words up in: every token once, with marks of
where the product has it, so that one look tells all.

    numbers, each one mark · " token=" and two marks of its places, in order of the name · tab · sounds
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import IntFlag, auto

# A number up to 93 as one character; none is a space, a tab or an equals sign's neighbour by accident.
MARKS = "".join(map(chr, range(33, 127)))
MARKED = {mark: number for number, mark in enumerate(MARKS)}
MOST = len(MARKS) - 1
_HEX = "ABCDEFGHIJKLMNOP"
_FLAGS = [one + two for one in _HEX for two in _HEX]


class Place(IntFlag):
    """Where a product has a token: name or title; the name without size and pack; brand; category, colour,
    size and diet; the last category, and as its last word; what the name says the thing is; the rest."""

    TITLE = auto()
    BRIEF = auto()
    BRAND = auto()
    KIND = auto()
    LEAF = auto()
    LAST = auto()
    HEAD = auto()
    MORE = auto()


def line_of(numbers: Sequence[int], tokens: Mapping[str, int], sounds: Sequence[str]) -> bytes:
    """The line of a product: its numbers (those beyond 93 count as 93), its tokens with the values of their
    places together, its sounds."""
    head = "".join(MARKS[min(number, MOST)] for number in numbers)
    body = "".join(f" {token}={_FLAGS[place]}" for token, place in tokens.items())
    return f"{head}{body}\t{_spaced(sounds)}".encode()


def places_of(line: bytes) -> dict[str, Place]:
    """Where the product of a line has each token."""
    known = dict(every_flag())
    entries = line.decode().split("\t")[0].split(" ")[1:]
    return {token: known[flags] for token, flags in (entry.rsplit("=", 1) for entry in entries)}


def every_flag() -> Iterator[tuple[str, Place]]:
    """All marks of places, and the places."""
    return ((_FLAGS[value], Place(value)) for value in range(256))


def _spaced(words: Sequence[str]) -> str:
    return f" {' '.join(words)} " if words else ""

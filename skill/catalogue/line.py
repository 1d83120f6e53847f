"""The line an index keeps for each product, which ranking looks words up in: every token once, with marks of
where the product has it, so that one look tells all.

    numbers, each one mark · " token=" and two marks of its places, in order of the name · tab · sounds
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

# A number up to 93 as one character; none is a space, a tab or an equals sign's neighbour by accident.
MARKS = "".join(map(chr, range(33, 127)))
MARKED = {mark: number for number, mark in enumerate(MARKS)}
MOST = len(MARKS) - 1
# Every set of places as two marks.
_DIGITS = "ABCDEFGHIJKLMNOP"
FLAGS = [one + two for one in _DIGITS for two in _DIGITS]


# Where a product has a token, as bits: name or title; the name without size and pack; brand; category,
# colour, size and diet; the last category, and as its last word; what the name says the thing is; the rest.
PLACES = ("title", "brief", "brand", "kind", "leaf", "last", "head", "more")
TITLE, BRIEF, BRAND, KIND, LEAF, LAST, HEAD, MORE = (1 << bit for bit in range(len(PLACES)))


def line_of(numbers: Sequence[int], tokens: Mapping[str, int], sounds: Sequence[str]) -> bytes:
    """The line of a product: its numbers (those beyond 93 count as 93), its tokens with the values of their
    places together, its sounds."""
    head = "".join(MARKS[min(number, MOST)] for number in numbers)
    body = "".join(f" {token}={FLAGS[place]}" for token, place in tokens.items())
    return f"{head}{body}\t{_spaced(sounds)}".encode()


def places_of(line: bytes) -> dict[str, tuple[str, ...]]:
    """Where the product of a line has each token, as names of `PLACES`."""
    entries = (entry.rsplit("=", 1) for entry in line.decode().split("\t")[0].split(" ")[1:])
    return {
        token: tuple(name for bit, name in enumerate(PLACES) if FLAGS.index(marks) >> bit & 1)
        for token, marks in entries
    }


def _spaced(words: Sequence[str]) -> str:
    return f" {' '.join(words)} " if words else ""

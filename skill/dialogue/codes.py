"""Coupon codes as they are said: letter by letter where nobody could say them otherwise."""

from __future__ import annotations

import re

from skill.catalogue.analyser import digits, fold
from skill.catalogue.language import language_of
from skill.dialogue.reply import Spell

# One or more words of Latin letters that can be said, each perhaps with a number behind it ("SAVE10").
_SAYABLE = re.compile(r"(?:(?=[^\W\d_]*[aeiouyäöü])[^\W\d_]{3,}\d{0,4}|\d{1,4})(?:[ -]|$)", re.IGNORECASE)
_NOT_LATIN = re.compile(r"[^\x00-\u024f]")
# How a nought is said in a row of digits.
_NOUGHTS = frozenset({"o", "oh"})


def spelled(code: str) -> str | Spell:
    """A code as it is said: as it is written where that is words and numbers, else spelled."""
    at = 0
    while found := _SAYABLE.match(code, at):
        at = found.end()
    return code if at == len(code) or _NOT_LATIN.search(code) else Spell(code)


def repeated(said: str, *, language: str) -> str | Spell:
    """What was heard as a code, said back: spelled where it was said letter by letter or digit by digit."""
    words = digits(fold(said), language=language).split()
    letters = len(words) > 1 and all(len(word) == 1 or word.isdigit() for word in words)
    return Spell("".join(words).upper()) if letters else said


def sounds(text: str, *, language: str) -> frozenset[str]:
    """What was said as it may be written: run together, numbers as digits, "double four" as 44, and the oh of
    a row of digits as 0."""
    plain = fold(text)
    words = digits(plain, language=language).split()
    noughts = ["0" if word in _NOUGHTS else word for word in words]
    doubled = language_of(language).doubled
    expanded: list[str] = []
    times = 1
    for word in noughts:
        if word in doubled:
            times = doubled[word]
            continue
        expanded += [word] * (times if len(word) == 1 else 1)
        times = 1
    readings = (plain.split(), words, noughts, expanded)
    return frozenset(run_together(" ".join(reading)) for reading in readings) - {""}


def run_together(text: str) -> str:
    """A code without what is between its letters, folded."""
    return fold(text).replace(" ", "").replace(".", "").replace("-", "")

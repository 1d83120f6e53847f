"""Is a question to the shop given the right answer, or at least no wrong one?

The phrasings (tests/catalogue/faq_phrasings.toml) are our own, asked of the sample shop's answers: three
lists of questions with the answer that is right, or "unknown" where none is. Of the first the matcher was
tuned on every other phrasing; the second was written after that and looked at later; the third was written
last."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import process_time
from typing import Any

from skill.catalogue.faq import Answerable, asked_for
from skill.merchants.shop_file import read_shop
from tests.bench import ROOT, Outcome, Row

PHRASINGS = ROOT / "tests" / "catalogue" / "faq_phrasings.toml"
SHOP = ROOT / "skill" / "devtools" / "sample" / "shop.toml"
LANGUAGES = ("en", "de", "ar")
UNKNOWN = "unknown"
PARTS = ("tuned on", "held out", "later", "last")


@dataclass(frozen=True, slots=True)
class Phrasing:
    """`meant`: the id of the right answer, None where the shop has none."""

    language: str
    text: str
    meant: str | None


@dataclass(frozen=True, slots=True)
class Judged:
    """Of so many phrasings, how many got what is right (no answer, where there is none) and how many a wrong
    answer; the rest was not answered. `missed`: those that were not right, with what was given."""

    count: int
    right: int
    wrong: int
    missed: tuple[str, ...]


def phrasings(part: str) -> tuple[Phrasing, ...]:
    """One part of the list."""
    written = tomllib.loads(PHRASINGS.read_text("utf-8"))
    if part in written:
        return tuple(_listed(written[part], slice(None)))
    return tuple(_listed(written, slice(PARTS.index(part), None, 2)))


def _listed(written: Mapping[str, Any], which: slice) -> Iterator[Phrasing]:
    for language in LANGUAGES:
        for id, texts in written[language].items():
            for text in texts[which]:
                yield Phrasing(language, text, None if id == UNKNOWN else id)


@cache
def answers(language: str, *, file: Path = SHOP) -> tuple[Answerable, ...]:
    """The sample shop's answers in a language."""
    found = read_shop(file).faqs
    return tuple(Answerable(faq.id, faq.questions, faq.answer(language) or "") for faq in found)


def judged(asked: Sequence[Phrasing]) -> Judged:
    """What the matcher makes of these phrasings."""
    right = wrong = 0
    missed = []
    for one in asked:
        found = asked_for(one.text, answers(one.language), language=one.language)
        given = found.id if found and found.sure else None
        right += given == one.meant
        wrong += given not in (one.meant, None)
        if given != one.meant:
            missed.append(f"{one.language}: {one.text!r}: {given}, not {one.meant}")
    return Judged(len(asked), right, wrong, tuple(missed))


def run() -> Outcome:
    """A row for each part, and what one question takes."""
    rows = []
    for part in PARTS:
        found = judged(phrasings(part))
        figures = f"right {found.right / found.count:.1%}, wrong {found.wrong / found.count:.1%}"
        rows.append(Row(what=f"Questions to the shop, {part} ({found.count})", ours=figures))
    asked = phrasings("held out")
    begun = process_time()
    judged(asked)
    each = 1e6 * (process_time() - begun) / len(asked)
    return Outcome((*rows, Row(what="One question, read and matched", ours=f"{each:.0f} µs")))

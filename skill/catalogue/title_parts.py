"""The parts of a title: what stands between its commas, bars and brackets, as words and sizes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from skill.catalogue.measures import Size, measured
from skill.catalogue.naming_rules import Naming
from skill.catalogue.numerals import digits
from skill.catalogue.titles import calm, sayable

# Words of a part that is size alone, and the longest run that is looked for twice.
_TAIL_WORDS, _RUN = 5, 4
# Between parts of a title, and what kind of part begins: a list of keywords, a remark, more of the name.
_PARTS = re.compile(
    r"(?P<bar>\s*(?:\||//|;|\*{2,}|~|={2,}|_{2,})\s*)|(?P<aside>\s*[(\[{])|(?P<back>[)\]}][\s,]*)"
    r"|(?P<dash>\s+-+\s+|:\s+)|(?P<comma>\s*,\s+|,$)"
)
_PARTING = re.compile(r"[|/;*~=_()\[\]{}:,]")


@dataclass(slots=True)
class Part:
    """A part of a title: its words, and how much and how many it tells."""

    kind: str
    words: list[str]
    sizes: list[Size] = field(default_factory=list)


def cut(text: str) -> Iterator[tuple[str, str]]:
    """The parts of a title, each with what begins it."""
    kind, start = "lead", 0
    if " -" not in text and not _PARTING.search(text):
        # Quickly seen, and true of most texts: they are one part.
        yield kind, text
        return
    for found in _PARTS.finditer(text):
        yield kind, text[start : found.start()]
        kind, start = str(found.lastgroup), found.end()
    yield kind, text[start:]


def part_of(kind: str, text: str, loud: bool, brand: Mapping[str, str], rules: Naming) -> Part | None:
    first = kind == "lead"
    if (worn := rules.worn.get(text.strip())) and not first:
        return Part(kind, [], [Size(worn, counted=True)])
    held = measured(text, language=rules.language)
    written = _uncried(held.text.split(), loud, rules)
    words = [
        calm(word, loud=loud, brand=brand, rules=rules) if word.isupper() else word
        for word in sayable(written, rules.language)
    ]
    words = _once(_glued(words, rules))
    if " ".join(words).lower() in rules.alone:
        words = []
    if words and kind == "comma" and not rules.says:
        return Part(kind, [], [Size(" ".join(words), counted=True)])
    if not first and 0 < len(words) <= _TAIL_WORDS and _is_of_size(words, rules):
        # "large tub", "3 feet", "size 8 3 pairs"
        sizes = [size.said for size in held.sizes if size.said]
        ahead = bool(sizes) and text.lower().lstrip().startswith(sizes[0].split()[0].lower())
        said = [*sizes, *words] if ahead else [*words, *sizes]
        return Part(kind, [], [Size(" ".join(said), counted=True)])
    return Part(kind, words, list(held.sizes)) if words or held.sizes else None


def _glued(words: list[str], rules: Naming) -> list[str]:
    """An "and" that is written onto its word."""
    if not rules.glued or rules.says["and"] not in words[:-1]:
        return words
    joined = f"{' '.join(words)} ".replace(f" {rules.says['and']} ", f" {rules.says['and']}")
    return joined.split()


def _is_of_size(words: Sequence[str], rules: Naming) -> bool:
    """ "large tub", "box of four", "3 feet", "three pairs"."""
    folded = [word.lower() for word in words]
    if not rules.tails.isdisjoint(folded):
        return True
    counted = digits(" ".join(folded), language=rules.language) if rules.searched else ""
    return all(word[0].isdigit() for word in folded) or (
        not folded[0][0].isdigit() and counted[:1].isdigit() and len(counted.split()) > 1
    )


def _uncried(words: list[str], loud: bool, rules: Naming) -> list[str]:
    """Without a "NEW" before or after words that are not in capitals."""
    if not loud:
        while len(words) > 1 and _is_cry(words[0], words[1], rules):
            words = words[1:]
        while len(words) > 1 and _is_cry(words[-1], words[-2], rules):
            words = words[:-1]
    return words


def _is_cry(word: str, beside: str, rules: Naming) -> bool:
    return word.isupper() and word.lower() in rules.alone and not beside.isupper()


def _once(words: list[str]) -> list[str]:
    """Words and runs of words that are said twice in a row once."""
    if len({word.lower() for word in words}) == len(words):
        return words
    kept: list[str] = []
    folded: list[str] = []
    for word in words:
        kept.append(word)
        folded.append(word.lower())
        for run in range(1, min(_RUN, len(kept) // 2) + 1):
            if folded[-run:] == folded[-2 * run : -run] and not all(map(str.isdigit, folded[-run:])):
                del kept[-run:], folded[-run:]
                break
    return kept


def bare(words: Iterable[str]) -> tuple[str, ...]:
    """Words in small letters without their signs."""
    return tuple(filter(None, map(_letters, words)))


@lru_cache(maxsize=100_000)
def _letters(word: str) -> str:
    return re.sub(r"\W", "", word.lower())

"""How a language says what titles write, as `names/common.toml` and `names/<lang>.toml` hold it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any

from skill.catalogue.language import is_searched, raw

_FOLDER = files("skill.catalogue").joinpath("names")


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """One language's rules. `rewrites`: what is written otherwise beside figures, first of all; `units`:
    written measures (folded, or as they are when of one letter) to CLDR's name; `words`: how a unit is said
    by plural category, where CLDR lacks it; `counts`: what tells how many, and what becomes of it, `counted`
    any of them; `telling`: what a text with a size has when it has no figures; `tails`: words that make a
    part of a title a matter of size; `by_measure`: categories of what is bought by measure; `cries`: what is
    said of anything, wherever it stands, `openers` the words that begins with, `alone`: what is said of it
    where nothing stands beside it. A language without a file has no `says`."""

    language: str
    says: Mapping[str, str]
    searched: bool
    attributive: bool = False
    inverted: bool = False
    glued: bool = False
    rewrites: Sequence[tuple[re.Pattern[str], str]]
    units: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]]
    fractions: Mapping[str, Any]
    counts: Sequence[tuple[re.Pattern[str], str]]
    counted: re.Pattern[str]
    telling: re.Pattern[str]
    worn: Mapping[str, str]
    said: Mapping[str, str]
    small: frozenset[str]
    containers: tuple[str, ...]
    qualities: tuple[str, ...]
    tails: frozenset[str]
    by_measure: frozenset[str]
    cries: re.Pattern[str]
    openers: frozenset[str]
    alone: frozenset[str]
    acronyms: frozenset[str]
    labels: re.Pattern[str]
    sizes: tuple[str, ...]
    signs: Mapping[str, str] = field(default_factory=dict)


def _read(name: str) -> Mapping[str, Any]:
    file = _FOLDER.joinpath(f"{name}.toml")
    return tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}


def either(phrases: Iterable[str], *, cased: bool = False) -> str:
    """Any of these as a regular expression, the longest first; spaces as there are. What phrases begin with
    alike is written once, since one list of all of them takes ten times as long to look through. Unless
    `cased`, it is meant for a pattern that ignores case."""
    tree: _Tree = {}
    for phrase in phrases:
        at = tree
        for char in phrase if cased else phrase.lower():
            at = at.setdefault(char, {})
        at[""] = {}
    if not tree:
        return "(?!)"
    return f"(?=[{''.join(map(re.escape, tree))}]){_branches(tree)}"


# By character what may follow it, by "" the end of a phrase.
_Tree = dict[str, "_Tree"]


def _branches(tree: _Tree) -> str:
    ways = [
        (r"\s+" if char == " " else re.escape(char)) + _branches(after)
        for char, after in tree.items()
        if char
    ]
    if not ways:
        return ""
    return f"(?:{'|'.join(ways)}){'?' if '' in tree else ''}"


def _units(*tables: Mapping[str, Sequence[str]]) -> dict[str, str]:
    found = {word: unit for table in tables for unit, words in table.items() for word in words}
    return {
        (word if len(word) == 1 or word[-1:].isupper() else word.lower()): unit
        for word, unit in found.items()
    }


def _of_size(language: str) -> Iterable[str]:
    """The words of units, containers and pieces that shoppers say."""
    if not is_searched(language):
        return ()
    listed = raw(language, "words").get("units", {}).values()
    return (part for said in listed for word in said for part in word.split())


def _heads(fractions: Mapping[str, Any]) -> Iterable[str]:
    """What fractions of a unit begin with: "half", "quarter"."""
    return (re.escape(str(way).partition(" {")[0]) for key, way in fractions.items() if "/" in key)


def _count(written: str) -> str:
    return rf"(?<![\w.#/$-])(?:{written})(?![\w%])"


def _without_figures(pattern: str) -> bool:
    return r"\d" not in pattern or "[a-z]" in pattern


def _opener(phrase: str) -> str:
    return str(re.findall(r"\w+", phrase.lower())[0])


@lru_cache(maxsize=16)
def naming(language: str) -> Naming:
    """The rules of a language; of one without a file of its own, those that hold everywhere."""
    common, own = _read("common"), _read(language)
    always = common["rules"]
    cries = own.get("cries", {})
    labels, doubtful = either(always["labels"]), either(always["doubtful_labels"])
    written = [one["written"] for one in own.get("counts", ())]
    code = r"[\w./-]*\d[\w./-]*"
    return Naming(
        language=language,
        searched=is_searched(language),
        says={key: value for key, value in own.items() if isinstance(value, str)},
        attributive=own.get("attributive", False),
        inverted=own.get("inverted", False),
        glued=own.get("glued", False),
        rewrites=tuple(
            (re.compile(one["written"], re.IGNORECASE), one["as"]) for one in own.get("rewrites", ())
        ),
        units=_units(common["units"] if own else {}, own.get("units", {})),
        words=own.get("words", {}),
        fractions=own.get("fractions", {}),
        counts=tuple(
            (re.compile(_count(one["written"]), re.IGNORECASE), one.get("said", r"\g<0>"))
            for one in own.get("counts", ())
        ),
        telling=re.compile(
            rf"(?<!\w)(?:{'|'.join((*_heads(own.get('fractions', {})), *filter(_without_figures, written)))})"
            if own
            else "(?!)",
            re.IGNORECASE,
        ),
        counted=re.compile(_count("|".join(written) or "(?!)"), re.IGNORECASE),
        worn=own.get("worn", {}),
        said={word.lower(): way for word, way in own.get("said", {}).items()},
        small=frozenset(own.get("small", ())),
        containers=tuple(own.get("containers", ())),
        qualities=tuple(own.get("container_qualities", ())),
        tails=frozenset(word.lower() for word in (*own.get("tails", ()), *_of_size(language))),
        by_measure=frozenset(own.get("by_measure", ())),
        cries=re.compile(
            rf"(?<!\w)(?:(?:{either(cries.get('phrases', ()))})(?!\w)[!.]*"
            rf"|(?:{either(cries.get('alone', ()))})\s?!+"
            rf"|(?:{'|'.join(cries.get('claims', ['(?!)']))})(?!\w))",
            re.IGNORECASE,
        ),
        openers=frozenset(_opener(phrase) for phrase in (*cries.get("phrases", ()), *cries.get("alone", ()))),
        alone=frozenset(cries.get("alone", ())),
        acronyms=frozenset(always["acronyms"]),
        labels=re.compile(
            rf"(?<!\w)(?:(?:{labels})[\s.:#-]*(?:no|nr|number|code)?[\s.:#-]*{code}"
            rf"|(?:{doubtful})(?:[\s.]*[:#№]|[\s.-]*(?:no|nr|num|number|nummer)\b[\s.:#-]*)[\s#]*{code})",
            re.IGNORECASE,
        ),
        sizes=tuple(always["sizes"]),
        signs=common["signs"],
    )

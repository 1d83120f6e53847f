"""A title's words made sayable: codes, cries and signs out, capitals as in a sentence."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from skill.catalogue.naming_rules import Naming, naming

_TAGS = re.compile(r"<[^<>]{0,200}>")
# "piece(s)", and parts that stand together: "6oz/2ct", "cyan,magenta".
_PLURAL = re.compile(r"(?<=\w)\(([a-z]{1,2})\)")
_TOGETHER = re.compile(r"(?<=\d[A-Za-z]{2})/(?=\d)|(?<=[^\W\d_]),(?=[^\W\d_])")
_PERCENT = re.compile(r"(?<=\d)\s+%")
_RANGE = re.compile(r"(?<=\d)\s?[–—]\s?(?=\d)")
# "80g/m2"
_PER = re.compile(r"\d+[^\W\d]+/\w+")
_MIXED = re.compile(r"(?=\S*\d)(?=\S*[A-Za-z])[A-Za-z0-9]+(?:[-./_][A-Za-z0-9]+)*")
# "10x22", "7200rpm", "4300tn"
_SIZED = re.compile(r"\d+(?:[.,]\d+)?(?:x\d+(?:[.,]\d+)?)*[a-z]{0,4}")
_FIGURE = re.compile(r"\d")
_RUNS = re.compile(r"\d+|[^\W\d]+")
_VOWELS = re.compile("[aeiouyäöüáéíóúAEIOUYÄÖÜ]")
_OPENING = re.compile(r"\w+")
_WORDS = re.compile(r"[^\W\d_]{2,}")
_EDGES = "-'\".,;:!?/\\*~=^_<>{}[]()|#@+"
_DIGITS = {
    ord(digit): str(value)
    for zero in "٠۰०"
    for value, digit in enumerate(map(chr, range(ord(zero), ord(zero) + 10)))
}
# What a person may still say of a part number: "PS4", "RTX 2060", "iPhone 11"; and how long a number may be.
_SAYABLE_CODE, _SAYABLE_NUMBER, _SHORT_PART = 5, 5, 3
# A word in capitals of more letters than this is shouted; of a title, when so many in a hundred words are.
_SPELLED, _SHOUTED_PERCENT, _FEW, _UNIT = 4, 60, 3, 2


class _Speakable(dict[int, str]):
    """What becomes of a character: letters, marks and figures stay, all else is a space."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        kind = unicodedata.category(char)
        if kind in ("Cf", "Mn", "Me") and not char.isalpha():
            # Marks of letters stay; joiners, emoji variations and directions go without a gap.
            kept = char if kind == "Mn" and not 0xFE00 <= code <= 0xFE0F else ""
        elif kind[0] in "LM" or kind == "Nd" or char in _KEPT:
            kept = char
        else:
            kept = " "
        self[code] = kept
        return kept


_KEPT = " '-.,$€£¥₹%&+/#\"()[]|;:!?@*_°=~\\{}"
# What may become another character.
_ODD = re.compile(r"[^ !-;=?-\]a-~]")
_CHARS = _Speakable({ord("\t"): " ", ord("\n"): " ", ord("_"): " "})


@lru_cache(maxsize=5_000)
def cleaned(title: str, *, language: str) -> str:
    """The title without markup, emoji and marks; its other signs as the ones on a keyboard."""
    text = _TAGS.sub(" ", html.unescape(title)) if "&" in title or "<" in title else title
    if "(" in text:
        text = _PLURAL.sub(r"\1", text)
    if not text.isascii():
        rules = naming(language)
        text = _RANGE.sub("-", text)
        for sign, way in rules.signs.items():
            text = text.replace(sign, way)
        text = unicodedata.normalize("NFKC", re.sub(r"(?<=\d)(?=[¼-¾⅐-⅞])", " ", text))
        text = text.translate(_DIGITS)
        for sign, way in rules.signs.items():
            text = text.replace(sign, way)
    if _ODD.search(text):
        text = text.translate(_CHARS)
    if "," in text or "/" in text:
        text = _TOGETHER.sub(" ", text)
    if "%" in text:
        text = _PERCENT.sub("%", text)
    return " ".join(text.split())


def uncried(text: str, rules: Naming) -> str:
    """Without item numbers and what shops cry."""
    if is_calm(text, rules):
        return text
    if _FIGURE.search(text):
        # Every item number has one.
        text = rules.labels.sub(" | ", text)
    return rules.cries.sub(" | ", text)


def is_calm(text: str, rules: Naming) -> bool:
    """Whether a text is sure to hold no item number and no cry."""
    return not _FIGURE.search(text) and rules.openers.isdisjoint(_OPENING.findall(text.lower()))


@lru_cache(maxsize=100_000)
def is_code(word: str) -> bool:
    """Whether a word is a part or article number that nobody says."""
    if word.isalpha():
        return False
    bare = word.strip(_EDGES)
    if not any(map(str.isdigit, bare)):
        return False
    if word[0] == "#" and not (bare.isdigit() and len(bare) < _SAYABLE_NUMBER):
        return True
    letters = [char for char in bare if char.isalpha()]
    if not letters:
        digits = re.sub(r"\D", "", bare)
        return len(digits) > _SAYABLE_NUMBER and not re.fullmatch(r"\d{1,3}(?:[.,]\d{3})*(?:[.,]\d+)?", bare)
    if not _MIXED.fullmatch(bare) or _SIZED.fullmatch(bare):
        return False
    if len(bare) <= _SAYABLE_CODE and len(_RUNS.findall(bare)) <= 3:
        return False
    parts = bare.split("-")
    if len(parts) > 1 and all(len(part) <= _SHORT_PART for part in parts):
        return False
    return not any(map(_is_sayable, parts))


def _is_sayable(part: str) -> bool:
    """A word and a short number: "iPhone11", "24in", "Cat6", "360Fly"."""
    runs = _RUNS.findall(part)
    words = [run for run in runs if not run[0].isdigit()]
    numbers = [run for run in runs if run[0].isdigit()]
    if len(runs) > 2 or not words:
        return False
    worded = bool(_VOWELS.search(words[0])) and not (words[0].isupper() and len(words[0]) > 1)
    return len(words[0]) >= 3 and worded and all(len(number) <= 4 for number in numbers)


@lru_cache(maxsize=5_000)
def shouts(text: str) -> bool:
    """Whether most of its words are in capitals; units and small words ("fl oz", "of") are none."""
    words: list[str] = [word for word in _WORDS.findall(text) if len(word) > _UNIT or word.isupper()]
    loud = list(filter(str.isupper, words))
    if not loud or max(map(len, loud)) <= _SPELLED:
        return len(words) >= _FEW and len(loud) == len(words)
    return len(loud) * 100 > len(words) * _SHOUTED_PERCENT


def calm(word: str, *, loud: bool, brand: Mapping[str, str], rules: Naming) -> str:
    """A word in capitals as it is written in a sentence, acronyms and brands as they are."""
    if not word.isupper() or len(word) < 2:
        return word
    if known := brand.get(word.lower()):
        return known
    if loud and word.lower() in rules.small:
        return word.lower()
    return "-".join(_calm(part, loud, rules) for part in word.split("-"))


def _calm(word: str, loud: bool, rules: Naming) -> str:
    spelled = word in rules.acronyms or not word.isalpha() or not _VOWELS.search(word) or len(word) < 2
    return word if spelled or (not loud and len(word) <= _SPELLED) else word.capitalize()


@lru_cache(maxsize=10_000)
def brand_words(brand: str, language: str) -> Mapping[str, str]:
    """The words of a brand in small letters, and as they are written; what shouts is calmed."""
    rules = naming(language)
    words = (word.strip(_EDGES) for word in brand.split())
    return {word.lower(): _calm(word, False, rules) if word.isupper() else word for word in words if word}


def sayable(words: Iterable[str], language: str) -> list[str]:
    """The words of a part of a title as they are spoken: signs as words, slashes and codes gone."""
    return [part for word in words for part in _spoken(word, language)]


@lru_cache(maxsize=100_000)
def _spoken(word: str, language: str) -> tuple[str, ...]:
    rules, lowered = naming(language), word.lower()
    if way := rules.said.get(lowered) or rules.said.get(lowered.rstrip(".")):
        return (way,)
    if word.isalpha():
        return (word,)
    if lowered.startswith("w/") and len(word) > 2 and "w/" in rules.said:
        return rules.said["w/"], *_spoken(word[2:], language)
    if any(map(is_code, word.split("/"))) or _PER.fullmatch(word):
        return ()
    return tuple(_plain(word, rules))


def _plain(word: str, rules: Naming) -> Iterator[str]:
    says = rules.says
    text = re.sub(r"#\s*(?=\d)", f" {says.get('number', '')} ", word)
    text = re.sub(r"(?<=\d)\s*%", f" {says.get('percent', '%')} ", text)
    text = re.sub(r"°[CFcf]?", f" {says.get('degrees', '')} ", text)
    text = text.replace("&", f" {says.get('and', '')} ")
    text = re.sub(r"\+(?=\w)|(?<=\w)\+", f" {says.get('plus', '')} ", text)
    text = re.sub(r"(?<=\d)-(?=\d)", f" {says.get('to', '')} ", text)
    for part in re.split(r"[\s/\\|_~=*;:!?()\[\]{}\"@#+%]+|(?<![\w])-|-(?!\w)", text):
        bare = _dotted(part).strip(".,'-")
        if bare and bare not in "Øø" and any(map(str.isalnum, bare)) and not (bare != word and is_code(bare)):
            yield bare if bare[1:2].isdigit() else bare.lstrip("$€£¥₹")


def _dotted(part: str) -> str:
    """Points stay in numbers and between letters ("StarTech.com"); initials lose them."""
    part = re.sub(r"(?<![^\W\d_]{2})(?<=[^\W\d_])\.(?=[^\W\d_](?:\.|$))", "", part)
    return re.sub(r"(?<!\w)[.,]|[.,](?!\w)|(?<=\D),", " ", part).replace(" ", "")

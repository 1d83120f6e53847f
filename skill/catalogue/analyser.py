"""From words to search tokens: one code path for what the merchant wrote and what the shopper said."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from skill.catalogue.language import Language, language_of, pairs, unglued
from skill.catalogue.numerals import digits

__all__ = ["askable", "compounds", "digits", "fold", "fused", "stem", "tokens", "unfolded"]

_SIGNS = {"%": " percent ", "&": " and ", "+": " plus ", "½": " half ", "¼": " quarter "}
_FRACTIONS = re.compile(r"(?<![\d/])(?:(1/2)|1/4)(?![\d/])")
_DROPPED = re.compile(r"['’`´ʼ\u0640\u200c-\u200f]")
# What belongs to a word: Python's \w leaves out Devanagari's vowel signs.
_MARKS = "\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963"
_BREAKS = re.compile(rf"[^\w.$€£¥₹{_MARKS}]+|(?<!\d)\.|\.(?!\d)|_")
# What may stand before or after a word and does not belong to it.
_AROUND = ".,;:!?\"'()¿¡،؛؟"
_SCRIPTS = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ı": "i",
        # Arabic: letters that are written one for the other; Persian and Gulf forms of the same.
        "ة": "ه",
        "ى": "ي",
        "ی": "ي",
        "ک": "ك",
        "ٱ": "ا",
        "پ": "ب",
        "چ": "ج",
        "ڤ": "ف",
        "گ": "ك",
        **{chr(zero + value): str(value) for zero in (0x0660, 0x06F0, 0x0966) for value in range(10)},
    }
)
# Accents and vowel signs that are left out; Devanagari's and kana voicing are part of the letter.
_ACCENTS = re.compile(
    "[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u1ab0-\u1aff\u20d0-\u20ff]"
)
_PLAIN_WORDS = re.compile("[a-z0-9 ]*$")
# A dot for sounds of Persian and Arabic, written or not.
_NUKTA = re.compile("(?<=[कखगजफ])\u093c")
# "12oz" is two words, "ps4" is one.
_GLUED = re.compile(r"(?<![^\W\d])(\d+(?:\.\d+)?)([^\W\d]+)")
_DIGIT = re.compile(r"\d")
_DIMENSION = re.compile(r"(\d)\s*(?:x|by)\s*(?=\d)")
# Compounds: how short a part may be, how short a noun that closes one of which the rest is unknown, and what
# stands between parts.
_SHORTEST_PART, _CLOSING, _LEFT = 2, 4, 3
_COMMA = re.compile(r"(?<=\d),(?=\d)")
_LINKS = ("s", "n", "en", "es", "er", "e")


def fold(text: str) -> str:
    """Lower case, no accents, no punctuation but decimal points and currency signs; Arabic letters that
    stand for each other are one, and digits of every script are 0 to 9."""
    text = text.lower()
    if not _PLAIN_WORDS.match(text):
        if "/" in text:
            text = _FRACTIONS.sub(lambda found: " half " if found[1] else " quarter ", text)
        for sign, word in _SIGNS.items():
            if sign in text:
                text = text.replace(sign, word)
        text = _DROPPED.sub("", text)
        if not text.isascii():
            text = _plain(text)
        text = _BREAKS.sub(" ", text)
    return " ".join(text.split())


def unfolded(folded: str, said: str) -> str:
    """Folded words as they were said: "mohren" of "Zwei Kilo Möhren" is "möhren" again. Words that are not
    in `said`, as numbers become when they are digits, stay as they are."""
    if said.isascii() and "'" not in said:
        return folded
    written = {fold(word): word for word in (part.strip(_AROUND) for part in said.lower().split())}
    return " ".join(written.get(word, word) for word in folded.split())


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).translate(_SCRIPTS))
    text = unicodedata.normalize("NFC", _ACCENTS.sub("", text)).translate(_SCRIPTS).lower()
    return _NUKTA.sub("", _DROPPED.sub("", text))


def tokens(text: str, *, language: str, stop: frozenset[str] = frozenset()) -> list[str]:
    """Search tokens of `text` in order: folded, numbers as digits, "12oz" split, units and words with two
    names under one, spelled letters joined, stemmed; Chinese characters and kana in pairs."""
    rules = language_of(language)
    return [stem(word, language) for word in _words(text, rules, stop)]


def compounds(text: str, *, language: str) -> list[str]:
    """Search tokens of the nouns that compounds in `text` are made of: "Hafermilch" is hafer and milch."""
    rules = language_of(language)
    if not rules.parts:
        return []
    found = (part for word in _words(text, rules, frozenset()) for part in _parts(word, language))
    return [stem(part, language) for part in found]


def askable(text: str, *, language: str, stop: frozenset[str] = frozenset()) -> set[str]:
    """What may be asked of something called `text`: its tokens, and the nouns its compounds are made of.
    "Honig" asks for "Kleehonig", and no "Honig" is asked for by "Kleehonig"."""
    found = tokens(text, language=language, stop=stop)
    return {*found, *compounds(text, language=language)}


def _words(text: str, rules: Language, stop: frozenset[str]) -> list[str]:
    if rules.elided:
        text = rules.elided.sub(" ", text)
    if rules.comma and "," in text:
        text = _COMMA.sub(".", text)
    if rules.name != "en" and ("&" in text or "+" in text):
        # Folding has only the English words for them.
        text = text.replace("&", " ").replace("+", " ")
    plain = digits(fold(text), language=rules.name)
    counted = _DIGIT.search(plain) is not None
    if counted:
        plain = _GLUED.sub(r"\1 \2", plain)
        if "x" in plain or " by " in plain:
            plain = _DIMENSION.sub(r"\1x", plain)
    words = plain.split()
    if min(map(len, words), default=0) == 1 or not rules.doubled.keys().isdisjoint(words):
        words = _spelled(words, rules)
    if rules.paired:
        words = pairs(words)
    if rules.glued:
        words = list(unglued(words, rules.glued))
    if not counted and rules.names.keys().isdisjoint(words):
        return [word for word in words if word not in stop]
    return _renamed(words, rules, stop)


def fused(sequence: Sequence[str], *, language: str) -> list[str]:
    """A number and the unit after it as one token: "16oz" tells more than "16" and "oz" do."""
    units = language_of(language).canonical
    return [one + two for one, two in pairwise(sequence) if two in units and one[0].isdigit()]


def _spelled(words: list[str], rules: Language) -> list[str]:
    """ "p v c" is pvc and "double a" aa; "a d battery" is no ad."""
    done: list[str] = []
    run: list[str] = []
    count = 0
    for word in (*words, ""):
        times = rules.doubled.get(word, 0) if word else 0
        if len(word) == 1 and word.isalpha() and word.isascii():
            run.append(word * (count or 1))
            count = 0
            continue
        if count:
            done.append(rules.doubling[count])
            count = 0
        if run:
            done += _joined(run, rules)
            run = []
        if times:
            count = times
        elif word:
            done.append(word)
    return done


def _joined(run: list[str], rules: Language) -> list[str]:
    article = len(run) == 2 and run[0] == "a" and run[1] != "a"
    words = all(letter in rules.letters for letter in run) and len(set(run)) > 1
    return run if article or words or len(run) == 1 else ["".join(run)]


def _renamed(words: Sequence[str], rules: Language, stop: frozenset[str]) -> list[str]:
    """Phrases that are another name for something under its one name, units under their sign, and
    without stop words."""
    done: list[str] = []
    at = 0
    while at < len(words):
        word = words[at]
        for phrase, name in rules.names.get(word, ()):
            if tuple(words[at : at + len(phrase)]) == phrase:
                done += name
                at += len(phrase)
                break
        else:
            at += 1
            if word not in stop:
                counted = at >= 2 and words[at - 2][0].isdigit()
                done.append(rules.units.get(word, word) if counted else word)
    return done


@lru_cache(maxsize=100_000)
def stem(word: str, language: str) -> str:
    """A folded word as a search token."""
    rules = language_of(language)
    if word in rules.canonical or (word.isascii() and not word.isalpha()) or any(map(str.isdigit, word)):
        return word
    if rules.stemmer:
        return str(rules.stemmer.stemWord(word))
    cut = next((e for e in rules.endings if word.endswith(e) and len(word) - len(e) >= _LEFT), "")
    return word.removesuffix(cut)


@lru_cache(maxsize=50_000)
def _parts(word: str, language: str) -> tuple[str, ...]:
    """What a compound is made of: all its parts where all are known, else the noun that closes it."""
    known = language_of(language).parts
    if len(word) < 2 * _SHORTEST_PART or not word.isalpha() or word in known:
        return ()
    if whole := _cut_up(word, known):
        return whole
    closing = (word[at:] for at in range(_SHORTEST_PART, len(word) - _CLOSING + 1))
    return next(((noun,) for noun in closing if noun in known), ())


def _cut_up(word: str, known: frozenset[str]) -> tuple[str, ...]:
    """The parts of a compound that is nothing but known parts, the longest first part first."""
    for at in range(len(word) - _SHORTEST_PART, _SHORTEST_PART - 1, -1):
        first, rest = word[:at], word[at:]
        if first in known or any(first.endswith(link) and first[: -len(link)] in known for link in _LINKS):
            if rest in known:
                return first, rest
            if further := _cut_up(rest, known):
                return first, *further
    return ()

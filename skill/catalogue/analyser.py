"""From words to search tokens: one code path for what the merchant wrote and what the shopper said."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import Stemmer
from text_to_num import alpha2digit

_SIGNS = {
    "%": " percent ",
    "&": " and ",
    "+": " plus ",
    "½": " half ",
    "¼": " quarter ",
    "1/2": " half ",
    "1/4": " quarter ",
}
_STEMMERS = {"en": "english"}
_NUMBERS = {"en"}
_DROPPED = re.compile(r"['’`´]")
_BREAKS = re.compile(r"[^\w.$€£]+|(?<!\d)\.|\.(?!\d)|_")
# "12oz" is two words, "ps4" is one.
_GLUED = re.compile(r"(?<![^\W\d])(\d+)([^\W\d])")


def fold(text: str) -> str:
    """Lower case, no accents, no punctuation but decimal points and currency signs."""
    text = _DROPPED.sub("", text.lower())
    for sign, word in _SIGNS.items():
        text = text.replace(sign, word)
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(_BREAKS.sub(" ", plain).split())


def digits(text: str, *, language: str) -> str:
    """Number words as digits, so that "two percent" and "2%" are the same thing."""
    return str(alpha2digit(text, language, 0)) if language in _NUMBERS and text else text


@lru_cache(maxsize=8)
def _stemmer(language: str) -> Stemmer.Stemmer | None:
    name = _STEMMERS.get(language)
    return Stemmer.Stemmer(name) if name else None


def tokens(text: str, *, language: str, stop: frozenset[str] = frozenset()) -> list[str]:
    """Search tokens of `text` in order: folded, numbers as digits, "12oz" split, stemmed."""
    plain = _GLUED.sub(r"\1 \2", digits(fold(text), language=language))
    words = [word for word in plain.split() if word not in stop]
    stemmer = _stemmer(language)
    return list(stemmer.stemWords(words)) if stemmer else words

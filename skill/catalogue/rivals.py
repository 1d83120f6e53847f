"""What else a word that nobody knows here may have been: heard as "coat milk", it is goat milk or oat milk,
and for the shopper to say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from skill.catalogue.analyser import tokens
from skill.catalogue.reading import Frequency, neighbours
from skill.catalogue.results import Scored
from skill.catalogue.words import Query, load
from skill.commerce.product import Product

# So much alike in spelling is another word as likely heard as one that sounds the same.
_AS_MUCH_ALIKE = 0.7


def rivals(
    query: Query,
    *,
    language: str,
    frequency: Frequency,
    lexicon: Sequence[memoryview],
    search: Callable[[Query], Sequence[Scored]],
) -> tuple[Product, ...]:
    """The best product for each other reading of the query's unknown words, when it holds all of them."""
    found: dict[str, Product] = {}
    for other in _readings(query, language, frequency, lexicon):
        hits = search(other)
        if hits and hits[0].cover == 100:
            found[hits[0].sku] = hits[0].product
    return tuple(found.values())


@lru_cache(maxsize=8_192)
def _token(word: str, language: str) -> str:
    """The search token of a word; empty where it is none, or several."""
    said = tokens(word, language=language, stop=load(language).stop)
    return said[0] if len(said) == 1 else ""


def _readings(
    query: Query, language: str, frequency: Frequency, lexicon: Sequence[memoryview]
) -> Iterator[Query]:
    words = query.text.split()
    for at, word in enumerate(words):
        said = _token(word, language)
        if not said or frequency(said):
            continue
        senses = neighbours(said, language, lexicon)
        if any(sense.sure for sense in senses):
            others = (sense for sense in senses if not sense.sure and sense.weight >= _AS_MUCH_ALIKE)
            yield from (
                replace(query, text=" ".join((*words[:at], other.token, *words[at + 1 :])))
                for other in others
            )

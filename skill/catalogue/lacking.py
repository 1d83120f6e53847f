"""Whether a product lacks what a shopper wants to do without: it does not name it, or names it as lacking."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from skill.catalogue.analyser import tokens
from skill.catalogue.words import load
from skill.commerce.product import Product

# Written on labels in every language of the feeds we saw.
_NONE = ("no", "non", "zero", "0")


def product_lacks(product: Product, unwanted: Iterable[str], *, locale: str) -> bool:
    """Whether a product lacks each of these, by its name in `locale` (or a language) and its title."""
    name = f"{product.name(locale)} {product.title}"
    return all(lacks(name, phrase, language=locale[:2]) for phrase in unwanted)


def lacks(text: str, unwanted: str, *, language: str) -> bool:
    """ "Juice, no pulp" and "gluten free pasta" lack pulp and gluten; "lime water" does not lack lime."""
    held, wanted = tokens(text, language=language), tokens(unwanted, language=language)
    before, after = _signs(language)
    size = len(wanted)
    for at in range(len(held) - size + 1):
        if held[at : at + size] == wanted:
            marked = held[at - 1 : at] and held[at - 1] in before
            if not marked and held[at + size : at + size + 1] != [after]:
                return False
    return True


@lru_cache(maxsize=16)
def _signs(language: str) -> tuple[frozenset[str], str]:
    """What stands before something that is lacking, and what after it."""
    words = load(language)
    last = (phrase.split()[-1] for phrase in words.data["lacking"])
    before = (token for word in (*last, *_NONE) for token in tokens(word, language=language))
    return frozenset(before), next(iter(tokens(words.free, language=language)), "")

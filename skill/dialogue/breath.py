"""Several products in one breath: where one ends and the next begins.

"Milk, a dozen eggs and two loaves of bread" is three wishes, "mac and cheese" is one. What the shop sells
decides: a stretch of words is one wish when some product's name holds all of them, and of all ways to cut a
sentence into such stretches the one with the fewest is meant."""

from __future__ import annotations

from functools import cache

from skill.catalogue.analyser import digits, fold, tokens
from skill.catalogue.results import Found, Several
from skill.catalogue.words import load
from skill.commerce.product import Product
from skill.dialogue import reference
from skill.shop import Shop

# Longer lists are not said in one breath, and every stretch costs a search.
MAX_WORDS = 24
_MAX_STRETCH = 8
# A stretch that is nothing the shop sells: dearer than any number of stretches that are.
_UNKNOWN = 1000


def wishes(text: str, shop: Shop) -> tuple[str, ...]:
    """The wishes in `text`, in order; the whole text when it is one, or too long to tell."""
    words = load(shop.locale[:2])
    plain = text.replace(",", f" {words.and_[0]} ")
    said = digits(fold(plain), language=shop.locale[:2]).split()
    while said and said[0] in words.and_:
        said.pop(0)
    if not 2 < len(said) <= MAX_WORDS:
        return (text,)
    joints = {place for place, word in enumerate(said) if word in words.and_}
    # Without an "and" or a pause it is one thing, however many words it has.
    if not joints or sold(text, shop):
        return (text,)

    @cache
    def known(start: int, end: int) -> bool:
        return sold(" ".join(said[start:end]), shop)

    @cache
    def best(start: int) -> tuple[int, tuple[tuple[int, int], ...]]:
        while start in joints:
            start += 1
        if start >= len(said):
            return 0, ()
        choices = []
        for end in range(start + 1, min(len(said), start + _MAX_STRETCH) + 1):
            if end < len(said) and end - 1 in joints:
                continue
            cost = 1 if known(start, end) else _UNKNOWN if _closed(start, end) else None
            if cost is not None:
                rest, stretches = best(end)
                choices.append((cost + rest, ((start, end), *stretches)))
        return min(choices, key=lambda choice: choice[0]) if choices else (_UNKNOWN, ((start, len(said)),))

    def _closed(start: int, end: int) -> bool:
        """Words nobody sells are kept together from one joint to the next."""
        return (end == len(said) or end in joints) and not any(place in joints for place in range(start, end))

    _, stretches = best(0)
    return tuple(" ".join(said[start:end]) for start, end in stretches)


def sold(text: str, shop: Shop) -> bool:
    """Whether some product's name, brand and kind hold every word of a wish (its amount aside)."""
    asked = reference.query(text, shop)
    if not any(word.isalpha() and word not in load(shop.locale[:2]).stop for word in asked.text.split()):
        return False
    result = shop.catalogue.find(asked)
    if not isinstance(result, Found | Several):
        return False
    best = result.product if isinstance(result, Found) else result.products[0]
    return holds(best, asked.text, shop)


def holds(product: Product, words: str, shop: Shop) -> bool:
    """Whether the product's own words hold all of these."""
    language, stop = shop.locale[:2], load(shop.locale[:2]).stop
    about = (product.name(shop.locale), product.title, product.brand, product.colour, product.size)
    own = set(tokens(" ".join((*about, *product.category, *product.diet)), language=language, stop=stop))
    return set(tokens(words, language=language, stop=stop)) <= own

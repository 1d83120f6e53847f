"""Several products in one breath: where one ends and the next begins.

"Milk, a dozen eggs and two loaves of bread" is three wishes, "mac and cheese" is one, and so is "ورق عنب",
though its first letter may be an "and" written onto a word. What the shop sells decides: a stretch of words
is one wish when some product's name holds all of them, and of all ways to cut a sentence into such stretches
the one with the fewest is meant."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from skill.catalogue.analyser import askable, digits, fold, tokens, unfolded
from skill.catalogue.results import Found, Several
from skill.catalogue.words import Words, load
from skill.commerce.product import Product
from skill.dialogue import reference
from skill.dialogue.intent import Heard
from skill.shop import Shop

# Longer lists are not said in one breath, and every stretch costs a search.
MAX_WORDS = 24
_MAX_STRETCH = 8
# A stretch that is nothing the shop sells: dearer than any number of stretches that are.
_UNKNOWN = 1000
# What is left of a word that an "and" was taken off has as many letters.
_LEFT = 2
_PAUSES = str.maketrans({"،": ",", "、": ",", ";": ",", "؛": ","})


def wishes(text: str, shop: Shop) -> tuple[str, ...]:
    """The wishes in `text`, in order; the whole text when it is one, or too long to tell."""
    words = load(shop.locale[:2])
    plain = text.translate(_PAUSES).replace(",", f" {words.and_[0]} ")
    said = digits(fold(plain), language=shop.locale[:2]).split()
    while said and said[0] in words.and_:
        said.pop(0)
    openers = words.one | frozenset(words.data.get("some", ()))
    joints = {place for place, word in enumerate(said) if word in words.and_}
    glued = {at for at, word in enumerate(said) if at and _glued(word, words, shop)}
    if not len(said) + len(glued) > 2 or len(said) > MAX_WORDS:
        return (text,)
    # Without an "and" or a pause it is one thing, however many words it has.
    if (not joints and not glued) or sold(text, shop, named=bool(joints)):
        return (text,)

    def phrase(start: int, end: int, *, bare: bool) -> str:
        first = _bare(said[start], words) if bare else said[start]
        return " ".join((first, *said[start + 1 : end]))

    @cache
    def known(start: int, end: int) -> str:
        """The words from `start` on as something the shop sells, its first without its "and" where it has
        one; "" when it sells no such thing."""
        bare = phrase(start, end, bare=True)
        whole = phrase(start, end, bare=False)
        if whole != bare and _alike(whole, bare, shop):
            whole = bare
        across = any(place in joints or said[place] in openers for place in range(start + 1, end))
        return next((words for words in dict.fromkeys((whole, bare)) if sold(words, shop, named=across)), "")

    @cache
    def best(start: int) -> tuple[int, tuple[str, ...]]:
        while start in joints:
            start += 1
        if start >= len(said):
            return 0, ()
        choices = []
        for end in range(start + 1, min(len(said), start + _MAX_STRETCH) + 1):
            if end < len(said) and end - 1 in joints:
                continue
            wish = known(start, end)
            if wish or _closed(start, end):
                rest, others = best(end)
                wish, cost = (wish, 1) if wish else (phrase(start, end, bare=start > 0), _UNKNOWN)
                choices.append((cost + rest, (wish, *others)))
        last = (_UNKNOWN, (phrase(start, len(said), bare=start > 0),))
        return min(choices, key=lambda choice: choice[0]) if choices else last

    def _closed(start: int, end: int) -> bool:
        """Words nobody sells are kept together from one joint to the next."""
        ends = end == len(said) or end in joints or end in glued
        return ends and not any(at in joints or (at in glued and at > start) for at in range(start, end))

    # A word may be said again without what was written onto it.
    spelled = " ".join((text, *(word[1:] for word in text.split() if word[:1] in words.joined)))
    return tuple(unfolded(wish, spelled) for wish in best(0)[1])


def unjoined(heard: Heard, shop: Shop, *, slot: str = "product") -> Heard:
    """What was heard, its product without an "and" written onto it: "وبيض" goes on with eggs."""
    text = heard.text(slot)
    if not text or _bare(text, load(shop.locale[:2])) == text or sold(text, shop):
        return heard
    bare = replace(heard.slots[slot], text=text[1:])
    return replace(heard, slots={**heard.slots, slot: bare}) if sold(text[1:], shop) else heard


def _bare(word: str, words: Words) -> str:
    """A word without the "and" that may be written onto it."""
    return word[1:] if word[:1] in words.joined and len(word) > _LEFT and not word[1:].isdigit() else word


def _glued(word: str, words: Words, shop: Shop) -> bool:
    """Whether a word begins with an "and", and is nothing the shop sells with that letter."""
    bare = _bare(word, words)
    return bare != word and (_alike(word, bare, shop) or not sold(word, shop))


def _alike(one: str, other: str, shop: Shop) -> bool:
    """Whether a search sees the same words in both."""
    language = shop.locale[:2]
    return tokens(one, language=language) == tokens(other, language=language)


def sold(text: str, shop: Shop, *, named: bool = False) -> bool:
    """Whether some product's name, brand and kind hold every word of a wish, its amount and size aside.
    `named`: its name alone must: "butter and bread" is no croissant, though that is butter and bread."""
    asked = reference.sizeless(reference.query(text, shop), shop)
    if not any(word.isalpha() and word not in load(shop.locale[:2]).stop for word in asked.text.split()):
        return False
    result = shop.catalogue.find(asked)
    if not isinstance(result, Found | Several):
        return False
    best = result.product if isinstance(result, Found) else result.products[0]
    return holds(best, asked.text, shop, named=named)


def holds(product: Product, words: str, shop: Shop, *, named: bool = False) -> bool:
    """Whether the product's own words (or its name alone) hold all of these."""
    language, stop = shop.locale[:2], load(shop.locale[:2]).stop
    about = (product.name(shop.locale), product.title, product.brand, product.colour, product.size)
    kinds = () if named else (*product.category, *product.kind(language), *product.diet)
    own = askable(" ".join((*about, *kinds)), language=language, stop=stop)
    return set(tokens(words, language=language, stop=stop)) <= own

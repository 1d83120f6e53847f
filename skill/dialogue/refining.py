"""A search that goes on: the wishes of the list last read, kept while one of them changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, cast

from skill.catalogue.analyser import askable, tokens
from skill.catalogue.language import language_of
from skill.catalogue.results import Found, Nothing, Result
from skill.catalogue.words import Query
from skill.commerce.product import Product
from skill.dialogue import reference
from skill.dialogue.breath import holds
from skill.dialogue.conversation import Listing, Wish
from skill.shop import Shop

_BOUNDS = ("low", "high")
_FLAGS = ("cheapest", "dearest", "popular", "on_offer")
_PHRASES = ("only", "without", "lacking")


def wish(asked: Query | None) -> Wish:
    """What a query wants besides its words, which `again` reads; empty for words alone."""
    if asked is None:
        return {}
    kept = {name: getattr(asked, name) for name in (*_BOUNDS, *_FLAGS)}
    phrases = {name: getattr(asked, name) for name in _PHRASES}
    wished = {name: value for name, value in {**kept, **phrases}.items() if value not in (None, False, ())}
    return cast(Wish, wished)


def again(listing: Listing, shop: Shop) -> Query:
    """The query of the list last read."""
    plain = reference.query("", shop)
    known: dict[str, Any] = {**listing.wish}
    return replace(plain, text=listing.words, **known)


def refined(
    listing: Listing, more: Query, shop: Shop, *, shown: Product | None = None
) -> tuple[Query, Result]:
    """The list's search with `more` wishes, and what it finds: a new price takes the place of the old one,
    other wishes are kept beside. When no product is all of it, a brand, colour or size said now replaces
    that of `shown`."""
    base = _held(again(listing, shop), listing, shop)
    asked = _both(base, more, base.text)
    result = shop.catalogue.find(asked)
    if not more.text or _is_whole(result):
        return asked, result
    others = [more] if _names_a_kind(more, shop) else []
    less = _without_traits(base.text, shown, shop) if shown else ""
    if less and less != base.text:
        others.insert(0, _both(base, more, less))
    for other in others:
        if _is_whole(found := shop.catalogue.find(other)):
            return other, found
    for words in _shorter(base):
        found = shop.catalogue.find(other := _both(base, more, words))
        if _is_whole(found) and _fits_as_well(found, listing, shop):
            return other, found
    return asked, result


def _shorter(base: Query) -> Iterator[str]:
    """The words with fewer and fewer of what was wished beside the thing itself: "oat milk", "milk"."""
    words = base.text.split()
    for left in range(len(words) - 1, 0, -1):
        yield " ".join(words[:left] if language_of(base.language).first else words[-left:])


def _fits_as_well(found: Result, listing: Listing, shop: Shop) -> bool:
    """Whether it is good for whoever what was read is good for: who looked for vegan cheese wants no
    other, however it is called."""
    if isinstance(found, Nothing):
        return False
    best = found.product if isinstance(found, Found) else found.products[0]
    return all(diet in best.diet for diet in _shared_diets(shop.products(listing.said)))


def _shared_diets(products: Sequence[Product]) -> frozenset[str]:
    diets = [frozenset(product.diet) for product in products]
    return frozenset.intersection(*diets) if diets else frozenset()


def _is_whole(result: Result) -> bool:
    return not isinstance(result, Nothing) and result.whole


def _held(base: Query, listing: Listing, shop: Shop) -> Query:
    """The list's query without words that nothing read from it has: they were looked for in vain."""
    shown = shop.products(listing.said)
    words = base.text.split()
    kept = [word for word in words if any(holds(product, word, shop) for product in shown)]
    if not kept or len(kept) == len(words) or _is_whole(shop.catalogue.find(base)):
        # A word misheard or called otherwise led there all the same.
        return base
    return replace(base, text=" ".join(kept))


def _names_a_kind(more: Query, shop: Shop) -> bool:
    """Whether the new words name a thing of their own: bread does, blue is but a kind of what was read."""
    result = shop.catalogue.find(more)
    if isinstance(result, Nothing) or not result.whole:
        return False
    best = result.product if isinstance(result, Found) else result.products[0]
    kinds = askable(" ".join(best.kind(shop.locale[:2])), language=shop.locale[:2])
    return bool(set(tokens(more.text, language=shop.locale[:2])) & kinds)


def _both(base: Query, more: Query, words: str) -> Query:
    """`more` on top of `base`, which contributes `words`."""
    bounds = more if more.bounded else base
    flags: dict[str, Any] = {
        name: getattr(more, name) or getattr(base, name) for name in ("popular", "on_offer")
    }
    order = more if more.cheapest or more.dearest else base
    phrases: dict[str, Any] = {
        name: tuple(dict.fromkeys((*getattr(base, name), *getattr(more, name)))) for name in _PHRASES
    }
    new = [word for word in more.text.split() if word not in words.split()]
    return replace(
        more,
        text=" ".join((words, *new) if language_of(more.language).first else (*new, words)).strip(),
        low=bounds.low,
        high=bounds.high,
        cheapest=order.cheapest,
        dearest=order.dearest,
        **flags,
        **phrases,
    )


def _without_traits(words: str, shown: Product, shop: Shop) -> str:
    """The words without brand, colour and size of the product they led to."""
    language = shop.locale[:2]
    own = set(tokens(" ".join((shown.brand, shown.colour, shown.size)), language=language))
    return " ".join(word for word in words.split() if not set(tokens(word, language=language)) & own)

"""A search that goes on: the wishes of the list last read, kept while one of them changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from skill.catalogue.analyser import tokens
from skill.catalogue.language import language_of
from skill.catalogue.results import Nothing, Result
from skill.catalogue.words import Query
from skill.commerce.product import Product
from skill.dialogue import reference
from skill.dialogue.conversation import Listing
from skill.shop import Shop

_BOUNDS = ("low", "high")
_FLAGS = ("cheapest", "dearest", "popular", "on_offer")
_PHRASES = ("only", "without", "lacking")


def wish(asked: Query | None) -> Mapping[str, Any]:
    """What a query wants besides its words, as JSON that `again` reads; empty for words alone."""
    if asked is None:
        return {}
    kept = {name: getattr(asked, name) for name in (*_BOUNDS, *_FLAGS)}
    phrases = {name: list(getattr(asked, name)) for name in _PHRASES}
    return {name: value for name, value in {**kept, **phrases}.items() if value not in (None, False, [])}


def again(listing: Listing, shop: Shop) -> Query:
    """The query of the list last read."""
    plain = reference.query("", shop)
    known: dict[str, Any] = {
        name: tuple(value) if name in _PHRASES else value
        for name, value in listing.wish.items()
        if name in (*_BOUNDS, *_FLAGS, *_PHRASES)
    }
    return replace(plain, text=listing.words, **known)


def refined(
    listing: Listing, more: Query, shop: Shop, *, shown: Product | None = None
) -> tuple[Query, Result]:
    """The list's search with `more` wishes, and what it finds: a new price takes the place of the old one,
    other wishes are kept beside. When no product is all of it, a brand, colour or size said now replaces
    that of `shown`."""
    base = again(listing, shop)
    asked = _both(base, more, base.text)
    result = shop.catalogue.find(asked)
    if shown is None or not more.text or (not isinstance(result, Nothing) and result.whole):
        return asked, result
    less = _without_traits(base.text, shown, shop)
    if not less or less == base.text:
        return asked, result
    other = _both(base, more, less)
    found = shop.catalogue.find(other)
    better = not isinstance(found, Nothing) and found.whole
    return (other, found) if better else (asked, result)


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

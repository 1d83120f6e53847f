"""Which of the things just offered was meant: by position, by name, by what sets one apart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from skill.catalogue.analyser import askable, digits, fold, tokens
from skill.catalogue.lacking import product_lacks
from skill.catalogue.words import load, trim, understand, whole_amount
from skill.commerce.product import Product
from skill.commerce.quantity import Amount, Pieces, pieces
from skill.dialogue.turn import Slot

# Traits that compare things with each other; every other trait is a diet a product says it fits.
COMPARATIVE = frozenset({"cheaper", "dearer", "bigger", "smaller", "popular", "rated", "other_brand"})


def by_position(slot: Slot | None, *, options: Sequence[str], focus: str | None = None) -> str | None:
    """The option at "1" … "9" or "last", or the "other" of two, one of which is `focus`; None when the slot
    names no position there is."""
    place = slot.ids[0] if slot and slot.ids else ""
    if not options:
        return None
    if place == "other":
        others = [option for option in options if option != focus]
        return others[0] if len(others) == 1 else None
    if place == "last":
        return options[-1]
    if place.isdigit() and 1 <= int(place) <= len(options):
        return options[int(place) - 1]
    return None


def by_trait(trait: str | None, *, products: Sequence[Product], now: datetime) -> Product | None:
    """The one that is cheaper, dearer, bigger or smaller than the rest, or the only one of a diet.
    None when the trait does not single one out."""
    if not trait or not products:
        return None
    if trait in ("cheaper", "dearer"):
        prices = [product.price_at(now).minor for product in products]
        best = min(prices) if trait == "cheaper" else max(prices)
        return products[prices.index(best)] if prices.count(best) == 1 else None
    if trait in ("bigger", "smaller"):
        sizes = [product.measure.milli if product.measure else 0 for product in products]
        best = max(sizes) if trait == "bigger" else min(sizes)
        return products[sizes.index(best)] if best and sizes.count(best) == 1 else None
    if trait in ("popular", "rated"):
        figures = [product.popularity if trait == "popular" else product.rating for product in products]
        best = max(figures)
        return products[figures.index(best)] if best and figures.count(best) == 1 else None
    fitting = [product for product in products if trait in product.diet]
    return fitting[0] if len(fitting) == 1 else None


def by_amount(text: str, *, products: Sequence[Product], locale: str) -> Product | None:
    """The only one that holds just the amount said: "a dozen", "the half gallon"."""
    language = locale[:2]
    words = load(language)
    said = trim(digits(fold(text), language=language), words=words)
    amount = whole_amount(said, words=words)
    if amount is None or amount.unit in ("piece", "pack"):
        return None
    fitting = [product for product in products if pieces(amount, product) == Pieces(1)]
    if not any(product.measure for product in products):
        # The shop gives no measures, but the names may say them.
        sizes = {product.sku: product.name(locale).split(", ", 1)[1:] for product in products}
        fitting = [p for p in products if _is_amount(sizes[p.sku], amount, language)]
    return fitting[0] if len(fitting) == 1 else None


def _is_amount(size: Sequence[str], amount: Amount, language: str) -> bool:
    said = digits(fold(" ".join(size)), language=language)
    return bool(said) and whole_amount(said, words=load(language)) == amount


def by_name(text: str, *, products: Sequence[Product], locale: str, now: datetime) -> tuple[Product, ...]:
    """The products whose spoken name, brand, colour or size holds most of these words; several when
    they tie, none when no word fits. "The one without lime" is none that has it."""
    language = locale[:2]
    said = understand(text, words=load(language), now=now)
    held = {product.sku: _words(product, locale) for product in products}
    unwanted = [set(tokens(phrase, language=language)) for phrase in said.without]
    left = [p for p in products if not any(words <= held[p.sku] for words in unwanted)]
    left = [p for p in left if product_lacks(p, said.lacking, locale=locale)] or left
    if len(left) < len(products):
        # What was ruled out is settled; a name that is left must still fit.
        text = said.text
        if said.lacking or not tokens(text, language=language):
            return tuple(left)
    asked = set(tokens(text, language=language, stop=load(language).stop))
    if not asked:
        return ()
    products = left
    best, fitting = 0, []
    for product in products:
        common = len(asked & held[product.sku])
        if common > best:
            best, fitting = common, [product]
        elif common == best and common:
            fitting.append(product)
    # "The lean one" is the one called so, though the label of another says it too.
    called = [p for p in fitting if asked <= askable(p.spoken(locale), language=language)]
    return tuple(called or fitting)


def only_unwanted(text: str, *, locale: str, now: datetime) -> bool:
    """Whether the words name nothing but what is not wanted."""
    said = understand(text, words=load(locale[:2]), now=now)
    return bool(said.without) and not said.text


def _words(product: Product, locale: str) -> set[str]:
    about = (product.spoken(locale), product.title, product.brand, product.colour, product.size)
    return askable(" ".join((*about, *product.diet)), language=locale[:2])

"""One product in several variants: the colour or size is asked for, by the words that set them apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from skill.catalogue.analyser import digits, fold
from skill.catalogue.results import Several, skus_of
from skill.catalogue.words import Query, load
from skill.commerce.product import Product, said
from skill.dialogue.conversation import Listing, Question
from skill.dialogue.refining import wish
from skill.dialogue.reply import Join, Message, Reply, say
from skill.dialogue.turn import Slot
from skill.shop import Shop

# Single words are quickly said: more of them fit in one breath than names with prices.
_SAID = 5
COLOUR, SIZE, KIND = "colour", "size", "kind"


def of_one_product(result: Several, shop: Shop) -> tuple[Product, ...]:
    """What ties, when all of it are variants of one product; nothing otherwise. What is sold out is left
    out while there is another, so that one may be all there is."""
    tied = tuple(result.products[: result.close])
    groups = {product.group for product in tied}
    if len(tied) < 2 or len(groups) > 1 or "" in groups:
        return ()
    there = shop.in_stock(tied) or tied
    return there if len(there) == 1 or _tellable(there, shop.locale) else ()


def ask_variant(
    variants: Sequence[Product],
    *,
    intent: str,
    slots: Mapping[str, Slot],
    words: str,
    shop: Shop,
    frozen: Mapping[str, str | int] | None = None,
    asked: Query | None = None,
) -> Reply:
    """Ask for the colour, then for the size, of a product in several `variants`. `intent` is called again
    with the one chosen."""
    by = differs_in(variants)
    labels = _labels(variants, by, shop.locale)
    # The first of every colour in front, so that "the second one" is the second colour said.
    first = [next(p for p in variants if _value(p, by) == value) for value in labels]
    ordered = (*first, *(product for product in variants if product not in first))
    prices = {product.price_at(shop.now) for product in variants}
    items: list[str | Message] = [labels[_value(product, by)] for product in first[:_SAID]]
    if len(prices) > 1:
        items = [
            say("find_product.item", product=labels[_value(product, by)], price=product.price_at(shop.now))
            for product in first[:_SAID]
        ]
    name = _common(variants, shop.locale)
    lead = say("find_product.in_variants", product=name) if name else None
    if name and len(prices) == 1:
        lead = say("find_product.item", product=name, price=variants[0].price_at(shop.now))
        lead = say("find_product.page", items=Join((lead,)))
    skus = skus_of(ordered)
    return Reply(
        say=(lead,) if lead else (),
        prompt=say(f"find_product.which_{by}", items=Join(tuple(items), "or")),
        ask=Question(
            intent=intent,
            awaiting="product",
            options=skus,
            slots=slots,
            frozen={**(frozen or {}), "variant": by},
        ),
        listing=Listing(
            words=words, wish=wish(asked), skus=skus, shown=len(skus), catalogue=shop.catalogue.version
        ),
    )


def called(text: str, variants: Sequence[Product], by: str, *, locale: str) -> str | None:
    """The SKU of the first variant whose colour, size or kind is called just so; None when none is."""
    said = digits(fold(text), language=locale[:2])
    labels = _labels(variants, by, locale)
    for product in variants:
        if said and said == digits(fold(labels[_value(product, by)]), language=locale[:2]):
            return product.sku
    return None


def still_open(chosen: Product, options: Sequence[Product], by: str) -> tuple[Product, ...]:
    """The options that share the value chosen, when something else about them is to be asked yet."""
    same = tuple(product for product in options if _value(product, by) == _value(chosen, by))
    return same if len(same) > 1 else ()


def differs_in(variants: Sequence[Product]) -> str:
    """What to ask for first: the colour, the size, or whatever else the names tell apart."""
    for by in (COLOUR, SIZE):
        values = {_value(product, by) for product in variants}
        if len(values) > 1 and "" not in values:
            return by
    return KIND


def _value(product: Product, by: str) -> str:
    return {COLOUR: product.colour, SIZE: product.size}.get(by, product.sku)


def _tellable(variants: Sequence[Product], locale: str) -> bool:
    """Whether each value has words of its own: "half or one" of gallons tells nothing."""
    by = differs_in(variants)
    labels = _labels(variants, by, locale)
    measures = load(locale[:2]).units
    vague = (by != COLOUR and not _sizes(variants, locale)) and any(
        fold(word) in measures or word[0].isdigit() for label in labels.values() for word in label.split()
    )
    return all(labels.values()) and len(set(labels.values())) == len(labels) and not vague


def _labels(variants: Sequence[Product], by: str, locale: str) -> dict[str, str]:
    """Each value in this language: what its name says after the comma where that is all that differs, or else
    the words the names of its variants share and others do not have."""
    if by != COLOUR and (sizes := _sizes(variants, locale)):
        return {_value(product, by): size for product, size in zip(variants, sizes, strict=True)}
    common = _shared(variants, locale)
    other = {COLOUR: SIZE, SIZE: COLOUR}.get(by)
    aside = _told_apart(variants, other, locale) if other else set()
    found: dict[str, str] = {}
    for value in dict.fromkeys(_value(product, by) for product in variants):
        alike = [product for product in variants if _value(product, by) == value]
        kept = _shared(alike, locale) - common - aside
        found[value] = " ".join(word for word in alike[0].spoken(locale).split() if fold(word) in kept)
    return found


def _sizes(variants: Sequence[Product], locale: str) -> tuple[str, ...]:
    """The parts after the comma of names that are the same before it."""
    names = [product.name(locale).split(", ", 1) for product in variants]
    if any(len(name) < 2 for name in names) or len({name[0] for name in names}) > 1:
        return ()
    sizes = tuple(said(name[1]) for name in names)
    return sizes if len(set(sizes)) == len(sizes) else ()


def _told_apart(variants: Sequence[Product], by: str, locale: str) -> set[str]:
    """The words that tell variants apart by something else: of a black shirt in one size alone, "medium" is
    no part of its colour."""
    common, words = _shared(variants, locale), set[str]()
    for value in {_value(product, by) for product in variants}:
        alike = [product for product in variants if _value(product, by) == value]
        words |= _shared(alike, locale) - common if len(alike) > 1 else set()
    return words


def _common(variants: Sequence[Product], locale: str) -> str:
    """The part of the name all variants have."""
    if _sizes(variants, locale):
        return variants[0].short(locale)
    shared = _shared(variants, locale)
    return " ".join(word for word in variants[0].spoken(locale).split() if fold(word) in shared)


def _shared(products: Sequence[Product], locale: str) -> set[str]:
    return set.intersection(*({fold(word) for word in p.spoken(locale).split()} for p in products))

"""Narrow the last search and keep the rest of it: "under ten dollars", "only the organic ones"."""

from __future__ import annotations

from dataclasses import replace

from skill.catalogue.results import Found, Nothing, Several
from skill.commerce.product import Product
from skill.dialogue import reference
from skill.dialogue.choosing import COMPARATIVE
from skill.dialogue.conversation import Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.offering import list_results, not_found
from skill.dialogue.reply import Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    listing = heard.conversation.listing
    if listing.kind != "search" or not listing.words:
        return Reply(prompt=say("find_product.what"), ask=Question(intent="FindProduct", awaiting="query"))
    text = heard.text("product")
    trait = heard.id("trait")
    reference_product = _shown(heard, shop)
    wished = reference.query(text, shop)
    if (price := heard.number("price")) is not None:
        wished = replace(wished, high=price * reference.minor_per_major(shop))
    diet = trait if trait and trait not in COMPARATIVE else ""
    asked = replace(
        wished,
        text=" ".join(part for part in (diet.replace("-", " "), wished.text, listing.words) if part),
    )
    if trait == "cheaper" and reference_product:
        asked = replace(asked, high=reference_product.price_at(shop.now).minor - 1)
    if trait == "dearer" and reference_product:
        asked = replace(asked, low=reference_product.price_at(shop.now).minor + 1)
    result = shop.catalogue.find(asked)
    if trait in ("bigger", "smaller") and reference_product and not isinstance(result, Nothing):
        return _by_size(trait, reference_product, asked.text, shop)
    if isinstance(result, Nothing):
        return not_found(result, words=asked.text, shop=shop)
    return list_results(result, words=asked.text, shop=shop)


def _shown(heard: Heard, shop: Shop) -> Product | None:
    """What "cheaper" and "bigger" compare with: the product in focus, or the best of those just said."""
    sku = heard.conversation.focus.sku or next(iter(heard.conversation.listing.said), None)
    return shop.catalogue.get([sku]).get(sku) if sku else None


def _by_size(trait: str, than: Product, words: str, shop: Shop) -> Reply:
    """Others of the same kind that hold more (or less) than `than`."""
    same = shop.catalogue.find(reference.query(words, shop))
    others = same.products if isinstance(same, Several) else ()
    held = _held(than)
    fitting = [
        product
        for product in others
        if product.measure
        and than.measure
        and product.measure.unit == than.measure.unit
        and (_held(product) > held if trait == "bigger" else _held(product) < held)
    ]
    if not fitting:
        return Reply(say=(say(f"refine_search.none_{trait}", product=than.spoken(shop.locale)),))
    fitting.sort(key=lambda product: (product.brand != than.brand, abs(_held(product) - held)))
    result = Found(fitting[0]) if len(fitting) == 1 else Several(tuple(fitting), len(fitting))
    return list_results(result, words=words, shop=shop)


def _held(product: Product) -> int:
    return product.measure.milli if product.measure else 0


INTENT = Intent(
    name="RefineSearch",
    handle=handle,
    slots={"product": "product", "trait": "trait", "price": "number"},
)

"""Fewer of the list last read: "only the organic ones", "under ten", "anything cheaper", "in blue"."""

from __future__ import annotations

from dataclasses import replace

from skill.catalogue.results import Found, Nothing, Several
from skill.catalogue.words import Query
from skill.commerce.product import Product
from skill.dialogue import reference
from skill.dialogue.choosing import COMPARATIVE
from skill.dialogue.conversation import Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.offering import list_results, not_found
from skill.dialogue.refining import again, refined
from skill.dialogue.reply import Reply, say
from skill.dialogue.substitutes import offered
from skill.intents import sort_results, suggest_instead
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    if offered(heard) and not heard.text("product", "without"):
        return suggest_instead.handle(replace(heard, slots={}), shop)
    listing = heard.conversation.listing
    if listing.kind == "cart" or not (listing.words or listing.wish):
        return Reply(prompt=say("find_product.what"), ask=Question(intent="FindProduct", awaiting="query"))
    trait = heard.id("trait")
    if trait is not None and trait in ("popular", "rated"):
        return sort_results.sort(listing, trait, shop)
    shown = _shown(heard, shop)
    more = _more(heard, trait, shown, shop)
    if trait in ("bigger", "smaller") and shown:
        return _by_size(trait, shown, again(listing, shop), shop)
    asked, result = refined(listing, more, shop, shown=shown)
    if isinstance(result, Nothing):
        return not_found(result, words=asked.text, shop=shop, asked=asked)
    return list_results(result, words=asked.text, shop=shop, asked=asked)


def _more(heard: Heard, trait: str | None, shown: Product | None, shop: Shop) -> Query:
    """What is wished besides now."""
    more = reference.query(heard.text("product"), shop)
    if trait and trait not in COMPARATIVE:
        more = reference.qualified(more, heard.text("trait"), shop)
    if (price := heard.number("price")) is not None:
        more = replace(more, high=price * reference.minor_per_major(shop))
    if (least := heard.number("least")) is not None:
        more = replace(more, low=least * reference.minor_per_major(shop))
    if trait == "cheaper" and shown:
        more = replace(more, high=shown.price_at(shop.now).minor - 1)
    if trait == "dearer" and shown:
        more = replace(more, low=shown.price_at(shop.now).minor + 1)
    if unwanted := heard.text("without"):
        more = replace(more, without=(*more.without, reference.query(unwanted, shop).text or unwanted))
    if trait == "other_brand" and shown and shown.brand:
        more = replace(more, without=(shown.brand,))
    return more


def _shown(heard: Heard, shop: Shop) -> Product | None:
    """What "cheaper" and "bigger" compare with: the product in focus, or the best of those just said."""
    sku = heard.conversation.focus.sku or next(iter(heard.conversation.listing.said), None)
    return shop.product(sku) if sku else None


def _by_size(trait: str, than: Product, asked: Query, shop: Shop) -> Reply:
    """Others of the same kind that hold more (or less) than `than`."""
    same = shop.catalogue.find(asked)
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
    return list_results(result, words=asked.text, shop=shop, asked=asked)


def _held(product: Product) -> int:
    return product.measure.milli if product.measure else 0


INTENT = Intent(
    name="RefineSearch",
    handle=handle,
    slots={
        "product": "product",
        "without": "product",
        "trait": "trait",
        "price": "number",
        "least": "number",
    },
)

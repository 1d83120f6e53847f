"""What there is instead of something: others of its kind that can be had, most alike first."""

from __future__ import annotations

from dataclasses import replace

from skill.catalogue.results import Found, Nothing, Several
from skill.commerce.product import Product
from skill.dialogue import reference
from skill.dialogue.conversation import Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.offering import MAX_LISTED, list_results
from skill.dialogue.reply import Reply, say
from skill.dialogue.swapping import variants_of
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("common.okay"),))
    product = _instead_of(heard, shop)
    if product is None:
        return Reply(
            prompt=say("suggest_instead.of_what"), ask=Question(intent="FindProduct", awaiting="query")
        )
    kinds = product.kind(shop.locale[:2]) or (product.short(shop.locale),)
    # The widest kind of several holds half the shop.
    for kind in reversed(kinds[1:] or kinds):
        if others := _others(product, kind, shop):
            found = Found(others[0]) if len(others) == 1 else Several(others, len(others))
            return list_results(found, words=kind, shop=shop)
    return Reply(say=(say("suggest_instead.nothing", product=product.spoken(shop.locale)),))


def _others(product: Product, kind: str, shop: Shop) -> tuple[Product, ...]:
    """What can be had of the same product in other sizes, and of a kind, most alike first."""
    found = {other.sku: other for other in variants_of(product, shop)}
    name = product.short(shop.locale)
    # Words of its name and of its kind find what a name of its own hides: ginger ale is a soda.
    for text in dict.fromkeys((f"{product.brand} {kind}".strip(), kind, *kind.split(), *name.split())):
        result = shop.catalogue.find(replace(reference.query(text, shop), text=text, amount=None))
        if not isinstance(result, Nothing):
            alike = (result.product,) if isinstance(result, Found) else result.products[:MAX_LISTED]
            found = {**found, **{other.sku: other for other in alike if _is_of(other, kind, shop)}}
    others = shop.in_stock(other for sku, other in found.items() if sku != product.sku)
    return tuple(sorted(others, key=lambda other: _unlike(other, product)))


def _is_of(other: Product, kind: str, shop: Shop) -> bool:
    return kind in other.kind(shop.locale[:2]) or not other.category


def _instead_of(heard: Heard, shop: Shop) -> Product | None:
    """What is to be replaced: by its name (the product spoken of last, when the name fits it too), else what
    was spoken of last."""
    result = reference.product(heard, shop).result
    if isinstance(result, Several):
        focus = heard.conversation.focus.sku
        return next((found for found in result.products if found.sku == focus), result.products[0])
    return result.product if isinstance(result, Found) else None


def _unlike(other: Product, product: Product) -> tuple[int, bool, bool]:
    """Whoever looks for something gluten free wants no other pasta first; then variants of the same, then
    others of its brand."""
    group, brand = other.group != product.group or not product.group, other.brand != product.brand
    return len(set(product.diet) - set(other.diet)), group, brand


INTENT = Intent(name="SuggestInstead", handle=handle, slots={"product": "product"})

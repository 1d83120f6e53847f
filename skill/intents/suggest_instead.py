"""What there is instead of something: others of its kind that can be had, most alike first."""

from __future__ import annotations

from dataclasses import replace

from skill.catalogue.results import Found, Several
from skill.commerce.product import Product
from skill.dialogue import reference
from skill.dialogue.conversation import Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.offering import MAX_LISTED, list_results
from skill.dialogue.reply import Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("common.okay"),))
    product = _instead_of(heard, shop)
    if product is None:
        return Reply(
            prompt=say("suggest_instead.of_what"), ask=Question(intent="FindProduct", awaiting="query")
        )
    kind = (product.kind(shop.locale[:2]) or (product.short(shop.locale),))[-1]
    result = shop.catalogue.find(replace(reference.query(kind, shop), text=kind, amount=None))
    found = result.products if isinstance(result, Several) else ()
    stock = shop.store.stock(other.sku for other in found[:MAX_LISTED])
    others = tuple(
        other for other in found[:MAX_LISTED] if other.sku != product.sku and stock.get(other.sku) != 0
    )
    if not others:
        return Reply(say=(say("suggest_instead.nothing", product=product.spoken(shop.locale)),))
    alike = tuple(sorted(others, key=lambda other: _unlike(other, product)))
    return list_results(Several(alike, len(alike)), words=kind, shop=shop)


def _instead_of(heard: Heard, shop: Shop) -> Product | None:
    """What is to be replaced: by its name (the product spoken of last, when the name fits it too), else what
    was spoken of last."""
    result = reference.product(heard, shop).result
    if isinstance(result, Several):
        focus = heard.conversation.focus.sku
        return next((found for found in result.products if found.sku == focus), result.products[0])
    return result.product if isinstance(result, Found) else None


def _unlike(other: Product, product: Product) -> tuple[int, bool]:
    """Whoever looks for something gluten free wants no other pasta first; then variants of the same."""
    return len(set(product.diet) - set(other.diet)), other.group != product.group or not product.group


INTENT = Intent(name="SuggestInstead", handle=handle, slots={"product": "product"})

"""Two or three of what was just said against each other: price, size, price by measure, or one trait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from skill.catalogue.results import Found, Nothing, Several, skus_of
from skill.commerce.product import Product
from skill.commerce.unit_price import unit_price, usual_unit
from skill.dialogue import reference
from skill.dialogue.choosing import COMPARATIVE, by_name, by_position, by_trait
from skill.dialogue.conversation import Focus, Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.offering import ADD, named
from skill.dialogue.reply import Join, Message, Reply, say
from skill.intents.ask_unit_price import per_unit
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    products = _meant(heard, shop)
    if len(products) < 2:
        return Reply(say=(say("compare_products.need_two"),), resume=True)
    trait = heard.id("trait")
    best = by_trait(trait, products=products, now=shop.now)
    if trait and best is None:
        return Reply(say=(say("compare_products.no_difference"),), resume=True)
    if best is None or trait in ("cheaper", "dearer"):
        verdict = _by_price(products, shop)
    elif trait in COMPARATIVE:
        verdict = (say(f"compare_products.is_{trait}", product=best.spoken(shop.locale)),)
    else:
        verdict = (say("compare_products.only", product=best.spoken(shop.locale)),)
    items = Join(tuple(named(product, left=None, shop=shop) for product in products))
    skus, heard_last = skus_of(products), heard.conversation.listing.said
    listing = None
    if skus != heard_last:
        listing = replace(heard.conversation.listing, skus=skus, start=0, shown=len(skus))
    return Reply(
        # What was just read is not read again.
        say=verdict if set(skus) <= set(heard_last) else (say("find_product.page", items=items), *verdict),
        prompt=say("find_product.which"),
        ask=Question(intent=ADD, awaiting="product", options=skus),
        listing=listing,
        focus=Focus(sku=(best or _cheapest(products, shop)).sku),
    )


def _meant(heard: Heard, shop: Shop) -> tuple[Product, ...]:
    """Two that were named or pointed at, what is in focus and another one, or all that was just said."""
    said, focus = heard.conversation.listing.said, heard.conversation.focus.sku
    listed = shop.products(said)
    shelf = {product.sku: product for product in (*listed, *shop.products([focus] if focus else []))}
    found: list[Product] = []
    for place, name in (("position", "product"), ("second", "other")):
        sku = by_position(heard.slots.get(place), options=said, focus=focus)
        if sku and sku in shelf:
            found.append(shelf[sku])
        elif not sku and (text := heard.text(name)):
            fitting = by_name(text, products=listed, locale=shop.locale, now=shop.now)
            product = fitting[0] if len(fitting) == 1 else _best(text, shop)
            found += [product] if product else []
    if len(found) == 1 and focus in shelf and found[0].sku != focus:
        found.insert(0, shelf[focus])
    once = {product.sku: product for product in found}
    return tuple(once.values()) if found else listed


def _best(text: str, shop: Shop) -> Product | None:
    match shop.catalogue.find(reference.query(text, shop)):
        case Found(product):
            return product
        case Several(products):
            return products[0]
        case Nothing():
            return None


def _by_price(products: Sequence[Product], shop: Shop) -> tuple[Message, ...]:
    """Which is the cheapest and by how much; and when another one is by measure, that too."""
    cheapest = _cheapest(products, shop)
    dearest = max(products, key=lambda product: product.price_at(shop.now).minor)
    gap = dearest.price_at(shop.now) - cheapest.price_at(shop.now)
    if not gap.minor:
        return (say("compare_products.same_price"),)
    verdict = say("compare_products.cheaper", product=cheapest.spoken(shop.locale), gap=gap)
    unit = usual_unit(cheapest)
    minors = [unit_price(p, price=p.price_at(shop.now).minor, unit=unit) if unit else None for p in products]
    known = [minor for minor in minors if minor is not None]
    if unit is None or len(known) < len(products):
        return (verdict,)
    best = products[minors.index(min(known))]
    price = per_unit(best, shop, wanted=unit)
    if price is None or minors[products.index(cheapest)] == min(known):
        return (verdict,)
    return verdict, say("compare_products.by_measure", product=best.spoken(shop.locale), price=price)


def _cheapest(products: Sequence[Product], shop: Shop) -> Product:
    return min(products, key=lambda product: product.price_at(shop.now).minor)


INTENT = Intent(
    name="CompareProducts",
    handle=handle,
    slots={
        "position": "position",
        "second": "position",
        "product": "product",
        "other": "product",
        "trait": "trait",
    },
)

"""The wrong thing out and the right one in, in one change: "no, I said oat milk", "in blue instead"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from skill.catalogue.results import Found, Nothing, Result, Several
from skill.commerce.availability import bound
from skill.commerce.cart import Line, put
from skill.commerce.product import Product
from skill.dialogue import reference
from skill.dialogue.breath import holds
from skill.dialogue.conversation import Focus
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.offering import not_found, which
from skill.dialogue.reply import Reply, say
from skill.intents import add_to_cart
from skill.shop import Shop, change_cart

NAME = "ReplaceProduct"


def handle(heard: Heard, shop: Shop) -> Reply:
    old = _wrong_line(heard, shop)
    if old is None or shop.request_id in shop.cart.seen:
        # Nothing is in the cart yet that could be wrong: it is simply what is wanted.
        return add_to_cart.handle(heard, shop)
    if heard.chosen:
        product = shop.catalogue.get([heard.chosen]).get(heard.chosen)
        return _swap(old, product, shop) if product else Reply(say=(say("common.sorry"),))
    text = heard.text("product")
    result = _meant(text, old, shop)
    words = reference.query(text, shop).text or text
    if isinstance(result, Nothing):
        return not_found(result, words=words, shop=shop)
    if isinstance(result, Found) and result.whole:
        return _swap(old, result.product, shop)
    several = result if isinstance(result, Several) else Several((result.product,), 1, whole=False)
    return which(several, words=words, intent=NAME, slots={}, shop=shop, frozen={"sku": old.sku})


def _wrong_line(heard: Heard, shop: Shop) -> Line | None:
    """The line that is to go: the one the open question is about, the one named as wrong, or the last one
    spoken of."""
    kept = heard.question.frozen.get("sku") if heard.question else None
    if kept:
        return shop.cart.line(str(kept))
    if heard.text("without"):
        lines = reference.lines(heard, shop.cart, shop, slot="without")
        if lines:
            return lines[0]
    focus = heard.conversation.focus.sku
    return shop.cart.line(focus) if focus else None


def _meant(text: str, old: Line, shop: Shop) -> Result:
    """A variant of the same product that holds these words ("in blue", "the salted kind"), or whatever
    else they name."""
    asked = reference.query(text, shop)
    product = shop.catalogue.get([old.sku]).get(old.sku)
    if product and product.group and asked.text:
        found = _variants(product, shop)
        fitting = tuple(other for other in found if holds(other, asked.text, shop))
        alike = max((_alike(other, product) for other in fitting), default=0)
        closest = tuple(other for other in fitting if _alike(other, product) == alike)
        if closest:
            return Found(closest[0]) if len(closest) == 1 else Several(closest, len(closest))
    return shop.catalogue.find(asked)


def _alike(other: Product, product: Product) -> int:
    """How much of what sets variants apart is the same: "in blue" keeps the size."""
    return sum(
        mine == theirs
        for mine, theirs in (
            (product.size, other.size),
            (product.colour, other.colour),
            (product.measure, other.measure),
        )
    )


def _variants(product: Product, shop: Shop) -> Sequence[Product]:
    """The other products of its group, found by what their names have in common."""
    name = product.short(shop.locale)
    result = shop.catalogue.find(replace(reference.query(name, shop), text=name, amount=None))
    found = result.products if isinstance(result, Several) else ()
    brand = product.brand or name
    kind = " ".join((brand, *product.category[-1:]))
    more = shop.catalogue.find(replace(reference.query(kind, shop), text=kind, amount=None))
    if isinstance(more, Several):
        found = (*found, *more.products)
    same = {p.sku: p for p in found if p.group == product.group and p.sku != product.sku}
    return tuple(same.values())


def _swap(old: Line, product: Product, shop: Shop) -> Reply:
    """Put the new line in and take the old one out, as one change that undo takes back as one."""
    if product.sku == old.sku:
        return Reply(say=(say("replace_product.same", product=old.spoken),))
    left = shop.store.stock([product.sku]).get(product.sku)
    have = shop.cart.line(product.sku)
    already = have.quantity if have else 0
    most = bound(left=left, limit=product.limit).most - already
    name = product.spoken(shop.locale)
    if most <= 0:
        return Reply(say=(say("replace_product.sold_out", product=name, old=old.spoken),))
    price, count = product.price_at(shop.now), min(old.quantity, most)
    new = Line(sku=product.sku, quantity=already + count, name=product.name(shop.locale), price=price)
    change_cart(shop, lambda cart: put(cart, new, replace(old, quantity=0)))
    return Reply(
        say=(say("replace_product.swapped", count=count, product=name, old=old.spoken, price=price * count),),
        focus=Focus(sku=product.sku, quantity=count),
    )


INTENT = Intent(
    name=NAME,
    handle=handle,
    slots={"product": "product", "without": "product"},
)

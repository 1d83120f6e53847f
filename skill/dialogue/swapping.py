"""One line of the cart in the place of another, and the variants a product is made in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from skill.catalogue.results import Several
from skill.commerce.availability import bound
from skill.commerce.cart import Cart, Line, put, together
from skill.commerce.options import base_of
from skill.commerce.product import Product
from skill.dialogue import reference
from skill.dialogue.conversation import Focus
from skill.dialogue.reply import Reply, say
from skill.shop import Shop, change_cart


def variants_of(product: Product, shop: Shop) -> Sequence[Product]:
    """The other products of its group, found by what their names have in common."""
    if not product.group:
        return ()
    name = product.short(shop.locale)
    kind = " ".join((product.brand or name, *product.category[-1:]))
    found: tuple[Product, ...] = ()
    # Brand and category may be in another script than the names: each word of the name is tried as well.
    for text in (name, kind, *name.split()):
        result = shop.catalogue.find(replace(reference.query(text, shop), text=text, amount=None))
        found = (*found, *result.products) if isinstance(result, Several) else found
    same = {p.sku: p for p in found if p.group == product.group and p.sku != product.sku}
    return tuple(same.values())


def swap(old: Line, product: Product, shop: Shop, *, count: int | None = None) -> Reply:
    """Put the new line in and take the old one out, as one change that undo takes back as one. `count`: how
    many of the new one, as many as there were when not given."""
    if shop.facts.options and base_of(product.sku) == product.sku:
        # Only now: most shops sell things as they are.
        from skill.dialogue.configuring import made

        # With the options of what it replaces, where it has them too.
        ready = made(product, count or old.quantity, shop, like=old.sku)
        if isinstance(ready, Reply):
            frozen = {**(ready.ask.frozen if ready.ask else {}), "instead": old.sku}
            return replace(ready, ask=ready.ask and replace(ready.ask, frozen=frozen))
        product = ready.product
    if product.sku == old.sku:
        return Reply(say=(say("replace_product.same", product=old.spoken),))
    left = shop.left(product.sku)
    already = together((line for line in shop.cart.lines if line != old), product.sku)
    most = bound(left=left, limit=product.limit).most - already
    name = product.spoken(shop.locale)
    if most <= 0:
        return Reply(say=(say("replace_product.sold_out", product=name, old=old.spoken),))
    price, count = product.price_at(shop.now), min(count or old.quantity, most)
    new = Line(sku=product.sku, quantity=count, name=product.name(shop.locale), price=price)

    def change(cart: Cart) -> Cart:
        there = cart.line(new.sku)
        total = count + (there.quantity if there else 0)
        return put(cart, replace(new, quantity=total), replace(old, quantity=0))

    change_cart(shop, change)
    return Reply(
        say=(say("replace_product.swapped", count=count, product=name, old=old.spoken, price=price * count),),
        focus=Focus(sku=product.sku, quantity=count),
    )

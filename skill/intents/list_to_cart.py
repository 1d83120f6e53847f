"""A list of one's own goes into the cart, at the price and in the number there is now; the list stays."""

from __future__ import annotations

from skill.commerce.cart import Line, add
from skill.commerce.reorder import on_top
from skill.dialogue.conversation import Focus
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.lists import meant, none_such
from skill.dialogue.refreshing import changes_said
from skill.dialogue.reply import Join, Reply, say
from skill.intents.checkout import briefly
from skill.shop import Shop, change_cart

_SAID = 3


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("common.okay"),))
    own = meant(heard, shop)
    if own is None:
        return none_such(heard, shop)
    products = {product.sku: product for product in shop.products(entry.sku for entry in own.entries)}
    if not products:
        return Reply(say=(say("review_list.empty", name=own.name),))
    repeated = shop.request_id in shop.cart.seen
    wanted = [
        Line(
            sku=entry.sku,
            quantity=entry.quantity,
            name=products[entry.sku].name(shop.locale),
            price=products[entry.sku].price_at(shop.now),
        )
        for entry in own.entries
        if entry.sku in products
    ]
    stock = shop.store.stock(products)
    there = () if repeated else shop.cart.lines
    fresh, added = on_top(wanted, there, products=products, stock=stock, now=shop.now, locale=shop.locale)
    if not added:
        gone = fresh.gone or tuple(line.spoken for line in wanted)
        return Reply(say=(say("list_to_cart.sold_out", items=Join(gone[:_SAID])),))
    change_cart(shop, lambda cart: add(cart, *added))
    one = added[0] if len(added) == 1 else None
    focus = Focus(sku=one.sku, quantity=one.quantity) if one else Focus()
    said = say("list_to_cart.put", items=briefly(added), name=own.name)
    return Reply(say=(said, *changes_said(fresh)), focus=focus)


INTENT = Intent(name="ListToCart", handle=handle, slots={"list": "list"})

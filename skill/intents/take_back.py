"""What was put aside comes into the cart, at the price and in the number there is now."""

from __future__ import annotations

from dataclasses import replace

from skill.commerce.cart import Cart, Line, take_back
from skill.commerce.quantity import Amount
from skill.commerce.reorder import on_top
from skill.dialogue import reference
from skill.dialogue.adding import settled_options
from skill.dialogue.conversation import Focus
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.refreshing import changes_said
from skill.dialogue.reply import Join, Reply, say
from skill.intents import add_to_cart, review_saved, undo
from skill.intents.checkout import briefly
from skill.shop import Shop, change_cart

_SAID = 3


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("take_back.left"),))
    if shop.request_id in shop.cart.seen:
        return Reply(say=(say("take_back.done"),))
    saved, text = shop.cart.saved, heard.text("product")
    named = bool(text or heard.slots.get("position"))
    meant = reference.lines(heard, Cart(cid=shop.cart.cid, lines=saved), shop) if named else saved
    if not meant and text:
        if _just_taken_out(heard, shop):
            return undo.handle(heard, shop)
        there = reference.lines(heard, shop.cart, shop)
        return Reply(say=(say("take_back.done"),)) if there else add_to_cart.handle(heard, shop)
    # A place there is none at is answered with what there is.
    return _put_in(meant, shop) if meant else review_saved.handle(heard, shop)


def _to_choose(lines: tuple[Line, ...], shop: Shop) -> Reply | None:
    """The question about the options of the first of these that has none of those it needs."""
    shelf = shop.catalogue.get(line.sku for line in lines)
    for line in lines:
        if product := shelf.get(line.sku):
            made = settled_options(product, Amount(line.quantity * 1000), shop)
            if isinstance(made, Reply):
                return made
    return None


def _just_taken_out(heard: Heard, shop: Shop) -> bool:
    """Whether what is named was taken out by the cart's last change: "put the butter back"."""
    last = shop.cart.changes[-1] if shop.cart.changes else None
    gone = tuple(line for sku, line in last.before if line and shop.cart.line(sku) is None) if last else ()
    return bool(reference.lines(heard, Cart(cid=shop.cart.cid, lines=gone), shop))


def _put_in(lines: tuple[Line, ...], shop: Shop) -> Reply:
    if shop.facts.options and (question := _to_choose(lines, shop)):
        return question
    skus = [line.sku for line in lines]
    fresh, added = on_top(
        lines,
        shop.cart.lines,
        products=shop.catalogue.get(skus),
        stock=shop.store.stock(skus),
        now=shop.now,
        locale=shop.locale,
    )
    if not added:
        gone = fresh.gone or tuple(line.spoken for line in lines)
        return Reply(say=(say("take_back.sold_out", items=Join(gone[:_SAID])),))
    change_cart(shop, lambda cart: take_back(cart, *added))
    said = [say("take_back.back", items=briefly(added))]
    if fresh.gone:
        said.append(say("take_back.sold_out", items=Join(fresh.gone[:_SAID])))
    said += changes_said(replace(fresh, gone=()))
    one = added[0] if len(added) == 1 else None
    focus = Focus(sku=one.sku, quantity=one.quantity) if one else Focus()
    return Reply(say=tuple(said), focus=focus)


INTENT = Intent(
    name="TakeBack",
    handle=handle,
    slots={"product": "product", "position": "position"},
)

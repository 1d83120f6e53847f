"""Take the last change of the cart back, and say what came of it."""

from __future__ import annotations

from skill.commerce.cart import Cart, Change, undo
from skill.dialogue.conversation import Focus
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Message, Reply, say
from skill.shop import Shop, change_cart


def handle(heard: Heard, shop: Shop) -> Reply:
    if shop.request_id in shop.cart.seen:
        return Reply(say=(say("undo.done"),))
    if undo(shop.cart) is None:
        return Reply(say=(say("undo.nothing"),))
    undone: list[Change] = []

    def back(cart: Cart) -> Cart:
        result = undo(cart)
        if result is None:
            return cart
        undone.append(result[1])
        return result[0]

    before = shop.cart
    after = change_cart(shop, back)
    change = undone[-1]
    if len(change.before) != 1:
        as_it_was = "undo.many" if after.lines else "undo.empty_again"
        return Reply(say=(say("undo.undone"), say(as_it_was, count=after.pieces)), focus=Focus())
    sku = change.before[0][0]
    return Reply(say=(say("undo.undone"), _said(sku, before, after)), focus=Focus(sku=sku))


def _said(sku: str, before: Cart, after: Cart) -> Message:
    old, new = before.line(sku), after.line(sku)
    if new is None:
        return say("undo.out_again", product=old.spoken if old else "")
    if old is None:
        return say("undo.back_in", product=new.spoken, count=new.quantity)
    return say("undo.back_to", product=new.spoken, count=new.quantity)


INTENT = Intent(name="Undo", handle=handle)

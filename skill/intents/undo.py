"""Take the last change of the cart back, and say what came of it."""

from __future__ import annotations

from skill.commerce.cart import Cart, Change, Line, undo
from skill.dialogue.billing import next_window, spoken_window
from skill.dialogue.codes import spelled
from skill.dialogue.conversation import Focus
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Message, Reply, say
from skill.shop import Shop, change_cart


def handle(heard: Heard, shop: Shop) -> Reply:
    if shop.request_id in shop.cart.seen:
        return Reply(say=(say("undo.done"),))
    if undo(shop.cart) is None:
        return Reply(say=(say("undo.nothing"),))
    undone: list[tuple[Change, Cart]] = []

    def back(cart: Cart) -> Cart:
        result = undo(cart)
        if result is None:
            return cart
        undone.append((result[1], cart))
        return result[0]

    after = change_cart(shop, back)
    # What was undone is told by the cart it was undone in, whoever changed that.
    change, before = undone[-1]
    if change.way is not None:
        return Reply(say=(_way_said(before, after, shop),))
    if after.lines == before.lines:
        return Reply(say=(say("undo.undone"), say("undo.list_again")))
    came, went = _exchanged(change, before, after)
    if came and went:
        focus = Focus(sku=came.sku)
        return Reply(
            say=(say("undo.undone"), say("undo.exchanged", product=came.spoken, old=went.spoken)), focus=focus
        )
    if len(change.before) != 1:
        as_it_was = "undo.many" if after.lines else "undo.empty_again"
        return Reply(say=(say("undo.undone"), say(as_it_was, count=after.pieces)), focus=Focus())
    sku = change.before[0][0]
    now = after.line(sku)
    focus = Focus(sku=sku, quantity=now.quantity if now else None)
    return Reply(say=(say("undo.undone"), _said(sku, before, after)), focus=focus)


def _exchanged(change: Change, before: Cart, after: Cart) -> tuple[Line | None, Line | None]:
    """Of a change that put one line in the place of another: what came back and what went."""
    if len(change.before) != 2:
        return None, None
    skus = [sku for sku, _ in change.before]
    came = [line for sku in skus if (line := after.line(sku)) and before.line(sku) is None]
    went = [line for sku in skus if (line := before.line(sku)) and after.line(sku) is None]
    return (came[0], went[0]) if len(came) == len(went) == 1 else (None, None)


def _way_said(before: Cart, after: Cart, shop: Shop) -> Message:
    """Of a change of coupon or of how and when the order comes: how it is now."""
    if after.coupon != before.coupon:
        return (
            say("undo.coupon_back", code=spelled(after.coupon)) if after.coupon else say("remove_coupon.off")
        )
    window = next_window(after, shop)
    if window and after.window != before.window and not after.pickup:
        return say("choose_window.noted", window=spoken_window(window, shop))
    return say("choose_pickup.instead" if after.pickup else "choose_delivery.instead")


def _said(sku: str, before: Cart, after: Cart) -> Message:
    old, new = before.line(sku), after.line(sku)
    if new is None:
        return say("undo.out_again", product=old.spoken if old else "")
    if old is None:
        return say("undo.back_in", product=new.spoken, count=new.quantity)
    return say("undo.back_to", product=new.spoken, count=new.quantity)


INTENT = Intent(name="Undo", handle=handle)

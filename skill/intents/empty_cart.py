"""Empty the cart, after asking."""

from __future__ import annotations

from dataclasses import replace

from skill.commerce.cart import clear, put
from skill.dialogue import reference
from skill.dialogue.adding import as_item
from skill.dialogue.cart_lines import named_lines
from skill.dialogue.conversation import Focus, Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Join, Reply, say
from skill.shop import Shop, change_cart


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("empty_cart.kept"),))
    if heard.confirmed and shop.request_id in shop.cart.seen:
        return Reply(say=(say("empty_cart.emptied"),))
    if not shop.cart.lines:
        return Reply(say=(say("review_cart.empty"),))
    if kept := heard.text("kept"):
        return _all_but(kept, heard, shop)
    if heard.confirmed:
        change_cart(shop, clear)
        return Reply(say=(say("empty_cart.emptied"),), focus=Focus())
    return Reply(
        prompt=say("empty_cart.sure", count=shop.cart.pieces),
        ask=Question(intent=INTENT.name, awaiting="confirmed"),
    )


def _all_but(kept: str, heard: Heard, shop: Shop) -> Reply:
    """Everything goes but what was named, as one change that undo takes back."""
    meant = named_lines(kept, heard, shop)
    if missing := [part for part, lines in meant if not lines]:
        words = reference.query(missing[0], shop).text or missing[0]
        return Reply(say=(say("remove_from_cart.not_in_cart", words=words),))
    stays = {line.sku for _, lines in meant for line in lines}
    left = tuple(line for line in shop.cart.lines if line.sku in stays)
    items = Join(tuple(as_item(line, shop.cart.lines) for line in left))
    gone = [replace(line, quantity=0) for line in shop.cart.lines if line not in left]
    change_cart(shop, lambda cart: put(cart, *gone))
    return Reply(say=(say("empty_cart.only", items=items),), focus=Focus(sku=left[0].sku))


INTENT = Intent(name="EmptyCart", handle=handle, slots={"kept": "product"})

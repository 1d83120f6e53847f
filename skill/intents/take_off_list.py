"""Something comes off a list of one's own: "take the buns off my barbecue list"."""

from __future__ import annotations

from skill.commerce.cart import Cart, Line
from skill.commerce.lists import OwnList, taken_off, with_changed
from skill.dialogue import reference
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.lists import change_lists, meant, none_such
from skill.dialogue.reply import Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    own = meant(heard, shop)
    if own is None:
        return none_such(heard, shop)
    products = shop.products(entry.sku for entry in own.entries)
    lines = tuple(
        Line(sku=one.sku, quantity=1, name=one.name(shop.locale), price=one.price) for one in products
    )
    named = reference.lines(heard, Cart(cid=shop.cart.cid, lines=lines), shop)
    text = heard.text("product")
    if not named:
        words = reference.query(text, shop).text or text
        return Reply(say=(say("take_off_list.not_on", words=words, name=own.name),))
    gone = named[0]

    def without(lists: tuple[OwnList, ...]) -> tuple[OwnList, ...]:
        kept = next((one for one in lists if one.name == own.name), None)
        return with_changed(lists, taken_off(kept, gone.sku)) if kept else lists

    change_lists(shop, without)
    return Reply(say=(say("take_off_list.off", product=gone.spoken, name=own.name),))


INTENT = Intent(name="TakeOffList", handle=handle, slots={"product": "product", "list": "list"})

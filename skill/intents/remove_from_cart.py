"""Take something out: "take the milk off", "drop the second item", "remove that"."""

from __future__ import annotations

from dataclasses import replace

from skill.commerce.cart import put
from skill.dialogue import reference
from skill.dialogue.conversation import Focus
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.intents.change_quantity import ask_line, set_count
from skill.shop import Shop, change_cart


def handle(heard: Heard, shop: Shop) -> Reply:
    if shop.request_id in shop.cart.seen:
        return Reply(say=(say("remove_from_cart.done"),))
    if not shop.cart.lines:
        return Reply(say=(say("review_cart.empty"),))
    lines = reference.lines(heard, shop.cart, shop)
    if not lines and (text := heard.text("product")):
        return Reply(
            say=(say("remove_from_cart.not_in_cart", words=reference.query(text, shop).text or text),)
        )
    if len(lines) != 1:
        return ask_line(heard, lines or shop.cart.lines, intent=INTENT.name)
    line, number = lines[0], _number(heard, shop)
    if number is not None and number < line.quantity:
        return set_count(line, line.quantity - number, shop)
    change_cart(shop, lambda cart: put(cart, replace(line, quantity=0)))
    return Reply(say=(say("remove_from_cart.removed", product=line.spoken),), focus=Focus(sku=line.sku))


def _number(heard: Heard, shop: Shop) -> int | None:
    number = heard.number("quantity")
    if number is None and (amount := reference.query(heard.text("product"), shop).amount):
        return amount.milli // 1000 if amount.unit in ("piece", "pack") else None
    return number


INTENT = Intent(
    name="RemoveFromCart",
    handle=handle,
    slots={"product": "product", "quantity": "number", "position": "position"},
)

"""Remember how the shopper takes a product: the next "a latte" is one like that."""

from __future__ import annotations

from skill.commerce.cart import Line
from skill.commerce.options import base_of
from skill.commerce.usual import remembering
from skill.dialogue import reference
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.shop import Shop, change_cart


def handle(heard: Heard, shop: Shop) -> Reply:
    lines = reference.lines(heard, shop.cart, shop)
    with_options = tuple(line for line in shop.cart.lines if base_of(line.sku) != line.sku)
    line = _only(lines) or _only(with_options)
    if line is None:
        return Reply(say=(say("choose_options.nothing"),), miss=True)
    if base_of(line.sku) == line.sku:
        return Reply(say=(say("ask_options.none", product=line.spoken),))
    change_cart(shop, lambda cart: remembering(cart, line.sku, by=shop.speaker))
    return Reply(say=(say("keep_usual.kept", product=line.spoken),))


def _only(lines: tuple[Line, ...]) -> Line | None:
    return lines[0] if len(lines) == 1 else None


INTENT = Intent(name="KeepUsual", handle=handle, slots={"product": "product"}, aside=True)

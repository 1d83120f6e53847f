"""More or fewer of a line: "one more", "two more of the eggs", "one less"."""

from __future__ import annotations

from dataclasses import replace

from skill.dialogue import reference
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.intents import add_to_cart
from skill.intents.change_quantity import ask_line, how_many, set_count
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.unheard("quantity"):
        return how_many(heard, intent=INTENT.name)
    if heard.confirmed is False:
        return Reply(say=(say("common.okay"),))
    if heard.text("product") and not _names(heard.text("product"), shop):
        # "Another pack": of what was spoken of.
        heard = replace(heard, slots={name: slot for name, slot in heard.slots.items() if name != "product"})
    lines = reference.lines(heard, shop.cart, shop)
    if not lines and not heard.text("product") and heard.conversation.focus.sku:
        # "Another one" of something only spoken of: the first one goes in.
        return add_to_cart.handle(heard, shop)
    if not lines and heard.text("product") and not heard.text("less"):
        # "And a pound of butter", said as "another pound of butter" is: there is none yet.
        return add_to_cart.handle(heard, shop)
    if not shop.cart.lines:
        return Reply(say=(say("review_cart.empty"),))
    if len(lines) != 1:
        return ask_line(heard, lines or shop.cart.lines, intent=INTENT.name)
    line, by = lines[0], heard.number("quantity") or 1
    if heard.text("less"):
        by = -by
    return set_count(line, max(0, line.quantity + by), shop, by=by)


def _names(text: str, shop: Shop) -> bool:
    """Whether the words name a thing, and not only how it is packed."""
    return bool(reference.sizeless(reference.query(text, shop), shop).text)


INTENT = Intent(
    name="AddMore",
    handle=handle,
    slots={"product": "product", "quantity": "number", "less": "less"},
)

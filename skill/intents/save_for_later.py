""" "Save this for later", "put that on my list": a line of the cart is put aside, or what was looked at is
kept in mind."""

from __future__ import annotations

from skill.catalogue.results import Found, Nothing, Several
from skill.commerce.cart import Line, save_for_later
from skill.dialogue import reference
from skill.dialogue.choosing import by_position
from skill.dialogue.conversation import Focus, Question
from skill.dialogue.history import mine
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.offering import PAGE, not_found, which
from skill.dialogue.reply import Reply, say
from skill.intents.change_quantity import ask_line
from skill.shop import Shop, change_cart

NAME = "SaveForLater"


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("common.okay"),))
    if shop.request_id in shop.cart.seen:
        return Reply(say=(say("save_for_later.done"),))
    listing = heard.conversation.listing
    looked_at = listing.said if listing.kind != "cart" else ()
    place = by_position(heard.slots.get("position"), options=looked_at)
    lines = () if place else reference.lines(heard, shop.cart, shop)
    if not heard.text("product") and not heard.slots.get("position") and not heard.chosen:
        # "It" is what was spoken of last, in the cart or not; the only line is meant when nothing was.
        lines = () if _elsewhere(heard, shop) else lines
    if len(lines) == 1:
        return _put_aside(lines[0], shop)
    if len(lines) > 1:
        return ask_line(heard, lines, intent=NAME)
    return _kept_in_mind(heard, shop, looked_at)


def _elsewhere(heard: Heard, shop: Shop) -> bool:
    focus = heard.conversation.focus.sku
    return focus is not None and shop.cart.line(focus) is None


def _put_aside(line: Line, shop: Shop) -> Reply:
    change_cart(shop, lambda cart: save_for_later(cart, cart.line(line.sku) or line))
    return Reply(say=(say("save_for_later.out", product=line.spoken),), focus=Focus(sku=line.sku))


def _kept_in_mind(heard: Heard, shop: Shop, looked_at: tuple[str, ...]) -> Reply:
    """What is not in the cart, as the shop has it."""
    mention = reference.product(heard, shop)
    result = mention.result
    if result is None and len(looked_at) > 1:
        return Reply(
            prompt=say("save_for_later.which"),
            ask=Question(intent=NAME, awaiting="product", options=looked_at),
        )
    if result is None and shop.cart.lines:
        return ask_line(heard, shop.cart.lines[:PAGE], intent=NAME)
    if result is None:
        return Reply(prompt=say("save_for_later.what"), ask=Question(intent=NAME, awaiting="product"))
    if isinstance(result, Nothing):
        return not_found(result, words=mention.words, shop=shop)
    if isinstance(result, Several):
        result = mine(result, shop)
    if not isinstance(result, Found):
        return which(result, words=mention.words, intent=NAME, slots={}, shop=shop)
    product = result.product
    if line := shop.cart.line(product.sku):
        return _put_aside(line, shop)
    name, focus = product.spoken(shop.locale), Focus(sku=product.sku)
    if any(line.sku == product.sku for line in shop.cart.saved):
        return Reply(say=(say("save_for_later.already", product=name),), focus=focus)
    line = Line(sku=product.sku, quantity=1, name=product.name(shop.locale), price=product.price_at(shop.now))
    change_cart(shop, lambda cart: save_for_later(cart, line))
    return Reply(say=(say("save_for_later.noted", product=name),), focus=focus)


INTENT = Intent(
    name=NAME,
    handle=handle,
    slots={"product": "product", "position": "position"},
    elicits=("product",),
)

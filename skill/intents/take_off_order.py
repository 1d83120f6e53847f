"""Take something off an order that was placed: "take the eggs off the order I just placed"."""

from __future__ import annotations

from dataclasses import replace

from skill.commerce.cart import Line
from skill.commerce.order import Order
from skill.dialogue import reference
from skill.dialogue.cart_lines import called, named_lines
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply
from skill.intents import amend_order
from skill.shop import Shop

NAME = amend_order.TAKE_OFF


def handle(heard: Heard, shop: Shop) -> Reply:
    order = amend_order.meant(heard, shop)
    return order if isinstance(order, Reply) else _taken_off(order, heard, shop)


def off_the_recent(heard: Heard, shop: Shop) -> Reply | None:
    """What was said of an empty cart may be said of the order it just became; None when it is not."""
    order = amend_order.recent(shop)
    if order is None or not reference.lines(heard, amend_order.as_cart(order, shop).cart, shop):
        return None
    return _taken_off(order, heard, shop)


def _taken_off(order: Order, heard: Heard, shop: Shop) -> Reply:
    text = heard.text("product")
    if against := amend_order.too_late(order, f"− {text}" if text else "", shop):
        return against
    here = amend_order.as_cart(order, shop)
    if text and not heard.chosen and len(parts := named_lines(text, heard, here)) > 1:
        clear = {lines[0].sku: 0 for _, lines in parts if len(lines) == 1}
        against_them = tuple(amend_order.not_in(part, order, shop) for part, lines in parts if not lines)
        unclear = [lines for _, lines in parts if len(lines) > 1]
        if unclear:
            return amend_order.which_line(replace(heard, slots={}), unclear[0], order, intent=NAME)
        return amend_order.propose(order, clear, shop, lead=against_them)
    lines = reference.lines(heard, here.cart, shop)
    lines = called(text, lines, shop) if text else lines
    if not lines and text:
        return Reply(say=(amend_order.not_in(text, order, shop),))
    if len(lines) != 1:
        return amend_order.which_line(heard, lines or order.lines, order, intent=NAME)
    return amend_order.propose(order, {lines[0].sku: _left(lines[0], heard)}, shop)


def _left(line: Line, heard: Heard) -> int:
    """How many are left when so many go, all of them where no number was said."""
    gone = heard.number("quantity")
    return 0 if gone is None else max(0, line.quantity - gone)


INTENT = Intent(
    name=NAME,
    handle=handle,
    slots={"product": "product", "quantity": "number", "number": "digits", "day": "day"},
)

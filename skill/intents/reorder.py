"""Buy again: the last order, the usual, or one thing bought before; what changed is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from skill.catalogue.analyser import askable, tokens
from skill.catalogue.words import load
from skill.commerce.cart import Cart, Line, put
from skill.commerce.household import own
from skill.commerce.order import Order
from skill.commerce.reorder import plan, usual
from skill.dialogue import reference
from skill.dialogue.conversation import Focus, Question
from skill.dialogue.history import past
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.refreshing import changes_said
from skill.dialogue.reply import Join, Reply, say
from skill.intents import add_more
from skill.intents.checkout import briefly
from skill.intents.order_status import find, meant
from skill.shop import Shop, change_cart

_SAID = 3
# "The same again", of the values of "usual".
_AGAIN = "again"
_HISTORY = 10


def handle(heard: Heard, shop: Shop) -> Reply:
    focus = heard.conversation.focus
    if heard.id("usual") == _AGAIN and focus.sku and focus.quantity:
        # Right after something was put in, that is what comes again.
        return add_more.handle(replace(heard, slots={}), shop)
    orders = past(shop, limit=_HISTORY)
    kept = [order for order in orders if order.status not in ("pending", "cancelled", "failed")]
    if not kept:
        return Reply(say=(say("reorder.no_orders"),))
    if heard.text("number"):
        # A number may be said for any order of the household.
        numbered = find(heard, meant(heard, shop), shop)
        return _put_in(numbered.lines, "reorder.one", shop) if numbered else _no_such()
    lines, lead, words = _wanted(heard, kept, shop)
    if not lines:
        return Reply(say=(say("reorder.never_bought", words=words),), miss=True)
    if unwanted := heard.text("without"):
        lines = _without(lines, unwanted, shop)
    return _put_in(lines, lead, shop)


def _wanted(heard: Heard, orders: Sequence[Order], shop: Shop) -> tuple[tuple[Line, ...], str, str]:
    """The lines to buy again, the prompt that introduces them, and the words they were asked by."""
    if text := heard.text("product"):
        words = reference.query(text, shop).text or text
        found = _bought(words, orders, shop)
        return ((found,) if found else ()), "reorder.one", words
    if heard.text("usual") and heard.id("usual") != _AGAIN:
        mine = own(orders, person=shop.speaker) if shop.speaker else ()
        lines = usual(mine) or usual(orders)
        return (lines, "reorder.usual", "") if lines else (orders[0].lines, "reorder.no_usual", "")
    return orders[0].lines, "reorder.last", ""


def _no_such() -> Reply:
    return Reply(say=(say("order_status.not_found"),), miss=True)


def _put_in(lines: Sequence[Line], lead: str, shop: Shop) -> Reply:
    skus = [line.sku for line in lines]
    fresh = plan(
        lines,
        products=shop.catalogue.get(skus),
        stock=shop.store.stock(skus),
        now=shop.now,
        locale=shop.locale,
    )
    if not fresh.lines:
        return Reply(say=(say("reorder.all_gone", items=Join(fresh.gone[:_SAID])),))

    def change(cart: Cart) -> Cart:
        # What is in the cart already is not doubled by "the same again": the larger number counts.
        there = {line.sku: line.quantity for line in cart.lines}
        return put(
            cart,
            *(replace(line, quantity=max(line.quantity, there.get(line.sku, 0))) for line in fresh.lines),
        )

    cart = change_cart(shop, change)
    changes = changes_said(fresh)
    first = say("reorder.with_changes") if changes else say(lead, items=briefly(fresh.lines))
    return Reply(
        say=(
            first,
            *changes,
            say("review_cart.so_far", total=cart.subtotal(shop.currency)),
        ),
        prompt=say("review_cart.check_out"),
        ask=Question(intent="Checkout", awaiting="confirmed"),
        focus=Focus(sku=fresh.lines[0].sku, quantity=fresh.lines[0].quantity)
        if len(fresh.lines) == 1
        else Focus(),
    )


def _bought(words: str, orders: Sequence[Order], shop: Shop) -> Line | None:
    """The line bought last whose name or kind fits all the words."""
    language = shop.locale[:2]
    asked = set(tokens(words, language=language, stop=load(language).stop))
    shelf = shop.catalogue.get({line.sku for order in orders for line in order.lines})
    for order in orders:
        for line in order.lines:
            about = [line.name]
            if product := shelf.get(line.sku):
                about += [product.title, product.brand, *product.category[-1:]]
            if asked and asked <= askable(" ".join(about), language=language):
                return line
    return None


def _without(lines: Sequence[Line], text: str, shop: Shop) -> tuple[Line, ...]:
    language = shop.locale[:2]
    unwanted = set(tokens(reference.query(text, shop).text or text, language=language))
    return tuple(line for line in lines if not unwanted <= askable(line.name, language=language))


INTENT = Intent(
    name="Reorder",
    handle=handle,
    slots={"product": "product", "usual": "usual", "without": "product", "number": "digits"},
)

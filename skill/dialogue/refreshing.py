"""The cart as it can be had now: today's prices, what is left, and the coupon, store and window there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from skill.commerce.cart import Cart, Line, put
from skill.commerce.coupon import Refusal
from skill.commerce.reorder import Plan, plan
from skill.dialogue.billing import bill, refused_because, spoken_window
from skill.dialogue.reply import Join, Message, say
from skill.shop import Shop, change_cart

# So many changes are said one by one.
MOST = 3


def refreshed(shop: Shop, change: Callable[[Cart], Cart] | None = None) -> tuple[Cart, tuple[Message, ...]]:
    """The cart at today's prices and within today's stock, with a coupon and a store there are, and what had
    to change. It is written once, with `change`, since a request changes the cart once."""
    wish = change or (lambda cart: cart)
    wished = wish(shop.cart)
    lines = wished.lines
    fresh = plan(
        lines,
        products=shop.catalogue.get(line.sku for line in lines),
        stock=shop.store.stock(line.sku for line in lines),
        now=shop.now,
        locale=shop.locale,
    )
    by_sku = {line.sku: line for line in fresh.lines}
    wanted = [by_sku.get(line.sku) or _none_of(line) for line in lines]
    changed = fresh.gone or fresh.short or fresh.prices
    kept, said = _still_good(put(wished, *wanted) if changed else wished, shop)
    if kept == shop.cart:
        return shop.cart, ()

    def renew(cart: Cart) -> Cart:
        # What another device changed meanwhile is left as it is, and read out again.
        cart = wish(cart)
        still = [new for new, old in zip(wanted, lines, strict=True) if cart.line(old.sku) == old]
        cart = put(cart, *still) if changed and still else cart
        return replace(cart, coupon=kept.coupon, pickup=kept.pickup, window=kept.window)

    return change_cart(shop, renew), (*said, *changes_said(fresh))


def _still_good(cart: Cart, shop: Shop) -> tuple[Cart, tuple[Message, ...]]:
    """The cart without a coupon that will not count any more, a store there is no longer and a window that
    has closed, and why."""
    said: list[Message] = []
    if not (cart.coupon or cart.pickup or cart.window):
        return cart, ()
    bought = bill(cart, shop)
    if cart.window and not cart.pickup and bought.window != cart.window:
        said.append(say("checkout.window_closed", window=spoken_window(cart.window, shop)))
        cart = replace(cart, window=None)
    if cart.pickup and bought.store is None:
        cart = replace(cart, pickup="")
        said.append(say("checkout.no_store"))
    refused = bought.refused if bought.coupon else Refusal("expired")
    if cart.coupon and refused and not refused.waits:
        said += refused_because(cart.coupon, refused, bought.coupon, shop), say("checkout.coupon_off")
        cart = replace(cart, coupon="")
    return cart, tuple(said)


def changes_said(fresh: Plan) -> tuple[Message, ...]:
    """What differs from before, in words: sold out, fewer left, dearer or cheaper."""
    said: list[Message] = []
    if fresh.gone:
        said.append(say("checkout.gone", items=Join(fresh.gone[:MOST])))
    said += [
        say("checkout.only_left", product=line.spoken, count=line.quantity) for line in fresh.short[:MOST]
    ]
    for change in fresh.prices[:MOST]:
        key = "checkout.dearer" if change.was < change.line.price else "checkout.cheaper"
        said.append(say(key, product=change.line.spoken, was=change.was, price=change.line.price))
    # Beyond a few, the total that follows says it better.
    return tuple(said[:MOST])


def _none_of(line: Line) -> Line:
    return Line(sku=line.sku, quantity=0, name=line.name, price=line.price)

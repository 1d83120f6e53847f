"""Amounts that may have been misheard: "sixteen or sixty?", and more of a thing than people buy."""

from __future__ import annotations

from collections.abc import Mapping

from skill.catalogue.words import load
from skill.commerce.availability import bound
from skill.commerce.cart import Line
from skill.commerce.product import Product
from skill.commerce.quantity import FEW, Amount, pieces
from skill.dialogue.conversation import Focus, Question
from skill.dialogue.offering import ADD
from skill.dialogue.reply import Reply, say
from skill.dialogue.turn import Slot
from skill.shop import Shop

# From here on a number of pieces is asked back; below, an undo costs less than a question.
_MANY = 20
# Orders that show that this shopper buys so many.
_ORDERS = 10


def doubtful(
    count: int,
    product: Product | Line,
    shop: Shop,
    *,
    intent: str = ADD,
    frozen: Mapping[str, str | int] | None = None,
) -> Reply | None:
    """The question about `count` pieces that are to go into the cart; None when there is no doubt: few, or
    this shopper has bought nearly as many. `intent` is called again, sure of the number it then gets."""
    alike = load(shop.locale[:2]).mistaken.get(count)
    if (alike is None and count < _MANY) or shop.request_id in shop.cart.seen:
        return None
    known = shop.product(product.sku)
    left = shop.left(product.sku)
    if count > bound(left=left, limit=known.limit if known else None).most:
        # There are not so many: that is what will be said.
        return None
    if _bought_as_many(product.sku, count, shop):
        return None
    sure = {**(frozen or {}), "sku": product.sku, "sure": 1}
    focus = Focus(sku=product.sku)
    name = product.spoken if isinstance(product, Line) else product.spoken(shop.locale)
    price = product.price if isinstance(product, Line) else product.price_at(shop.now)
    if alike is not None:
        low, high = sorted((count, alike))
        return Reply(
            prompt=say("change_quantity.which_number", low=low, high=high, product=name),
            ask=Question(intent=intent, awaiting="quantity", frozen=sure),
            focus=focus,
        )
    return Reply(
        say=(say("change_quantity.so_many", count=count, product=name, price=price * count),),
        prompt=say("change_quantity.sure_of_it"),
        ask=Question(
            intent=intent,
            awaiting="confirmed",
            slots={"quantity": Slot(text=str(count), number=count)},
            frozen=sure,
        ),
        focus=focus,
    )


def open_amount(
    amount: Amount | None, product: Product, shop: Shop, *, frozen: Mapping[str, str | int] | None = None
) -> Reply | None:
    """The question how many of a product are to go into the cart: "a few lemons", or a number in doubt; None
    when it is clear."""
    if amount is None or amount.unit != FEW:
        return doubtful(pieces(amount, product).count, product, shop, frozen=frozen)
    return Reply(
        prompt=say("change_quantity.how_many", product=product.spoken(shop.locale)),
        ask=Question(
            intent=ADD, awaiting="quantity", frozen={**(frozen or {}), "sku": product.sku, "sure": 1}
        ),
        focus=Focus(sku=product.sku),
    )


def _bought_as_many(sku: str, count: int, shop: Shop) -> bool:
    orders = shop.store.orders(shop.shopper, limit=_ORDERS)
    return any(line.sku == sku and line.quantity * 2 >= count for order in orders for line in order.lines)

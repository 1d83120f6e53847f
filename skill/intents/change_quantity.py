"""Set how many of a line are in the cart: "make it three", "change the eggs to two dozen"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from skill.commerce.availability import bound
from skill.commerce.cart import Cart, Line, put
from skill.commerce.quantity import FEW, pieces
from skill.dialogue import reference
from skill.dialogue.conversation import Focus, Question
from skill.dialogue.doubt import doubtful
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Join, Reply, say
from skill.dialogue.swapping import swap, variants_of
from skill.shop import Shop, change_cart

NAME = "ChangeQuantity"
# In halves.
_FACTORS = {"double": 4, "triple": 6, "half": 1}


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("common.okay"),))
    if not shop.cart.lines:
        return Reply(say=(say("review_cart.empty"),))
    lines = _lines(heard, shop)
    if len(lines) != 1:
        return ask_line(heard, lines or shop.cart.lines, intent=NAME)
    line = lines[0]
    if other := _other_size(heard, line, shop):
        return other
    count = _count(heard, line, shop)
    if count is None:
        return Reply(
            prompt=say("change_quantity.how_many", product=line.spoken),
            ask=Question(intent=NAME, awaiting="quantity", frozen={"sku": line.sku}),
        )
    sure = heard.confirmed or heard.number("wrong") is not None
    sure = sure or (heard.question is not None and "sure" in heard.question.frozen)
    if not sure and count > line.quantity and (doubt := doubtful(count, line, shop, intent=NAME)):
        return doubt
    return set_count(line, count, shop)


def _other_size(heard: Heard, line: Line, shop: Shop) -> Reply | None:
    """An amount that no number of this size comes to: the size that is just that takes its place, or else
    what is nearest is said. None when the line's own size will do."""
    amount, product = reference.amount(heard, shop), shop.product(line.sku)
    if amount is None or not heard.text("amount") or product is None:
        return None
    wanted = pieces(amount, product)
    if wanted.exact or amount.unit == FEW:
        return None
    fitting = [(pieces(amount, other), other) for other in variants_of(product, shop)]
    fitting = sorted(((n, other) for n, other in fitting if n.exact), key=lambda found: found[0].count)
    stock = shop.store.stock(other.sku for _, other in fitting)
    for count, other in fitting:
        if stock.get(other.sku) != 0 and shop.request_id not in shop.cart.seen:
            return swap(line, other, shop, count=count.count)
    reply = set_count(line, wanted.count, shop)
    changed = shop.cart_now.line(line.sku)
    if changed is None or changed.quantity != wanted.count:
        return reply
    nearest = say("change_quantity.nearest", count=wanted.count, product=line.spoken, price=changed.cost)
    return replace(reply, say=(nearest,))


def set_count(line: Line, count: int, shop: Shop, *, by: int | None = None) -> Reply:
    """Make `count` the line's quantity, as far as stock and the shop's limit allow; 0 takes it out. `by`: so
    many more (or fewer) of whatever there is when it is written, on another device too."""
    # A repeated request changes nothing: what the line is now is said.
    if shop.request_id not in shop.cart.seen and (against := _against(line, count, shop)):
        return against

    def change(cart: Cart) -> Cart:
        now = cart.line(line.sku)
        there = now.quantity if now else 0
        return put(cart, replace(line, quantity=count if by is None else max(0, there + by)))

    changed = change_cart(shop, change).line(line.sku) or replace(line, quantity=0)
    count = changed.quantity
    focus = Focus(sku=line.sku, quantity=count)
    if count == 0:
        return Reply(say=(say("remove_from_cart.removed", product=line.spoken),), focus=focus)
    return Reply(
        say=(say("change_quantity.now", count=count, product=line.spoken, price=changed.cost),), focus=focus
    )


def _against(line: Line, count: int, shop: Shop) -> Reply | None:
    """What keeps the line from having `count` pieces: so few are left, or the shop's limit."""
    product = shop.product(line.sku)
    left = shop.left(line.sku) if count > line.quantity else None
    most = bound(left=left, limit=product.limit if product else None)
    if others := shop.cart.of(line.sku) - line.quantity:
        # The same with other options is of the same stock.
        most = replace(most, most=max(0, most.most - others))
    if count <= most.most:
        return None
    if most.most <= line.quantity:
        key = f"add_to_cart.{most.reason}_reached"
        return Reply(
            say=(say(key, product=line.spoken, count=most.most),), focus=Focus(sku=line.sku, quantity=1)
        )
    return Reply(
        say=(say(f"add_to_cart.{most.reason}", product=line.spoken, count=most.most),),
        prompt=say("change_quantity.make_it", count=most.most),
        ask=Question(intent=NAME, awaiting="confirmed", frozen={"sku": line.sku, "count": most.most}),
        focus=Focus(sku=line.sku, quantity=line.quantity),
    )


def how_many(heard: Heard, *, intent: str, frozen: Mapping[str, str | int] | None = None) -> Reply:
    """Ask again for a number that was said and not understood; everything else said is kept, and `frozen`."""
    known = {name: slot for name, slot in heard.slots.items() if name != "quantity"}
    return Reply(
        prompt=say("add_to_cart.how_many"),
        ask=Question(intent=intent, awaiting="quantity", slots=known, frozen=frozen or {}),
    )


def ask_line(heard: Heard, lines: tuple[Line, ...], *, intent: str) -> Reply:
    """Ask which line of the cart was meant."""
    kept = {name: slot for name, slot in heard.slots.items() if name in ("quantity", "amount")}
    return Reply(
        prompt=say("change_quantity.which", items=Join(tuple(line.spoken for line in lines[:3]), "or")),
        ask=Question(
            intent=intent, awaiting="product", slots=kept, options=tuple(line.sku for line in lines)
        ),
        miss=bool(heard.text("product")),
    )


def _lines(heard: Heard, shop: Shop) -> tuple[Line, ...]:
    frozen = heard.question.frozen.get("sku") if heard.question else None
    if frozen:
        return tuple(line for line in shop.cart.lines if line.sku == frozen)
    return reference.lines(heard, shop.cart, shop)


def _count(heard: Heard, line: Line, shop: Shop) -> int | None:
    frozen = heard.question.frozen.get("count") if heard.question and heard.confirmed else None
    if isinstance(frozen, int):
        return frozen
    if factor := _FACTORS.get(heard.id("factor") or ""):
        return max(1, line.quantity * factor // 2)
    amount = reference.amount(heard, shop)
    if amount is None or not heard.text("amount"):
        return heard.number("quantity")
    product = shop.product(line.sku)
    return pieces(amount, product).count if product else None


INTENT = Intent(
    name=NAME,
    handle=handle,
    slots={
        "product": "product",
        "quantity": "number",
        "amount": "amount",
        "position": "position",
        "wrong": "number",
        "factor": "factor",
    },
    elicits=("quantity",),
)

"""Put something into the cart: "add oat milk", "I'll take two", "a dozen eggs", "the second one"."""

from __future__ import annotations

from dataclasses import replace

from skill.catalogue.search import Found, Nothing, Several
from skill.commerce.cart import MAX_QUANTITY, Line, add
from skill.commerce.product import Product
from skill.commerce.quantity import Amount, Pieces, pieces
from skill.dialogue import reference
from skill.dialogue.conversation import Focus, Listing, Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.offering import not_found, which
from skill.dialogue.reply import Reply, say
from skill.dialogue.turn import Slot
from skill.shop import Shop, change_cart

NAME = "AddToCart"


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("common.okay"),))
    if heard.unheard("quantity"):
        known = {name: slot for name, slot in heard.slots.items() if name != "quantity"}
        return Reply(
            prompt=say("add_to_cart.how_many"),
            ask=Question(intent=NAME, awaiting="quantity", slots=known, frozen=_frozen(heard)),
        )
    mention = _mentioned(heard, shop)
    result = mention.result
    amount = mention.amount or reference.amount(heard, shop)
    if result is None:
        return Reply(prompt=say("add_to_cart.what"), ask=Question(intent=NAME, awaiting="product"))
    if isinstance(result, Nothing):
        return not_found(result, words=mention.words, shop=shop)
    if isinstance(result, Several):
        result = _narrow(result, amount, shop)
    if isinstance(result, Several):
        kept = {"amount": reference.kept(amount)} if amount else {}
        return which(result.products, words=mention.words, intent=NAME, slots=kept, shop=shop)
    wanted = pieces(amount, result.product) if amount else Pieces(1)
    return put_in(result.product, wanted, shop, heard=heard)


def put_in(product: Product, wanted: Pieces, shop: Shop, *, heard: Heard) -> Reply:
    """Add pieces of one product, or say what stands against it: sold out, too few left, the shop's limit."""
    name, price = product.spoken(shop.locale), product.price_at(shop.now)
    focus = Focus(sku=product.sku, quantity=wanted.count)
    repeated = shop.request_id in shop.cart.seen
    have = shop.cart.line(product.sku)
    already = have.quantity if have and not repeated else 0
    left = None if repeated else shop.store.stock([product.sku]).get(product.sku)
    listing = Listing(words=name, skus=(product.sku,), shown=1, catalogue=shop.catalogue.version)
    if left is not None and left <= 0:
        return Reply(say=(say("add_to_cart.sold_out", product=name),), focus=focus, listing=listing)
    bounds = [(left, "few_left"), (product.limit, "limit"), (MAX_QUANTITY, "line_limit")]
    most, why = min(((bound, key) for bound, key in bounds if bound is not None), key=lambda b: b[0])
    if not repeated and already + wanted.count > most:
        room = most - already
        if room <= 0:
            return Reply(say=(say(f"add_to_cart.{why}_reached", product=name, count=most),), focus=focus)
        return Reply(
            say=(say(f"add_to_cart.{why}", product=name, count=most),),
            prompt=say("add_to_cart.add_room", count=room),
            ask=Question(
                intent=NAME,
                awaiting="confirmed",
                slots={"quantity": Slot(text=str(room), number=room)},
                frozen={"sku": product.sku},
            ),
            focus=focus,
            listing=listing,
        )
    line = Line(sku=product.sku, quantity=wanted.count, name=product.name(shop.locale), price=price)
    change_cart(shop, lambda cart: add(cart, line))
    key = "add_to_cart.added" if wanted.exact else "add_to_cart.added_rounded"
    return Reply(
        say=(say(key, count=wanted.count, product=name, price=price * wanted.count),),
        focus=focus,
        listing=listing,
    )


def _mentioned(heard: Heard, shop: Shop) -> reference.Mention:
    """The product: fixed by the question this answers, or what the turn names."""
    frozen = heard.question.frozen.get("sku") if heard.question else None
    if frozen and not heard.chosen:
        heard = replace(heard, chosen=str(frozen))
    return reference.product(heard, shop)


def _frozen(heard: Heard) -> dict[str, str | int]:
    sku = heard.chosen or (heard.question.frozen.get("sku") if heard.question else None)
    return {"sku": sku} if sku else {}


def _narrow(result: Several, amount: Amount | None, shop: Shop) -> Found | Several:
    """Of products that tie, those that come to exactly the amount asked for, in one piece if that can be:
    "a dozen eggs" is the carton of twelve, and two of six only where there is no such carton."""
    if amount is None or amount.unit in ("piece", "pack"):
        return result
    tied = result.products[: result.close]
    stock = shop.store.stock(product.sku for product in tied)
    exact = [(pieces(amount, product), product) for product in tied if stock.get(product.sku) != 0]
    exact = [(wanted, product) for wanted, product in exact if wanted.exact]
    fewest = min((wanted.count for wanted, _ in exact), default=0)
    fitting = tuple(product for wanted, product in exact if wanted.count == fewest)
    if len(fitting) == 1:
        return Found(fitting[0])
    return Several(fitting, len(fitting)) if fitting else result


INTENT = Intent(
    name=NAME,
    handle=handle,
    slots={
        "product": "product",
        "quantity": "number",
        "amount": "amount",
        "position": "position",
        "trait": "trait",
        "price": "number",
    },
    elicits=("product", "quantity"),
)

"""What is in the cart and what it comes to so far, three lines at a time."""

from __future__ import annotations

from skill.dialogue import reference
from skill.dialogue.adding import as_item
from skill.dialogue.billing import quoted
from skill.dialogue.conversation import Focus, Listing, Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.offering import PAGE
from skill.dialogue.reply import Join, Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    if not shop.cart.lines:
        return Reply(say=(say("review_cart.empty"),))
    if text := heard.text("product"):
        return _contains(heard, text, shop)
    listing = Listing(kind="cart", skus=tuple(line.sku for line in shop.cart.lines), shown=PAGE)
    return page(listing, shop=shop)


def page(listing: Listing, *, shop: Shop) -> Reply:
    """One page of the cart's lines, with the sum so far."""
    lines = [line for sku in listing.said if (line := shop.cart.line(sku))]
    rest = len(listing.skus) - listing.start - listing.shown
    subtotal = shop.cart.subtotal(shop.currency)
    sentences = [
        say("review_cart.lines", items=Join(tuple(as_item(line, shop.cart.lines) for line in lines)))
    ]
    if listing.start == 0:
        sentences.insert(0, say("review_cart.pieces", count=shop.cart.pieces))
    if rest > 0:
        sentences.append(say("review_cart.and_more", count=rest))
    sentences.append(say("review_cart.so_far", total=subtotal))
    terms = shop.facts.terms
    if (terms.deposits or terms.sku_deposits) and (deposit := quoted(shop.cart.lines, shop).deposit):
        sentences.append(say("review_cart.deposit", deposit=deposit))
    return Reply(
        say=tuple(sentences),
        prompt=say("review_cart.more_or_check_out" if rest > 0 else "review_cart.check_out"),
        ask=Question(intent="Checkout", awaiting="confirmed"),
        listing=listing,
        focus=Focus(sku=lines[0].sku) if len(lines) == 1 else Focus(),
    )


def _contains(heard: Heard, text: str, shop: Shop) -> Reply:
    lines = reference.lines(heard, shop.cart, shop)
    if not lines:
        return Reply(say=(say("review_cart.without", words=reference.query(text, shop).text or text),))
    items = Join(tuple(as_item(line, shop.cart.lines) for line in lines[:PAGE]))
    focus = Focus(sku=lines[0].sku) if len(lines) == 1 else Focus()
    return Reply(say=(say("review_cart.holds", items=items),), focus=focus)


INTENT = Intent(name="ReviewCart", handle=handle, slots={"product": "product"}, aside=True)

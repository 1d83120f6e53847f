"""What is said unasked at the till, with restraint: one thing that goes with the order, before its total, and
one code that would count for it. Neither twice, and nothing more after a no."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from skill.commerce.cart import Cart, add
from skill.commerce.coupon import Coupon
from skill.commerce.money import Money
from skill.commerce.product import Product
from skill.dialogue.adding import line_of
from skill.dialogue.billing import gives, why_not
from skill.dialogue.codes import spelled
from skill.dialogue.conversation import Focus, Question
from skill.dialogue.intent import Heard
from skill.dialogue.reply import Message, Reply, say
from skill.dialogue.together import companions
from skill.shop import Shop

CHECKOUT, EXTRA = "Checkout", "extra"
# A coupon is spoken of when no more than this part of the order it needs is missing.
_NEAR = 4


def extra(heard: Heard, shop: Shop) -> Reply | None:
    """The offer of one thing that goes with the cart, as a question before the total; None where the merchant
    wants none, it was offered before, or there is nothing that is not in the cart and can be had."""
    cart = shop.cart
    told = f"{EXTRA}:{cart.cid}"
    if not shop.facts.recommend.cross_sell or cart.offered or told in heard.conversation.told:
        return None
    # What was put in last is what the shopper has in mind.
    lines = shop.products(line.sku for line in reversed(cart.lines))
    found = companions(*lines, shop=shop).products if lines else ()
    if not found:
        return None
    best = found[0]
    said_with = next((line for line in lines if best.sku in line.goes_with), lines[0])
    return Reply(
        say=(
            say(
                "checkout.goes_with",
                product=best.spoken(shop.locale),
                price=best.price_at(shop.now),
                other=said_with.short(shop.locale),
            ),
        ),
        prompt=say("checkout.add_that_too"),
        ask=Question(intent=CHECKOUT, awaiting="confirmed", frozen={EXTRA: best.sku}),
        focus=Focus(sku=best.sku),
        told=(told,),
    )


def taken(sku: str, shop: Shop) -> Product | None:
    """What was offered, if it can still be had."""
    product = shop.product(sku)
    return next(iter(shop.in_stock((product,))), None) if product else None


def with_extra(product: Product, cart: Cart, shop: Shop) -> Cart:
    """The cart with what was offered; a repeated request finds it there."""
    if cart.offered == product.sku:
        return cart
    return answered(product.sku, add(cart, line_of(product, 1, shop)))


def answered(sku: str, cart: Cart) -> Cart:
    """The cart that remembers what was offered for it."""
    return replace(cart, offered=sku)


def code(cart: Cart, shop: Shop, *, told: Sequence[str]) -> tuple[tuple[Message, ...], tuple[str, ...]]:
    """What to say of a public coupon that would count for this cart, or nearly does, and that it was told.
    Nothing where one is on the cart, the merchant wants none told, or it was `told` before."""
    if not shop.facts.recommend.coupons or cart.coupon:
        return (), ()
    lines = cart.subtotal(shop.currency)
    public = [c for c in shop.facts.coupons if c.public and c.live(shop.now) and f"code:{c.code}" not in told]
    near = [c for c in public if c.minimum - lines.minor <= c.minimum // _NEAR]
    # The one that takes off most; one that counts already before one that does not.
    near.sort(
        key=lambda c: (c.minimum > lines.minor, -c.off(max(lines, Money(c.minimum, lines.currency))).minor)
    )
    for coupon in near:
        if message := _would_count(coupon, cart, shop, lines):
            return (message,), (f"code:{coupon.code}",)
    return (), ()


def _would_count(coupon: Coupon, cart: Cart, shop: Shop, lines: Money) -> Message | None:
    refused = why_not(coupon, cart, shop)
    if refused is None:
        return say("checkout.code_counts", code=spelled(coupon.code), amount=coupon.off(lines))
    if refused.missing is None:
        return None
    return say(
        "checkout.code_nearly", code=spelled(coupon.code), missing=refused.missing, gives=gives(coupon, shop)
    )

"""A coupon's code: what it takes off, or exactly why it does not count.

A code is compared as it sounds: folded, numbers as digits, letters and words run together, so that "save
ten", "save 10" and "s a v e one zero" are SAVE10. Nothing near a code is taken for it: it is read back.
"""

from __future__ import annotations

from dataclasses import replace

from skill.catalogue.analyser import digits, fold
from skill.catalogue.words import load, trim
from skill.commerce.cart import Cart, choose
from skill.commerce.coupon import Coupon
from skill.dialogue.billing import bill, gives, lines_known, refused_because, under_way
from skill.dialogue.conversation import Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Message, Reply, say
from skill.intents import checkout
from skill.shop import Shop, change_cart

NAME = "ApplyCoupon"


def handle(heard: Heard, shop: Shop) -> Reply:
    at_checkout = under_way(heard)
    said = heard.text("coupon")
    if not said:
        return Reply(
            prompt=say("apply_coupon.which"),
            ask=Question(intent=NAME, awaiting="coupon", frozen=at_checkout),
        )
    coupon = heard_as(said, shop)
    if coupon is None:
        return checkout.back(heard, shop, say("apply_coupon.unknown", heard=said), miss=True)
    changed = replace(shop.cart, coupon=coupon.code)
    bought = bill(changed, shop)
    if bought.refused and not bought.refused.waits:
        return checkout.back(heard, shop, refused_because(coupon.code, bought.refused, coupon, shop))

    def put_in(cart: Cart) -> Cart:
        return choose(cart, coupon=coupon.code)

    other = shop.cart.coupon
    lead = (say("apply_coupon.replaced", code=other),) if other not in ("", coupon.code) else ()
    if at_checkout:
        return checkout.read_out(shop, lead=lead, change=put_in, known=lines_known(heard, shop))
    if shop.cart.coupon != coupon.code:
        change_cart(shop, put_in)
    return Reply(say=(*_effect(coupon, changed, shop), *lead), resume=True)


def _effect(coupon: Coupon, cart: Cart, shop: Shop) -> tuple[Message, ...]:
    bought = bill(cart, shop)
    if bought.refused:
        return (refused_because(coupon.code, bought.refused, coupon, shop), say("apply_coupon.kept"))
    if not bought.totals.discount.minor:
        return (say("apply_coupon.noted", code=coupon.code, gives=gives(coupon, shop)),)
    off = bought.totals.discount
    if coupon.amount and not coupon.name(shop.locale):
        return (say("apply_coupon.applied_amount", code=coupon.code, amount=off),)
    return (say("apply_coupon.applied", code=coupon.code, gives=gives(coupon, shop), amount=off),)


def heard_as(said: str, shop: Shop) -> Coupon | None:
    """The coupon these words are the code of, as it is written or as the merchant says it is heard."""
    language = shop.locale[:2]
    # The bare words too: "save ten please" is a code and a courtesy.
    sounds = _sounds(said, language) | _sounds(trim(fold(said), words=load(language)), language)
    for coupon in shop.facts.coupons:
        ways = {_run_together(coupon.code)}
        for language, words in coupon.heard.items():
            ways.update(*(_sounds(word, language) for word in words))
        if ways & sounds:
            return coupon
    return None


def _sounds(text: str, language: str) -> frozenset[str]:
    plain = fold(text)
    return frozenset({_run_together(plain), _run_together(digits(plain, language=language))} - {""})


def _run_together(text: str) -> str:
    return fold(text).replace(" ", "").replace(".", "")


INTENT = Intent(name=NAME, handle=handle, slots={"coupon": "query"}, elicits=("coupon",))

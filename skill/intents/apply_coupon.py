"""A coupon's code: what it takes off, or exactly why it does not count.

A code is compared as it sounds: folded, numbers as digits, letters and words run together, so that "save
ten", "save 10" and "s a v e one zero" are SAVE10. Nothing near a code is taken for it: it is read back.
"""

from __future__ import annotations

from dataclasses import replace

from skill.catalogue.analyser import fold
from skill.catalogue.words import load, trim
from skill.commerce.cart import Cart, choose
from skill.commerce.coupon import Coupon
from skill.dialogue.billing import bill, gives, lines_known, refused_because, under_way
from skill.dialogue.codes import repeated, run_together, sounds, spelled
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
    if coupon is None or coupon.code == shop.facts.afterwards.friend:
        coupon, refused = _for_friends(said, coupon, shop)
        if refused:
            return checkout.back(heard, shop, refused)
    if coupon is None:
        return checkout.back(
            heard,
            shop,
            say("apply_coupon.unknown", heard=repeated(said, language=shop.locale[:2])),
            miss=True,
        )
    changed = replace(shop.cart, coupon=coupon.code)
    bought = bill(changed, shop)
    if bought.refused and not bought.refused.waits:
        return checkout.back(heard, shop, refused_because(coupon.code, bought.refused, coupon, shop))

    def put_in(cart: Cart) -> Cart:
        return choose(cart, coupon=coupon.code)

    other = shop.cart.coupon
    lead = (say("apply_coupon.replaced", code=spelled(other)),) if other not in ("", coupon.code) else ()
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
        return (say("apply_coupon.noted", code=spelled(coupon.code), gives=gives(coupon, shop)),)
    off = bought.totals.discount
    if coupon.amount and not coupon.name(shop.locale):
        return (say("apply_coupon.applied_amount", code=spelled(coupon.code), amount=off),)
    return (say("apply_coupon.applied", code=spelled(coupon.code), gives=gives(coupon, shop), amount=off),)


def _for_friends(said: str, coupon: Coupon | None, shop: Shop) -> tuple[Coupon | None, Message | None]:
    """The coupon that a friend's code stands for, or why it does not; its own code is for who earned it."""
    if not shop.facts.afterwards.friend:
        return coupon, None
    # Only now: few shoppers come by a friend.
    from skill.dialogue import friends

    if coupon:
        return (coupon if friends.entitled(shop) else None), None
    return friends.came_by(sounds(said, language=shop.locale[:2]), shop)


def heard_as(said: str, shop: Shop) -> Coupon | None:
    """The coupon these words are the code of, as it is written or as the merchant says it is heard."""
    language = shop.locale[:2]
    # The bare words too: "save ten please" is a code and a courtesy.
    heard = sounds(said, language=language) | sounds(
        trim(fold(said), words=load(language)), language=language
    )
    for coupon in shop.facts.coupons:
        ways = {run_together(coupon.code)}
        for language, words in coupon.heard.items():
            ways.update(*(sounds(word, language=language) for word in words))
        if ways & heard:
            return coupon
    return None


INTENT = Intent(name=NAME, handle=handle, slots={"coupon": "query"}, elicits=("coupon",))

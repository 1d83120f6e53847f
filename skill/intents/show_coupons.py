"""The coupons the merchant tells anybody who asks."""

from __future__ import annotations

from skill.dialogue.billing import gives
from skill.dialogue.codes import spelled
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Join, Reply, say
from skill.shop import Shop

_SAID = 3


def handle(heard: Heard, shop: Shop) -> Reply:
    public = [coupon for coupon in shop.facts.coupons if coupon.public and coupon.live(shop.now)]
    if not public:
        return Reply(say=(say("show_coupons.none"),))
    told = tuple(
        say("show_coupons.one", code=spelled(coupon.code), gives=gives(coupon, shop))
        for coupon in public[:_SAID]
    )
    how = say("show_coupons.how", code=spelled(public[0].code))
    return Reply(say=(say("show_coupons.some", coupons=Join(told)), how))


INTENT = Intent(name="ShowCoupons", handle=handle, aside=True)

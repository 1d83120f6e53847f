"""A code of one's own for friends: said, and sent to the app."""

from __future__ import annotations

from skill.dialogue import friends
from skill.dialogue.guard import grown_up
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Card, Reply, Spell, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    if refused := grown_up(shop):
        return refused
    coupon = shop.facts.coupon(shop.facts.afterwards.friend) if shop.facts.afterwards.friend else None
    if coupon is None or not coupon.live(shop.now):
        return Reply(say=(say("refer_friend.not_offered"),))
    code, gives = friends.own_code(shop), coupon.name(shop.locale)
    key = "refer_friend.yours" if gives else "refer_friend.yours_code"
    text = say("refer_friend.card_text", shop=shop.facts.called(shop.locale), code=code)
    return Reply(
        say=(say(key, code=Spell(code), gives=gives),),
        card=Card("simple", say("refer_friend.card"), (text,)),
    )


INTENT = Intent(name="ReferFriend", handle=handle, aside=True)

"""What is known of whoever asks: what they told, and, said as such, what their orders show."""

from __future__ import annotations

from skill.commerce.household import is_child
from skill.dialogue.conversation import Question
from skill.dialogue.history import bought_before
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.liking import known
from skill.dialogue.remembering import items
from skill.dialogue.reply import Join, Message, Reply, say
from skill.shop import Shop

_ORDERS, _BOUGHT, _LISTS = 5, 2, 3


def handle(heard: Heard, shop: Shop) -> Reply:
    mine, said = known(shop), list[Message]()
    if mine:
        said.append(say("what_you_know.told", items=items(mine)))
    bought = shop.products(bought_before(shop, orders=_ORDERS)[:_BOUGHT]) if _may_hear(shop) else ()
    if bought:
        names = Join(tuple(product.short(shop.locale) for product in bought))
        said.append(say("what_you_know.orders", items=names))
    if lists := shop.about.personal.lists[:_LISTS]:
        said.append(say("what_you_know.lists", names=Join(tuple(own.name for own in lists))))
    if not said:
        return Reply(say=(say("what_you_know.nothing"),))
    if not mine:
        return Reply(say=tuple(said))
    return Reply(
        say=tuple(said),
        prompt=say("what_you_know.forget_any"),
        ask=Question(intent="ForgetThis", awaiting="confirmed"),
    )


def _may_hear(shop: Shop) -> bool:
    """What an account ordered is not told to one member of the household about all others."""
    return shop.speaker is None and not is_child(shop.about, shop.speaker)


INTENT = Intent(name="WhatYouKnow", handle=handle)

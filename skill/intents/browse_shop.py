"""What the shop sells, in a few kinds of things."""

from __future__ import annotations

from skill.dialogue.conversation import Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Join, Reply, say
from skill.shop import Shop

_LOOKED_AT = 60
_SAID = 4


def handle(heard: Heard, shop: Shop) -> Reply:
    kinds = dict.fromkeys(
        product.category[-2] if len(product.category) > 2 else product.category[-1]
        for product in shop.catalogue.popular(limit=_LOOKED_AT)
        if product.category
    )
    if not kinds:
        return Reply(prompt=say("find_product.what"), ask=Question(intent="FindProduct", awaiting="query"))
    return Reply(
        say=(say("browse_shop.kinds", shop=shop.facts.name, kinds=Join(tuple(kinds)[:_SAID])),),
        prompt=say("find_product.what"),
        ask=Question(intent="FindProduct", awaiting="query"),
    )


INTENT = Intent(name="BrowseShop", handle=handle)

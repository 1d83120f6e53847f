"""What the shop sells, in a few kinds of things."""

from __future__ import annotations

from skill.dialogue.conversation import Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Join, Reply, say
from skill.shop import Shop

_LOOKED_AT = 60
_SAID = 4


def handle(heard: Heard, shop: Shop) -> Reply:
    language = shop.locale[:2]
    found = (product.kind(language) for product in shop.catalogue.popular(limit=_LOOKED_AT))
    kinds = dict.fromkeys(kind[-2] if len(kind) > 2 else kind[-1] for kind in found if kind)
    if not kinds:
        return Reply(prompt=say("find_product.what"), ask=Question(intent="FindProduct", awaiting="query"))
    return Reply(
        say=(
            say("browse_shop.kinds", shop=shop.facts.called(shop.locale), kinds=Join(tuple(kinds)[:_SAID])),
        ),
        prompt=say("find_product.what"),
        ask=Question(intent="FindProduct", awaiting="query"),
    )


INTENT = Intent(name="BrowseShop", handle=handle)

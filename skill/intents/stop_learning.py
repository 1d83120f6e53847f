""" "Don't learn from what I say": nothing more is kept, and what was kept is gone at once."""

from __future__ import annotations

from dataclasses import replace

from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.shop import Shop, change_shopper


def handle(heard: Heard, shop: Shop) -> Reply:
    allowed = shop.about.insight.learn or shop.request_id in shop.about.seen
    change_shopper(shop, lambda about: replace(about, insight=replace(about.insight, learn=False)))
    if not allowed:
        return Reply(say=(say("stop_learning.nothing"),))
    # After the wish is kept: what goes wrong here is done by saying it again.
    shop.store.drop_sentences(shopper=shop.shopper)
    return Reply(say=(say("stop_learning.stopped"),))


INTENT = Intent(name="StopLearning", handle=handle, aside=True)

""" "You may learn from what I say": what is not understood may be kept for the merchant."""

from __future__ import annotations

from dataclasses import replace

from skill.commerce.household import is_child
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.shop import Shop, change_shopper


def handle(heard: Heard, shop: Shop) -> Reply:
    if not (days := shop.facts.privacy.sentences_days):
        return Reply(say=(say("allow_learning.not_kept", shop=shop.facts.called(shop.locale)),))
    if is_child(shop.about, shop.speaker):
        return Reply(say=(say("allow_learning.grown_up"),))
    change_shopper(shop, lambda about: replace(about, insight=replace(about.insight, learn=True)))
    return Reply(say=(say("allow_learning.allowed", count=days),))


INTENT = Intent(name="AllowLearning", handle=handle, aside=True)

"""Not understood: first a short rephrase, then an example from this very shop, then a way out."""

from __future__ import annotations

from skill.dialogue.conversation import Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Join, Message, Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    misses = heard.conversation.misses
    if misses == 0:
        return Reply(say=(say("fallback.first"),), prompt=_ask(heard, "fallback.say_again"), miss=True)
    if misses == 1:
        examples = tuple(product.short(shop.locale) for product in shop.catalogue.popular(limit=2))
        return Reply(
            say=(say("fallback.example", examples=Join(examples, "or")),),
            prompt=_ask(heard, "launch.what_today"),
            miss=True,
        )
    return Reply(
        say=(say("fallback.way_out"),),
        prompt=say("fallback.person_or_help"),
        ask=Question(intent="TalkToPerson", awaiting="confirmed"),
        miss=True,
    )


def _ask(heard: Heard, key: str) -> Message | None:
    return None if heard.conversation.question else say(key)


INTENT = Intent(name="Fallback", handle=handle, aside=True)

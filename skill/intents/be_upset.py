"""Somebody is angry: no argument, no joke, and a person is offered. The cart stays as it is."""

from __future__ import annotations

from skill.dialogue.conversation import Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    key = "be_upset.cart_kept" if shop.cart.lines else "be_upset.sorry"
    return Reply(
        say=(say(key),),
        prompt=say("be_upset.person"),
        ask=Question(intent="TalkToPerson", awaiting="confirmed"),
    )


INTENT = Intent(name="BeUpset", handle=handle)

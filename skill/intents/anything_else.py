""" "Anything else?": yes asks what, no goes to the till when there is something to pay, or says goodbye."""

from __future__ import annotations

from skill.dialogue.conversation import Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.intents import finish
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return finish.handle(heard, shop)
    return Reply(prompt=say("anything_else.what"), ask=Question(intent="FindProduct", awaiting="query"))


INTENT = Intent(name="AnythingElse", handle=handle)

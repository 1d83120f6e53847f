"""A yes that answers nothing, or "which one?": it does nothing, and what is meant is asked."""

from __future__ import annotations

from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    question = heard.conversation.question
    if question:
        # To "which one?" it is no answer: the question alone comes back.
        return Reply(resume=True)
    return Reply(say=(say("yes.to_what"),), prompt=say("launch.what_today"))


INTENT = Intent(name="Yes", handle=handle, aside=True)

"""Say the last answer again, word for word."""

from __future__ import annotations

from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.conversation.said:
        return Reply(again=True)
    return Reply(say=(say("repeat.nothing_yet"),), prompt=say("launch.what_today"))


INTENT = Intent(name="Repeat", handle=handle, aside=True)

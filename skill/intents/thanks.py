"""A thank-you is answered and changes nothing."""

from __future__ import annotations

from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    return Reply(say=(say("thanks.welcome"),))


INTENT = Intent(name="Thanks", handle=handle, aside=True)

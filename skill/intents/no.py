"""A no when nothing was asked."""

from __future__ import annotations

from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    return Reply(say=(say("no.fine"),), prompt=say("launch.what_today"))


INTENT = Intent(name="No", handle=handle)

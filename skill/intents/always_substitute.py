""" "You may always replace what's missing": in this order and in those to come."""

from __future__ import annotations

from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.dialogue.substitutes import for_good
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    return for_good(heard, shop, wanted=True, done=say("always_substitute.done"))


INTENT = Intent(name="AlwaysSubstitute", handle=handle)

""" "No substitutions": nothing in this order is replaced."""

from __future__ import annotations

from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.dialogue.substitutes import for_this_order
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    return for_this_order(heard, shop, wanted=False, done=say("no_substitutes.done"))


INTENT = Intent(name="NoSubstitutes", handle=handle)

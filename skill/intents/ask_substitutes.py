""" "What's my substitution setting?"."""

from __future__ import annotations

from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    here, always = shop.cart.substitutes, shop.about.substitutes
    if here is not None and here != always:
        return Reply(say=(say("ask_substitutes.this_yes" if here else "ask_substitutes.this_no"),))
    if always is None:
        return Reply(say=(say("ask_substitutes.unset"),))
    return Reply(say=(say("ask_substitutes.always_yes" if always else "ask_substitutes.always_no"),))


INTENT = Intent(name="AskSubstitutes", handle=handle, aside=True)

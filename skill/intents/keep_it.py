""" "Keep it": a no to what was asked, see `skill.dialogue.answers`; with nothing asked, all stays as it is
and the shop stays open. What was just taken out comes back."""

from __future__ import annotations

from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.intents import undo
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    focus = heard.conversation.focus.sku
    last = shop.cart.changes[-1].before if shop.cart.changes else ()
    if any(sku == focus and line and not shop.cart.line(sku) for sku, line in last):
        return undo.handle(heard, shop)
    return Reply(say=(say("no.fine"),))


INTENT = Intent(name="KeepIt", handle=handle, aside=True)

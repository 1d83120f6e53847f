""" "Never mind": drops the open question, takes back what was just done or forgets what was just told; the
shop stays open."""

from __future__ import annotations

from skill.dialogue.engine import ANYTHING_ELSE
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.intents import cancel, forget_this, undo
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    question = heard.conversation.question
    if question and "told" in question.frozen:
        return forget_this.last(str(question.frozen["told"]), shop)
    if question and question.intent != ANYTHING_ELSE:
        return cancel.handle(heard, shop)
    if heard.conversation.focus.quantity and shop.cart.changes:
        return undo.handle(heard, shop)
    return Reply(say=(say("cancel.dropped"),))


INTENT = Intent(name="NeverMind", handle=handle)

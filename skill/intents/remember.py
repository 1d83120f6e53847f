"""What a shopper tells of themselves is remembered, until they say otherwise: "I'm vegan", "I wear size
M"."""

from __future__ import annotations

from skill.commerce.household import is_child
from skill.dialogue.conversation import Question
from skill.dialogue.engine import ANYTHING_ELSE
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.remembering import SLOTS, heard_of, item, keep
from skill.dialogue.reply import Reply, say
from skill.intents import ask_contents
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    told = heard_of(heard, shop)
    if told is None:
        return Reply(say=(say("remember.not_understood"),), miss=True)
    if is_child(shop.about, shop.speaker):
        # What children tell of themselves is not kept.
        return Reply(say=(say("remember.ask_a_grown_up"),))
    keep(told, shop)
    noted = say("remember.noted", item=item(told))
    about_it = shop.product(heard.conversation.focus.sku or "") if told.kind == "avoid" else None
    if about_it and about_it.contains:
        # Said of something to eat that was just looked at, it is a question, too.
        answer = ask_contents.handle(heard, shop)
        return Reply(say=(noted, *answer.say), focus=answer.focus)
    ask = Question(intent=ANYTHING_ELSE, awaiting="confirmed", frozen={"told": f"{told.kind} {told.value}"})
    return Reply(say=(noted,), ask=ask)


INTENT = Intent(name="Remember", handle=handle, slots=SLOTS)

"""Do without the voice code again; whoever wants that has to know it."""

from __future__ import annotations

from dataclasses import replace

from skill.commerce.merchant import Shopper
from skill.dialogue.guard import CODE, ask_code, grown_up, with_code
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.shop import Shop

NAME = "RemoveVoiceCode"


def handle(heard: Heard, shop: Shop) -> Reply:
    if refused := grown_up(shop):
        return refused
    if not shop.about.code:
        repeated = shop.request_id in shop.about.seen
        return Reply(say=(say("remove_voice_code.removed" if repeated else "remove_voice_code.none"),))
    if heard.question is None or heard.question.awaiting != CODE:
        return ask_code(NAME, {}, shop)

    def without(about: Shopper) -> Shopper:
        return replace(about, code="", next_code="")

    return with_code(heard, shop, then=without) or Reply(say=(say("remove_voice_code.removed"),))


INTENT = Intent(name=NAME, handle=handle, slots={CODE: "code"}, elicits=(CODE,))

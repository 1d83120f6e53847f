"""The voice code is forgotten or locked: how to come by a new one. Nobody is told the old."""

from __future__ import annotations

from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Card, Reply, say
from skill.shop import Shop


def handle(_: Heard, shop: Shop) -> Reply:
    if not shop.about.code:
        return Reply(say=(say("remove_voice_code.none"),))
    return Reply(say=(say("forgot_voice_code.how"),), card=Card("link_account"))


INTENT = Intent(name="ForgotVoiceCode", handle=handle)

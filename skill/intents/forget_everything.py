"""All that a shopper told is forgotten, with their lists and alerts, after asking. Cart and orders stay."""

from __future__ import annotations

from dataclasses import replace

from skill.commerce import memory
from skill.commerce.household import is_child
from skill.commerce.merchant import Shopper
from skill.dialogue.conversation import Listing, Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.shop import Shop, change_shopper

NAME = "ForgetEverything"


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("common.okay"),))
    if is_child(shop.about, shop.speaker):
        return Reply(say=(say("remember.ask_a_grown_up"),))
    if not heard.confirmed:
        ask = Question(intent=NAME, awaiting="confirmed")
        return Reply(prompt=say("forget_everything.sure"), ask=ask)

    def nothing(about: Shopper) -> Shopper:
        left = memory.without(about.personal.known, lambda _: True, person=shop.speaker)
        return replace(about, alerts=(), personal=replace(about.personal, known=left, lists=()))

    change_shopper(shop, nothing)
    return Reply(say=(say("forget_everything.done"),), listing=Listing())


INTENT = Intent(name=NAME, handle=handle)

"""A list of one's own is deleted, after asking."""

from __future__ import annotations

from skill.dialogue.conversation import Listing, Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.lists import change_lists, meant, none_such
from skill.dialogue.reply import Reply, say
from skill.shop import Shop

NAME = "DeleteList"


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("delete_list.kept"),))
    own = meant(heard, shop)
    if heard.confirmed and heard.question:
        name = str(heard.question.frozen.get("list", ""))
        change_lists(shop, lambda lists: tuple(one for one in lists if one.name != name))
        return Reply(say=(say("delete_list.deleted", name=name),), listing=Listing())
    if own is None:
        return none_such(heard, shop)
    return Reply(
        prompt=say("delete_list.sure", name=own.name, count=len(own.entries)),
        ask=Question(intent=NAME, awaiting="confirmed", frozen={"list": own.name}),
    )


INTENT = Intent(name=NAME, handle=handle, slots={"list": "list"})

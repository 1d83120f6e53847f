"""A list of one's own, by a name: "make a list called barbecue"."""

from __future__ import annotations

from skill.catalogue.analyser import fold
from skill.commerce.lists import OwnList, with_list
from skill.dialogue.conversation import Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.lists import called, change_lists, of
from skill.dialogue.reply import Reply, say
from skill.shop import Shop

NAME = "MakeList"


def handle(heard: Heard, shop: Shop) -> Reply:
    text = heard.text("name", "list")
    name = called(text, locale=shop.locale) if text else ""
    if not name:
        return Reply(prompt=say("make_list.what_name"), ask=Question(intent=NAME, awaiting="list"))
    known = next((own for own in shop.about.personal.lists if fold(own.name) == fold(name)), None)
    if known and shop.request_id not in shop.about.seen:
        return Reply(say=(say("make_list.already", name=known.name),), listing=of(known))
    own = known or change_lists(shop, lambda lists: with_list(lists, name))[-1]
    return Reply(
        say=(say("make_list.made", name=own.name),),
        prompt=say("make_list.what_on"),
        ask=Question(intent="AddToList", awaiting="product", frozen={"list": own.name}),
        listing=of(OwnList(own.name)),
    )


INTENT = Intent(name=NAME, handle=handle, slots={"name": "query", "list": "list"}, elicits=("list",))

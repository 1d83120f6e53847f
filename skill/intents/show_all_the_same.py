""" "Not only vegan ones": the same search, for once without what was to be remembered."""

from __future__ import annotations

from dataclasses import replace

from skill.catalogue.results import Nothing
from skill.commerce.memory import values
from skill.dialogue.history import first_mine
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.liking import known
from skill.dialogue.offering import list_results, not_found
from skill.dialogue.refining import again
from skill.dialogue.reply import Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    listing = heard.conversation.listing
    if not listing.words or listing.kind == "cart":
        return Reply(say=(say("show_all_the_same.of_what"),))
    asked = again(listing, shop)
    diets = values(known(shop), "diet")
    asked = replace(asked, only=tuple(word for word in asked.only if word not in diets))
    result = shop.catalogue.find(asked)
    if isinstance(result, Nothing):
        return not_found(result, words=asked.text, shop=shop, asked=asked)
    return list_results(first_mine(result, shop), words=asked.text, shop=shop, asked=asked)


INTENT = Intent(name="ShowAllTheSame", handle=handle, slots={"trait": "trait"})

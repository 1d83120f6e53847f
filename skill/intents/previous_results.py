""" "Go back": the page before, of the list that was being read."""

from __future__ import annotations

from dataclasses import replace

from skill.dialogue.intent import Heard, Intent
from skill.dialogue.offering import PAGE
from skill.dialogue.reply import Reply, say
from skill.intents.more_results import turn_to
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    listing = heard.conversation.listing
    if not listing.skus:
        return Reply(say=(say("more_results.no_list"),), prompt=say("launch.what_today"))
    if listing.start == 0:
        page = turn_to(listing, shop)
        return replace(page, say=(say("previous_results.at_start"), *page.say))
    return turn_to(replace(listing, start=max(0, listing.start - PAGE), shown=PAGE), shop)


INTENT = Intent(name="PreviousResults", handle=handle)

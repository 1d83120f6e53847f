""" "What else?": the next page of the list that was being read."""

from __future__ import annotations

from dataclasses import replace

from skill.dialogue import lists
from skill.dialogue.conversation import Listing
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.offering import PAGE, read_page
from skill.dialogue.reply import Reply, say
from skill.dialogue.substitutes import offered
from skill.intents import review_cart, review_saved, suggest_instead
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    if offered(heard):
        return suggest_instead.handle(replace(heard, slots={}), shop)
    listing = heard.conversation.listing
    if not listing.skus:
        return Reply(say=(say("more_results.no_list"),), prompt=say("launch.what_today"))
    after = listing.start + listing.shown
    if after >= len(listing.skus):
        return Reply(say=(say("more_results.no_more"),), resume=True)
    return turn_to(replace(listing, start=after, shown=PAGE), shop)


def turn_to(listing: Listing, shop: Shop) -> Reply:
    """Read the page at `listing.start`, of whatever kind of list it is."""
    if listing.kind == "cart":
        return review_cart.page(listing, shop=shop)
    if listing.kind == "saved":
        return review_saved.page(listing, shop=shop)
    if lists.is_own(listing):
        return lists.page(listing, shop=shop)
    return read_page(listing, shop=shop)


INTENT = Intent(name="MoreResults", handle=handle)

"""What is on a list of one's own, three at a time, and which lists there are."""

from __future__ import annotations

from skill.dialogue.intent import Heard, Intent
from skill.dialogue.lists import meant, none_such, of, page
from skill.dialogue.reply import Reply
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    own = meant(heard, shop) if heard.text("list") else None
    return page(of(own), shop=shop) if own else none_such(heard, shop)


INTENT = Intent(name="ReviewList", handle=handle, slots={"list": "list"})

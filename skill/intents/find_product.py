"""Look for something: "find oat milk", "the cheapest ketchup under five dollars"."""

from __future__ import annotations

from skill.catalogue.results import Nothing
from skill.dialogue import reference
from skill.dialogue.conversation import Question
from skill.dialogue.history import first_mine
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.offering import list_results, not_found
from skill.dialogue.reply import Reply, say
from skill.intents.ask_shop import answer_to
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    text = heard.text("query", "product")
    asked = reference.query(text, shop) if text else None
    if asked:
        asked = reference.with_slots(asked, heard, shop)
    if asked is None or not (asked.text or asked.lists):
        return Reply(prompt=say("find_product.what"), ask=Question(intent=INTENT.name, awaiting="query"))
    result = shop.catalogue.find(asked)
    words = text if not asked.text else asked.text
    missing = not result.nearest if isinstance(result, Nothing) else not result.whole
    if missing and (answer := answer_to(text, shop, floor=100)):
        # "Do you have gift cards": a question to the shop that sounds like a search.
        return Reply(say=(say("ask_shop.answer", text=answer),))
    if isinstance(result, Nothing):
        return not_found(result, words=words, shop=shop)
    return list_results(first_mine(result, shop), words=words, shop=shop)


INTENT = Intent(
    name="FindProduct",
    handle=handle,
    slots={"query": "query", "product": "product", "trait": "trait", "price": "number", "least": "number"},
    elicits=("query",),
)

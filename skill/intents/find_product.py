"""Look for something: "find oat milk", "the cheapest ketchup under five dollars"."""

from __future__ import annotations

from dataclasses import replace

from skill.catalogue.analyser import fold
from skill.catalogue.results import Found, Nothing
from skill.catalogue.words import Query, load
from skill.commerce.product import Product
from skill.dialogue import reference
from skill.dialogue.conversation import Question
from skill.dialogue.history import first_mine
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.liking import find
from skill.dialogue.offering import list_results, not_found
from skill.dialogue.reply import Reply, say
from skill.intents import fallback
from skill.intents.ask_shop import WHOLE, answer_to, answer_to_search, answered
from skill.shop import Shop

# So many words, so many of them that only join others, are a sentence nobody understood.
_SENTENCE, _AROUND = 4, 2


def handle(heard: Heard, shop: Shop) -> Reply:
    text = heard.text("query", "product")
    asked = reference.query(text, shop) if text else None
    if asked:
        asked = reference.with_slots(asked, heard, shop)
    if asked is None or not (asked.text or asked.lists):
        return Reply(prompt=say("find_product.what"), ask=Question(intent=INTENT.name, awaiting="query"))
    if asked.text and (answer := answer_to_search(asked.text, shop)):
        # What the merchant says to just that, though something is called alike: "do you sell beer".
        return answered(answer, shop)
    made = _with_options(text, shop) if shop.facts.options else None
    if isinstance(made, Product):
        return list_results(Found(made), words=text, shop=shop)
    asked = replace(asked, text=made.text) if made else asked
    found = find(asked, shop)
    result, asked = found.result, found.asked
    words = text if not asked.text else asked.text
    missing = not result.nearest if isinstance(result, Nothing) else not result.whole
    if missing and (answer := answer_to(text, shop, floor=WHOLE)):
        # "Do you have gift cards": a question to the shop that sounds like a search.
        return answered(answer, shop)
    if isinstance(result, Nothing) and result.reason == "unknown" and _is_a_sentence(text, shop):
        # To say that there is no "how does that go again" in this shop helps nobody.
        return fallback.handle(heard, shop)
    if isinstance(result, Nothing):
        return not_found(result, words=words, shop=shop, asked=asked)
    reply = list_results(first_mine(result, shop), words=words, shop=shop, asked=asked)
    return replace(reply, say=(*found.said, *reply.say))


def _with_options(text: str, shop: Shop) -> Product | Query | None:
    """The product with the options that were said, or where some are open, the search for the product itself;
    None where no options were said."""
    # Only now: most shops sell things as they are.
    from skill.dialogue.adding import with_options
    from skill.dialogue.options import meant

    wanted = meant(text, shop)
    if wanted is None:
        return None
    ready = with_options(text, shop)
    return ready[0] if isinstance(ready, tuple) else reference.query(wanted.words, shop)


def _is_a_sentence(text: str, shop: Shop) -> bool:
    """Whether so much was said around what may be a name that it is none."""
    words = load(shop.locale[:2])
    said = fold(text).split()
    return len(said) >= _SENTENCE and sum(word in words.asking | words.stop for word in said) >= _AROUND


INTENT = Intent(
    name="FindProduct",
    handle=handle,
    slots={"query": "query", "product": "product", "trait": "trait", "price": "number", "least": "number"},
    elicits=("query",),
)

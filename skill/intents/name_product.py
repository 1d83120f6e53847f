"""Something is only named: "oat milk", "the second one", "the Brindle". When a question was open it was
answered before this runs; here it is a pick from the last list, or a search."""

from __future__ import annotations

from dataclasses import replace

from skill.catalogue.results import Nothing, Several
from skill.dialogue import breath, reference
from skill.dialogue.answers import pick
from skill.dialogue.choosing import by_name
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.offering import list_results, not_found, offer_one, which
from skill.dialogue.reply import Reply, say
from skill.intents import add_to_cart, find_product
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    listing = heard.conversation.listing
    said = listing.said
    text = heard.text("product")
    shelf = shop.catalogue.get(said)
    if chosen := pick(heard.turn, options=said, shop=shop):
        product = shelf.get(chosen) or shop.catalogue.get([chosen])[chosen]
        return offer_one(product, shop=shop, words=listing.words)
    if text and (less := _without(text, listing.words, shop)):
        return less
    if text:
        fitting = by_name(
            text, products=[shelf[s] for s in said if s in shelf], locale=shop.locale, now=shop.now
        )
        question = heard.conversation.question
        refines = question is not None and bool(question.options) and _only_refines(text, shop)
        if refines and len(fitting) == len(said) > 1:
            # What is true of all of them singles none out.
            return Reply(say=(say("name_product.all_of_them"),), resume=True)
        if question and refines and 1 < len(fitting) < len(said):
            words = reference.query(text, shop).text or text
            return which(
                Several(fitting, len(fitting)),
                words=words,
                intent=question.intent,
                slots=dict(question.slots),
                shop=shop,
                frozen=question.frozen,
            )
        if reference.query(text, shop).amount or len(breath.wishes(text, shop)) > 1:
            # Nobody says "a dozen eggs" or "milk and bread" only to look at them.
            return add_to_cart.handle(heard, shop)
        return find_product.handle(heard, shop)
    if heard.slots.get("position") or heard.slots.get("trait"):
        return Reply(say=(say("name_product.no_such"),), miss=True)
    focus = heard.conversation.focus.sku
    product_in_focus = shop.catalogue.get([focus]).get(focus) if focus else None
    if product_in_focus is None:
        return find_product.handle(heard, shop)
    return offer_one(product_in_focus, shop=shop, words=product_in_focus.spoken(shop.locale))


def _without(text: str, words: str, shop: Shop) -> Reply | None:
    """ "Not decaf", said of a list: the same search without what is not wanted."""
    wish = reference.query(text, shop)
    if wish.text or not wish.without or not words:
        return None
    result = shop.catalogue.find(replace(reference.query(words, shop), without=wish.without))
    if isinstance(result, Nothing):
        return not_found(result, words=words, shop=shop)
    return list_results(result, words=words, shop=shop)


def _only_refines(text: str, shop: Shop) -> bool:
    """Few words narrow the list that was read; a full phrase is a new wish."""
    return len(reference.query(text, shop).text.split()) <= 2


INTENT = Intent(
    name="NameProduct",
    handle=handle,
    slots={"product": "product", "position": "position", "trait": "trait"},
)

"""Something is only named: "oat milk", "the second one", "the Brindle". When a question was open it was
answered before this runs; here it is a pick from the last list, or a search."""

from __future__ import annotations

from skill.catalogue.results import Found, Nothing, Several
from skill.dialogue import breath, reference
from skill.dialogue.answers import is_meant, pick
from skill.dialogue.choosing import by_name
from skill.dialogue.conversation import Listing
from skill.dialogue.history import mine
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.offering import list_results, not_found, offer_one, which
from skill.dialogue.refining import refined
from skill.dialogue.reply import Reply, say
from skill.intents import add_to_cart, find_product, refine_search
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    heard = breath.unjoined(heard, shop)
    listing = heard.conversation.listing
    said = listing.said
    question = heard.conversation.question
    # "The large one" of shirts is a size, not how much one holds.
    sized = question is not None and "variant" in question.frozen
    text = heard.text("product", *(("trait",) if sized else ()))
    shelf = shop.catalogue.get(said)
    focus = heard.conversation.focus.sku
    chosen = pick(heard.turn, options=said, shop=shop, focus=focus) or heard.id("product")
    if chosen and (product := shop.catalogue.get([chosen]).get(chosen)):
        return offer_one(product, shop=shop, words=listing.words if chosen in said else text)
    if text and (less := _without(text, listing, shop)):
        return less
    if text:
        fitting = by_name(
            text, products=[shelf[s] for s in said if s in shelf], locale=shop.locale, now=shop.now
        )
        refines = question is not None and bool(question.options) and _only_refines(text, shop)
        refines = refines and bool(fitting) and is_meant(fitting[0], text, heard.turn, shop)
        asked = reference.query(text, shop).text
        if refines and len(fitting) == len(said) > 1 and all(breath.holds(p, asked, shop) for p in fitting):
            # What is true of all of them singles none out.
            return Reply(say=(say("name_product.all_of_them"),), resume=True)
        if question and refines and 1 < len(fitting) < len(said):
            words = reference.query(text, shop).text or text
            if not reference.sizeless(reference.query(text, shop), shop).text:
                words = listing.words
            return which(
                Several(fitting, len(fitting)),
                words=words,
                intent=question.intent,
                slots=dict(question.slots),
                shop=shop,
                frozen=question.frozen,
            )
        if not heard.id("product") and not reference.sizeless(reference.query(text, shop), shop).text:
            # A size alone names nothing where there is nothing to choose from.
            return Reply(say=(say("name_product.no_such"),), miss=True)
        if reference.query(text, shop).amount or len(breath.wishes(text, shop)) > 1:
            # Nobody says "a dozen eggs" or "milk and bread" only to look at them.
            return add_to_cart.handle(heard, shop)
        return _narrowed(text, heard, shop) or _usual(text, shop) or find_product.handle(heard, shop)
    if heard.slots.get("trait") and listing.words and listing.kind != "cart":
        return refine_search.handle(heard, shop)
    if heard.slots.get("position") or heard.slots.get("trait"):
        return Reply(say=(say("name_product.no_such"),), miss=True)
    product_in_focus = shop.catalogue.get([focus]).get(focus) if focus else None
    if product_in_focus is None:
        return find_product.handle(heard, shop)
    return offer_one(product_in_focus, shop=shop, words=product_in_focus.spoken(shop.locale))


def _usual(text: str, shop: Shop) -> Reply | None:
    """ "Milk" is my milk: what this shopper buys of what ties is offered, and said so."""
    asked = reference.query(text, shop)
    result = shop.catalogue.find(asked)
    if not isinstance(result, Several) or not result.whole:
        return None
    bought = mine(result, shop)
    if not isinstance(bought, Found):
        return None
    lead = say("name_product.usual")
    return offer_one(bought.product, shop=shop, words=asked.text, lead=lead, asked=asked)


def _narrowed(text: str, heard: Heard, shop: Shop) -> Reply | None:
    """ "The blue one" that was not among the three just read: the same search for what is blue. None when
    no product is both."""
    listing, question = heard.conversation.listing, heard.conversation.question
    wish = reference.query(text, shop)
    if not listing.words or listing.kind == "cart" or question is None or not question.options:
        return None
    if not wish.text or not _only_refines(text, shop):
        return None
    asked, result = refined(listing, wish, shop)
    if isinstance(result, Nothing) or not result.whole:
        return None
    return list_results(result, words=asked.text, shop=shop, asked=asked)


def _without(text: str, listing: Listing, shop: Shop) -> Reply | None:
    """ "Not decaf", said of a list: the same search without what is not wanted."""
    wish = reference.query(text, shop)
    if wish.text or not wish.without or not listing.words:
        return None
    asked, result = refined(listing, wish, shop)
    if isinstance(result, Nothing):
        return not_found(result, words=asked.text, shop=shop, asked=asked)
    return list_results(result, words=asked.text, shop=shop, asked=asked)


def _only_refines(text: str, shop: Shop) -> bool:
    """Few words narrow the list that was read; a full phrase is a new wish."""
    return len(reference.query(text, shop).text.split()) <= 2


INTENT = Intent(
    name="NameProduct",
    handle=handle,
    slots={"product": "product", "position": "position", "trait": "trait"},
)

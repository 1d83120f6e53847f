"""Something is only named: "oat milk", "the second one", "the Brindle". When a question was open it was
answered before this runs; here it is a pick from the last list, or a search."""

from __future__ import annotations

from skill.catalogue.results import Found, Nothing, Several
from skill.catalogue.words import Query
from skill.dialogue import breath, reference
from skill.dialogue.answers import is_meant, pick
from skill.dialogue.choosing import by_name
from skill.dialogue.history import mine
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.liking import find
from skill.dialogue.offering import list_results, not_found, offer_one, which
from skill.dialogue.refining import refined
from skill.dialogue.reply import Reply, say
from skill.intents import add_to_cart, find_product, refine_search
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    heard = breath.unjoined(heard, shop)
    listing, question = heard.conversation.listing, heard.conversation.question
    # "The large one" of shirts is a size, not how much one holds.
    sized = question is not None and "variant" in question.frozen
    text = heard.text("product", *(("trait",) if sized else ()))
    focus = heard.conversation.focus.sku
    chosen = pick(heard.turn, options=listing.said, shop=shop, focus=focus) or heard.id("product")
    if chosen and (product := shop.product(chosen)):
        return offer_one(product, shop=shop, words=listing.words if chosen in listing.said else text)
    if text:
        return _named(text, heard, shop)
    if heard.slots.get("trait") and listing.words and listing.kind != "cart":
        return refine_search.handle(heard, shop)
    if heard.slots.get("position") or heard.slots.get("trait"):
        return Reply(say=(say("name_product.no_such"),), miss=True)
    product_in_focus = shop.product(focus) if focus else None
    if product_in_focus is None:
        return find_product.handle(heard, shop)
    return offer_one(product_in_focus, shop=shop, words=product_in_focus.spoken(shop.locale))


def _named(text: str, heard: Heard, shop: Shop) -> Reply:
    """What a name says that singles out none of the list: fewer of it, more to add, or another search."""
    wish = reference.query(text, shop)
    if less := _without(wish, heard, shop) or _among(text, wish, heard, shop):
        return less
    if not heard.id("product") and not reference.sizeless(wish, shop).text:
        # A size alone names nothing where there is nothing to choose from.
        return Reply(say=(say("name_product.no_such"),), miss=True)
    if wish.amount or len(breath.wishes(text, shop)) > 1:
        # Nobody says "a dozen eggs" or "milk and bread" only to look at them.
        return add_to_cart.handle(heard, shop)
    return _narrowed(wish, heard, shop) or _usual(wish, shop) or find_product.handle(heard, shop)


def _among(text: str, wish: Query, heard: Heard, shop: Shop) -> Reply | None:
    """ "The organic ones" of the list just read: those of it, to choose from. None when it is no word for
    some of them."""
    listing, question = heard.conversation.listing, heard.conversation.question
    if question is None or not question.options or not _only_refines(wish):
        return None
    said = listing.said
    fitting = by_name(text, products=shop.products(said), locale=shop.locale, now=shop.now)
    if not fitting or not is_meant(fitting[0], text, heard.turn, shop):
        return None
    if len(fitting) == len(said) > 1 and all(breath.holds(p, wish.text, shop) for p in fitting):
        # What is true of all of them singles none out.
        return Reply(say=(say("name_product.all_of_them"),), resume=True)
    if not 1 < len(fitting) < len(said):
        return None
    sized = not reference.sizeless(wish, shop).text
    return which(
        Several(fitting, len(fitting)),
        words=listing.words if sized else wish.text or text,
        intent=question.intent,
        slots=dict(question.slots),
        shop=shop,
        frozen=question.frozen,
    )


def _usual(wish: Query, shop: Shop) -> Reply | None:
    """ "Milk" is my milk: what this shopper buys of what ties is offered, and said so."""
    result = find(wish, shop).result
    if not isinstance(result, Several) or not result.whole:
        return None
    bought = mine(result, shop)
    if not isinstance(bought, Found):
        return None
    lead = say("name_product.usual")
    return offer_one(bought.product, shop=shop, words=wish.text, lead=lead, asked=wish)


def _narrowed(wish: Query, heard: Heard, shop: Shop) -> Reply | None:
    """ "The blue one" that was not among the three just read: the same search for what is blue. None when
    no product is both."""
    listing, question = heard.conversation.listing, heard.conversation.question
    if not listing.words or listing.kind == "cart" or question is None or not question.options:
        return None
    if not wish.text or not _only_refines(wish):
        return None
    asked, result = refined(listing, wish, shop)
    if isinstance(result, Nothing) or not result.whole:
        return None
    return list_results(result, words=asked.text, shop=shop, asked=asked)


def _without(wish: Query, heard: Heard, shop: Shop) -> Reply | None:
    """ "Not decaf", said of a list: the same search without what is not wanted."""
    listing = heard.conversation.listing
    if wish.text or not wish.without or not listing.words:
        return None
    asked, result = refined(listing, wish, shop)
    if isinstance(result, Nothing):
        return not_found(result, words=asked.text, shop=shop, asked=asked)
    return list_results(result, words=asked.text, shop=shop, asked=asked)


def _only_refines(wish: Query) -> bool:
    """Few words narrow the list that was read; a full phrase is a new wish."""
    return len(wish.text.split()) <= 2


INTENT = Intent(
    name="NameProduct",
    handle=handle,
    slots={"product": "product", "position": "position", "trait": "trait"},
)

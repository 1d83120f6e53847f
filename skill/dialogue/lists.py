"""Lists of one's own as they are spoken of: which one is meant, and how it is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from skill.catalogue.analyser import fold, tokens
from skill.catalogue.words import load
from skill.commerce.lists import MAX_LETTERS, OwnList
from skill.commerce.merchant import Shopper
from skill.dialogue.conversation import Focus, Listing, Question
from skill.dialogue.intent import Heard
from skill.dialogue.offering import PAGE
from skill.dialogue.reply import Join, Reply, say
from skill.shop import Shop, change_shopper

# So begins the kind of a listing that is a list of one's own; its name follows. It has no words to search by.
_OWN = "own:"
# How a language ends the name of a list ("Grillliste"), or begins it.
_ENDINGS = ("liste", "list")


def called(text: str, *, locale: str) -> str:
    """The name in what was said: "barbecue" of "my barbecue list", "Grill" of "Grillliste"."""
    words = load(locale[:2])
    kept = [word for word in text.split() if fold(word) not in words.stop and fold(word) not in _ENDINGS]
    name = " ".join(kept) or text
    ending = next((end for end in _ENDINGS if fold(name).endswith(end) and len(name) > len(end) + 2), "")
    return name[: len(name) - len(ending)].strip()[:MAX_LETTERS]


def meant(heard: Heard, shop: Shop) -> OwnList | None:
    """The list that is named, or else the one spoken of last, or the only one. None when none is."""
    lists = shop.about.personal.lists
    asked = heard.question.frozen.get("list") if heard.question else None
    if asked:
        return shop.about.personal.named(str(asked))
    if text := heard.text("list"):
        return _by_name(called(text, locale=shop.locale), lists, shop)
    listing = heard.conversation.listing
    if is_own(listing) and (read := shop.about.personal.named(_name(listing))):
        return read
    return lists[0] if len(lists) == 1 else None


def _by_name(name: str, lists: tuple[OwnList, ...], shop: Shop) -> OwnList | None:
    language = shop.locale[:2]
    same = next((own for own in lists if fold(own.name) == fold(name)), None)
    said = frozenset(tokens(name, language=language))
    alike = [own for own in lists if said and said & frozenset(tokens(own.name, language=language))]
    return same or (alike[0] if len(alike) == 1 else None)


def none_such(heard: Heard, shop: Shop) -> Reply:
    """No such list: which there are, or that there is none yet."""
    lists = shop.about.personal.lists
    if not lists:
        return Reply(say=(say("review_list.no_lists"),))
    names = Join(tuple(own.name for own in lists))
    if text := heard.text("list"):
        name = called(text, locale=shop.locale)
        return Reply(say=(say("review_list.no_such", name=name, names=names),))
    return Reply(say=(say("review_list.lists", count=len(lists), names=names),))


def change_lists(
    shop: Shop, change: Callable[[tuple[OwnList, ...]], tuple[OwnList, ...]]
) -> tuple[OwnList, ...]:
    """Change the shopper's lists and keep them; the lists as they are kept. Raises CartChanged, and whatever
    `change` raises."""

    def changed(about: Shopper) -> Shopper:
        return replace(about, personal=replace(about.personal, lists=change(about.personal.lists)))

    return change_shopper(shop, changed).personal.lists


def of(own: OwnList) -> Listing:
    """The list as one that is read out, so that "what else" and "the list" mean it."""
    return Listing(kind=_OWN + own.name, skus=tuple(entry.sku for entry in own.entries), shown=PAGE)


def is_own(listing: Listing) -> bool:
    """Whether what was read out is a list of one's own."""
    return listing.kind.startswith(_OWN)


def _name(listing: Listing) -> str:
    return listing.kind.removeprefix(_OWN)


def page(listing: Listing, *, shop: Shop) -> Reply:
    """One page of a list: what of it is still sold, with how many."""
    own = shop.about.personal.named(_name(listing))
    pieces = {entry.sku: entry.quantity for entry in own.entries} if own else {}
    products = shop.products(sku for sku in listing.said if sku in pieces)
    if own is None or not products:
        name = own.name if own else _name(listing)
        return Reply(say=(say("review_list.empty", name=name),), listing=listing)
    items = Join(
        tuple(
            say("review_cart.line", count=pieces[product.sku], product=product.short(shop.locale))
            for product in products
        )
    )
    rest = len(listing.skus) - listing.start - listing.shown
    more = (say("review_cart.and_more", count=rest),) if rest > 0 else ()
    return Reply(
        say=(say("review_list.holds", name=own.name, items=items), *more),
        prompt=say("review_list.put"),
        ask=Question(intent="ListToCart", awaiting="confirmed", frozen={"list": own.name}),
        listing=listing,
        focus=Focus(sku=products[0].sku) if len(products) == 1 else Focus(),
    )

"""Reading products out: three at a time, each with its price, ending in a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from skill.catalogue.results import Found, Nothing, Several, skus_of
from skill.catalogue.words import Query
from skill.commerce.product import Product
from skill.dialogue.conversation import Focus, Listing, Question
from skill.dialogue.refining import wish
from skill.dialogue.reply import Join, Message, Reply, say
from skill.dialogue.substitutes import offer_instead
from skill.dialogue.turn import Slot
from skill.dialogue.variants import ask_variant, of_one_product
from skill.shop import Shop

PAGE = 3
# Whoever asks for more than this has better words to say than "more".
MAX_LISTED = 30
ADD = "AddToCart"
# So many of the most popular products serve as examples.
_EXAMPLES = 6
# What is said of the wish that was left out.
_RELAXED = {
    "price": "find_product.outside_price",
    "offer": "find_product.not_on_offer",
    "only": "find_product.none_such",
    "without": "find_product.none_without",
}


def list_results(result: Found | Several, *, words: str, shop: Shop, asked: Query | None = None) -> Reply:
    """The answer to a search: the one product meant, the variants of one, or the first page of several.
    `asked`: the query, whose wishes are kept for whoever goes on from this list."""
    if isinstance(result, Found):
        lead = None if result.whole else say("find_product.nearest", words=words)
        return offer_one(result.product, shop=shop, words=words, lead=lead, asked=asked)
    if result.whole and (variants := of_one_product(result, shop)):
        if len(variants) == 1:
            return offer_one(variants[0], shop=shop, words=words, asked=asked)
        return ask_variant(variants, intent=ADD, slots={}, words=words, shop=shop, asked=asked)
    listing = listed(result, words, shop, asked)
    return read_page(listing, shop=shop, lead=_found(listing.skus, words, whole=result.whole))


def listed(result: Several, words: str, shop: Shop, asked: Query | None = None) -> Listing:
    """The list of what was found, as long as it may become, at its first page."""
    skus = skus_of(result.products[:MAX_LISTED])
    return Listing(words=words, wish=wish(asked), skus=skus, shown=PAGE, catalogue=shop.catalogue.version)


def _found(skus: Sequence[str], words: str, *, whole: bool) -> Message:
    if not whole:
        return say("find_product.nearest", words=words)
    if len(skus) >= MAX_LISTED:
        return say("find_product.found_many", words=words)
    return say("find_product.found", count=len(skus), words=words)


def offer_one(
    product: Product, *, shop: Shop, words: str, lead: Message | None = None, asked: Query | None = None
) -> Reply:
    """One product with its price, offered to be added; said at once when it is sold out."""
    listing = Listing(
        words=words, wish=wish(asked), skus=(product.sku,), shown=1, catalogue=shop.catalogue.version
    )
    focus = Focus(sku=product.sku)
    left = shop.left(product.sku)
    first = (lead,) if lead else ()
    if left is not None and left <= 0:
        said = (*first, say("find_product.one_sold_out", product=product.spoken(shop.locale)))
        return offer_instead(Reply(say=said, listing=listing, focus=focus), shop)
    key = "find_product.one_on_offer" if product.on_offer(shop.now) else "find_product.one"
    return Reply(
        say=(
            *first,
            say(
                key,
                product=product.spoken(shop.locale),
                price=product.price_at(shop.now),
                usual=product.price,
            ),
        ),
        prompt=say("find_product.add_it"),
        ask=Question(intent=ADD, awaiting="product", options=(product.sku,)),
        listing=listing,
        focus=focus,
    )


def read_page(listing: Listing, *, shop: Shop, lead: Message | None = None) -> Reply:
    """The listing's present page. The shopper may pick one, or ask for more or the ones before. What is no
    longer sold leaves the list, so that the second one said is the second one there is."""
    listing = _still_sold(listing, shop)
    products = shop.products(listing.said)
    stock = shop.store.stock(listing.said)
    if not products:
        return Reply(say=(say("find_product.no_longer"),), listing=Listing())
    items = tuple(named(product, left=stock.get(product.sku), shop=shop) for product in products)
    more = listing.start + listing.shown < len(listing.skus)
    prompt = "find_product.which_or_more" if more else "find_product.which"
    if len(products) == 1:
        prompt = "find_product.add_it"
    return Reply(
        say=(*((lead,) if lead else ()), say("find_product.page", items=Join(items))),
        prompt=say(prompt),
        ask=Question(intent=ADD, awaiting="product", options=skus_of(products)),
        listing=listing,
        focus=Focus(sku=products[0].sku) if len(products) == 1 else Focus(),
    )


def _still_sold(listing: Listing, shop: Shop) -> Listing:
    if listing.catalogue == shop.catalogue.version:
        return listing
    sold = {product.sku for product in shop.products(listing.skus)}
    before = listing.skus[: listing.start]
    return replace(
        listing,
        skus=tuple(sku for sku in listing.skus if sku in sold),
        start=listing.start - sum(sku not in sold for sku in before),
    )


def named(product: Product, *, left: int | None, shop: Shop) -> Message:
    """A product as one item of a spoken list."""
    if left is not None and left <= 0:
        return say("find_product.item_sold_out", product=product.spoken(shop.locale))
    return say("find_product.item", product=product.spoken(shop.locale), price=product.price_at(shop.now))


def which(
    result: Several,
    *,
    words: str,
    intent: str,
    slots: dict[str, Slot],
    shop: Shop,
    frozen: Mapping[str, str | int] | None = None,
    asked: Query | None = None,
) -> Reply:
    """Ask which of several was meant, for an intent that needs one of them: the colour or size where they
    are all the same product."""
    if result.whole and len(variants := of_one_product(result, shop)) > 1:
        return ask_variant(variants, intent=intent, slots=slots, words=words, shop=shop, frozen=frozen)
    listing = listed(result, words, shop, asked)
    page = read_page(listing, shop=shop, lead=_found(listing.skus, words, whole=result.whole))
    return Reply(
        say=page.say,
        prompt=page.prompt if intent == ADD else say("ask_price.which_of_these"),
        ask=Question(
            intent=intent, awaiting="product", options=listing.said, slots=slots, frozen=frozen or {}
        ),
        listing=listing,
        focus=page.focus,
    )


def not_found(result: Nothing, *, words: str, shop: Shop, asked: Query | None = None) -> Reply:
    """Nothing fits: the nearest without the wish that nothing fulfils, which is said, or other words to try
    from this very shop."""
    if result.nearest:
        lead = say(_RELAXED[result.reason], words=words)
        return offer_one(result.nearest[0], shop=shop, words=words, lead=lead, asked=asked)
    # Not the same two for every word: what is looked for decides.
    first = sum(map(ord, words)) % _EXAMPLES
    popular = shop.catalogue.popular(limit=2 * _EXAMPLES)
    known = list(dict.fromkeys(product.short(shop.locale) for product in popular))
    examples = known[first : first + 2] if len(known) > _EXAMPLES else known[:2]
    return Reply(
        say=(say("find_product.nothing", words=words),),
        prompt=say("find_product.try_again", examples=Join(tuple(examples), "or")),
        ask=Question(intent="FindProduct", awaiting="query"),
        miss=True,
    )

""" "What do you recommend?": of a list just read the one most people take; of a kind, what fits the answers
to the merchant's questions about it; else what goes with the cart or with what was bought before, or what
sells best here. It is always said why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from skill.catalogue.results import Found, Nothing, skus_of
from skill.commerce.product import Product
from skill.commerce.recommend import Option
from skill.dialogue import preferences, reference
from skill.dialogue.conversation import Focus, Listing, Question
from skill.dialogue.history import bought_before, past
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.liking import preferred
from skill.dialogue.offering import ADD, MAX_LISTED, PAGE, not_found, read_page
from skill.dialogue.preferences import ENOUGH, PREFERENCE, SKIPPED, Asked, Told
from skill.dialogue.reply import Join, Message, Reply, say
from skill.dialogue.together import companions
from skill.shop import Shop

NAME = preferences.RECOMMEND
# What sells best, looked through for what this shopper likes.
_POPULAR = 60
# Orders looked at for what is bought again and again.
_ORDERS = 10


def handle(heard: Heard, shop: Shop) -> Reply:
    if (asked := preferences.under_way(heard.question, shop)) and asked.next:
        return _go_on(asked, heard, shop)
    if text := heard.text("product", "query"):
        return _of_a_kind(text, shop)
    listing, question = heard.conversation.listing, heard.conversation.question
    just_read = question and len(question.options) > 1 and listing.kind != "cart"
    if just_read and (there := shop.in_stock(shop.products(listing.skus))):
        return _one(max(there, key=_liked), shop)
    return _of_the_cart(shop) or _of_history(shop) or _popular(shop)


def _go_on(asked: Asked, heard: Heard, shop: Shop) -> Reply:
    """The answer to one question is there: the next question, or the recommendation."""
    answer = heard.slots.get(PREFERENCE)
    known = preferences.chosen(heard.chosen) if heard.chosen else next(iter(answer.ids if answer else ()), "")
    if known == ENOUGH:
        return _fitting(asked, shop)
    asked = asked.answered(known or (answer.text if answer else "") or SKIPPED)
    asked = preferences.said_before(asked, shop)
    return preferences.ask(asked, shop) if asked.next else _fitting(asked, shop)


def _of_a_kind(text: str, shop: Shop) -> Reply:
    wanted = reference.query(text, shop)
    result = shop.catalogue.find(wanted)
    if not (isinstance(result, Found) and result.whole) and (called := preferences.guide_called(text, shop)):
        asked = preferences.said_before(Asked(guide=called, words=wanted.text or text), shop)
        return preferences.ask(asked, shop) if asked.next else _fitting(asked, shop)
    if isinstance(result, Nothing):
        return not_found(result, words=wanted.text or text, shop=shop, asked=wanted)
    first = result.product if isinstance(result, Found) else result.products[0]
    guide = shop.facts.recommend.guide(first.category) if result.whole else None
    if guide is None:
        products = (first,) if isinstance(result, Found) else result.products[: result.close]
        there = preferred(shop.in_stock(products) or shop.in_stock((first,)), shop)
        if not there:
            return Reply(say=(say("find_product.one_sold_out", product=first.spoken(shop.locale)),))
        ranked = sorted(there, key=_liked, reverse=True)
        return _first_of(ranked, wanted.text or text, _why(ranked), shop)
    asked = preferences.said_before(Asked(guide=guide, words=wanted.text or text), shop)
    return preferences.ask(asked, shop) if asked.next else _fitting(asked, shop)


def _fitting(asked: Asked, shop: Shop) -> Reply:
    """What fits most of the answers, and of that what is bought and liked most; what it is not is said."""
    options, own = asked.options, asked.own_words
    told = [Told.of(product, shop) for product in preferred(_pool(asked, shop), shop)]
    if not told:
        return Reply(say=(say("recommend.none_left", words=asked.words),))
    kept = _strictly(told, options, shop)
    wishes = {one.product.sku: _fulfilled(one, options, own, shop) for one in kept}
    kept.sort(key=lambda one: (len(wishes[one.product.sku]), *_liked(one.product)), reverse=True)
    best = kept[0].product
    why = wishes[best.sku]
    alike = [one.product for one in kept if len(wishes[one.product.sku]) == len(why)]
    missing = [name for name in (*(o.name(shop.locale) for o in options), *own) if name not in why]
    lead: tuple[Message, ...] = ()
    if missing:
        lead = (say("recommend.not_all", wishes=Join(tuple(missing), "or")),)
    reason = say("recommend.because", wishes=Join(tuple(why))) if why else _why(alike)
    return _first_of(alike, asked.words, reason, shop, lead=lead)


def _strictly(told: list[Told], options: Sequence[Option], shop: Shop) -> list[Told]:
    """Those that somebody can eat, and that cost what they may, as far as there are any. A price gives way
    where nothing else that was wished is left within it, and all of it is beyond."""

    def having(some: Sequence[Told], wanted: Sequence[Option]) -> list[Told]:
        return [one for one in some if all(one.fits(option, shop) for option in wanted)]

    edible = having(told, [option for option in options if option.diet]) or told
    within = having(edible, [option for option in options if option.priced])
    tastes = [option for option in options if not (option.diet or option.priced)]
    wanted = having(edible, tastes) if tastes else []
    if wanted and not any(one.fits(option, shop) for one in within for option in tastes):
        return wanted
    return within or edible


def _fulfilled(one: Told, options: Sequence[Option], own: Sequence[str], shop: Shop) -> list[str]:
    """The wishes a product fulfils, as they are said."""
    names = [option.name(shop.locale) for option in options if one.fits(option, shop)]
    return [*names, *(words for words in own if one.holds(words))]


def _pool(asked: Asked, shop: Shop) -> tuple[Product, ...]:
    """What there is of the kind and can be had: found by the words, alone and with each of the wishes; or all
    of the category, in the language of the feed, where its products are not called by those words."""
    words, language, options = asked.words, shop.locale[:2], asked.options
    if preferences.guide_called(words, shop):
        words, language = asked.guide.category[-1], shop.facts.locale[:2]
        # Of a category nobody names its products by, the merchant's own words find what there is.
        options = tuple(option for question in asked.guide.questions for option in question.options)
    texts = [words, *(f"{one} {words}" for option in options for one in option.words)]
    texts += [f"{own} {words}" for own in asked.own_words]
    found: dict[str, Product] = {}
    for text in texts:
        result = shop.catalogue.find(replace(reference.query(text, shop), text=text, language=language))
        if isinstance(result, Nothing):
            continue
        listed = (result.product,) if isinstance(result, Found) else result.products[:MAX_LISTED]
        found |= {product.sku: product for product in listed if product.sku not in found}
    return shop.in_stock(product for product in found.values() if asked.guide.covers(product.category))


def _of_the_cart(shop: Shop) -> Reply | None:
    """What goes with what was put into the cart last."""
    product = shop.product(shop.cart.lines[-1].sku) if shop.cart.lines else None
    return _with(product, "recommend.with_cart", shop) if product else None


def _of_history(shop: Shop) -> Reply | None:
    """What goes with what this shopper bought most, and was not bought yet."""
    if shop.speaker is None:
        skus = bought_before(shop, orders=_ORDERS)
    else:
        lines = (line.sku for order in past(shop, limit=_ORDERS) for line in order.lines)
        skus = tuple(dict.fromkeys(lines))
    product = next(iter(shop.products(skus[:1])), None)
    return _with(product, "recommend.with_bought", shop, but=skus) if product else None


def _with(product: Product, key: str, shop: Shop, *, but: Sequence[str] = ()) -> Reply | None:
    there = [other for other in companions(product, shop=shop).products if other.sku not in but]
    if not there:
        return None
    skus = skus_of(there[:MAX_LISTED])
    listing = Listing(skus=skus, shown=min(PAGE, len(skus)), catalogue=shop.catalogue.version)
    return read_page(listing, shop=shop, lead=say(key, product=product.short(shop.locale)))


def _popular(shop: Shop) -> Reply:
    liked = preferred(shop.catalogue.popular(limit=_POPULAR), shop)[:MAX_LISTED]
    skus = skus_of(shop.in_stock(liked))
    popular = Listing(
        wish={"popular": True}, skus=skus, shown=min(PAGE, len(skus)), catalogue=shop.catalogue.version
    )
    return read_page(popular, shop=shop, lead=say("recommend.popular"))


def _first_of(
    ranked: Sequence[Product], words: str, why: Message, shop: Shop, *, lead: tuple[Message, ...] = ()
) -> Reply:
    """The best of a kind and why; "what else" goes on with the others."""
    best = ranked[0]
    listing = Listing(
        words=words, skus=skus_of(ranked[:MAX_LISTED]), shown=1, catalogue=shop.catalogue.version
    )
    offer = say("recommend.take", product=best.spoken(shop.locale), price=best.price_at(shop.now), why=why)
    return replace(_offered(best, shop), say=(*lead, offer), listing=listing)


def _why(ranked: Sequence[Product]) -> Message:
    """Why the first of these, where nobody said what was wished."""
    best = ranked[0]
    if len(ranked) == 1 or not (best.rating or best.popularity):
        return say("recommend.because_fits")
    return say("recommend.because_rated" if best.rating else "recommend.because_popular")


def _one(product: Product, shop: Shop) -> Reply:
    key = "recommend.rated" if product.rating else "recommend.most_take"
    said = say(key, product=product.spoken(shop.locale), price=product.price_at(shop.now))
    return replace(_offered(product, shop), say=(said,))


def _offered(product: Product, shop: Shop) -> Reply:
    return Reply(
        prompt=say("find_product.add_it"),
        ask=Question(intent=ADD, awaiting="product", options=(product.sku,)),
        focus=Focus(sku=product.sku),
    )


def _liked(product: Product) -> tuple[int, int]:
    """Few stars cost what many buyers cannot make good: the rating in halves, then how much it is bought."""
    return product.rating // 5, product.popularity


INTENT = Intent(name=NAME, handle=handle, slots={"product": "product"})

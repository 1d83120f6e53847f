"""The wrong thing out and the right one in, in one change: "no, I said oat milk", "in blue instead"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from skill.catalogue.results import Found, Nothing, Several
from skill.catalogue.words import load
from skill.commerce.cart import Line
from skill.commerce.product import Product
from skill.dialogue import reference
from skill.dialogue.adding import with_options
from skill.dialogue.breath import holds
from skill.dialogue.choosing import by_position, by_trait
from skill.dialogue.conversation import Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.offering import list_results, not_found, which
from skill.dialogue.refining import refined
from skill.dialogue.reply import Reply, say
from skill.dialogue.swapping import swap, variants_of
from skill.dialogue.turn import Slot
from skill.intents import add_to_cart, find_product
from skill.shop import Shop

NAME = "ReplaceProduct"
# So few words narrow the list that was read; more are another wish.
_REFINES = 2


def handle(heard: Heard, shop: Shop) -> Reply:
    heard = _told_apart(heard, shop)
    if wrong := _nowhere(heard, shop):
        reply = _not_yet_in(heard, shop)
        said = say("remove_from_cart.not_in_cart", words=wrong)
        # One breath: of a list that follows, what was found is not counted as well.
        rest = reply.say[-1:] if reply.ask else reply.say
        return reply if shop.request_id in shop.cart.seen else replace(reply, say=(said, *rest))
    old = _wrong_line(heard, shop)
    if old is None or shop.request_id in shop.cart.seen:
        return _not_yet_in(heard, shop)
    if pointed := _pointed_at(heard, shop):
        return swap(old, pointed, shop)
    if heard.slots.get("position") and not heard.text("product"):
        return Reply(say=(say("name_product.no_such"),), miss=True)
    if heard.chosen:
        product = shop.product(heard.chosen)
        return swap(old, product, shop) if product else Reply(say=(say("common.sorry"),))
    if shop.facts.options and (ready := with_options(heard.text("product", "variant"), shop)):
        if isinstance(ready, Reply):
            frozen = {**(ready.ask.frozen if ready.ask else {}), "instead": old.sku}
            return replace(ready, ask=ready.ask and replace(ready.ask, frozen=frozen))
        return swap(old, ready[0], shop)
    # "The large one" of shirts is a size, not how much one holds.
    text = heard.text("product", "variant", "trait")
    words = reference.query(text, shop).text or text
    result = _variant(words, old, shop) or shop.catalogue.find(reference.query(text, shop))
    if isinstance(result, Found) and (other := _unasked_change(result.product, words, old, shop)):
        return other
    if heard.text("variant") and not isinstance(result, Nothing) and not _same_group(result, old, shop):
        return Reply(say=(say("replace_product.no_variant", product=old.spoken, words=words),), resume=True)
    if isinstance(result, Nothing):
        return not_found(result, words=words, shop=shop)
    if isinstance(result, Found) and result.whole:
        return swap(old, result.product, shop)
    several = result if isinstance(result, Several) else Several((result.product,), 1, whole=False)
    return which(several, words=words, intent=NAME, slots={}, shop=shop, frozen={"sku": old.sku})


def _told_apart(heard: Heard, shop: Shop) -> Heard:
    """ "Not the bacon, white bread": nothing but the cart tells where the wrong thing ends and the right one
    begins."""
    said = " ".join((heard.text("without"), heard.text("product"))).split()
    if not heard.text("without") or heard.confirmed is not None:
        return heard
    for at in range(len(said) - 1, 0, -1):
        wrong = replace(heard, slots={"product": Slot(" ".join(said[:at]))})
        if len(reference.lines(wrong, shop.cart, shop)) == 1 and _all_of_it(said[:at], wrong, shop):
            slots = {"without": Slot(" ".join(said[:at])), "product": Slot(" ".join(said[at:]))}
            return replace(heard, slots={**heard.slots, **slots})
    return heard


def _all_of_it(words: Sequence[str], heard: Heard, shop: Shop) -> bool:
    line = reference.lines(heard, shop.cart, shop)[0]
    product = shop.product(line.sku)
    return product is not None and holds(product, reference.query(" ".join(words), shop).text, shop)


def _not_yet_in(heard: Heard, shop: Shop) -> Reply:
    """Nothing is in the cart yet that could be wrong: what is meant is another of the list, another search,
    or simply wanted."""
    listing, question = heard.conversation.listing, heard.conversation.question
    if heard.slots.get("position") and not heard.text("product") and not _pointed_at(heard, shop):
        return Reply(say=(say("name_product.no_such"),), miss=True)
    if pointed := _pointed_at(heard, shop):
        return add_to_cart.handle(replace(heard, chosen=pointed.sku), shop)
    if question is None or question.intent != add_to_cart.NAME or not listing.words:
        return add_to_cart.handle(heard, shop)
    if unwanted := heard.text("without"):
        # "Anything with salmon but not for cats" corrects nothing.
        words = load(shop.locale[:2])
        slot = Slot(" ".join((heard.text("product"), words.data["not"][0], unwanted)))
        return find_product.handle(replace(heard, slots={"query": slot}), shop)
    text = heard.text("product", "variant", "trait")
    wish = reference.query(text, shop)
    if wish.text and len(wish.text.split()) <= _REFINES:
        asked, result = refined(listing, wish, shop)
        if not isinstance(result, Nothing) and result.whole:
            return list_results(result, words=asked.text, shop=shop, asked=asked)
    shown = shop.catalogue.get(listing.said[:1]).get(next(iter(listing.said), ""))
    if heard.text("variant") and shown:
        reply = say("replace_product.no_variant", product=shown.spoken(shop.locale), words=text)
        return Reply(say=(reply,), resume=True)
    return find_product.handle(replace(heard, slots={"query": Slot(text)}), shop)


def _pointed_at(heard: Heard, shop: Shop) -> Product | None:
    """The one of the list last read that "the second one" or "the other one" is."""
    said = heard.conversation.listing.said
    sku = by_position(heard.slots.get("position"), options=said, focus=heard.conversation.focus.sku)
    if sku is None and (trait := heard.id("trait")):
        return by_trait(trait, products=shop.products(said), now=shop.now)
    return shop.product(sku) if sku else None


def _wrong_line(heard: Heard, shop: Shop) -> Line | None:
    """The line that is to go: the one the open question is about, the one named as wrong, or the last one
    spoken of."""
    kept = heard.question.frozen.get("sku") if heard.question else None
    if kept:
        return shop.cart.line(str(kept))
    if heard.text("without"):
        lines = reference.lines(heard, shop.cart, shop, slot="without")
        if lines:
            return lines[0]
    focus = heard.conversation.focus.sku
    return shop.cart.line(focus) if focus else None


def _nowhere(heard: Heard, shop: Shop) -> str:
    """What was named as wrong when nothing in the cart is called so; "" when a question about another wish
    is open, which those words then correct."""
    listing, question = heard.conversation.listing, heard.conversation.question
    words = reference.query(heard.text("without"), shop).text
    if not words or not heard.text("product") or heard.question or shop.cart.lines == ():
        return ""
    if question and question.intent == add_to_cart.NAME and listing.words:
        return ""
    return "" if reference.lines(heard, shop.cart, shop, slot="without") else words


def _unasked_change(product: Product, words: str, old: Line, shop: Shop) -> Reply | None:
    """The question whether a variant will do that is like what was asked for, but of another colour or size
    than the line: "a size nine" of which there is none in blue. None when nothing else changes."""
    was = shop.product(old.sku)
    if was is None or not was.group or was.group != product.group:
        return None
    family = (was, product, *variants_of(product, shop))
    fitting = [other for other in family if holds(other, words, shop)]
    others = [other for other in family if other not in fitting]
    for of in (_colour, _size):
        # What only those have that fit is what was asked for.
        asked = {of(other) for other in fitting} == {of(product)} and of(product) not in map(of, others)
        if of(was) and of(was) != of(product) and not asked:
            name, price = product.spoken(shop.locale), product.price_at(shop.now)
            return Reply(
                say=(say("replace_product.only_as", product=name, price=price),),
                prompt=say("replace_product.take_that"),
                ask=Question(
                    intent=NAME, awaiting="product", options=(product.sku,), frozen={"sku": old.sku}
                ),
            )
    return None


def _colour(product: Product) -> str:
    return product.colour


def _size(product: Product) -> str:
    return product.size


def _variant(words: str, old: Line, shop: Shop) -> Found | Several | None:
    """A variant of the same product that holds these words ("in blue", "the salted kind"): the one most like
    it otherwise, or itself."""
    product = shop.product(old.sku)
    if product is None or not product.group or not words:
        return None
    if holds(product, words, shop):
        return Found(product)
    fitting = tuple(other for other in variants_of(product, shop) if holds(other, words, shop))
    alike = max((_alike(other, product) for other in fitting), default=0)
    closest = tuple(other for other in fitting if _alike(other, product) == alike)
    if not closest:
        return None
    return Found(closest[0]) if len(closest) == 1 else Several(closest, len(closest))


def _same_group(result: Found | Several, old: Line, shop: Shop) -> bool:
    product = shop.product(old.sku)
    best = result.product if isinstance(result, Found) else result.products[0]
    return product is not None and bool(product.group) and product.group == best.group


def _alike(other: Product, product: Product) -> int:
    """How much of what sets variants apart is the same: "in blue" keeps the size."""
    return sum(
        mine == theirs
        for mine, theirs in (
            (product.size, other.size),
            (product.colour, other.colour),
            (product.measure, other.measure),
        )
    )


INTENT = Intent(
    name=NAME,
    handle=handle,
    slots={
        "product": "product",
        "variant": "product",
        "without": "product",
        "position": "position",
        "trait": "trait",
    },
)

"""Put something into the cart: "add oat milk", "I'll take two", "a dozen eggs", "the second one"."""

from __future__ import annotations

from dataclasses import replace

from skill.catalogue.results import Nothing, Several, skus_of
from skill.commerce.cart import Line
from skill.commerce.product import Product
from skill.commerce.quantity import Amount, Pieces, pieces
from skill.dialogue import breath, reference
from skill.dialogue.adding import narrow, of_other_size, put_all, put_in
from skill.dialogue.conversation import BETWEEN, Question
from skill.dialogue.doubt import doubtful, open_amount
from skill.dialogue.history import mine
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.liking import suited, warning
from skill.dialogue.offering import PAGE, list_results, not_found, which
from skill.dialogue.reply import Join, Message, Reply, say
from skill.dialogue.variants import ask_variant, still_open
from skill.intents.change_quantity import how_many, set_count
from skill.shop import Shop

NAME = "AddToCart"


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("common.okay"),))
    if heard.unheard("quantity"):
        return how_many(heard, intent=NAME, frozen=_frozen(heard))
    if not heard.chosen and not _frozen(heard) and heard.text("product"):
        whole = reference.whole_phrase(heard)
        wishes = parted(whole, shop) or breath.wishes(whole, shop)
        if len(wishes) > 1:
            return put_all((), wishes, shop)
        if reply := _with_options(whole, heard, shop):
            return reply
        heard = breath.unjoined(heard, shop)
    mention = _mentioned(heard, shop)
    result = mention.result
    amount = said_amount(heard, mention, shop)
    if amount and amount.milli <= 0:
        return Reply(prompt=say("add_to_cart.what"), ask=Question(intent=NAME, awaiting="product"))
    if amount and (line := _just_added(heard, shop)):
        # "I'll take two" of what was just added says how many it shall be; "two more" adds.
        count = amount.milli // 1000
        return doubtful(count, line, shop, intent="ChangeQuantity") or set_count(line, count, shop)
    said = heard.conversation.listing.said
    if result is None and _is_other(heard):
        # Of three, "the other one" is one of two.
        said = tuple(sku for sku in said if sku != heard.conversation.focus.sku)
    if result is None and len(said) > 1:
        # What has left the shop meanwhile is no answer, and counts for nothing.
        still = shop.products(said)
        names = tuple(product.spoken(shop.locale) for product in still[:PAGE])
        return Reply(
            prompt=say("ask_price.which_named", items=Join(names, "or")),
            ask=Question(
                intent=NAME,
                awaiting="product",
                options=skus_of(still),
                slots=reference.kept(amount),
            ),
        )
    if result is None:
        return Reply(prompt=say("add_to_cart.what"), ask=Question(intent=NAME, awaiting="product"))
    if isinstance(result, Nothing) or not result.whole:
        asked = replace(reference.query("", shop), text=mention.words)
        if near := of_other_size(asked, shop):
            words = reference.sizeless(asked, shop).text
            reply = which(near, words=words, intent=NAME, slots=reference.kept(amount), shop=shop)
            return replace(reply, say=(say("find_product.other_size"), *reply.say))
    if isinstance(result, Nothing):
        return not_found(result, words=mention.words, shop=shop)
    said_of: tuple[Message, ...] = ()
    if isinstance(result, Several):
        fitting = suited(narrow(result, amount, shop), reference.named(heard, shop), shop)
        result, said_of = fitting.result, fitting.said
    if isinstance(result, Several):
        result = mine(result, shop)
    if isinstance(result, Nothing):
        return not_found(result, words=mention.words, shop=shop)
    if isinstance(result, Several):
        reply = which(result, words=mention.words, intent=NAME, slots=reference.kept(amount), shop=shop)
        return replace(reply, say=(*said_of, *reply.say))
    if not result.whole:
        return list_results(result, words=mention.words, shop=shop)
    waiting = _waiting(heard)
    if still := _variant_open(result.product, heard, shop):
        slots, words = reference.kept(amount), mention.words
        return ask_variant(still, intent=NAME, slots=slots, words=words, shop=shop, frozen=waiting)
    sure = heard.question is not None and "sure" in heard.question.frozen
    if not sure and (question := open_amount(amount, result.product, shop, frozen=waiting)):
        return question
    wanted = pieces(amount, result.product)
    if heard.question and (options := heard.question.frozen.get("said")):
        ready = _ready(result.product, wanted, str(options), shop)
        return ready if isinstance(ready, Reply) else put_in(ready, wanted, shop)
    if rest := waiting.get("rest"):
        return put_all(((result.product, wanted),), str(rest).split(BETWEEN), shop)
    usual = result.why == "bought"
    reply = put_in(result.product, wanted, shop, usual=usual, heard=heard.conversation.listing)
    return replace(reply, say=(*said_of, *reply.say, *warning(result.product, shop)))


def parted(text: str, shop: Shop) -> tuple[str, ...]:
    """The wishes in a text, options with what they are of; nothing where no options were said."""
    if not shop.facts.options:
        return ()
    # Only now: most shops sell things as they are.
    from skill.dialogue import options

    return options.parted(text, shop)


def _ready(product: Product, wanted: Pieces, said: str, shop: Shop) -> Product | Reply:
    """The one that was chosen of several, with the options that were `said` before they were read out."""
    # Only now: most shops sell things as they are.
    from skill.dialogue.configuring import made
    from skill.dialogue.marking import heard

    ready = made(product, wanted.count, shop, marks=heard(said, shop).marks)
    return ready if isinstance(ready, Reply) else ready.product


def _with_options(text: str, heard: Heard, shop: Shop) -> Reply | None:
    """What "a large latte with oat milk" comes to; None when no options were said."""
    if not shop.facts.options:
        return None
    # Only now: most shops sell things as they are.
    from skill.dialogue.configuring import made
    from skill.dialogue.options import meant

    wanted = meant(text, shop)
    if wanted is None:
        return None
    result = mine(wanted.result, shop)
    if isinstance(result, Several):
        slots = reference.kept(wanted.amount)
        return which(result, words=wanted.words, intent=NAME, slots=slots, shop=shop, frozen={"said": text})
    wish = pieces(wanted.amount, result.product)
    ready = made(result.product, wish.count, shop, marks=wanted.marks, plain=wanted.plain)
    if isinstance(ready, Reply):
        return ready
    return put_in(ready.product, wish, shop, as_usual=ready.usual, heard=heard.conversation.listing)


def _is_other(heard: Heard) -> bool:
    place = heard.slots.get("position")
    return place is not None and place.ids == ("other",)


def said_amount(heard: Heard, mention: reference.Mention, shop: Shop) -> Amount | None:
    """How much: as said with the product, or beside it. The number of "two percent milk" is none."""
    if heard.number("quantity") is not None and heard.text("product") and not heard.text("amount"):
        return reference.query(reference.whole_phrase(heard), shop).amount
    return mention.amount or reference.amount(heard, shop)


def _waiting(heard: Heard) -> dict[str, str | int]:
    """The wishes of the same breath that wait behind the question this answers, with the one it is about."""
    frozen = heard.question.frozen if heard.question else {}
    return {name: frozen[name] for name in ("wish", "rest") if name in frozen}


def _variant_open(product: Product, heard: Heard, shop: Shop) -> tuple[Product, ...]:
    """The sizes to ask for yet when a colour was chosen."""
    by = heard.question.frozen.get("variant") if heard.question else None
    if by is None or heard.question is None:
        return ()
    return still_open(product, shop.products(heard.question.options), str(by))


def _just_added(heard: Heard, shop: Shop) -> Line | None:
    """The line just put in, when the turn names nothing but a number."""
    focus = heard.conversation.focus
    named = heard.text("product", "amount") or heard.slots.get("position") or heard.slots.get("trait")
    if named or heard.question or not focus.quantity or not focus.sku:
        return None
    return shop.cart.line(focus.sku) if heard.number("quantity") is not None else None


def _mentioned(heard: Heard, shop: Shop) -> reference.Mention:
    """The product: fixed by the question this answers, or what the turn names."""
    frozen = heard.question.frozen.get("sku") if heard.question else None
    if frozen and not heard.chosen:
        heard = replace(heard, chosen=str(frozen))
    return reference.product(heard, shop)


def _frozen(heard: Heard) -> dict[str, str | int]:
    sku = heard.chosen or (heard.question.frozen.get("sku") if heard.question else None)
    return {"sku": sku} if sku else {}


INTENT = Intent(
    name=NAME,
    handle=handle,
    slots={
        "product": "product",
        "quantity": "number",
        "amount": "amount",
        "position": "position",
        "trait": "trait",
        "price": "number",
    },
    elicits=("product", "quantity"),
)

"""Whether the shop may replace what has run out: said for this order, or for good."""

from __future__ import annotations

from dataclasses import replace

from skill.commerce.cart import Cart
from skill.commerce.money import Money
from skill.dialogue.conversation import Question, number_in
from skill.dialogue.intent import Heard
from skill.dialogue.reply import Message, Reply, say
from skill.shop import Shop, change_cart, change_shopper


def substitutes_wanted(shop: Shop) -> bool:
    """Whether something else may be offered, unasked, for what is sold out."""
    return setting(shop) is not False


def offer_instead(reply: Reply, shop: Shop) -> Reply:
    """The reply that something is sold out, with the offer to say what there is instead, unless nothing
    else is wanted."""
    if not substitutes_wanted(shop):
        return reply
    return replace(
        reply,
        prompt=say("suggest_instead.shall_i"),
        ask=Question(intent="SuggestInstead", awaiting="confirmed"),
    )


def offered(heard: Heard) -> bool:
    """Whether it is open whether what there is instead shall be said: whoever asks for others means yes."""
    question = heard.conversation.question
    return question is not None and (question.intent, question.awaiting) == ("SuggestInstead", "confirmed")


def setting(shop: Shop) -> bool | None:
    """What the shopper said of this order, else what they always want; None when they never said."""
    return shop.about.substitutes if shop.cart.substitutes is None else shop.cart.substitutes


def said_at_checkout(shop: Shop) -> tuple[Message, ...]:
    """The setting in a few words, where it is not what anybody would expect."""
    if not substitutes_wanted(shop):
        return (say("no_substitutes.at_checkout"),)
    return (say("allow_substitutes.at_checkout"),) if shop.cart.substitutes else ()


def for_this_order(heard: Heard, shop: Shop, *, wanted: bool, done: Message) -> Reply:
    """Keep the wish with the cart, until it is ordered."""
    if shop.cart.substitutes == wanted:
        return _settled(heard, shop, shop.cart, done)
    cart = change_cart(shop, lambda cart: replace(cart, substitutes=wanted))
    return _settled(heard, shop, cart, done)


def for_good(heard: Heard, shop: Shop, *, wanted: bool, done: Message) -> Reply:
    """Keep the wish with the shopper; what was said of this order gives way to it."""
    change_shopper(shop, lambda about: replace(about, substitutes=wanted))
    cart = shop.cart
    if cart.substitutes is not None:
        cart = change_cart(shop, lambda cart: replace(cart, substitutes=None))
    return _settled(heard, shop, cart, done)


def _settled(heard: Heard, shop: Shop, cart: Cart, done: Message) -> Reply:
    """The answer; said between the total and the yes it leaves both as they were, so the yes is asked for
    again, for the cart as it is kept now."""
    question = heard.conversation.question
    promised = question.frozen if question and question.intent == "Checkout" else {}
    # The same request again finds the cart it has saved itself.
    version = shop.cart.version - (shop.request_id in shop.cart.seen)
    if question is None or (promised.get("cid"), promised.get("version")) != (cart.cid, version):
        return Reply(say=(done,))
    amount = Money(number_in(promised, "total"), shop.currency)
    return Reply(
        say=(done,),
        prompt=say("checkout.sure", total=amount),
        reprompt=say("checkout.sure_again", total=amount),
        ask=replace(question, frozen={**promised, "version": cart.version}),
    )

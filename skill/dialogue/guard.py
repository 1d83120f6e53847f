"""What stands between a yes and an order: who asks for it, and the voice code.

A try at the code is counted before it is looked at, under the shopper's version, so that guesses sent at once
gain nothing; the right one takes the count back. The code itself lives for one turn: it is neither logged nor
put into the session, and what is kept is sealed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from skill.catalogue.analyser import digits, fold
from skill.commerce.cart import Line
from skill.commerce.household import is_child
from skill.commerce.merchant import Shopper
from skill.commerce.money import Money
from skill.commerce.totals import Totals
from skill.commerce.trust import CODE_DIGITS, CODE_TRIES, far_more, may_be_odd, opens, unusually_many
from skill.dialogue.conversation import Question
from skill.dialogue.intent import Heard
from skill.dialogue.reply import Card, Message, Reply, say
from skill.shop import Shop, change_shopper

CODE = "code"
_ORDERS = 10


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a try at the code; `left` tries remain (none: it is locked)."""

    right: bool
    left: int = CODE_TRIES


def grown_up(shop: Shop) -> Reply | None:
    """The refusal a child hears; None for everybody else."""
    if not is_child(shop.about, shop.speaker):
        return None
    return Reply(say=(say("checkout.ask_a_grown_up"),))


def before_placing(heard: Heard, shop: Shop, totals: Totals) -> Reply | None:
    """What has to be said instead of placing the order; None when nothing stands in its way."""
    if refused := grown_up(shop):
        return refused
    if not shop.about.code or totals.total.minor < shop.facts.terms.code_from:
        return None
    assert heard.question is not None
    if heard.question.awaiting != CODE:
        return ask_code(heard.question.intent, heard.question.frozen, shop)
    return with_code(heard, shop)


def with_code(
    heard: Heard, shop: Shop, *, then: Callable[[Shopper], Shopper] = lambda about: about
) -> Reply | None:
    """Check the code that was asked for: None when it is right (`then` is applied to what is kept about the
    shopper), otherwise what to say, the question standing."""
    assert heard.question is not None
    intent, frozen = heard.question.intent, heard.question.frozen
    code = heard_code(heard, shop)
    if code is None:
        return replace(ask_code(intent, frozen, shop, say("set_voice_code.not_four")), miss=True)
    tried = try_code(code, shop, then=then)
    if tried.right:
        return None
    if not tried.left:
        return locked(shop)
    return ask_code(intent, frozen, shop, say("set_voice_code.wrong", count=tried.left))


def ask_code(intent: str, frozen: Mapping[str, str | int], shop: Shop, *lead: Message) -> Reply:
    """Ask for the code there is; whoever has no try left is told how to get them back."""
    if shop.about.code_misses >= CODE_TRIES:
        return locked(shop)
    return Reply(
        say=lead,
        prompt=say("set_voice_code.say_yours"),
        ask=Question(intent=intent, awaiting=CODE, frozen=frozen),
    )


def locked(shop: Shop) -> Reply:
    """No try is left: how to get them back."""
    limit = Money(shop.facts.terms.code_from, shop.currency)
    return Reply(say=(say("set_voice_code.locked", limit=limit),), card=Card("link_account"), end=True)


def heard_code(heard: Heard, shop: Shop) -> str | None:
    """The four digits said, as words or figures; None when they are not four."""
    return four_digits(heard.text(CODE), language=shop.locale[:2])


def four_digits(text: str, *, language: str) -> str | None:
    """The digits of a code in these words: "one two three four", "12 34"."""
    said = "".join(letter for letter in digits(fold(text), language=language) if letter in "0123456789")
    return said if len(said) == CODE_DIGITS else None


def is_digits(text: str, *, language: str) -> bool:
    """Whether these words are digits and nothing else."""
    said = digits(fold(text), language=language).replace(" ", "")
    return said.isascii() and said.isdecimal()


def try_code(code: str, shop: Shop, *, then: Callable[[Shopper], Shopper]) -> Tried:
    """Count a try, then look at it. The same request counts once."""

    def counted(about: Shopper) -> Shopper:
        no_more = about.code_misses >= CODE_TRIES
        return about if no_more else replace(about, code_misses=about.code_misses + 1)

    about = change_shopper(shop, counted)
    if shop.request_id not in about.seen:
        return Tried(False, 0)
    if not opens(code, about.code):
        return Tried(False, CODE_TRIES - about.code_misses)
    change_shopper(shop, lambda about: then(replace(about, code_misses=0)), about=about, step="+")
    return Tried(True)


def odd(lines: Sequence[Line], totals: Totals, shop: Shop) -> Message | None:
    """The question that names what is unlike every order before; None for an ordinary one."""
    floor = shop.facts.terms.code_from // 2
    if not may_be_odd(lines, totals, floor=floor):
        return None
    past = shop.store.orders(shop.shopper, limit=_ORDERS)
    if far_more(totals, past, floor=floor):
        return say("checkout.sure_far_more", total=totals.total)
    many = unusually_many(lines, past)
    return say("checkout.sure_many", count=many.quantity, product=many.briefly(lines)) if many else None


def offer_code(shop: Shop, totals: Totals) -> Reply | None:
    """The offer of a voice code that goes with the first order it would be asked for; remembered, whatever
    the answer."""
    offered = shop.about.code_offered and shop.request_id not in shop.about.seen
    if shop.about.code or offered or totals.total.minor < shop.facts.terms.code_from:
        return None
    change_shopper(shop, lambda about: replace(about, code_offered=True))
    return Reply(
        prompt=say("set_voice_code.offer"), ask=Question(intent="SetVoiceCode", awaiting="confirmed")
    )

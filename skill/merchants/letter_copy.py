"""Letters with what was talked about: to the shopper who asked for it, and to the desk that takes over."""

from __future__ import annotations

from collections.abc import Sequence

from skill.commerce.merchant import Case, Facts
from skill.commerce.order import Order
from skill.dialogue.reply import say
from skill.merchants.letter_page import Detail, Letter
from skill.merchants.letter_words import Words
from skill.merchants.past_words import exchanges

TRANSCRIPT = "transcript"


def a_copy(case: Case, *, facts: Facts, name: str, locale: str) -> Letter:
    """What a shopper wanted in writing: the conversation, or one of the shop's answers, whose id is what the
    case is about."""
    words, shop = Words(locale), facts.called(locale)
    hello = words(say("mail.hello", name=name) if name else say("mail.hello_nobody"))
    faq = next((faq for faq in facts.faqs if faq.id == case.about), None)
    if case.about != TRANSCRIPT and faq:
        return Letter(
            locale=locale,
            subject=words(say("mail.subject_answer", shop=shop)),
            greeting=hello,
            text=(words(say("mail.intro_answer", shop=shop)), words(faq.answer(locale) or "")),
        )
    talked = exchanges(case.summary) if case.summary else ()
    return Letter(
        locale=locale,
        subject=words(say("mail.subject_transcript", shop=shop)),
        greeting=hello,
        text=(words(say("mail.intro_transcript", shop=shop)),),
        details=tuple(Detail(one.wanted or "…", (one.answered,)) for one in talked),
    )


def to_desk(case: Case, *, orders: Sequence[Order], facts: Facts, contact: Sequence[str]) -> Letter:
    """What the desk is told of a new case, in the shop's language: what it is about, whose it is,
    the conversation, the cart, and their last orders."""
    words = Words(facts.locale)
    about = case.about if not case.due else f"{case.about}, {case.due.isoformat(timespec='minutes')}"
    parts = [
        (say("mail.desk_about"), (f"{case.kind}: {about}", *((case.order,) if case.order else ()))),
        (say("mail.desk_contact"), tuple(contact)),
    ]
    if case.summary:
        talked = tuple(
            f"{one.intent}{' (?)' if one.missed else ''}: {one.answered}" for one in exchanges(case.summary)
        )
        cart = tuple(words(say("mail.item", count=count, product=name)) for count, name in case.summary.cart)
        parts += [(say("mail.desk_talk"), talked), (say("mail.desk_cart"), cart)]
    told = tuple(f"{order.number}: {order.status}, {words(order.totals.total)}" for order in orders)
    parts.append((say("mail.desk_orders"), told))
    return Letter(
        locale=facts.locale,
        subject=words(say("mail.subject_desk", reference=case.reference)),
        greeting=words(say("mail.hello_nobody")),
        text=(words(say("mail.intro_desk", reference=case.reference)),),
        details=tuple(Detail(words(label), lines) for label, lines in parts if lines),
    )

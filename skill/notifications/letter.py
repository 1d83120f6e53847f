"""Notices by letter: what was asked for, in a few words, and how to hear no more of it."""

from __future__ import annotations

from dataclasses import dataclass

from skill.commerce.contact import mailbox
from skill.commerce.merchant import Facts, Shopper
from skill.commerce.notices import BY_KIND
from skill.dialogue.reply import Value
from skill.merchants.letter_page import Letter
from skill.merchants.letter_words import Words
from skill.merchants.letters import NotSent, Post, message
from skill.notifications.sending import NotDelivered, Telling
from skill.speech.locale import nearest


@dataclass(frozen=True, slots=True)
class ByMail:
    """The channel "mail": for whoever told the shop an address, while the shop has one of its own."""

    post: Post

    @property
    def name(self) -> str:
        return "mail"

    def reaches(self, facts: Facts, shopper: Shopper) -> bool:
        return facts.mail is not None and shopper.contact is not None and bool(mailbox(shopper.contact.email))

    def send(self, telling: Telling) -> None:
        """Raises NotDelivered: `final` where the recipient is refused for good."""
        facts, contact = telling.facts, telling.shopper.contact
        if facts.mail is None or contact is None or self.name not in BY_KIND[telling.notice.kind]:
            raise NotDelivered("there is nobody to write to", final=True)
        locale = nearest(telling.locale)
        made = message(
            written(telling, locale=locale),
            id=telling.reference,
            to=contact,
            mailing=facts.mail,
            called=facts.called(locale),
            at=telling.at,
        )
        try:
            self.post.send(made, sender=facts.mail.sender, to=mailbox(contact.email))
        except NotSent as error:
            raise NotDelivered(str(error), final=error.final, maybe=error.maybe, rest=error.rest) from None


def written(telling: Telling, *, locale: str) -> Letter:
    """The letter of a notice in the words of a locale."""
    words, kind, facts = Words(locale), telling.notice.kind, telling.facts
    contact, product = telling.shopper.contact, telling.product
    values: dict[str, Value] = {"shop": facts.called(locale), "name": contact.name if contact else ""}
    if product:
        values |= {"product": product.name(locale), "price": product.price_at(telling.at)}
    hello = "mail.hello" if contact and contact.name else "mail.hello_nobody"
    return Letter(
        locale=locale,
        subject=words.said(f"mail.subject_{kind}", values),
        greeting=words.said(hello, values),
        text=(words.said(f"mail.intro_{kind}", values),),
        closing=(words.said("mail.to_order", values), words.said("mail.to_stop", values)),
    )

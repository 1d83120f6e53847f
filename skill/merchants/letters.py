"""Letters to shoppers about their orders and cases: who gets which, and how they leave.

A letter is written when it is sent, of the order as it is then. Its Message-ID is the event's id, so that one
sent twice, after a lost answer of the mail server, can be told to be the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import partial
from typing import Protocol

from skill.commerce.contact import Contact, mailbox
from skill.commerce.merchant import COPY, Case, Mailing
from skill.commerce.order import Order
from skill.merchants.letter_copy import a_copy
from skill.merchants.letter_page import Letter, as_html, as_text
from skill.merchants.letter_words import about_case, about_order
from skill.merchants.telling import News, NotTold
from skill.shop import Visit
from skill.speech.locale import nearest

# The events a shopper is written to about, and the letter for each; what happens in between is noise.
LETTERS = {
    "order.placed": "placed",
    "order.payment_refused": "payment_refused",
    "order.amended": "amended",
    "order.partly_shipped": "partly_shipped",
    "order.shipped": "shipped",
    "order.ready_for_pickup": "ready_for_pickup",
    "order.delivered": "delivered",
    "order.failed": "failed",
    "order.cancelled": "cancelled",
    "order.refunded": "refunded",
    "order.expired": "expired",
    "case.opened": "case_opened",
    "case.changed": "case_answered",
}
_MAX_NAME = 100


class NotSent(Exception):
    """A letter did not leave. The reason names nobody; `final`: nor will it, however often it is tried;
    `rest`: no other would leave now either; `maybe`: the answer was lost, and it may have left."""

    def __init__(self, reason: str, *, final: bool = False, rest: bool = False, maybe: bool = False) -> None:
        super().__init__(reason)
        self.final = final
        self.rest = rest
        self.maybe = maybe


class Post(Protocol):
    """What letters leave by. Threads may share it."""

    def send(self, message: EmailMessage, *, sender: str, to: str) -> None:
        """Hand a letter over for the address `to`. Raises NotSent."""
        ...


class Shoppers(Protocol):
    """Where it is kept whose a case is, and how to reach them."""

    def shop_case(self, id: str) -> tuple[str, Case] | None: ...

    def numbered(self, number: str) -> Order | None: ...

    def visit(self, shopper: str) -> Visit: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """The channel "mail". It wants what there is a letter for, while the shop has an address of its own and
    the shopper's is known."""

    post: Post
    store: Shoppers
    clock: Callable[[], datetime]

    @property
    def name(self) -> str:
        return "mail"

    def wants(self, news: News) -> bool:
        return news.facts.mail is not None and self._addressee(news) is not None

    def tell(self, news: News) -> None:
        """Send the letter. Raises NotTold, final where the recipient is refused for good."""
        addressee, mailing = self._addressee(news), news.facts.mail
        if addressee is None or mailing is None:
            return
        contact, locale = addressee
        message = self._message(news, contact, mailing, locale=nearest(locale))
        try:
            self.post.send(message, sender=mailing.sender, to=mailbox(contact.email))
        except NotSent as error:
            raise NotTold(str(error), rest=error.rest, final=error.final) from None

    def _addressee(self, news: News) -> tuple[Contact, str] | None:
        """Who gets it, in which locale; None when nobody does."""
        found: tuple[Contact | None, str] = (None, "")
        if LETTERS.get(news.event.kind) is None:
            return None
        if news.order:
            found = news.order.contact, news.order.locale
        elif news.case and (news.event.kind == "case.opened" or news.case.status == "answered"):
            found = self._whose(news.case)
        contact, locale = found
        return (contact, locale or news.facts.locale) if contact and mailbox(contact.email) else None

    def _whose(self, case: Case) -> tuple[Contact | None, str]:
        """A case is its shopper's, who is known by the order it is about, or by what they told last."""
        order = self.store.numbered(case.order) if case.order else None
        if order and order.contact:
            return order.contact, order.locale
        known = self.store.shop_case(case.id)
        spoken = case.summary.locale if case.summary else ""
        return (self.store.visit(known[0]).shopper.contact, spoken) if known else (None, "")

    def _message(self, news: News, contact: Contact, mailing: Mailing, *, locale: str) -> EmailMessage:
        kind = LETTERS[news.event.kind]
        if news.order:
            letter = about_order(kind, news.order, facts=news.facts, name=_line(contact.name), locale=locale)
        else:
            assert news.case is not None
            write = a_copy if news.case.kind == COPY else partial(about_case, kind)
            letter = write(news.case, facts=news.facts, name=_line(contact.name), locale=locale)
        called = news.facts.called(locale)
        return message(letter, id=news.event.id, to=contact, mailing=mailing, called=called, at=self.clock())


def message(
    letter: Letter, *, id: str, to: Contact, mailing: Mailing, called: str, at: datetime, mark: str = ""
) -> EmailMessage:
    """A letter as it leaves: dated `at`, from the shop as it is `called`, known by `id`; `mark` tells two
    letters of one event apart."""
    made = EmailMessage(policy=SMTP)
    made["From"] = Address(_line(mailing.name or called), addr_spec=mailing.sender)
    made["To"] = Address(_line(to.name), addr_spec=mailbox(to.email))
    if mailing.reply_to:
        made["Reply-To"] = Address(addr_spec=mailing.reply_to)
    made["Subject"] = _line(letter.subject)
    made["Date"] = format_datetime(at)
    made["Message-ID"] = f"<{id}{mark}@{mailing.sender.rpartition('@')[2]}>"
    # Some providers give each letter an id of their own.
    made["X-Event-ID"] = id
    # RFC 3834: no absence note answers it.
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(as_text(letter))
    made.add_alternative(as_html(letter), subtype="html")
    return made


def letters(post: Post, *, store: Shoppers, clock: Callable[[], datetime]) -> Letters:
    """The channel that writes to a shop's shoppers. `clock` dates the letters."""
    return Letters(post=post, store=store, clock=clock)


def _line(text: str) -> str:
    """Text for a header: one line of printable letters, cut short."""
    one = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(one.split())[:_MAX_NAME]

"""Letters to the shop's own desk: each new case, with what its shopper talked about, has in the cart and
ordered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from skill.commerce.contact import Contact
from skill.commerce.merchant import COPY, Case, Facts
from skill.commerce.order import Order
from skill.merchants.letter_copy import to_desk
from skill.merchants.letter_page import Letter
from skill.merchants.letters import NotSent, Post, message
from skill.merchants.telling import News, NotTold
from skill.shop import Visit

# Cases nobody at the desk waits for.
_NOT_FOR_IT = frozenset({COPY, "rating"})
_ORDERS = 3


class Shoppers(Protocol):
    """Where it is kept whose a case is, and what they ordered."""

    def shop_case(self, id: str) -> tuple[str, Case] | None: ...

    def visit(self, shopper: str) -> Visit: ...

    def orders(self, shopper: str, *, limit: int = 10) -> tuple[Order, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskMail:
    """The channel "desk". It wants new cases, where the shop writes letters and names its desk's address."""

    post: Post
    store: Shoppers
    clock: Callable[[], datetime]

    @property
    def name(self) -> str:
        return "desk"

    def wants(self, news: News) -> bool:
        case, facts = news.case, news.facts
        opened = case is not None and news.event.kind == "case.opened" and case.kind not in _NOT_FOR_IT
        return opened and facts.mail is not None and bool(facts.desk.email)

    def tell(self, news: News) -> None:
        """Send the letter. Raises NotTold, final where the desk's address is refused for good."""
        case, facts = news.case, news.facts
        if case is None or facts.mail is None:
            return
        letter = self._letter(case, facts)
        made = message(
            letter,
            id=news.event.id,
            to=Contact(email=facts.desk.email),
            mailing=facts.mail,
            called=facts.called(facts.locale),
            at=self.clock(),
            mark="-desk",
        )
        try:
            self.post.send(made, sender=facts.mail.sender, to=facts.desk.email)
        except NotSent as error:
            raise NotTold(str(error), rest=error.rest, final=error.final) from None

    def _letter(self, case: Case, facts: Facts) -> Letter:
        known = self.store.shop_case(case.id)
        contact = self.store.visit(known[0]).shopper.contact if known else None
        return to_desk(
            case,
            orders=self.store.orders(known[0], limit=_ORDERS) if known else (),
            facts=facts,
            contact=[part for part in (contact.name, contact.email) if part] if contact else [],
        )

"""What Amazon asks of a skill that sells.

https://developer.amazon.com/en-US/docs/alexa/custom-skills/requirements-for-skills-that-allow-purchases.html."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage

from skill.certify.check import Candidate, Fault, Finding, NotApplicable, NothingToOrder
from skill.certify.scratch import MAILBOX
from skill.certify.till import Bought, at_till, bought_in
from skill.certify.voice import response_problems, says
from skill.merchants.letters import letters
from skill.merchants.telling import tell_due
from skill.speech.spoken import money

_BUG = "this is a fault of Sayso: report it with what was said"
_ARRIVES = (
    *("checkout.arrives", "checkout.arrives_in_window"),
    *("choose_pickup.ready_today", "choose_pickup.ready_on"),
)
_TOTALS = (
    *("checkout.total", "checkout.total_without_tax", "checkout.total_free_delivery"),
    *(
        "checkout.total_free_delivery_without_tax",
        "checkout.total_pickup",
        "checkout.total_pickup_without_tax",
    ),
)
_PAY = ("Connections.", "Amazon Pay")
_PAY_PERMISSION = "payments:autopay_consent"


def browsing(candidate: Candidate) -> Iterator[Fault]:
    """Whoever has not linked an account can look around and fill a cart."""
    for locale in candidate.locales:
        popular = candidate.catalogue.popular(limit=20)
        if not popular:
            raise NothingToOrder
        talk = candidate.scratch.talk(locale, linked=False)
        talk.open()
        name = popular[0].name(locale)
        for what, turn in (
            ("looking for a product", talk.intend("FindProduct", query=name)),
            ("hearing the offers", talk.intend("ShowOffers")),
            ("hearing the cart", talk.intend("ReviewCart")),
        ):
            if turn.card.get("type") == "LinkAccount" or turn.ended or list(response_problems(turn)):
                yield Fault(f"{locale}: without a linked account, {what} fails: {turn.speech!r}", _BUG)


def unlinked(candidate: Candidate) -> Iterator[Fault]:
    """Whoever has not linked an account is shown the card to do so, and nothing is ordered."""
    for locale in candidate.locales:
        talk, turn = at_till(candidate, locale, linked=False)
        if turn.card.get("type") != "LinkAccount":
            yield Fault(f"{locale}: no card to link an account is sent: {turn.speech!r}", _BUG)
        if not turn.ended:
            talk.intend("Yes")
        if talk.orders:
            yield Fault(f"{locale}: an order was placed without a linked account", _BUG)


def read_out(candidate: Candidate) -> Iterator[Fault]:
    """Before an order, seller, products, delivery and total with tax and fees are said, and it is asked."""
    for locale in candidate.locales:
        bought = bought_in(candidate, locale)
        speech = bought.read.speech
        yield from _lacks(candidate, bought, speech, locale)
        if bought.read.ended or list(response_problems(bought.read)):
            yield Fault(f"{locale}: the total is not asked about: {speech!r}", _BUG)


def _lacks(candidate: Candidate, bought: Bought, speech: str, locale: str) -> Iterator[Fault]:
    told = {
        "the seller": candidate.facts.called(locale) in speech,
        "how and when it arrives": any(says(speech, key, locale) for key in _ARRIVES),
        "the total": any(says(speech, key, locale) for key in _TOTALS),
    }
    if bought.orders:
        order = bought.orders[0]
        first = order.lines[0]
        told |= {
            "the products": first.briefly(order.lines) in speech or first.spoken in speech,
            "the sum": money(order.totals.total, locale=locale) in speech,
            "the delivery charge": not order.totals.delivery.minor
            or money(order.totals.delivery, locale=locale) in speech,
            "the tax": not order.totals.tax.minor or money(order.totals.tax, locale=locale) in speech,
        }
    for what, there in told.items():
        if not there:
            yield Fault(f"{locale}: before an order, {what} is not said: {speech!r}", _BUG)


def consent(candidate: Candidate) -> Iterator[Fault]:
    """Nothing is ordered before the yes, nor after a no."""
    for locale in candidate.locales:
        talk, _ = at_till(candidate, locale)
        if talk.orders:
            yield Fault(f"{locale}: an order was placed before anybody said yes", _BUG)
        turn = talk.intend("No")
        if talk.orders or list(response_problems(turn)):
            yield Fault(f"{locale}: a no is not taken as one: {turn.speech!r}", _BUG)


def confirmed(candidate: Candidate) -> Iterator[Fault]:
    """After an order, its number is said and a card holds lines, tax and total."""
    for locale in candidate.locales:
        bought = bought_in(candidate, locale)
        if len(bought.orders) != 1:
            yield Fault(f"{locale}: a yes placed {len(bought.orders)} orders: {bought.placed.speech!r}", _BUG)
            continue
        order, card = (
            bought.orders[0],
            f"{bought.placed.card.get('title')}\n{bought.placed.card.get('content')}",
        )
        for problem in response_problems(bought.placed):
            yield Fault(f"{locale}: the confirmation: {problem}", _BUG)
        said = "checkout.paid" if order.payment.collected else "checkout.placed"
        if not says(bought.placed.speech, said, locale):
            yield Fault(f"{locale}: the order is not confirmed by voice: {bought.placed.speech!r}", _BUG)
        wanted = (order.number, order.lines[0].spoken, money(order.totals.total, locale=locale))
        if lacking := [text for text in wanted if text not in card]:
            yield Fault(f"{locale}: the card lacks {lacking[0]!r}", _BUG)


@dataclass(frozen=True, slots=True)
class _Letterbox:
    """Letters that leave nowhere."""

    letters: list[tuple[str, EmailMessage]]

    def send(self, message: EmailMessage, *, sender: str, to: str) -> None:
        self.letters.append((to, message))


def mailed(candidate: Candidate) -> Iterator[Fault]:
    """After an order, an e-mail holds its details."""
    if candidate.facts.mail is None:
        yield Fault(
            "no letters leave this shop: it has no address of its own",
            'name it in the shop file: [mail] from = "Corner Store <orders@shop.example>"',
        )
    if not candidate.settings.mail:
        yield Fault(
            "no letters leave this deployment", "set SAYSO_MAIL, as in smtp://HOST:PORT or ses:REGION"
        )
    if candidate.facts.mail is None:
        return
    for locale in candidate.locales:
        bought = bought_in(candidate, locale)
        if not bought.orders:
            raise NothingToOrder
        box, app = _Letterbox([]), bought.talk.app
        channel = letters(box, store=app.store, clock=app.clock)
        tell_due(app.store, channels=[channel], now=app.clock, chance=lambda: 0.0)
        found = [message for to, message in box.letters if to == MAILBOX]
        bodies = [str(part.get_content()) for message in found for part in message.walk() if _is_text(part)]
        order = bought.orders[0]
        if not any(order.number in body and order.lines[0].name.split(",")[0] in body for body in bodies):
            yield Fault(f"{locale}: no e-mail holds the order's number and lines", _BUG)


def _is_text(part: object) -> bool:
    return isinstance(part, EmailMessage) and part.get_content_type() == "text/plain"


def no_amazon_pay(candidate: Candidate) -> Iterator[Fault]:
    """Amazon Pay in skills has ended: nothing of it is asked for."""
    declared = [str(one.get("name")) for one in candidate.package.manifest.get("permissions", ())]
    if _PAY_PERMISSION in declared:
        yield Fault(f"{_PAY_PERMISSION} is declared", "write the manifest anew: sayso manifest")
    for locale in candidate.locales:
        bought = bought_in(candidate, locale)
        for turn in (bought.read, bought.placed):
            for one in turn.directives:
                if any(str(one.get(key, "")).startswith(_PAY) for key in ("type", "name")):
                    yield Fault(f"{locale}: {one.get('type')} is sent at the till", _BUG)
        if any("Amazon Pay" in turn.speech for turn in (bought.read, bought.placed)):
            yield Fault(f"{locale}: Amazon Pay is spoken of", _BUG)


def cards(candidate: Candidate) -> Iterator[Finding]:
    """Cards are charged by a provider where money is real."""
    if candidate.facts.cards is None:
        yield NotApplicable("the merchant bills; no cards are charged")
    elif candidate.facts.cards.provider == "development":
        yield Fault(
            "cards are charged by a provider for development: no money comes",
            'write [payment] provider = "stripe" in the shop file, or take [payment] out to bill',
        )

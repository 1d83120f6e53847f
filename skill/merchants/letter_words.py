"""What letters say: a locale's own words around an order or a case, money and days as it writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from urllib.parse import urlsplit

from skill.commerce.contact import Address
from skill.commerce.merchant import Case, Facts
from skill.commerce.money import Money
from skill.commerce.order import CANCELLABLE, Order, sent
from skill.commerce.payment import CARD
from skill.dialogue.reply import Message, Value, say
from skill.merchants.letter_page import Detail, Letter, Row
from skill.speech.render import Wording, label

# White space, but for what holds an amount and its currency together.
_SPACE = re.compile(r"[^\S\u00a0\u202f]+")
# The letters that hold the whole bill.
_BILLED = frozenset({"placed", "amended"})
# Those that tell where the order is going, and when.
_UNDER_WAY = frozenset({"placed", "amended", "shipped", "partly_shipped", "ready_for_pickup"})


def about_order(kind: str, order: Order, *, facts: Facts, name: str, locale: str) -> Letter:
    """The letter of this kind about an order, to somebody called `name` (empty: unknown)."""
    words = Words(locale)
    billed, under_way = kind in _BILLED, kind in _UNDER_WAY
    values: dict[str, Value] = {
        "number": order.number,
        "shop": facts.called(locale),
        "total": order.totals.total,
        "refund": _refunded(order),
    }
    text = [words.said(f"mail.intro_{kind}", values)]
    if kind == "cancelled" and order.payment.collected > 0:
        text.append(words(say("mail.money_back", total=_money(order.payment.collected, order))))
    return Letter(
        locale=locale,
        subject=words.said(f"mail.subject_{kind}", values),
        greeting=_greeting(words, name),
        text=tuple(text),
        items=_items(order, words) if billed else (),
        sums=_sums(order, words) if billed else (),
        details=(
            *(_pieces(order, words) if kind == "partly_shipped" else ()),
            *((_payment(order, facts, words),) if billed else ()),
            *(_way(order, facts, words) if under_way else ()),
            *(_parcel(order, words) if kind in ("shipped", "partly_shipped") else ()),
        ),
        link=_link(order, words) if kind in ("shipped", "partly_shipped") else None,
        closing=(
            *(
                (words(say("mail.to_cancel", shop=facts.called(locale))),)
                if billed and order.status in CANCELLABLE
                else ()
            ),
            *_answers(facts, words),
        ),
    )


def about_case(kind: str, case: Case, *, facts: Facts, name: str, locale: str) -> Letter:
    """The letter of this kind about a request for a person."""
    words = Words(locale)
    values: dict[str, Value] = {"reference": case.reference, "shop": facts.called(locale)}
    return Letter(
        locale=locale,
        subject=words.said(f"mail.subject_{kind}", values),
        greeting=_greeting(words, name),
        text=(
            words.said(f"mail.intro_{kind}", values),
            *((words(case.notes[-1][1]),) if kind == "case_answered" and case.notes else ()),
        ),
        closing=_answers(facts, words),
    )


class Words:
    """Messages in the words of one locale. A letter is read on any day: days are always dates."""

    def __init__(self, locale: str) -> None:
        self._wording = Wording(locale, date.min, written=True)

    def __call__(self, value: Value) -> str:
        return _SPACE.sub(" ", label(value, self._wording)).strip()

    def said(self, key: str, values: Mapping[str, Value]) -> str:
        return self(Message(key, values))


def _greeting(words: Words, name: str) -> str:
    return words(say("mail.hello", name=name) if name else say("mail.hello_nobody"))


def _items(order: Order, words: Words) -> tuple[Row, ...]:
    return tuple(
        Row(
            words(say("mail.item", count=line.quantity, product=line.name)),
            words(line.cost),
            words(say("mail.each", price=line.price)) if line.quantity > 1 else "",
        )
        for line in order.lines
    )


def _sums(order: Order, words: Words) -> tuple[Row, ...]:
    totals = order.totals
    off = Money(-totals.discount.minor, totals.discount.currency)
    before_tax = totals.lines - totals.discount + totals.delivery
    if totals.deposit:
        before_tax = before_tax + totals.deposit
    exact = totals.total - totals.rounding if totals.rounding else totals.total
    tax = "mail.tax_contained" if before_tax == exact else "mail.tax"
    rows = [Row(words(say("mail.goods")), words(totals.lines))]
    if totals.discount.minor:
        rows.append(Row(words(say("mail.discount", code=order.coupon)), words(off)))
    if not order.pickup:
        rows.append(Row(words(say("mail.delivery")), words(totals.delivery)))
    if totals.deposit and totals.deposit.minor:
        rows.append(Row(words(say("mail.deposit")), words(totals.deposit)))
    total = Row(words(say("mail.total")), words(totals.total), main=True)
    taxed = [Row(words(say(tax)), words(totals.tax))] if totals.tax.minor else []
    coins = [Row(words(say("mail.rounding")), words(totals.rounding))] if totals.rounding else []
    # Tax on top comes before the total it is part of; tax within, after the total that contains it.
    last = [*coins, total, *taxed] if tax == "mail.tax_contained" else [*taxed, *coins, total]
    return (*rows, *last)


def _payment(order: Order, facts: Facts, words: Words) -> Detail:
    if order.payment.method != CARD:
        how = say("mail.invoice", shop=facts.called(words._wording.locale))
    elif order.payment.collected >= order.totals.total.minor:
        how = say("mail.card_paid", amount=order.totals.total)
    else:
        how = say("mail.card_open", amount=order.totals.total)
    return Detail(words(say("mail.payment")), (words(how),))


def _way(order: Order, facts: Facts, words: Words) -> Iterable[Detail]:
    """Where it is collected, or brought to, and when."""
    locale = words._wording.locale
    if order.pickup:
        store = facts.store(order.pickup)
        where = (words(store.name(locale)), words(store.address(locale))) if store else ()
        ready: tuple[str, ...] = ()
        if order.ready_at:
            here = facts.local(order.ready_at)
            ready = (words(say("mail.ready_from", day=here.date(), time=_clock(here))),)
        yield Detail(words(say("mail.collect")), (*where, *ready))
        return
    address = order.contact.address if order.contact else None
    if address:
        assert order.contact is not None
        yield Detail(words(say("mail.deliver_to")), _on_lines(order.contact.name, address, words))
    if order.window:
        starts, ends = facts.local(order.window.starts), facts.local(order.window.ends)
        span = say("mail.window", day=starts.date(), starts=_clock(starts), ends=_clock(ends))
        yield Detail(words(say("mail.when")), (words(span),))
    elif order.expected:
        yield Detail(words(say("mail.when")), (words(say("mail.by_day", day=order.expected)),))


def _on_lines(name: str, address: Address, words: Words) -> tuple[str, ...]:
    """As on an envelope."""
    place = " ".join(part for part in (address.code, address.city, address.region) if part)
    return tuple(words(line) for line in (name, *address.lines, place, address.country) if line.strip())


def _pieces(order: Order, words: Words) -> Iterable[Detail]:
    """What of it is on its way, and what is still to come."""
    gone = list(zip(order.lines, sent(order), strict=True))
    for key, counted in (
        ("mail.on_its_way", [(line, count) for line, count in gone if count]),
        ("mail.to_come", [(line, line.quantity - count) for line, count in gone if count < line.quantity]),
    ):
        if counted:
            named = [say("mail.item", count=count, product=line.name) for line, count in counted]
            yield Detail(words(Message(key)), tuple(map(words, named)))


def _parcel(order: Order, words: Words) -> Iterable[Detail]:
    if order.tracking:
        told = (order.tracking.carrier, order.tracking.number)
        yield Detail(words(say("mail.parcel")), tuple(words(line) for line in told if line.strip()))


def _link(order: Order, words: Words) -> tuple[str, str] | None:
    """Where to follow the parcel: an address of the web, and nothing else that could be run."""
    url = order.tracking.url.strip() if order.tracking else ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    safe = parts.scheme in ("https", "http") and parts.netloc and url.isprintable() and " " not in url
    return (words(say("mail.follow")), url) if safe else None


def _answers(facts: Facts, words: Words) -> tuple[str, ...]:
    return (words(say("mail.answer")),) if facts.mail and facts.mail.reply_to else ()


def _refunded(order: Order) -> Money:
    """What went back to the card; all of it where the merchant bills."""
    back = -sum(move.minor for move in order.payment.movements if move.minor < 0 and move.state == "done")
    return _money(back or order.totals.total.minor, order)


def _money(minor: int, order: Order) -> Money:
    return replace(order.totals.total, minor=minor)


def _clock(moment: datetime) -> time:
    return moment.time().replace(tzinfo=None)

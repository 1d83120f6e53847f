"""Orders, cases and events as a merchant's programs read them: from the merchant API and in webhooks alike.
Plain JSON values."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from skill.commerce.cart import Line
from skill.commerce.contact import Contact
from skill.commerce.desk import Summary
from skill.commerce.merchant import CASE_NEXT, Case
from skill.commerce.money import Money
from skill.commerce.options import base_of, picks_of
from skill.commerce.order import NEXT, Order, sent
from skill.merchants.past_words import exchanges
from skill.merchants.telling import News

Json = dict[str, Any]


def news_told(news: News) -> Json:
    """An event: its type, when it happened, and the order or case it is about as it is now."""
    data: Json = {}
    if news.order:
        data = order_told(news.order)
    elif news.case:
        data = case_told(news.case)
    return {"type": news.event.kind, "timestamp": moment(news.event.at), "data": data}


def order_told(order: Order) -> Json:
    """An order, with whatever its merchant needs to fulfil it."""
    totals, tracking, payment = order.totals, order.tracking, order.payment
    refused = payment.refused
    return {
        "id": order.id,
        "number": order.number,
        "version": order.version,
        "status": order.status,
        "allowed": allowed(order),
        "placed_at": moment(order.placed_at),
        "lines": [_line(line, gone) for line, gone in zip(order.lines, sent(order), strict=True)],
        "totals": {
            "lines": money(totals.lines),
            "discount": money(totals.discount),
            "delivery": money(totals.delivery),
            "deposit": money(totals.deposit or Money(0, totals.total.currency)),
            "tax": money(totals.tax),
            "rounding": money(totals.rounding or Money(0, totals.total.currency)),
            "total": money(totals.total),
        },
        "payment": {
            "method": payment.method,
            "collected": money(Money(payment.collected, totals.total.currency)),
            "refused": refused.reason or refused.state if refused else None,
        },
        "coupon": order.coupon,
        "contact": _contact(order.contact) if order.contact else None,
        "wish": order.wish,
        "expected": order.expected.isoformat() if order.expected else None,
        "window": {"starts": moment(order.window.starts), "ends": moment(order.window.ends)}
        if order.window
        else None,
        "pickup": order.pickup,
        "ready_at": moment(order.ready_at) if order.ready_at else None,
        "substitutes": order.substitutes,
        "tracking": {"carrier": tracking.carrier, "number": tracking.number, "url": tracking.url or None}
        if tracking
        else None,
        "history": [{"status": status, "since": moment(since)} for status, since in order.history],
        "notes": [{"note": note, "at": moment(at)} for at, note in order.notes],
        "locale": order.locale,
    }


def case_told(case: Case) -> Json:
    """A case, in the shopper's own words."""
    return {
        "id": case.id,
        "reference": case.reference,
        "status": case.status,
        "allowed": [status for status in CASE_NEXT if status in CASE_NEXT[case.status]],
        "kind": case.kind,
        "also": case.also,
        "about": case.about,
        "order": case.order,
        "opened_at": moment(case.opened_at),
        "call_back_at": moment(case.due) if case.due else None,
        "stars": case.stars,
        "notes": [{"note": note, "at": moment(at)} for at, note in case.notes],
        "summary": _summary(case.summary) if case.summary else None,
    }


def _summary(summary: Summary) -> Json:
    """The conversation a case was opened in, without the shopper's own words."""
    turns = [
        {"intent": one.intent, "answered": one.answered, "missed": one.missed} for one in exchanges(summary)
    ]
    cart = [{"quantity": quantity, "name": name} for quantity, name in summary.cart]
    return {"locale": summary.locale, "turns": turns, "cart": cart}


def allowed(order: Order) -> list[str]:
    """What an order can become next."""
    return [status for status in NEXT if status in NEXT.get(order.status, ())]


def money(amount: Money) -> Json:
    """An amount in minor units and its currency."""
    return {"amount": amount.minor, "currency": amount.currency}


def moment(at: datetime) -> str:
    """A time as RFC 3339 writes it."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _line(line: Line, fulfilled: int) -> Json:
    """A line by the SKU its merchant knows, with what was chosen of its options."""
    return {
        "sku": base_of(line.sku),
        "name": line.name,
        "options": [
            {"group": group, "option": option, "quantity": picked.count(option)}
            for group, picked in picks_of(line.sku).items()
            for option in dict.fromkeys(picked)
        ],
        "quantity": line.quantity,
        "price": money(line.price),
        "fulfilled": fulfilled,
    }


def _contact(contact: Contact) -> Json:
    there = contact.address
    told: Json = {"name": contact.name, "email": contact.email, "address": None}
    if there:
        told["address"] = {**asdict(there), "lines": list(there.lines)}
    return told

"""Values that several documents hold, as plain dicts and lists, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from skill.commerce.contact import Address, Contact
from skill.commerce.insight import Insight
from skill.commerce.money import Money
from skill.commerce.payment import Movement, Payment
from skill.commerce.window import Window
from skill.storage.shop_items import given, moment

Item = dict[str, Any]


def dump_money(money: Money) -> list[Any]:
    return [money.minor, money.currency]


def load_money(item: list[Any]) -> Money:
    minor, currency = item
    return Money(minor, currency)


def dump_payment(payment: Payment) -> Item:
    return {
        "method": payment.method,
        "customer": payment.customer,
        "movements": [asdict(movement) for movement in payment.movements],
    }


def load_payment(item: Mapping[str, Any] | None) -> Payment:
    # Before there were cards every order was billed.
    item = item or {}
    movements = tuple(Movement(**movement) for movement in item.get("movements", ()))
    return Payment(movements=movements, **given(item, "method", "customer"))


def dump_window(window: Window) -> list[str]:
    return [window.starts.isoformat(), window.ends.isoformat()]


def load_window(item: list[str] | None) -> Window | None:
    return Window(*map(datetime.fromisoformat, item)) if item else None


def dump_contact(contact: Contact) -> Item:
    return {**asdict(contact), "at": contact.at and contact.at.isoformat()}


def load_contact(item: Mapping[str, Any] | None) -> Contact | None:
    if item is None:
        return None
    there = item.get("address")
    address = Address(**{**there, "lines": tuple(there["lines"])}) if there else None
    known = given(item, "name", "email", "customer", "source")
    return Contact(address=address, at=moment(item.get("at")), **known)


def dump_insight(insight: Insight) -> Item:
    return {"learn": insight.learn, "trials": list(insight.trials)}


def load_insight(item: Mapping[str, Any]) -> Insight:
    return Insight(learn=item.get("learn"), trials=tuple(item.get("trials", ())))

"""Values as plain JSON-able dicts, and back: the shape of everything a store keeps.

Both stores and the merchant's outbox hold these documents, so this file is the storage format. A field
that has a default in its dataclass may be missing from a document, so adding one needs nothing here
but its name; a change that older documents cannot bear raises `VERSION` and is told apart in `from_text`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from skill.commerce.cart import Cart, Change, Line
from skill.commerce.merchant import Case, Facts, Faq, Hours, Shopper
from skill.commerce.money import Money
from skill.commerce.order import Order
from skill.commerce.totals import Terms, Totals

VERSION = 1
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

Item = dict[str, Any]


def to_text(item: Item) -> str:
    """A document as the JSON text a store keeps, with the version of its shape as `v`."""
    return json.dumps({"v": VERSION, **item}, ensure_ascii=False, separators=(",", ":"))


def from_text(text: str) -> Item:
    """The document of `to_text`. Raises ValueError when a later version of Sayso wrote it."""
    item: Item = json.loads(text)
    if item["v"] > VERSION:
        raise ValueError(f"a stored document has version {item['v']}; this Sayso reads up to {VERSION}")
    return item


def dump_line(line: Line) -> Item:
    return {
        "sku": line.sku,
        "quantity": line.quantity,
        "name": line.name,
        "price": _dump_money(line.price),
        **({"by": line.by} if line.by else {}),
    }


def load_line(item: Mapping[str, Any]) -> Line:
    return Line(
        sku=item["sku"],
        quantity=item["quantity"],
        name=item["name"],
        price=_load_money(item["price"]),
        by=item.get("by"),
    )


def dump_change(change: Change) -> Item:
    return {"before": [[sku, line and dump_line(line)] for sku, line in change.before]}


def load_change(item: Mapping[str, Any]) -> Change:
    return Change(tuple((sku, line and load_line(line)) for sku, line in item["before"]))


def dump_cart(cart: Cart) -> Item:
    return {
        "cid": cart.cid,
        "lines": [dump_line(line) for line in cart.lines],
        "version": cart.version,
        "changes": [dump_change(change) for change in cart.changes],
        "seen": list(cart.seen),
        "saved": [dump_line(line) for line in cart.saved],
        "coupon": cart.coupon,
        "pickup": cart.pickup,
        "substitutes": cart.substitutes,
    }


def load_cart(item: Mapping[str, Any]) -> Cart:
    return Cart(
        cid=item["cid"],
        lines=tuple(load_line(line) for line in item["lines"]),
        changes=tuple(load_change(change) for change in item["changes"]),
        seen=tuple(item["seen"]),
        version=item["version"],
        saved=tuple(load_line(line) for line in item.get("saved", ())),
        **_given(item, "coupon", "pickup", "substitutes"),
    )


def dump_totals(totals: Totals) -> Item:
    return {
        "lines": _dump_money(totals.lines),
        "delivery": _dump_money(totals.delivery),
        "tax": _dump_money(totals.tax),
        "total": _dump_money(totals.total),
    }


def load_totals(item: Mapping[str, Any]) -> Totals:
    return Totals(*(_load_money(item[part]) for part in ("lines", "delivery", "tax", "total")))


def dump_order(order: Order) -> Item:
    return {
        "id": order.id,
        "number": order.number,
        "shopper": order.shopper,
        "status": order.status,
        "placed_at": order.placed_at.isoformat(),
        "lines": [dump_line(line) for line in order.lines],
        "totals": dump_totals(order.totals),
        "expected": order.expected and order.expected.isoformat(),
        "history": [[status, since.isoformat()] for status, since in order.history],
    }


def load_order(item: Mapping[str, Any]) -> Order:
    return Order(
        id=item["id"],
        number=item["number"],
        shopper=item["shopper"],
        status=item["status"],
        placed_at=datetime.fromisoformat(item["placed_at"]),
        lines=tuple(load_line(line) for line in item["lines"]),
        totals=load_totals(item["totals"]),
        expected=item["expected"] and date.fromisoformat(item["expected"]),
        history=tuple((status, datetime.fromisoformat(since)) for status, since in item["history"]),
    )


def dump_facts(facts: Facts) -> Item:
    return {
        "name": facts.name,
        "terms": _dump_terms(facts.terms),
        "catalogue": facts.catalogue,
        "locale": facts.locale,
        "timezone": facts.timezone,
        "hours": facts.hours and _dump_hours(facts.hours),
        "faqs": [
            {"id": faq.id, "questions": list(faq.questions), "answers": dict(faq.answers)}
            for faq in facts.faqs
        ],
        "delivery_days": facts.delivery_days,
    }


def load_facts(item: Mapping[str, Any]) -> Facts:
    hours = item.get("hours")
    return Facts(
        name=item["name"],
        terms=Terms(
            currency=item["terms"]["currency"],
            **_given(
                item["terms"],
                "minor_digits",
                "tax_inclusive",
                "tax_rates",
                "delivery_fee",
                "free_delivery_from",
                "minimum_order",
            ),
        ),
        catalogue=item["catalogue"],
        hours=None if hours is None else _load_hours(hours),
        faqs=tuple(Faq(faq["id"], tuple(faq["questions"]), faq["answers"]) for faq in item.get("faqs", ())),
        **_given(item, "locale", "timezone", "delivery_days"),
    )


def dump_shopper(shopper: Shopper) -> Item:
    return {"linked": shopper.linked, "members": dict(shopper.members)}


def load_shopper(item: Mapping[str, Any]) -> Shopper:
    return Shopper(**_given(item, "linked", "members"))


def dump_case(case: Case) -> Item:
    return {
        "id": case.id,
        "reference": case.reference,
        "about": case.about,
        "opened_at": case.opened_at.isoformat(),
        "status": case.status,
    }


def load_case(item: Mapping[str, Any]) -> Case:
    return Case(
        id=item["id"],
        reference=item["reference"],
        about=item["about"],
        opened_at=datetime.fromisoformat(item["opened_at"]),
        **_given(item, "status"),
    )


def outbox_entry(kind: str, order: Order, *, at: datetime) -> Item:
    """What the merchant is to be told: `{id, kind, order}`. The id is a ULID, so entries sort by time;
    its random half is drawn from kind and order, because each kind happens to an order once."""
    digest = hashlib.sha256(f"{kind}\n{order.shopper}\n{order.id}".encode()).digest()
    number = int(at.timestamp() * 1000) << 80 | int.from_bytes(digest[:10], "big")
    ulid = "".join(CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))
    return {"id": ulid, "kind": kind, "order": dump_order(order)}


def pieces(order: Order) -> dict[str, int]:
    """How many pieces of each SKU the order takes from stock, in the order of its lines."""
    counts: dict[str, int] = {}
    for line in order.lines:
        counts[line.sku] = counts.get(line.sku, 0) + line.quantity
    return counts


def _dump_money(money: Money) -> list[Any]:
    return [money.minor, money.currency]


def _load_money(item: list[Any]) -> Money:
    minor, currency = item
    return Money(minor, currency)


def _dump_terms(terms: Terms) -> Item:
    return {
        "currency": terms.currency,
        "minor_digits": terms.minor_digits,
        "tax_inclusive": terms.tax_inclusive,
        "tax_rates": dict(terms.tax_rates),
        "delivery_fee": terms.delivery_fee,
        "free_delivery_from": terms.free_delivery_from,
        "minimum_order": terms.minimum_order,
    }


def _dump_hours(hours: Hours) -> Item:
    return {day: [opens.isoformat(), closes.isoformat()] for day, (opens, closes) in hours.days.items()}


def _load_hours(item: Mapping[str, Any]) -> Hours:
    return Hours(
        {
            day: (time.fromisoformat(opens), time.fromisoformat(closes))
            for day, (opens, closes) in item.items()
        }
    )


def _given(item: Mapping[str, Any], *names: str) -> Item:
    return {name: item[name] for name in names if name in item}

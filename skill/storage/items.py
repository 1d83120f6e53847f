"""Values as plain JSON-able dicts, and back: the shape of everything a store keeps.

Both stores hold these documents, so this file is the storage format. A field
that has a default in its dataclass may be missing from a document, so adding one needs nothing here
but its name; a change that older documents cannot bear raises `VERSION` and is told apart in `from_text`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from skill.commerce.alert import Alert
from skill.commerce.cart import SEEN_REQUESTS, Cart, Change, Line
from skill.commerce.insight import Insight
from skill.commerce.merchant import Facts, Member, Shopper
from skill.commerce.options import base_of
from skill.commerce.order import Order, Tracking
from skill.commerce.totals import Totals
from skill.operations.tally import Tally
from skill.storage.notice_items import dump_wishes, load_wishes
from skill.storage.personal_items import dump_personal, load_personal
from skill.storage.shop_items import given as _given
from skill.storage.shop_items import load_facts
from skill.storage.shop_items import moment as _moment
from skill.storage.value_items import (
    dump_contact,
    dump_insight,
    dump_money,
    dump_payment,
    dump_window,
    load_contact,
    load_insight,
    load_money,
    load_payment,
    load_window,
)

VERSION = 1

Item = dict[str, Any]
# Made once: json makes one for each call that is not by its defaults.
_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def to_text(item: Item, *, at: datetime | None = None) -> str:
    """A document as the JSON text a store keeps, with the version of its shape as `v`, and when it was
    written as `at`."""
    written = {} if at is None else {"at": sortable(at)}
    return _written({"v": VERSION, **written, **item})


def from_text(text: str) -> Item:
    """The document of `to_text`. Raises ValueError when a later version of Sayso wrote it."""
    item: Item = json.loads(text)
    if item["v"] > VERSION:
        raise ValueError(f"a stored document has version {item['v']}; this Sayso reads up to {VERSION}")
    return item


@lru_cache(maxsize=16)
def facts_of(text: str) -> Facts:
    """The facts in a document's text: read in every turn, and seldom others than before."""
    return load_facts(from_text(text))


@lru_cache(maxsize=32)
def cart_of(text: str) -> Cart:
    """The cart in a document's text: a turn that changes it reads it twice."""
    return load_cart(from_text(text))


def dump_line(line: Line) -> Item:
    return {
        "sku": line.sku,
        "quantity": line.quantity,
        "name": line.name,
        "price": dump_money(line.price),
        **({"by": line.by} if line.by else {}),
    }


def load_line(item: Mapping[str, Any]) -> Line:
    return Line(
        sku=item["sku"],
        quantity=item["quantity"],
        name=item["name"],
        price=load_money(item["price"]),
        by=item.get("by"),
    )


def dump_change(change: Change) -> Item:
    before = [[sku, line and dump_line(line)] for sku, line in change.before]
    return {
        "before": before,
        "places": list(change.places),
        **({} if change.saved is None else {"saved": [dump_line(line) for line in change.saved]}),
        **({} if change.way is None else {"way": list(change.way)}),
    }


def load_change(item: Mapping[str, Any]) -> Change:
    before = tuple((sku, line and load_line(line)) for sku, line in item["before"])
    saved = item.get("saved")
    saved = None if saved is None else tuple(load_line(line) for line in saved)
    way = tuple(item["way"]) if "way" in item else None
    return Change(before, tuple(item.get("places", ())), saved, way)


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
        **({"window": dump_window(cart.window)} if cart.window else {}),
        "known": {person: dict(pieces) for person, pieces in cart.known.items()},
        **({"usual": {person: dict(skus) for person, skus in cart.usual.items()}} if cart.usual else {}),
        **({"offered": cart.offered} if cart.offered else {}),
    }


def load_cart(item: Mapping[str, Any]) -> Cart:
    return Cart(
        cid=item["cid"],
        lines=tuple(load_line(line) for line in item["lines"]),
        changes=tuple(load_change(change) for change in item["changes"]),
        seen=tuple(item["seen"]),
        version=item["version"],
        saved=tuple(load_line(line) for line in item.get("saved", ())),
        window=load_window(item.get("window")),
        **_given(item, "coupon", "pickup", "substitutes", "known", "usual", "offered"),
    )


def dump_totals(totals: Totals) -> Item:
    return {
        "lines": dump_money(totals.lines),
        "delivery": dump_money(totals.delivery),
        "tax": dump_money(totals.tax),
        "total": dump_money(totals.total),
        "discount": dump_money(totals.discount),
        **({"deposit": dump_money(totals.deposit)} if totals.deposit else {}),
        **({"rounding": dump_money(totals.rounding)} if totals.rounding else {}),
    }


def load_totals(item: Mapping[str, Any]) -> Totals:
    # Before there were coupons, nothing was taken off.
    item = {"discount": [0, item["lines"][1]], **item}
    lines, delivery, tax, total, discount = (
        load_money(item[part]) for part in ("lines", "delivery", "tax", "total", "discount")
    )
    deposit, rounding = (load_money(item[part]) if part in item else None for part in ("deposit", "rounding"))
    return Totals(lines, delivery, tax, total, discount, deposit, rounding)


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
        "substitutes": order.substitutes,
        **({"by": order.by} if order.by else {}),
        **({"account": order.account} if order.account else {}),
        "coupon": order.coupon,
        "pickup": order.pickup,
        "ready_at": order.ready_at and order.ready_at.isoformat(),
        **({"tracking": asdict(order.tracking)} if order.tracking else {}),
        **({"notes": [[at.isoformat(), note] for at, note in order.notes]} if order.notes else {}),
        "version": order.version,
        "payment": dump_payment(order.payment),
        **({"window": dump_window(order.window)} if order.window else {}),
        **({"contact": dump_contact(order.contact)} if order.contact else {}),
        **({"wish": order.wish} if order.wish else {}),
        "locale": order.locale,
        **({"fulfilled": dict(order.fulfilled)} if order.fulfilled else {}),
        **({"tally": asdict(order.tally)} if order.tally else {}),
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
        ready_at=_moment(item.get("ready_at")),
        tracking=Tracking(**item["tracking"]) if "tracking" in item else None,
        notes=tuple((datetime.fromisoformat(at), note) for at, note in item.get("notes", ())),
        payment=load_payment(item.get("payment")),
        window=load_window(item.get("window")),
        contact=load_contact(item.get("contact")),
        tally=Tally(**item["tally"]) if "tally" in item else None,
        **_given(item, "substitutes", "by", "account", "coupon", "pickup"),
        **_given(item, "version", "locale", "fulfilled", "wish"),
    )


def dump_shopper(shopper: Shopper) -> Item:
    return {
        "linked": shopper.linked,
        "members": {
            key: {"name": member.name, "child": member.child} for key, member in shopper.members.items()
        },
        "code": shopper.code,
        "next_code": shopper.next_code,
        "code_misses": shopper.code_misses,
        "code_offered": shopper.code_offered,
        "version": shopper.version,
        "seen": list(shopper.seen),
        "substitutes": shopper.substitutes,
        "alerts": [_dump_alert(alert) for alert in shopper.alerts],
        "account": shopper.account,
        "code_at": shopper.code_at and shopper.code_at.isoformat(),
        **({"contact": dump_contact(shopper.contact)} if shopper.contact else {}),
        **({"notices": told} if (told := dump_wishes(shopper.notices)) else {}),
        **({"insight": dump_insight(shopper.insight)} if shopper.insight != Insight() else {}),
        **({"personal": personal} if (personal := dump_personal(shopper.personal)) else {}),
    }


def load_shopper(item: Mapping[str, Any]) -> Shopper:
    return Shopper(
        members={key: _load_member(member) for key, member in item.get("members", {}).items()},
        seen=tuple(item.get("seen", ())),
        alerts=tuple(_load_alert(alert) for alert in item.get("alerts", ())),
        code_at=_moment(item.get("code_at")),
        contact=load_contact(item.get("contact")),
        notices=load_wishes(item.get("notices")),
        insight=load_insight(item.get("insight", {})),
        personal=load_personal(item.get("personal", {})),
        **_given(item, "linked", "substitutes", "account"),
        **_given(item, "code", "next_code", "code_misses", "code_offered", "version"),
    )


def saved_cart(cart: Cart, *, request_id: str) -> Cart:
    """As it is stored by this request: at the next version, the request remembered."""
    return replace(cart, version=cart.version + 1, seen=(*cart.seen, request_id)[-SEEN_REQUESTS:])


def saved_shopper(about: Shopper, *, request_id: str) -> Shopper:
    """The same of what is kept about a shopper."""
    return replace(about, version=about.version + 1, seen=(*about.seen, request_id)[-SEEN_REQUESTS:])


def sortable(moment: datetime) -> str:
    """One offset and one width, so that text sorts as time does."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def pieces(order: Order) -> dict[str, int]:
    """How many pieces of each SKU the order takes from stock, whatever options they have, in the order of its
    lines."""
    counts: dict[str, int] = {}
    for line in order.lines:
        sku = base_of(line.sku)
        counts[sku] = counts.get(sku, 0) + line.quantity
    return counts


def returned(order: Order, amended: Order) -> dict[str, int]:
    """How many pieces of each SKU go back to stock when `amended` replaces the order; below 0: are taken."""
    had, wanted = pieces(order), pieces(amended)
    changes = {sku: had.get(sku, 0) - wanted.get(sku, 0) for sku in {**wanted, **had}}
    return {sku: change for sku, change in changes.items() if change}


def _dump_alert(alert: Alert) -> Item:
    return {
        "kind": alert.kind,
        "asked_at": alert.asked_at.isoformat(),
        "sku": alert.sku,
        "price": alert.price,
        "told": alert.told,
        **({"due": alert.due.isoformat()} if alert.due else {}),
    }


def _load_alert(item: Mapping[str, Any]) -> Alert:
    return Alert(
        asked_at=datetime.fromisoformat(item["asked_at"]),
        due=_moment(item.get("due")),
        **_given(item, "kind", "sku", "price", "told"),
    )


def _load_member(item: Any) -> Member:
    # Once only the name was kept.
    return Member(name=item) if isinstance(item, str) else Member(**_given(item, "name", "child"))

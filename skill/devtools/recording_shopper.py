"""A shopper as a recording begins with them: what is kept, without who they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from skill.commerce.cart import Line
from skill.commerce.contact import Address, Contact
from skill.commerce.merchant import Shopper
from skill.commerce.order import Order
from skill.shop import Stocking, Visit

# As many orders as `skill.devtools.scenario.state` tells.
_ORDERS = 100
# A voice code cannot be read from the store: until it is known, it is taken for this one.
CODE = "0000"


def start(
    store: Stocking,
    shopper: str,
    *,
    now: datetime,
    letters: bool = False,
    called: Callable[[str], str] = str,
) -> dict[str, Any]:
    """The shop and the shopper before a recording's first turn, as JSON: `now`, the name of the `shop`, what
    was kept of the `shopper` as scenario files have it ({} where nothing was), and the `references` of
    requests for a person. `letters`: e-mail can leave. `called`: what members of the household, known by
    their key, are called."""
    visit = store.visit(shopper)
    return {
        "now": now.isoformat(),
        "shop": visit.facts.name,
        "letters": letters and bool(visit.facts.mail),
        "shopper": _shopper(visit, store.orders(shopper, limit=_ORDERS), called),
        "references": [case.reference for case in store.cases(shopper)],
    }


def contact(about: Shopper) -> dict[str, Any]:
    """Who the shopper is and where orders are brought, as far as it is known; {} where nothing is."""
    known = about.contact or Contact()
    address = known.address or Address()
    told = {"name": known.name, "email": known.email, "lines": list(address.lines)}
    where = {"city": address.city, "region": address.region, "code": address.code, "country": address.country}
    return _said(told | where)


def _shopper(visit: Visit, orders: Iterable[Order], called: Callable[[str], str]) -> dict[str, Any]:
    about, cart = visit.shopper, visit.cart
    told: dict[str, Any] = {
        "linked": about.linked,
        "members": {
            called(key): {"name": member.name, "child": member.child} for key, member in about.members.items()
        },
        "voice_code": CODE if about.code else None,
        "code_misses": about.code_misses or None,
        "contact": contact(about),
        "cart": [_line(line, called) for line in cart.lines] if cart else [],
        "saved": [_line(line, called) for line in cart.saved] if cart else [],
        "coupon": cart.coupon if cart else "",
        "pickup": cart.pickup if cart else "",
        "orders": [_order(order, called) for order in orders],
    }
    return _said(told)


def _line(line: Line, called: Callable[[str], str]) -> dict[str, Any]:
    by = called(line.by) if line.by else None
    return _said({"sku": line.sku, "quantity": line.quantity, "price": line.price.minor, "by": by})


def _order(order: Order, called: Callable[[str], str]) -> dict[str, Any]:
    return _said(
        {
            "number": order.number,
            "placed_at": order.placed_at.isoformat(),
            "status": order.status,
            "expected": order.expected.isoformat() if order.expected else None,
            "by": called(order.by) if order.by else None,
            "lines": [_line(line, called) for line in order.lines],
            "coupon": order.coupon,
            "pickup": order.pickup,
            "ready_at": order.ready_at.isoformat() if order.ready_at else None,
        }
    )


def _said(told: Mapping[str, Any]) -> dict[str, Any]:
    """Without what says nothing; a price of nothing says something."""
    return {name: value for name, value in told.items() if value not in (None, "", [], {})}

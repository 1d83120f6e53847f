"""What the store tests share: a shop's things, small, and how to open each store and look behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from skill.commerce.cart import Cart, Line
from skill.commerce.merchant import Facts
from skill.commerce.money import Money, total
from skill.commerce.order import Order
from skill.commerce.totals import Terms, Totals
from skill.shop import Placing, Stocking

SHOP = "harbor"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
FACTS = Facts(name="Harbor Foods", terms=Terms(currency="USD"), catalogue="v1")


@dataclass(frozen=True)
class Place:
    """One place where a shop is kept: `open` gives another store object on it, as another process
    would have. A DynamoDB place has a client of its own and the name of its table."""

    open: Callable[[], Stocking]
    client: Any = None
    table: str = ""

    def told(self) -> list[tuple[str, str]]:
        """All that is to be told, or was, as (kind, about), in a fixed order."""
        return sorted((event.kind, event.about) for event in self.open().events(limit=10_000))


def line(sku: str = "milk", quantity: int = 1, *, name: str = "Whole Milk") -> Line:
    return Line(sku=sku, quantity=quantity, name=name, price=Money(399, "USD"))


def cart(*lines: Line, cid: str = "cart-1") -> Cart:
    return Cart(cid=cid, lines=lines)


def order_of(
    cart: Cart,
    *,
    shopper: str = "ann",
    number: str = "31415",
    placed_at: datetime = NOW,
    status: str = "placed",
) -> Order:
    goods, none = total((line.cost for line in cart.lines), currency="USD"), Money(0, "USD")
    return Order(
        id=cart.cid,
        number=number,
        shopper=shopper,
        status=status,
        placed_at=placed_at,
        lines=cart.lines,
        totals=Totals(goods, none, none, goods, none),
        history=((status, placed_at),),
    )


def saved(store: Stocking, cart: Cart, *, shopper: str = "ann", request_id: str = "r1") -> Cart:
    """The cart as stored. Fails when it has moved."""
    result = store.save_cart(cart, shopper=shopper, request_id=request_id)
    assert result is not None
    return result


def buy(store: Stocking, cart: Cart, *, order: Order | None = None) -> Placing:
    """Place the cart; the next one is called after it."""
    return store.place(order or order_of(cart), cart=cart, renewed=Cart(cid=f"{cart.cid}-next"))

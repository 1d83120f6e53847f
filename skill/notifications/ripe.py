"""Whether what a notice says is so at the moment it would be told: an order has gone on, a thing was bought
meanwhile, a cart was emptied."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from skill.commerce.alert import is_due
from skill.commerce.notices import Notice
from skill.commerce.order import Order
from skill.commerce.product import Product
from skill.shop import Visit

# "later": not yet, look again; "gone": never any more.
Ripeness = Literal["now", "later", "gone"]


class Shelf(Protocol):
    """What is asked of a store about it."""

    def order(self, shopper: str, *, id: str) -> Order | None: ...

    def orders(self, shopper: str, *, limit: int = 10) -> tuple[Order, ...]: ...

    def stock(self, skus: list[str]) -> dict[str, int | None]: ...


@dataclass(frozen=True, slots=True)
class Found:
    """How ripe a notice is, and what it is about: an order or a product."""

    ripeness: Ripeness
    order: Order | None = None
    product: Product | None = None


_GONE = Found("gone")


def ripe(
    notice: Notice,
    visit: Visit,
    *,
    shopper: str,
    store: Shelf,
    sold: Callable[[str], Product | None],
    now: datetime,
) -> Found:
    """Whether a notice may be told now, by what the store says, and of a SKU the live catalogue (`sold`)."""
    if notice.kind in ("order", "pickup"):
        order = store.order(shopper, id=notice.about)
        return Found("now", order=order) if order and order.status == notice.detail else _GONE
    if notice.kind == "cart":
        waits = any(alert.kind == "order" and not alert.told for alert in visit.shopper.alerts)
        return Found("now") if waits and visit.cart and visit.cart.lines else _GONE
    product = sold(notice.about)
    stock = store.stock([notice.about])
    if notice.kind == "again":
        return _again(notice, visit, product, shopper=shopper, store=store, stock=stock)
    return watched(notice, visit, product, stock=stock, now=now)


def watched(
    notice: Notice,
    visit: Visit,
    product: Product | None,
    *,
    stock: Mapping[str, int | None],
    now: datetime,
) -> Found:
    """The same of a thing that is waited for. What was told in the shop meanwhile, or is waited for no more,
    is gone; what is not sold may be again."""
    alerts = (one for one in visit.shopper.alerts if (one.kind, one.sku) == (notice.kind, notice.about))
    alert = next((one for one in alerts if not one.told), None)
    if alert is None:
        return _GONE
    if product is None or not is_due(alert, products={product.sku: product}, stock=stock, now=now):
        return Found("later")
    return Found("now", product=product)


def _again(
    notice: Notice,
    visit: Visit,
    product: Product | None,
    *,
    shopper: str,
    store: Shelf,
    stock: Mapping[str, int | None],
) -> Found:
    """Gone where it was bought since, lies in the cart, or cannot be had."""
    if product is None or stock.get(product.sku) == 0 or (visit.cart and visit.cart.line(product.sku)):
        return _GONE
    bought = (
        order.id for order in store.orders(shopper) if any(line.sku == product.sku for line in order.lines)
    )
    return Found("now", product=product) if next(bought, notice.detail) == notice.detail else _GONE

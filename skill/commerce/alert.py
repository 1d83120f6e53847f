"""What a shopper wants to be told of: a thing back in stock, a lower price, an order left unfinished."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from skill.commerce.money import Money
from skill.commerce.product import Product

MAX_ALERTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """`kind`: "stock" (`sku` can be had again), "price" (one piece of it costs `price` or less, in minor
    units) or "order" (what is in the cart). `told`: the request it was said in; another one drops it.
    `due`: when they want to hear of it outside of the shop (None: as soon as it is so)."""

    kind: str
    asked_at: datetime
    sku: str = ""
    price: int | None = None
    told: str = ""
    due: datetime | None = None


def with_alert(alerts: Iterable[Alert], alert: Alert) -> tuple[Alert, ...]:
    """The alerts with this one, which takes the place of one of its kind for the same thing; the oldest
    go when there are more than MAX_ALERTS."""
    others = (other for other in alerts if (other.kind, other.sku) != (alert.kind, alert.sku))
    return (*others, alert)[-MAX_ALERTS:]


def is_due(
    alert: Alert, *, products: Mapping[str, Product], stock: Mapping[str, int | None], now: datetime
) -> bool:
    """Whether what this alert waits for has come. A SKU missing in `stock` is not counted; one missing in
    `products` is never due. An unfinished order is due at once."""
    if alert.kind == "order":
        return True
    product = products.get(alert.sku)
    if product is None or stock.get(alert.sku) == 0:
        return False
    return alert.kind == "stock" or product.price_at(now) <= Money(alert.price or 0, product.price.currency)

"""What the shopper is to be told of."""

from __future__ import annotations

from skill.commerce.alert import Alert
from skill.commerce.money import Money
from skill.commerce.product import Product
from skill.dialogue.alerts import waiting
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.notices import quiet
from skill.dialogue.reply import Join, Message, Reply, Term, say
from skill.shop import Shop

_SAID = 3


def handle(heard: Heard, shop: Shop) -> Reply:
    kept = waiting(shop)
    shelf = shop.catalogue.get([alert.sku for alert in kept if alert.sku])
    items = [item for alert in kept if (item := _item(alert, shelf.get(alert.sku), shop))]
    told = _told(shop, brief=bool(items))
    if not items:
        return Reply(say=told or (say("review_alerts.none"),))
    said = [say("review_alerts.when", items=Join(tuple(items[:_SAID])))]
    if len(items) > _SAID:
        said.append(say("review_alerts.and_more", count=len(items) - _SAID))
    return Reply(say=(*said, *told))


def _told(shop: Shop, *, brief: bool) -> tuple[Message, ...]:
    """What they hear of outside of the shop and, where there is breath for it, when not."""
    kinds = shop.about.notices.kinds
    if not kinds:
        return ()
    items, hours = Join(tuple(Term("notice", kind) for kind in kinds)), quiet(shop)
    if brief or hours.starts == hours.ends:
        return (say("review_alerts.told", items=items),)
    return (say("review_alerts.told_but", items=items, starts=hours.starts, ends=hours.ends),)


def _item(alert: Alert, product: Product | None, shop: Shop) -> Message | None:
    if alert.kind == "order":
        return say("review_alerts.order")
    if product is None:
        return None
    name = product.short(shop.locale)
    if alert.kind == "stock":
        return say("review_alerts.stock", product=name)
    return say("review_alerts.price", product=name, price=Money(alert.price or 0, shop.currency))


INTENT = Intent(name="ReviewAlerts", handle=handle, aside=True)

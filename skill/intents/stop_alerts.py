"""No more alerts: all of them, or those for one product."""

from __future__ import annotations

from skill.dialogue import reference
from skill.dialogue.alerts import drop, waiting
from skill.dialogue.choosing import by_name
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    kept = waiting(shop)
    if text := heard.text("product"):
        shelf = shop.catalogue.get([alert.sku for alert in kept if alert.sku])
        words = reference.query(text, shop).text or text
        named = by_name(words, products=tuple(shelf.values()), locale=shop.locale, now=shop.now)
        for product in named[:1]:
            drop(shop, product.sku)
            return Reply(say=(say("stop_alerts.stopped_one", product=product.spoken(shop.locale)),))
        return Reply(say=(say("stop_alerts.none_for", words=words),))
    drop(shop)
    return Reply(say=(say("stop_alerts.stopped"),))


INTENT = Intent(name="StopAlerts", handle=handle, slots={"product": "product"})

"""No more alerts: all of them, of one kind, or those for one product. Obeyed at once, inside the shop and
outside of it, until they ask again."""

from __future__ import annotations

from dataclasses import replace

from skill.commerce.merchant import Shopper
from skill.commerce.notices import KINDS, refused
from skill.dialogue import reference
from skill.dialogue.alerts import drop, waiting
from skill.dialogue.choosing import by_name
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.operations.tally import counted
from skill.shop import Shop, change_shopper


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
    kind = heard.id("notice") or ""
    # A model built before this shop may know other kinds: too much is stopped rather than too little.
    kind = kind if kind in KINDS else ""

    def stopped(about: Shopper) -> Shopper:
        left = tuple(alert for alert in about.alerts if kind and _KINDS.get(alert.kind, alert.kind) != kind)
        notices = refused(about.notices, now=shop.now, kind=kind)
        # Whoever wants nothing any more is told of no offer at the door either.
        personal = about.personal if kind else replace(about.personal, offers=False)
        return replace(about, alerts=left, notices=notices, personal=personal)

    told = shop.about.notices.channels(kind) if kind else shop.about.notices.consents
    change_shopper(shop, stopped)
    if told:
        counted("notices_stopped")
    if kind:
        return Reply(say=(say(f"stop_alerts.no_{kind}"),))
    return Reply(say=(say("stop_alerts.silent" if told else "stop_alerts.stopped"),))


# As which kind an alert is told outside of the shop, where that is called otherwise.
_KINDS = {"order": "cart"}
INTENT = Intent(name="StopAlerts", handle=handle, slots={"product": "product", "notice": "notice"})

"""What the shopper asked to be told of, and telling it: one thing when the shop is opened, and then no more
of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from skill.catalogue.results import Found, Nothing, Several
from skill.commerce.alert import Alert, is_due, with_alert
from skill.commerce.merchant import Shopper
from skill.commerce.product import Product
from skill.dialogue import reference
from skill.dialogue.conversation import Focus, Question
from skill.dialogue.history import mine
from skill.dialogue.intent import Heard
from skill.dialogue.offering import not_found, which
from skill.dialogue.reply import Message, Reply, say
from skill.operations.tally import counted
from skill.shop import Shop, change_shopper


@dataclass(frozen=True, slots=True)
class News:
    """What to say, the product it is about, if it is about one, and the alert that it answers."""

    said: Message
    alert: Alert
    sku: str = ""


def waiting(shop: Shop) -> tuple[Alert, ...]:
    """The alerts that were not told yet, the oldest first."""
    return tuple(alert for alert in shop.about.alerts if not alert.told)


def keep(alert: Alert, shop: Shop) -> None:
    """Keep an alert with the shopper; asked for again it stays one."""
    change_shopper(shop, lambda about: replace(about, alerts=with_alert(about.alerts, alert)))


def drop(shop: Shop, sku: str | None = None) -> None:
    """Forget the alerts for one product, or all of them, and with them what is cheaper."""

    def without(about: Shopper) -> Shopper:
        left = tuple(alert for alert in about.alerts if sku is not None and alert.sku != sku)
        personal = about.personal if sku is not None else replace(about.personal, offers=False)
        return replace(about, alerts=left, personal=personal)

    change_shopper(shop, without)


def news(shop: Shop) -> News | None:
    """The first thing waited for that has come, to be `told` in this turn; a repeated turn hears it again."""
    alerts = shop.about.alerts
    if not alerts:
        return None
    skus = [alert.sku for alert in alerts if alert.sku]
    products = shop.catalogue.get(skus)
    come = next((alert for alert in alerts if alert.told == shop.request_id), None)
    if come is None:
        stock = shop.store.stock(skus)
        due = (
            alert
            for alert in alerts
            if not alert.told and is_due(alert, products=products, stock=stock, now=shop.now)
        )
        if (come := next(due, None)) is None:
            return None
    if come.kind == "order":
        return News(say("remind_later.reminded"), come) if shop.cart.lines else None
    product = products.get(come.sku)
    if product is None:
        return None
    key = "watch_stock.back" if come.kind == "stock" else "watch_price.cheaper_now"
    said = say(key, product=product.short(shop.locale), price=product.price_at(shop.now))
    return News(said, come, product.sku)


def told(alerts: tuple[Alert, ...], alert: Alert, *, request_id: str) -> tuple[Alert, ...]:
    """The alerts with this one told in this request; those told before are no more."""
    left = (other for other in alerts if not other.told)
    return tuple(replace(other, told=request_id) if other == alert else other for other in left)


def with_news(reply: Reply, fresh: News, shop: Shop) -> Reply:
    """The reply of somebody who opens the shop, with what there is to tell: said before its question, which
    gives way to whether the thing shall be added."""
    if shop.about.notices.channels(fresh.alert.kind):
        # They agreed to hear of it outside of the shop as well, and have come.
        counted("notices_opened")
    reply = replace(reply, say=(*reply.say, fresh.said))
    if not fresh.sku or shop.cart.line(fresh.sku):
        return reply
    return replace(
        reply,
        prompt=say("find_product.add_it"),
        ask=Question(intent="AddToCart", awaiting="product", options=(fresh.sku,)),
        focus=Focus(sku=fresh.sku),
    )


def watched(
    heard: Heard, shop: Shop, *, intent: str, prefer: Callable[[Product], bool] | None = None
) -> Product | Reply:
    """The product an alert is asked for, or the question which. Of several that fit it is the one spoken of
    last, the only one that `prefer` holds for, or the shopper's own."""
    # A price that is waited for is none to search by.
    named = replace(heard, slots={name: slot for name, slot in heard.slots.items() if name != "price"})
    mention = reference.product(named, shop)
    result = mention.result
    if result is None:
        return Reply(prompt=say("watch_stock.which"), ask=_asking(intent, heard))
    if isinstance(result, Nothing):
        return not_found(result, words=mention.words, shop=shop)
    if isinstance(result, Several):
        spoken_of = [p for p in result.products if p.sku == heard.conversation.focus.sku]
        preferred = [p for p in result.products[: result.close] if prefer and prefer(p)]
        if spoken_of or len(preferred) == 1:
            return (spoken_of or preferred)[0]
        result = mine(result, shop)
    if isinstance(result, Found):
        return result.product
    slots = {name: slot for name, slot in heard.slots.items() if name == "price"}
    return which(result, words=mention.words, intent=intent, slots=slots, shop=shop)


def _asking(intent: str, heard: Heard) -> Question:
    slots = {name: slot for name, slot in heard.slots.items() if name == "price"}
    return Question(intent=intent, awaiting="product", slots=slots)

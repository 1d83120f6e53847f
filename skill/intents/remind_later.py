""" "Remind me to finish my order tonight": the cart is kept and spoken of when the shop is next opened.
Before that Alexa reminds them at a time they name, or a notice does, where they agreed to it."""

from __future__ import annotations

from skill.commerce.alert import Alert
from skill.dialogue.alerts import keep
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.moments import coming, said_moment
from skill.dialogue.notices import offer, stir
from skill.dialogue.reply import Reply, say
from skill.intents.remind_me import asked
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    if not shop.cart.lines:
        return Reply(say=(say("remind_later.empty"),))
    day, hour = said_moment(heard, shop)
    due = coming(day, hour, shop.facts.local(shop.now)) if hour else None
    keep(Alert(kind="order", asked_at=shop.now, due=due), shop)
    if due and shop.outside.remind:
        return asked(due, "", shop)
    name = shop.facts.called(shop.locale)
    if shop.about.notices.channels("cart") and stir("cart", shop):
        return Reply(say=(say("remind_later.later"),))
    if found := offer("cart", shop):
        return Reply(say=(say("remind_later.kept", shop=name),), prompt=found[0], ask=found[1])
    return Reply(say=(say("remind_later.noted", shop=name),))


INTENT = Intent(name="RemindLater", handle=handle, slots={"day": "day", "time": "time"})

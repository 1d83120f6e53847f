""" "Remind me to order milk on Friday at ten": a reminder of the device's own, set after an explicit yes."""

from __future__ import annotations

from datetime import datetime

from skill.dialogue.conversation import Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.moments import coming, said_moment
from skill.dialogue.reply import Card, Message, Reply, say
from skill.dialogue.turn import Slot
from skill.shop import Shop

NAME = "RemindMe"


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("common.okay"),))
    words = heard.text("product")
    if shop.outside.remind is None:
        return Reply(say=(say("remind_me.cannot", shop=shop.facts.called(shop.locale)),))
    day, hour = said_moment(heard, shop)
    if hour is None:
        known = {"product": Slot(text=words)} if words else {}
        if day:
            known["day"] = Slot(text=day.isoformat())
        missed = bool(heard.text("time") or (heard.text("day") and day is None))
        return Reply(
            prompt=say("remind_me.when"),
            ask=Question(intent=NAME, awaiting="time", slots=known),
            miss=missed,
        )
    at = coming(day, hour, shop.facts.local(shop.now))
    if not heard.confirmed:
        return asked(at, words, shop)
    return set_at(at, words, shop)


def asked(at: datetime, words: str, shop: Shop) -> Reply:
    """Read back what would be set; nothing is set without a yes. No words: it is about the cart."""
    slots = {"day": Slot(text=at.date().isoformat()), "time": Slot(text=at.time().isoformat("minutes"))}
    if words:
        slots["product"] = Slot(text=words)
    key = "remind_me.shall_order" if words else "remind_me.shall_cart"
    return Reply(
        prompt=_dated(key, at, shop, words),
        ask=Question(intent=NAME, awaiting="confirmed", slots=slots),
    )


def set_at(at: datetime, words: str, shop: Shop) -> Reply:
    """Have the device remind them; what stands in the way is said, and how to mend it."""
    name = shop.facts.called(shop.locale)
    key = "remind_me.text_order" if words else "remind_me.text_cart"
    remind = shop.outside.remind
    outcome = remind(at, key, {"product": words, "shop": name}) if remind else "refused"
    if outcome == "set":
        return Reply(say=(_dated("remind_me.set", at, shop, words),))
    if outcome == "consent":
        said = say("remind_me.allow", shop=name)
        return Reply(say=(said,), card=Card("ask_for_permissions", wants="reminders"))
    return Reply(say=(say("remind_me.refused" if outcome == "refused" else "remind_me.away"),))


def _dated(key: str, at: datetime, shop: Shop, words: str) -> Message:
    """The sentence with its day, or without where that is today."""
    today = at.date() == shop.facts.local(shop.now).date()
    return say(f"{key}_today" if today else key, day=at.date(), time=at.time(), product=words)


INTENT = Intent(
    name=NAME,
    handle=handle,
    slots={"product": "product", "day": "day", "time": "time"},
    elicits=("time",),
)

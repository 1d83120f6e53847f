""" "Not after nine": when nobody is to be told anything, by the shopper's clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from skill.catalogue.clock import clock
from skill.catalogue.words import load
from skill.commerce.merchant import Shopper
from skill.commerce.notices import Quiet
from skill.dialogue.conversation import Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.notices import quiet
from skill.dialogue.reply import Reply, say
from skill.shop import Shop, change_shopper

NAME = "SetQuietHours"
# "Not after nine" means the evening, and "not before eight" the morning.
_NOON = 12


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("common.okay"),))
    words = load(shop.locale[:2])
    said = {name: heard.text(name) for name in ("time", "until")}
    times = {name: clock(text, words=words) for name, text in said.items() if text}
    if not times or None in times.values():
        return Reply(
            prompt=say("set_quiet_hours.from_when"),
            ask=Question(intent=NAME, awaiting="time"),
            miss=bool(times),
        )
    now = quiet(shop)
    starts, ends = times.get("time"), times.get("until")
    hours = Quiet(_evening(starts) if starts else now.starts, ends or now.ends)

    def kept(about: Shopper) -> Shopper:
        return replace(about, notices=replace(about.notices, quiet=hours))

    change_shopper(shop, kept)
    return Reply(say=(say("set_quiet_hours.noted", starts=hours.starts, ends=hours.ends),))


def _evening(hour: time) -> time:
    return hour.replace(hour=hour.hour + _NOON) if 5 <= hour.hour < _NOON else hour


INTENT = Intent(name=NAME, handle=handle, slots={"time": "time", "until": "time"}, elicits=("time",))

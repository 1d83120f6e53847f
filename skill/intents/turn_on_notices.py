""" "Tell me when my order ships": heard outside of the shop from now on, after an explicit yes to it."""

from __future__ import annotations

from skill.dialogue.intent import Heard, Intent
from skill.dialogue.notices import TURN_ON, agree, asking, kinds, quiet, ways
from skill.dialogue.reply import Card, Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("turn_on_notices.declined"),))
    wishes = shop.about.notices
    # Whoever names nothing is offered what they do not hear of yet, the most wanted first.
    open = [kind for kind in kinds(shop) if not wishes.channels(kind)]
    kind = heard.id("notice") or next(iter(open), "order")
    found = ways(shop, kind)
    if not found:
        by_letter = kind in ("order", "pickup") and shop.mails
        key = "turn_on_notices.by_letter" if by_letter else "turn_on_notices.cannot"
        return Reply(say=(say(key, shop=shop.facts.called(shop.locale)),))
    if not set(found) - set(wishes.channels(kind)):
        return Reply(say=(say(f"turn_on_notices.already_{kind}"),))
    if not heard.confirmed:
        prompt, question = asking(kind, found)
        return Reply(prompt=prompt, ask=question)
    first = not wishes.consents
    agree(kind, shop)
    said = [say(f"turn_on_notices.on_{kind}")]
    hours = quiet(shop)
    if first and hours.starts != hours.ends:
        said.append(say("turn_on_notices.quiet", starts=hours.starts, ends=hours.ends))
    if "alexa" not in found or wishes.reach:
        return Reply(say=tuple(said))
    # Alexa tells nobody anything who did not allow it there as well.
    said.append(say("turn_on_notices.allow"))
    return Reply(say=tuple(said), card=Card("ask_for_permissions", wants="notifications"))


INTENT = Intent(name=TURN_ON, handle=handle, slots={"notice": "notice"})

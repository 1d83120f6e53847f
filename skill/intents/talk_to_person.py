"""A person is wanted: the wish is kept with a reference, and when the desk is open is said."""

from __future__ import annotations

from skill.commerce.merchant import Case
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, Spell, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("common.okay"),))
    about = heard.text("product")
    case = shop.store.open_case(
        Case(
            # The request's own id: the same request twice is one case.
            id=shop.request_id,
            reference=_reference(shop.request_id),
            about=about or ("cart" if shop.cart.lines else "general"),
            opened_at=shop.now,
        ),
        shopper=shop.shopper,
    )
    hours, here = shop.facts.hours, shop.facts.local(shop.now)
    noted = say("talk_to_person.noted", reference=Spell(case.reference))
    if about:
        noted = say("talk_to_person.noted_about", about=about, reference=Spell(case.reference))
    if hours is None:
        return Reply(say=(noted,))
    if hours.open_at(here):
        span = hours.on(here.date())
        assert span is not None
        return Reply(say=(noted, say("talk_to_person.open_now", closes=span[1])))
    day = hours.next_open(here)
    span = hours.on(day) if day else None
    if day is None or span is None:
        return Reply(say=(noted,))
    return Reply(say=(noted, say("talk_to_person.opens", day=day, opens=span[0])))


def _reference(request_id: str) -> str:
    """Four digits both sides can say aloud, the same for the same request."""
    return f"{sum(byte * 31**place for place, byte in enumerate(request_id.encode()[-12:])) % 10_000:04d}"


INTENT = Intent(name="TalkToPerson", handle=handle, slots={"product": "product"})

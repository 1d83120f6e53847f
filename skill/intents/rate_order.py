"""One to five stars for the last order that arrived; a second rating of it takes the first one's place."""

from __future__ import annotations

from skill.commerce.merchant import Case
from skill.commerce.order import Order
from skill.dialogue.conversation import Focus, Question
from skill.dialogue.history import past
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, Spell, say
from skill.shop import Shop

NAME = "RateOrder"
_MOST = 5
# Up to this a person is offered.
_LOW = 2
_HISTORY = 10


def handle(heard: Heard, shop: Shop) -> Reply:
    order = _arrived(heard, shop)
    if order is None:
        return Reply(say=(say("rate_order.nothing_yet"),))
    stars = heard.number("stars")
    focus = Focus(order=order.id)
    if stars is None or not 1 <= stars <= _MOST:
        key = "rate_order.how_many" if stars is None else "rate_order.one_to_five"
        return Reply(
            prompt=say(key, number=Spell(order.number)),
            ask=Question(intent=NAME, awaiting="stars"),
            focus=focus,
        )
    shop.store.put_case(
        Case(
            id=f"rating-{order.id}",
            reference=order.number,
            about=order.number,
            opened_at=shop.now,
            kind="rating",
            order=order.number,
            stars=stars,
        ),
        shopper=shop.shopper,
    )
    noted = say("rate_order.noted", count=stars, number=Spell(order.number))
    if stars > _LOW:
        return Reply(say=(noted,), focus=focus)
    return Reply(
        say=(noted, say("rate_order.sorry")),
        prompt=say("rate_order.person"),
        ask=Question(intent="TalkToPerson", awaiting="confirmed", frozen={"order": order.id}),
        focus=focus,
    )


def _arrived(heard: Heard, shop: Shop) -> Order | None:
    """The order spoken of last when it has arrived, else the newest that has."""
    orders = [o for o in past(shop, limit=_HISTORY) if o.status == "delivered"]
    spoken_of = next((order for order in orders if order.id == heard.conversation.focus.order), None)
    return spoken_of or (orders[0] if orders else None)


INTENT = Intent(name=NAME, handle=handle, slots={"stars": "number"}, elicits=("stars",))

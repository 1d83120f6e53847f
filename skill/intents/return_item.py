"""Something is to go back: the wish is kept for a person, with the order it came in."""

from __future__ import annotations

from skill.dialogue import reference
from skill.dialogue.cases import gets_back, opened, ordered, which_line
from skill.dialogue.conversation import Focus, Question
from skill.dialogue.history import past
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, Spell, say
from skill.intents.ask_shop import WHOLE, answer_to, answered
from skill.intents.order_status import named
from skill.shop import Shop

NAME = "ReturnItem"


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("common.okay"),))
    among = named(heard, shop)
    if among == ():
        return Reply(say=(say("order_status.not_found"),), miss=True)
    order, lines = ordered(heard, shop, among=among)
    if order and len(lines) > 1:
        return which_line(heard, order, lines, intent=NAME)
    line = lines[0] if lines else None
    said = heard.text("product")
    words = reference.query(said, shop).text if said else ""
    if line is None and words and (answer := answer_to(said, shop, floor=WHOLE)):
        return answered(answer, shop)
    if order is None and not words and not past(shop, limit=1):
        return Reply(say=(say("order_status.none"),))
    # "Something" names nothing.
    if line is None and not words:
        return Reply(prompt=say("return_item.what"), ask=Question(intent=NAME, awaiting="product"))
    if order is None or line is None:
        # What was never ordered cannot go back; a person may know of it all the same.
        return Reply(
            say=(say("return_item.not_ordered", words=words),),
            prompt=say("ask_shop.person"),
            ask=Question(intent="TalkToPerson", awaiting="confirmed"),
        )
    case = opened(shop, kind="return", about=line.spoken, order=order)
    noted = say(
        "return_item.noted_order",
        about=line.briefly(order.lines),
        number=Spell(order.number),
        reference=Spell(case.reference),
    )
    return Reply(say=(noted, *gets_back(shop)), focus=Focus(order=order.id, sku=line.sku))


INTENT = Intent(
    name=NAME,
    handle=handle,
    slots={"product": "product", "number": "digits", "day": "day"},
    elicits=("product",),
)

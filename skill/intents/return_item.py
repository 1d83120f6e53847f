"""Something is to go back: the wish is kept for a person, with the order it came in."""

from __future__ import annotations

from skill.dialogue import reference
from skill.dialogue.cases import gets_back, opened, ordered
from skill.dialogue.conversation import Focus, Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, Spell, say
from skill.shop import Shop

NAME = "ReturnItem"


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("common.okay"),))
    order, line = ordered(heard, shop)
    said = heard.text("product")
    about = line.spoken if line else said
    # "Something" names nothing.
    if not about or (said and not reference.query(said, shop).text):
        return Reply(prompt=say("return_item.what"), ask=Question(intent=NAME, awaiting="product"))
    case = opened(shop, kind="return", about=about, order=order)
    if order is None or line is None:
        noted = say("return_item.noted", about=about, reference=Spell(case.reference))
        return Reply(say=(noted, *gets_back(shop)))
    noted = say(
        "return_item.noted_order",
        about=line.briefly(order.lines),
        number=Spell(order.number),
        reference=Spell(case.reference),
    )
    return Reply(say=(noted, *gets_back(shop)), focus=Focus(order=order.id, sku=line.sku))


INTENT = Intent(name=NAME, handle=handle, slots={"product": "product"}, elicits=("product",))

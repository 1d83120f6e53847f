"""Something went wrong with an order: it is kept for a person, with the order it is about."""

from __future__ import annotations

from skill.dialogue.breath import sold
from skill.dialogue.cases import WHOLE_ORDER, gets_back, opened, ordered
from skill.dialogue.conversation import Focus
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, Spell, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    order, line = ordered(heard, shop)
    said = heard.text("product")
    # Words that are nothing sold here are no name, but the rest of a sentence.
    about = line.spoken if line else said if sold(said, shop) else ""
    case = opened(shop, kind="problem", about=about or WHOLE_ORDER, order=order)
    reference = Spell(case.reference)
    if order is None:
        key = "report_problem.noted_about" if about else "report_problem.noted"
        return Reply(say=(say(key, about=about, reference=reference), *gets_back(shop)))
    number = Spell(order.number)
    noted = say("report_problem.noted_order", number=number, reference=reference)
    if line and (said or line.sku == heard.conversation.focus.sku):
        brief = line.briefly(order.lines)
        noted = say("report_problem.noted_in_order", about=brief, number=number, reference=reference)
    return Reply(say=(noted, *gets_back(shop)), focus=Focus(order=order.id, sku=line.sku if line else None))


INTENT = Intent(name="ReportProblem", handle=handle, slots={"product": "product", "quantity": "number"})

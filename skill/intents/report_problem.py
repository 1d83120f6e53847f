"""Something went wrong with an order: it is kept for a person, with the order and the line it is about."""

from __future__ import annotations

from skill.dialogue.breath import sold
from skill.dialogue.cases import WHOLE_ORDER, gets_back, opened, ordered, which_line
from skill.dialogue.conversation import Focus
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, Spell, say
from skill.intents.order_status import named
from skill.shop import Shop

NAME = "ReportProblem"


def handle(heard: Heard, shop: Shop) -> Reply:
    among = named(heard, shop)
    if among == ():
        return Reply(say=(say("order_status.not_found"),), miss=True)
    order, lines = ordered(heard, shop, among=among)
    said, quantity = heard.text("product"), heard.number("quantity")
    if order and (len(lines) > 1 or (quantity and not said and not lines)):
        # Two of what? Which milk?
        return which_line(heard, order, lines or order.lines, intent=NAME)
    line = lines[0] if lines else None
    # Words that are nothing sold here are no name, but the rest of a sentence.
    about = line.spoken if line else said if sold(said, shop) else ""
    case = opened(shop, kind="problem", about=about or WHOLE_ORDER, order=order, quantity=quantity)
    reference = Spell(case.reference)
    if order is None:
        key = "report_problem.noted_about" if about else "report_problem.noted"
        return Reply(say=(say(key, about=about, reference=reference), *gets_back(shop)))
    number = Spell(order.number)
    noted = say("report_problem.noted_order", number=number, reference=reference)
    if line and (said or heard.chosen or line.sku == heard.conversation.focus.sku):
        brief = line.briefly(order.lines)
        noted = say("report_problem.noted_in_order", about=brief, number=number, reference=reference)
        if quantity and quantity < line.quantity:
            some = say("review_cart.line", count=quantity, product=brief)
            noted = say("report_problem.noted_in_order", about=some, number=number, reference=reference)
    return Reply(say=(noted, *gets_back(shop)), focus=Focus(order=order.id, sku=line.sku if line else None))


INTENT = Intent(
    name=NAME,
    handle=handle,
    slots={"product": "product", "quantity": "number", "number": "digits", "day": "day"},
)

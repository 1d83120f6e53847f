"""A person is wanted: the wish is kept with a reference, and when the desk is open is said."""

from __future__ import annotations

from skill.dialogue.cases import gets_back, opened
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, Spell, say
from skill.shop import Shop

NAME = "TalkToPerson"


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("common.okay"),))
    about, order = heard.text("product"), None
    if heard.question and (id := heard.question.frozen.get("order")):
        order = shop.store.order(shop.shopper, id=str(id))
    rest = "order" if order else "cart" if shop.cart.lines else "general"
    case = opened(shop, about=about or rest, order=order, past=heard.conversation.past)
    noted = say("talk_to_person.noted", reference=Spell(case.reference))
    if about:
        noted = say("talk_to_person.noted_about", about=about, reference=Spell(case.reference))
    told = (say("talk_to_person.sees"),) if heard.conversation.past else ()
    # Asked for in the middle of something, that goes on afterwards.
    standing = heard.conversation.question
    goes_on = standing is not None and standing.intent != NAME and heard.question is None
    return Reply(say=(noted, *told, *gets_back(shop)), resume=goes_on)


INTENT = Intent(name=NAME, handle=handle, slots={"product": "product"})

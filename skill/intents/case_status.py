"""What became of a complaint, a return or a question to the shop: its status, and what the shop says."""

from __future__ import annotations

from skill.catalogue.analyser import digits, fold
from skill.commerce.merchant import COPY, Case
from skill.dialogue.brief import brief
from skill.dialogue.cases import CHARGE, WHOLE_ORDER, gets_back
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Message, Reply, Spell, say
from skill.intents import order_status
from skill.shop import Shop

# Kinds nobody waits for an answer to.
_ONE_WAY = frozenset({"rating", COPY})
# What a case is about where that is none of the shopper's words.
_GENERAL = frozenset({"general", "cart", "call", WHOLE_ORDER, CHARGE})


def handle(heard: Heard, shop: Shop) -> Reply:
    # Of ratings the shop answers the bad ones.
    cases = [case for case in shop.store.cases(shop.shopper) if case.kind not in _ONE_WAY or case.also]
    if said := "".join(filter(str.isdecimal, digits(fold(heard.text("number")), language=shop.locale[:2]))):
        case = next((case for case in cases if case.reference == said), None)
        if case is None:
            # Whoever says a number may mean an order.
            return order_status.handle(heard, shop)
    elif cases:
        # What the shop has answered is news, the newest first.
        case = next((case for case in cases if case.status == "answered"), cases[0])
    else:
        return Reply(say=(say("case_status.none"),))
    return Reply(say=what_became(case, shop))


def what_became(case: Case, shop: Shop) -> tuple[Message, ...]:
    """What a case is about, and what the shop says of it."""
    return (*_about(case, shop), *_standing(case, shop))


def _about(case: Case, shop: Shop) -> tuple[Message, ...]:
    reference, number = Spell(case.reference), Spell(case.order)
    if case.about == CHARGE:
        return (say("case_status.of_charge", reference=reference, number=number),)
    if case.kind == "rating":
        return (say("case_status.of_order", reference=reference, number=number),)
    if case.about not in _GENERAL:
        return (say("case_status.of_thing", reference=reference, about=case.about),)
    if case.order:
        return (say("case_status.of_order", reference=reference, number=number),)
    return (say("case_status.of_yours", reference=reference, day=shop.facts.local(case.opened_at).date()),)


def _standing(case: Case, shop: Shop) -> tuple[Message, ...]:
    at, text = case.notes[-1] if case.notes else (case.opened_at, "")
    note = brief(text)
    if case.status == "closed":
        return (say("case_status.closed_with", note=note) if note else say("case_status.closed"),)
    if note:
        return (say("case_status.answered", day=shop.facts.local(at).date(), note=note),)
    return (
        (say("case_status.seen"),)
        if case.status == "answered"
        else (say("case_status.open"), *gets_back(shop))
    )


INTENT = Intent(name="CaseStatus", handle=handle, slots={"number": "digits"})

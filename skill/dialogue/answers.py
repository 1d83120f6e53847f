"""How a turn answers the open question, if it does. Every yes, no, number, name and "the second one"
passes here; intents never see them, they are called again with the slot filled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from skill.commerce.product import Product
from skill.dialogue.choosing import by_amount, by_name, by_position, by_trait
from skill.dialogue.conversation import Question
from skill.dialogue.turn import Slot, Turn
from skill.shop import Shop

YES, NO, CANCEL = "Yes", "No", "Cancel"
# Intents that only name something: what they mean depends on what was asked.
NAME, NUMBER = "NameProduct", "SayNumber"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """The intent to run with these slots; `answers` says that the open question was answered."""

    intent: str
    slots: Mapping[str, Slot] = field(default_factory=dict)
    answers: bool = False
    confirmed: bool | None = None
    chosen: str | None = None


def resume(turn: Turn, *, question: Question | None, shop: Shop) -> Resumed:
    """Match the turn with the open question; a turn that does not answer it runs as it is."""
    plain = Resumed(intent=turn.intent, slots=turn.slots)
    if question is None:
        return plain
    if turn.intent in (YES, NO):
        return _yes_or_no(turn.intent == YES, question)
    chosen = pick(turn, options=question.options, shop=shop) if question.awaiting != "order" else None
    if chosen and turn.intent in (NAME, NUMBER, question.intent):
        return _filled(question, turn.slots, chosen=chosen)
    if turn.intent == NUMBER and question.awaiting in ("quantity", "number"):
        return _filled(question, {question.awaiting: turn.slots.get("quantity", Slot())})
    if turn.intent == NAME and question.awaiting in ("product", "query") and not question.options:
        named = turn.slots.get("product")
        return _filled(question, {question.awaiting: named}) if named else plain
    if turn.intent == question.intent and question.awaiting in turn.slots and not question.options:
        return _filled(question, turn.slots)
    return plain


def pick(turn: Turn, *, options: Sequence[str], shop: Shop) -> str | None:
    """The SKU among `options` that this turn's position, number, trait or name singles out."""
    if not options:
        return None
    slots = turn.slots
    place = by_position(slots.get("position"), options=options)
    if place:
        return place
    number = slots.get("quantity")
    if turn.intent == NUMBER and number and number.number and number.number <= len(options):
        return options[number.number - 1]
    shelf = shop.catalogue.get(options)
    products: list[Product] = [shelf[sku] for sku in options if sku in shelf]
    text = slots["product"].text if slots.get("product") else ""
    trait = slots["trait"].ids[0] if slots.get("trait") and slots["trait"].ids else None
    if trait and not text:
        single = by_trait(trait, products=products, now=shop.now)
        return single.sku if single else None
    if text and (held := by_amount(text, products=products, locale=shop.locale)):
        return held.sku
    named = by_name(text, products=products, locale=shop.locale, now=shop.now) if text else ()
    return named[0].sku if len(named) == 1 else None


def _yes_or_no(yes: bool, question: Question) -> Resumed:
    if question.awaiting == "confirmed" or not yes:
        return Resumed(intent=question.intent, slots=question.slots, answers=True, confirmed=yes)
    if len(question.options) == 1:
        return _filled(question, {}, chosen=question.options[0])
    return Resumed(intent=YES)


def _filled(question: Question, slots: Mapping[str, Slot], *, chosen: str | None = None) -> Resumed:
    merged = {**question.slots, **{name: slot for name, slot in slots.items() if slot.text or slot.ids}}
    return Resumed(intent=question.intent, slots=merged, answers=True, chosen=chosen)

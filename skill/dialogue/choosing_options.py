"""Which turns speak of options: those that answer the question for one, and those that change what is in the
cart.

Nobody says "change the options": "make it small", "with soy milk instead" and "without the extra shot" are
sentences of other intents, and what they name tells them apart."""

from __future__ import annotations

from collections.abc import Mapping

from skill.catalogue.analyser import fold
from skill.catalogue.language import raw
from skill.catalogue.words import load
from skill.commerce.cart import Line
from skill.commerce.options import Group, base_of
from skill.dialogue import reference
from skill.dialogue.breath import holds, sold
from skill.dialogue.choosing import by_position
from skill.dialogue.configuring import NAME, OFFERED, OPTION, WORDS, groups_for
from skill.dialogue.conversation import Conversation, Question
from skill.dialogue.intent import Heard
from skill.dialogue.marking import phrasing_of
from skill.dialogue.options import only_options
from skill.dialogue.turn import Slot, Turn
from skill.shop import Shop

# Who says what of a line: put on it, taken off it, put in the place of another.
_ON = frozenset(
    {"AddToCart", "NameProduct", "RefineSearch", "AddMore", "SayNumber", "FindProduct", "ChangeQuantity"}
)
# Of those, who may as well name something of its own.
_NAMING = frozenset({"AddToCart", "AddMore", "AskPrice", "FindProduct", "NameProduct"})
_OFF = "RemoveFromCart"
_INSTEAD = "ReplaceProduct"
# "How much is oat milk extra?"
_PRICE = "AskPrice"
_ANSWERS = frozenset({*_ON, _INSTEAD, _OFF, NAME, "ChooseWindow"})
# Of what was said, where the words may have been put.
_SAID = ("variant", "trait", "product", "query", OPTION, WORDS)


def answer(turn: Turn, question: Question, shop: Shop) -> Slot | None:
    """What a turn says in answer to the question for an option or for words to be written; None when it is
    about something else."""
    if turn.intent not in _ANSWERS:
        return None
    text = _text(turn)
    if question.awaiting == WORDS:
        return Slot(text) if text else None
    offered = str(question.frozen.get("offered", "")).split(OFFERED)
    if place := by_position(turn.slots.get("position") or _position(text, shop), options=offered):
        return Slot(place, ids=(place,))
    product = shop.product(base_of(str(question.frozen.get("sku", ""))))
    if product is None or not text:
        return None
    return Slot(text) if only_options(text, groups_for(product, shop), shop) else None


def wish(turn: Turn, question: Question | None, shop: Shop, focus: str | None) -> Mapping[str, Slot] | None:
    """What a turn wants of the options of a line in the cart, the line `of`. None when the turn is about
    something else."""
    if turn.intent not in (_ON | {_INSTEAD, _OFF, _PRICE}) or (question and question.awaiting != "confirmed"):
        return None
    text = _text(turn)
    if not text:
        return None
    for line in _lines(turn, shop, focus):
        groups = _groups(line, shop)
        off = turn.intent == _OFF
        # "Take off the foam" is said as "without the foam" is.
        said = f"{phrasing_of(shop, 'without')[0]} {text}" if off else text
        marks = only_options(said, groups, shop)
        if not marks:
            continue
        alone = not any(word in phrasing_of(shop, "with") for word in text.split())
        if turn.intent in _NAMING and alone and sold(text, shop):
            # "Oat milk", by itself, is a carton of it.
            return None
        if turn.intent == _PRICE:
            return {OPTION: Slot(text)}
        if off and _called_so(text, shop):
            return None
        return {OPTION: Slot(said), "of": Slot(line.sku)}
    return None


def _position(text: str, shop: Shop) -> Slot:
    """ "The second one", heard as the words that were asked for."""
    said = fold(text).split()
    idle = {*load(shop.locale[:2]).stop, *load(shop.locale[:2]).one, *phrasing_of(shop, "idle")}
    bare = " ".join(word for word in said if word not in idle)
    places: Mapping[str, list[str]] = raw(shop.locale[:2], "types")["position"]
    found = (place for place, ways in places.items() if bare and bare in map(fold, ways))
    return Slot(bare, ids=tuple(found)[:1])


def _lines(turn: Turn, shop: Shop, focus: str | None) -> tuple[Line, ...]:
    """The lines a turn may be about: the one it names, or that of last."""
    if turn.intent == _INSTEAD and turn.slots.get("without", Slot()).text:
        named = reference.lines(_heard(turn), shop.cart, shop, slot="without")
        if named:
            return named[:1]
    there = shop.cart.line(focus) if focus else None
    with_options = tuple(line for line in shop.cart.lines if base_of(line.sku) != line.sku)
    return (there,) if there else with_options if len(with_options) == 1 else ()


def _called_so(text: str, shop: Shop) -> bool:
    """Whether something in the cart is called so, whatever its options: then it is to go, and no option."""
    there = shop.products({base_of(line.sku) for line in shop.cart.lines})
    return any(holds(product, text, shop) for product in there)


def _groups(line: Line, shop: Shop) -> tuple[Group, ...]:
    product = shop.product(base_of(line.sku))
    return groups_for(product, shop) if product else ()


def _heard(turn: Turn) -> Heard:
    return Heard(turn=turn, conversation=Conversation(), slots=turn.slots)


def _text(turn: Turn) -> str:
    number = turn.slots.get("quantity", Slot()).number
    said = [turn.slots[name].text for name in _SAID if turn.slots.get(name, Slot()).text]
    return " ".join(([str(number)] if number is not None else []) + said)

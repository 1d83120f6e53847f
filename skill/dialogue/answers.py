"""How a turn answers the open question, if it does. Every yes, no, number, name and "the second one"
passes here; intents never see them, they are called again with the slot filled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from skill.catalogue.analyser import digits, fold, unfolded
from skill.catalogue.results import Nothing
from skill.commerce.product import Product
from skill.dialogue import reference
from skill.dialogue.breath import holds
from skill.dialogue.choosing import by_amount, by_name, by_position, by_trait, only_unwanted
from skill.dialogue.conversation import Question
from skill.dialogue.guard import CODE, four_digits, is_digits
from skill.dialogue.preferences import PREFERENCE, heard_as
from skill.dialogue.turn import Slot, Turn
from skill.dialogue.variants import called
from skill.shop import Shop

YES, NO, CANCEL = "Yes", "No", "Cancel"
# A no to every question but the one whether there is anything else.
KEEP, ANYTHING_ELSE = "KeepIt", "AnythingElse"
# Intents that only name something: what they mean depends on what was asked.
NAME, NUMBER = "NameProduct", "SayNumber"
FIND, ADD, LIST = "FindProduct", "AddToCart", "AddToList"
# A day and a time by themselves: what happens then depends on what was asked.
MOMENT = "ChooseWindow"
# Asked for in words that name no product: whatever is named then is the answer.
OWN_WORDS = frozenset({"coupon", "note", "store"})

# Asked what shall change in a placed order, nothing is said of the cart.
CHANGE = "change"
OF_THE_ORDER = {
    "AddToCart": "AddToOrder",
    "AddToMyOrder": "AddToOrder",
    "AddMore": "AddToOrder",
    "RemoveFromCart": "TakeOffOrder",
    "ChangeQuantity": "AmendOrder",
    "ChooseWindow": "RescheduleOrder",
    NAME: "AmendOrder",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """The intent to run with these slots; `answers` says that the open question was answered."""

    intent: str
    slots: Mapping[str, Slot] = field(default_factory=dict)
    answers: bool = False
    confirmed: bool | None = None
    chosen: str | None = None


def resume(turn: Turn, *, question: Question | None, shop: Shop, focus: str | None = None) -> Resumed:
    """Match the turn with the open question; a turn that does not answer it runs as it is."""
    plain = Resumed(intent=turn.intent, slots=turn.slots)
    if shop.facts.options and (resumed := _about_options(turn, question, shop, focus)):
        return resumed
    if question is None:
        return plain
    if question.awaiting == CHANGE and turn.intent in OF_THE_ORDER and "less" not in turn.slots:
        return Resumed(intent=OF_THE_ORDER[turn.intent], slots=turn.slots, answers=True)
    if question.awaiting == PREFERENCE and (said := heard_as(turn, question, shop)):
        return _filled(question, {PREFERENCE: said})
    if question.intent == LIST and question.awaiting == "product" and turn.intent == ADD:
        # Asked what goes on a list, "two buns" are for the list.
        return _filled(question, turn.slots)
    if turn.intent in (YES, NO) or (turn.intent == KEEP and question.intent != ANYTHING_ELSE):
        return _yes_or_no(turn.intent == YES, question)
    options = question.options if question.awaiting != "order" else ()
    by = question.frozen.get("variant")
    chosen = _labelled(turn, options, str(by), shop) if by else None
    if chosen:
        return _filled(question, {}, chosen=chosen)
    if not (by and turn.intent == NUMBER):
        # "Three", asked for a colour, is how many.
        chosen = pick(turn, options=options, shop=shop, focus=focus)
    if chosen and turn.intent == NUMBER:
        # The third one, not three of it.
        return _filled(question, {}, chosen=chosen)
    if chosen and (turn.intent in (NAME, NUMBER, question.intent) or _by_size(turn, options)):
        return _filled(question, turn.slots, chosen=chosen)
    if turn.intent == NUMBER and question.awaiting in ("quantity", "number", "stars", "time"):
        return _filled(question, {question.awaiting: turn.slots.get("quantity", Slot())})
    if question.awaiting in ("stars", "remark") and (rated := _rating(turn, question, shop)):
        return _filled(question, rated)
    if turn.intent == MOMENT and question.awaiting == "time" and not question.options:
        return _filled(question, turn.slots)
    if turn.intent == NUMBER and question.awaiting == "confirmed" and "quantity" in question.slots:
        # "Shall I add forty?" – "Sixteen."
        return _filled(question, turn.slots)
    if question.awaiting == CODE and (said := _code(turn, shop)):
        return _filled(question, {CODE: said})
    if question.awaiting == "note" and (trait := turn.slots.get("trait")):
        return _filled(question, {"diet": trait})
    if turn.intent in (NAME, NUMBER) and question.awaiting in OWN_WORDS:
        named = turn.slots.get("product") or turn.slots.get("quantity")
        return _filled(question, {question.awaiting: named}) if named else plain
    if turn.intent == NAME and question.awaiting in ("product", "query") and not question.options:
        named = turn.slots.get("product")
        return _filled(question, {question.awaiting: named}) if named else plain
    answered = turn.intent == question.intent and question.awaiting in turn.slots and not question.options
    if answered and not _names_another(turn, question, shop):
        return _filled(question, turn.slots)
    return plain


def _about_options(turn: Turn, question: Question | None, shop: Shop, focus: str | None) -> Resumed | None:
    """What a turn says of the options that were asked for, or of those of what was spoken of last."""
    # Only now: most shops sell things as they are.
    from skill.dialogue.choosing_options import answer, wish

    if question and question.awaiting in ("option", "words"):
        said = answer(turn, question, shop)
        return _filled(question, {question.awaiting: said}) if said else None
    wanted = wish(turn, question, shop, focus)
    asks = "AskOptions" if turn.intent == "AskPrice" else "ChooseOptions"
    return Resumed(intent=asks, slots=wanted) if wanted else None


def _names_another(turn: Turn, question: Question, shop: Shop) -> bool:
    """ "A dozen eggs", said when asked how many lemons."""
    sku, named = question.frozen.get("sku"), turn.slots.get("product", Slot()).text
    if question.awaiting != "quantity" or not sku or not named:
        return False
    product = shop.product(str(sku))
    return product is None or not holds(product, reference.query(named, shop).text, shop)


def _by_size(turn: Turn, options: Sequence[str]) -> bool:
    """Whether a search is none: of several just offered, "the small bottle" is one. "The cheapest coffee" is
    looked for, whatever was offered."""
    trait = turn.slots.get("trait", Slot()).ids
    return turn.intent == FIND and len(options) > 1 and trait[:1] in (("bigger",), ("smaller",))


def pick(turn: Turn, *, options: Sequence[str], shop: Shop, focus: str | None = None) -> str | None:
    """The SKU among `options` that this turn's position, number, trait or name singles out; `focus` is the
    one "the other one" is not."""
    if not options:
        return None
    slots = turn.slots
    resolved = [id for id in slots["product"].ids if id in options] if slots.get("product") else []
    if len(resolved) == 1:
        # The platform knew the name; of several it could not tell apart, the one that was offered.
        return resolved[0]
    place = by_position(slots.get("position"), options=options, focus=focus)
    if place:
        return place
    number = slots.get("quantity")
    if turn.intent == NUMBER and number and number.number and number.number <= len(options):
        return options[number.number - 1]
    products = shop.products(options)
    text = slots["product"].text if slots.get("product") else ""
    trait = slots["trait"].ids[0] if slots.get("trait") and slots["trait"].ids else None
    if trait and not text:
        if single := by_trait(trait, products=products, now=shop.now):
            return single.sku
        # "The large one" of shirts is a size, not how much one holds.
        text = slots["trait"].text
    elif trait:
        text = f"{slots['trait'].text} {text}"
    # "One pound" may be heard as one of a thing called "pound".
    counted = f"{number.number} {text}" if text and number and number.number else text
    if text and (held := by_amount(counted, products=products, locale=shop.locale)):
        return held.sku
    if only_unwanted(text, locale=shop.locale, now=shop.now):
        # "Not Farandello" chooses nothing: the list is to be read without it.
        return None
    named = by_name(counted, products=products, locale=shop.locale, now=shop.now) if text else ()
    if len(named) != 1:
        return None
    return named[0].sku if is_meant(named[0], text, turn, shop) else None


def is_meant(product: Product, text: str, turn: Turn, shop: Shop) -> bool:
    """Whether words that fit a product best mean it. What names something else picks nothing: "add milk", or
    "white jeans", when bananas or a white shirt were read out."""
    asked = reference.query(text, shop)
    # "The one without lime" tells what it is not.
    if holds(product, asked.text, shop) or turn.intent == NUMBER or (turn.intent == NAME and asked.lacking):
        return True
    elsewhere = shop.catalogue.find(asked)
    if turn.intent != NAME or (not isinstance(elsewhere, Nothing) and elsewhere.whole):
        return False
    words = asked.text.split()
    return 2 * sum(holds(product, word, shop) for word in words) > len(words)


def _labelled(turn: Turn, options: Sequence[str], by: str, shop: Shop) -> str | None:
    """The variant whose colour or size was said, however it was heard: "thirty four thirty two" may be
    thirty four of something."""
    slots = turn.slots
    number = slots["quantity"].number if slots.get("quantity") else None
    said = (
        str(number) if number is not None else "",
        *(slots[n].text for n in ("trait", "product") if n in slots),
    )
    return called(" ".join(filter(None, said)), shop.products(options), by, locale=shop.locale)


def _code(turn: Turn, shop: Shop) -> Slot | None:
    """The code in this turn, also where its digits were taken for a number, a name or a quantity of a thing;
    None when something else was said."""
    if slot := turn.slots.get(CODE):
        return slot
    if turn.intent not in (NAME, NUMBER, ADD, FIND):
        # Digits that say something else are no try at the code: an order's number, a time.
        return None
    said = " ".join(slot.text for slot in turn.slots.values())
    if turn.intent == NUMBER or is_digits(said, language=shop.locale[:2]):
        return Slot(said)
    # In a name there may be words around the digits; one without four of them is another wish.
    return Slot(said) if turn.intent == NAME and four_digits(said, language=shop.locale[:2]) else None


def _rating(turn: Turn, question: Question, shop: Shop) -> Mapping[str, Slot] | None:
    """How it was, in words that may have been taken for a name: "four, the milk was warm", or only why. None
    for what names something that is sold: it is another wish."""
    said = turn.slots.get("product", Slot()).text
    if turn.intent not in (NAME, ADD) or not said:
        return None
    if question.awaiting == "remark":
        return {"remark": Slot(said)} if turn.intent == NAME else None
    number = turn.slots.get("quantity", Slot()).number
    if number is None:
        first, _, rest = digits(fold(said), language=shop.locale[:2]).partition(" ")
        if not first.isdecimal() or len(first) > 1:
            return None
        number, said = int(first), unfolded(rest, said)
    found = shop.catalogue.find(reference.query(said, shop))
    if not said or (not isinstance(found, Nothing) and found.whole):
        return None
    return {"stars": Slot(str(number), number=number), "remark": Slot(said)}


def _yes_or_no(yes: bool, question: Question) -> Resumed:
    if question.awaiting == "confirmed" or not yes:
        return Resumed(intent=question.intent, slots=question.slots, answers=True, confirmed=yes)
    if len(question.options) == 1:
        return _filled(question, {}, chosen=question.options[0])
    return Resumed(intent=YES)


def _filled(question: Question, slots: Mapping[str, Slot], *, chosen: str | None = None) -> Resumed:
    merged = {**question.slots, **{name: slot for name, slot in slots.items() if slot.text or slot.ids}}
    return Resumed(intent=question.intent, slots=merged, answers=True, chosen=chosen)

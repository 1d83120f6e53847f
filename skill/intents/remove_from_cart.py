"""Take something out: "take the milk off", "drop the second item", "the lemons and the limes"."""

from __future__ import annotations

from dataclasses import replace

from skill.commerce.cart import Line, put
from skill.dialogue import reference
from skill.dialogue.breath import holds
from skill.dialogue.cart_lines import called, named_lines
from skill.dialogue.conversation import Focus
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.offering import ADD
from skill.dialogue.reply import Join, Message, Reply, say
from skill.dialogue.turn import Slot
from skill.intents import empty_cart
from skill.intents.change_quantity import ask_line, how_many, set_count
from skill.intents.take_off_order import off_the_recent
from skill.shop import Shop, change_cart

_BOTH = 2


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.unheard("quantity"):
        return how_many(heard, intent=INTENT.name)
    if shop.request_id in shop.cart.seen:
        return Reply(say=(say("remove_from_cart.done"),))
    heard = _counted(heard, shop)
    text = heard.text("product")
    if text and _only_offered(text, heard, shop):
        return Reply(say=(say("cancel.dropped"),))
    if not shop.cart.lines:
        return off_the_recent(heard, shop) or Reply(say=(say("review_cart.empty"),))
    if heard.id("every") and not text and heard.number("left") is None and not heard.chosen:
        return _of_the_cart(heard, shop)
    if text and not heard.chosen and len(parts := named_lines(text, heard, shop)) > 1:
        return _several(parts, heard, shop)
    lines = reference.lines(heard, shop.cart, shop)
    if not lines and text:
        return Reply(say=(_not_there(text, shop),))
    lines = called(text, lines, shop) if text else lines
    if text and _all_meant(heard, lines):
        return _taken_out(lines, (), shop)
    if len(lines) != 1:
        return ask_line(heard, lines or shop.cart.lines, intent=INTENT.name)
    line, number, left = lines[0], _number(heard, shop), heard.number("left")
    if left is not None:
        return set_count(line, min(left, line.quantity), shop)
    if number is not None and number < line.quantity:
        return set_count(line, line.quantity - number, shop, by=-number)
    return _taken_out(lines, (), shop)


def _several(parts: tuple[tuple[str, tuple[Line, ...]], ...], heard: Heard, shop: Shop) -> Reply:
    """What is clear goes out as one change, what is not there is said, and the first unclear one is asked
    about."""
    gone = {lines[0].sku: lines[0] for _, lines in parts if len(lines) == 1}
    against = tuple(_not_there(part, shop) for part, lines in parts if not lines)
    unclear = [lines for _, lines in parts if len(lines) > 1]
    reply = _taken_out(tuple(gone.values()), against, shop)
    if not unclear:
        return reply
    question = ask_line(replace(heard, slots={}), unclear[0], intent=INTENT.name)
    return replace(question, say=reply.say)


def _taken_out(lines: tuple[Line, ...], against: tuple[Message, ...], shop: Shop) -> Reply:
    if not lines:
        return Reply(say=against)
    change_cart(shop, lambda cart: put(cart, *(replace(line, quantity=0) for line in lines)))
    if len(lines) == 1:
        removed = say("remove_from_cart.removed", product=lines[0].spoken)
        return Reply(say=(removed, *against), focus=Focus(sku=lines[0].sku))
    items = Join(tuple(line.spoken for line in lines))
    return Reply(say=(say("remove_from_cart.removed_several", items=items), *against), focus=Focus())


def _of_the_cart(heard: Heard, shop: Shop) -> Reply:
    """ "Remove both", of what is in the cart; the whole of it goes only after asking."""
    lines = shop.cart.lines
    if len(lines) == 1 or (heard.id("every") == "both" and len(lines) == _BOTH):
        return _taken_out(lines, (), shop)
    if heard.id("every") == "both":
        return ask_line(heard, lines, intent=INTENT.name)
    return empty_cart.handle(replace(heard, slots={}), shop)


def _only_offered(text: str, heard: Heard, shop: Shop) -> bool:
    """Whether what is not wanted is not in the cart, but in the question whether to add it."""
    question = heard.conversation.question
    if question is None or question.intent != ADD or reference.lines(heard, shop.cart, shop):
        return False
    words = reference.query(text, shop).text
    return any(holds(product, words, shop) for product in shop.products(question.options))


def _not_there(text: str, shop: Shop) -> Message:
    return say("remove_from_cart.not_in_cart", words=reference.query(text, shop).text or text)


def _all_meant(heard: Heard, lines: tuple[Line, ...]) -> bool:
    """Whether "all the milk" or "both milks" was said of these lines."""
    every = heard.id("every")
    return len(lines) > 1 and (every == "all" or (every == "both" and len(lines) == _BOTH))


def _counted(heard: Heard, shop: Shop) -> Heard:
    """What was heard, a bare number taken for a name put right: "take three away"."""
    said = reference.query(heard.text("product"), shop)
    if said.text or not said.amount or said.amount.unit != "piece":
        return heard
    count = said.amount.milli // 1000
    slots = {name: slot for name, slot in heard.slots.items() if name != "product"}
    return replace(heard, slots={**slots, "quantity": Slot(str(count), number=count)})


def _number(heard: Heard, shop: Shop) -> int | None:
    number = heard.number("quantity")
    if number is None and (amount := reference.query(heard.text("product"), shop).amount):
        return amount.milli // 1000 if amount.unit in ("piece", "pack") else None
    return number


INTENT = Intent(
    name="RemoveFromCart",
    handle=handle,
    slots={
        "product": "product",
        "quantity": "number",
        "position": "position",
        "every": "every",
        "left": "number",
    },
)

"""Options of a product: asked for on its way into the cart, and changed once it is there."""

from __future__ import annotations

from dataclasses import replace

from skill.commerce.cart import Line
from skill.commerce.options import base_of, picks_of
from skill.commerce.product import Product
from skill.commerce.quantity import Pieces
from skill.dialogue.adding import put_all, put_in
from skill.dialogue.configuring import (
    NAME,
    OPTION,
    WORDS,
    ask_text,
    changed,
    groups_for,
    made,
)
from skill.dialogue.conversation import BETWEEN, Question, number_in
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.marking import Mark, written
from skill.dialogue.marking import heard as options_in
from skill.dialogue.reply import Reply, say
from skill.dialogue.swapping import swap
from skill.intents import add_to_order
from skill.shop import Shop

# What the next question is about besides what it asks for.
_KEPT = ("wish", "rest", "instead", "order", "added")
_MORE = frozenset({"AddToCart", "AddMore"})


def handle(heard: Heard, shop: Shop) -> Reply:
    question = heard.question
    if question is None:
        return _change(heard, shop)
    sku = str(question.frozen.get("sku", ""))
    product = shop.product(sku) or shop.product(base_of(sku))
    if product is None:
        return Reply(say=(say("common.sorry"),))
    count = max(1, number_in(question.frozen, "count"))
    group = next((g for g in groups_for(product, shop) if g.id == question.frozen.get("group")), None)
    if heard.confirmed is False:
        return ask_text(product, group, count=count) if group else Reply(say=(say("common.okay"),))
    if heard.confirmed:
        return _in(product, count, question, shop)
    begun = replace(product, sku=sku)
    slot = heard.slots.get(OPTION)
    if group and group.length:
        marks: tuple[Mark, ...] = (Mark(0, 0, ((group, written(heard.text(WORDS, OPTION), shop)),)),)
    elif group and slot and slot.ids:
        marks = (Mark(0, 0, ((group, slot.ids[0]),)),)
    else:
        marks = options_in(heard.text(OPTION), shop).marks
    ready = made(begun, count, shop, marks=marks)
    if isinstance(ready, Reply):
        return _with_rest(ready, question)
    return _in(ready.product, count, question, shop)


def _in(product: Product, count: int, question: Question, shop: Shop) -> Reply:
    """It goes in, and then what was said after it; or in the place of what was wrong, or into an order."""
    wrong = shop.cart.line(str(question.frozen.get("instead", "")))
    if wrong:
        return swap(wrong, product, shop, count=count)
    if "order" in question.frozen:
        return add_to_order.go_on(product, count, question, shop)
    if rest := question.frozen.get("rest"):
        return put_all(((product, Pieces(count)),), str(rest).split(BETWEEN), shop)
    return put_in(product, Pieces(count), shop)


def _with_rest(reply: Reply, question: Question) -> Reply:
    """The next question, the wishes behind the last one behind it."""
    kept = {name: question.frozen[name] for name in _KEPT if name in question.frozen}
    return replace(reply, ask=reply.ask and replace(reply.ask, frozen={**kept, **reply.ask.frozen}))


def _change(heard: Heard, shop: Shop) -> Reply:
    line = _line(heard, shop)
    if line is None:
        return Reply(say=(say("choose_options.nothing"),), miss=True)
    marks = options_in(heard.text(OPTION), shop).marks
    if heard.text(WORDS):
        product = shop.product(base_of(line.sku))
        texts = [group for group in groups_for(product, shop) if group.length] if product else []
        if not texts:
            return Reply(say=(say("choose_options.no_text", product=line.spoken),))
        marks = (Mark(0, 0, ((texts[0], written(heard.text(WORDS), shop)),)),)
    if heard.turn.intent in _MORE:
        # "An extra shot", of which there is one already, is another.
        marks = tuple(replace(mark, added=True) for mark in marks)
    if heard.turn.intent == "ReplaceProduct" and len(marks) == 1 and _on(marks[0], line):
        # "No foam", of which there is some: nobody puts in its place what is there.
        marks = (replace(marks[0], count=0),)
    return changed(line, marks, shop)


def _on(mark: Mark, line: Line) -> bool:
    """Whether a line has an option already, one of several it may have."""
    picks = picks_of(line.sku)
    return any(group.least == 0 and id in picks.get(group.id, ()) for group, id in mark.ways)


def _line(heard: Heard, shop: Shop) -> Line | None:
    """The line that was meant: of last, or the only one with options."""
    if sku := heard.text("of"):
        return shop.cart.line(sku)
    focus = heard.conversation.focus.sku
    if focus and (line := shop.cart.line(focus)):
        return line
    return shop.cart.lines[0] if len(shop.cart.lines) == 1 else None


INTENT = Intent(
    name=NAME,
    handle=handle,
    slots={OPTION: "query", WORDS: "query"},
    elicits=(OPTION, WORDS),
)

"""What a touch means: the sentence somebody would have said instead. It goes the way of a spoken turn, after
what was touched was found to be there still; a touch can do nothing that a voice could not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from skill.dialogue import engine
from skill.dialogue.answers import NAME, NO, YES
from skill.dialogue.choices import choices
from skill.dialogue.conversation import Conversation, Question, decode, encode
from skill.dialogue.intent import Intent
from skill.dialogue.reply import Reply, say
from skill.dialogue.screen import mark
from skill.dialogue.turn import Slot, Touch, Turn
from skill.shop import Shop

# Touches that mean an intent by itself.
_PLAIN = {"more": "MoreResults", "check_out": "Checkout"}
_ANSWERS = {"yes": YES, "no": NO}
# Touches on what a question can be answered with.
_OPTION = "option"
# Touches on a product or a line, and the question they answer.
_PICKS = {
    "pick": "DescribeProduct",
    "add": "AddToCart",
    "remove": "RemoveFromCart",
    "plus": "ChangeQuantity",
    "minus": "ChangeQuantity",
}
ACTS = frozenset({*_PLAIN, *_ANSWERS, *_PICKS, _OPTION})
_STEPS = {"plus": 1, "minus": -1}
_ON_LINES = frozenset({"remove", *_STEPS})


def respond(turn: Turn, *, shop: Shop, intents: Mapping[str, Intent]) -> tuple[Reply, Conversation]:
    """As `engine.respond`, for a turn that was touched. What is no longer there to be touched is said, and
    changes nothing."""
    said = meant(turn, shop=shop)
    if said is not None:
        return engine.respond(said, shop=shop, intents=intents)
    conversation = decode(turn.attributes)
    reply = Reply(say=(say("screen.gone"),))
    return engine.settle(reply, conversation=conversation, turn=turn, aside=True, answered=False)


def meant(turn: Turn, *, shop: Shop) -> Turn | None:
    """The spoken turn this touch stands for; None when what it touched is not there, or the question it
    answers is not the one that is open."""
    touch, conversation = turn.touch, decode(turn.attributes)
    question = conversation.question
    if touch is None:
        return None
    if touch.act in _PLAIN:
        return replace(turn, intent=_PLAIN[touch.act])
    if touch.act in _ANSWERS:
        open_ = question is not None and mark(question) == touch.on
        return replace(turn, intent=_ANSWERS[touch.act]) if open_ else None
    if touch.act == _OPTION:
        return _option(turn, touch, question, shop)
    if touch.act not in _PICKS:
        return None
    named = replace(turn, intent=NAME, slots={"product": Slot(ids=(touch.on,))})
    if touch.act == "pick" and question and question.awaiting == "product" and touch.on in question.options:
        return named
    return _asked(touch, named, conversation=conversation, shop=shop)


def _option(turn: Turn, touch: Touch, question: Question | None, shop: Shop) -> Turn | None:
    """The turn as if the option had been named; None unless it is one of the open question."""
    whose, _, id = touch.on.partition(" ")
    if question is None or mark(question) != whose:
        return None
    name = next((one.name for one in choices(question, shop) if one.id == id), None)
    return replace(turn, intent=NAME, slots={"product": Slot(name, ids=(id,))}) if name else None


def _asked(touch: Touch, named: Turn, *, conversation: Conversation, shop: Shop) -> Turn | None:
    """The turn as the answer to a question that only this product answers: a button is such a question."""
    line = shop.cart.line(touch.on)
    if line is None and (touch.act in _ON_LINES or touch.on not in shop.catalogue.get([touch.on])):
        return None
    intent, slots = _PICKS[touch.act], dict[str, Slot]()
    if line and touch.act in _STEPS:
        # The same touch sent twice is one: its change is in the cart already.
        count = line.quantity + (0 if shop.request_id in shop.cart.seen else _STEPS[touch.act])
        slots = {"quantity": Slot(str(count), number=count)} if count else {}
        intent = intent if count else _PICKS["remove"]
    question = Question(intent=intent, awaiting="product", slots=slots, options=(touch.on,))
    return replace(named, attributes=encode(replace(conversation, question=question)))

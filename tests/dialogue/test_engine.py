"""One mechanism for every follow-up, told by keys: what a turn answers, what comes back, what is dropped."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest

from skill.app import shopper_key
from skill.catalogue.search import CatalogueIndex
from skill.commerce.cart import Cart
from skill.dialogue import engine
from skill.dialogue.conversation import Conversation, Question, decode, encode
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.dialogue.turn import Slot, Turn
from skill.errors import QuantityNotAllowed
from skill.intents import everything
from skill.shop import Shop
from tests.talk import NOW, USER

Step = Callable[..., tuple[Reply, Conversation]]


@pytest.fixture
def step(door: ModuleType) -> Step:
    """Run one turn at the engine, on the sample shop; returns reply and conversation."""
    app = door.app
    shopper = shopper_key(USER, secret=app.settings.shopper_secret)
    count = 0

    def run(
        intent: str,
        conversation: Conversation | None = None,
        *,
        later: timedelta = timedelta(0),
        linked: bool = True,
        intents: dict[str, Intent] | None = None,
        **slots: Slot,
    ) -> tuple[Reply, Conversation]:
        nonlocal count
        count += 1
        visit = app.store.visit(shopper)
        folder = app.settings.catalogues / app.settings.shop / visit.facts.catalogue
        shop = Shop(
            store=app.store,
            catalogue=CatalogueIndex(folder),
            facts=visit.facts,
            about=visit.shopper,
            cart=visit.cart or Cart(cid="cart-1"),
            shopper=shopper,
            request_id=f"request-{count}",
            now=NOW + later,
            locale="en-US",
            linked=linked,
            new_id=lambda: f"cart-{count + 1}",
        )
        turn = Turn(
            request_id=f"request-{count}",
            intent=intent,
            now=NOW + later,
            locale="en-US",
            user=USER,
            slots=slots,
            attributes=encode(conversation) if conversation else {},
        )
        return engine.respond(turn, shop=shop, intents=intents or everything())

    return run


def keys(reply: Reply) -> list[str]:
    return [message.key for message in reply.say]


def product(text: str) -> Slot:
    return Slot(text=text)


def to_checkout(step: Step) -> Conversation:
    """A cart above the minimum, with the total just read out."""
    _, conversation = step("AddToCart", product=product("five goat milks"))
    reply, conversation = step("Checkout", conversation)
    assert keys(reply) == ["checkout.lines", "checkout.total_without_tax", "checkout.arrives"]
    return conversation


def test_a_search_that_ties_asks_which_one(step: Step) -> None:
    reply, conversation = step("FindProduct", query=product("oat milk"))
    assert keys(reply) == ["find_product.found", "find_product.page"]
    assert conversation.question is not None
    assert conversation.question.intent == "AddToCart"
    assert len(conversation.question.options) == 3


@pytest.mark.parametrize(
    ("intent", "slots", "chosen"),
    [
        ("NameProduct", {"position": Slot("second", ("2",))}, 1),
        ("NameProduct", {"position": Slot("last", ("last",))}, 2),
        ("SayNumber", {"quantity": Slot("3", (), 3)}, 2),
        ("AddToCart", {"position": Slot("first", ("1",))}, 0),
    ],
)
def test_a_choice_is_taken_by_place_or_number(
    step: Step, intent: str, slots: dict[str, Slot], chosen: int
) -> None:
    _, conversation = step("FindProduct", query=product("oat milk"))
    assert conversation.question is not None
    options = conversation.question.options
    reply, after = step(intent, conversation, **slots)
    assert keys(reply) == ["add_to_cart.added"]
    assert after.focus.sku == options[chosen]


def test_a_choice_with_a_number_takes_that_many(step: Step) -> None:
    _, conversation = step("FindProduct", query=product("oat milk"))
    reply, _ = step("AddToCart", conversation, position=Slot("first", ("1",)), quantity=Slot("2", (), 2))
    assert reply.say[0].values["count"] == 2


def test_yes_to_which_one_asks_again_and_no_drops_it(step: Step) -> None:
    _, conversation = step("FindProduct", query=product("oat milk"))
    reply, still = step("Yes", conversation)
    assert keys(reply) == []
    assert reply.resume
    assert still.question is not None
    assert still.question.options == conversation.question.options  # type: ignore[union-attr]
    reply, after = step("No", conversation)
    assert keys(reply) == ["common.okay"]
    assert after.question is not None
    assert after.question.intent == engine.ANYTHING_ELSE


def test_an_aside_is_answered_and_the_question_comes_back(step: Step) -> None:
    conversation = to_checkout(step)
    for aside in ("OpeningHours", "ReviewCart", "CartTotal", "Help", "AskDelivery"):
        reply, conversation = step(aside, conversation)
        assert reply.resume, aside
        assert conversation.question is not None
        assert conversation.question.intent == "Checkout"
    reply, _ = step("Yes", conversation)
    assert keys(reply) == ["checkout.placed", "checkout.on_its_way"]


def test_another_errand_drops_the_question(step: Step) -> None:
    conversation = to_checkout(step)
    _, conversation = step("FindProduct", conversation, query=product("goat milk"))
    assert conversation.question is not None
    assert conversation.question.intent == "AddToCart"


def test_not_understood_keeps_the_question_and_escalates(step: Step) -> None:
    conversation = to_checkout(step)
    reply, conversation = step("Fallback", conversation)
    assert keys(reply) == ["fallback.first"]
    assert conversation.question is not None
    assert conversation.question.intent == "Checkout"
    reply, conversation = step("Fallback", conversation)
    assert keys(reply) == ["fallback.example"]
    reply, conversation = step("Fallback", conversation)
    assert keys(reply) == ["fallback.way_out"]


def test_being_understood_ends_the_counting(step: Step) -> None:
    _, conversation = step("Fallback")
    assert conversation.misses == 1
    _, conversation = step("CartTotal", conversation)
    assert conversation.misses == 0


def test_cancel_drops_the_question_first_and_the_session_second(step: Step) -> None:
    conversation = to_checkout(step)
    reply, conversation = step("Cancel", conversation)
    assert keys(reply) == ["cancel.nothing_ordered"]
    assert not reply.end
    reply, _ = step("Cancel", conversation)
    assert reply.end


def test_a_yes_long_after_the_question_reads_it_again(step: Step) -> None:
    conversation = to_checkout(step)
    reply, conversation = step("Yes", conversation, later=timedelta(minutes=6))
    assert keys(reply)[0] == "checkout.long_ago"
    reply, _ = step("Yes", conversation, later=timedelta(minutes=7))
    assert keys(reply)[0] == "checkout.placed"


def test_a_yes_from_an_account_unlinked_meanwhile_orders_nothing(step: Step) -> None:
    conversation = to_checkout(step)
    reply, _ = step("Yes", conversation, linked=False)
    assert keys(reply) == ["checkout.link_account"]
    assert reply.card is not None
    assert reply.card.kind == "link_account"


def test_a_number_nobody_understood_is_asked_for_and_taken_bare(step: Step) -> None:
    reply, conversation = step("AddToCart", product=product("goat milk"), quantity=Slot("?"))
    assert reply.prompt is not None
    assert reply.prompt.key == "add_to_cart.how_many"
    reply, _ = step("SayNumber", conversation, quantity=Slot("4", (), 4))
    assert reply.say[0].values["count"] == 4


def test_a_broken_rule_is_said_and_nothing_else_happens(step: Step) -> None:
    def break_it(heard: Heard, shop: Shop) -> Reply:
        raise QuantityNotAllowed(limit=99)

    broken = {**everything(), "Break": Intent(name="Break", handle=break_it)}
    reply, _ = step("Break", intents=broken)
    assert reply.say == (say("add_to_cart.quantity_not_allowed", limit=99),)


def test_an_intent_nobody_knows_is_a_fallback(step: Step) -> None:
    reply, _ = step("BookFlight")
    assert keys(reply) == ["fallback.first"]


def test_every_open_turn_ends_in_a_question(step: Step) -> None:
    for name in everything():
        reply, _ = step(name)
        assert reply.end or reply.again or reply.resume or reply.prompt, name


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"v": 2},
        {"v": 1, "question": {"intent": "Checkout"}},
        {"v": 1, "question": [1]},
        {"v": 1, "listing": {"unknown": 1}},
        {"v": 1, "focus": "milk"},
        {"v": 1, "turns": "many"},
    ],
)
def test_damaged_attributes_start_a_new_thread(attributes: dict[str, Any]) -> None:
    assert decode(attributes) == Conversation()


def test_a_conversation_survives_its_journey_through_the_attributes() -> None:
    question = Question(
        intent="AddToCart",
        awaiting="product",
        slots={"amount": Slot("6000:ct")},
        options=("a", "b"),
        frozen={"cid": "c", "total": 399},
        asked_at=1,
    )
    conversation = Conversation(question=question, misses=1, turns=4, said="Hello.", asked="Which?")
    conversation = dataclasses.replace(conversation, focus=dataclasses.replace(conversation.focus, sku="a"))
    assert decode(encode(conversation)) == conversation

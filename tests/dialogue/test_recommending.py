"""What the shop recommends, offers beside an order and tells of codes: once, and with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from skill.app import shopper_key
from skill.commerce.recommend import Recommending
from skill.dialogue.together import KIND, shelf_of
from skill.shop import NOBODY
from tests.conversations.replay import WORLDS
from tests.talk import Talk, furnish, kept, lambda_door, send_through

COOK = "amzn1.ask.account.COOK"


@pytest.fixture(scope="module")
def module_patch() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def kitchen(
    tmp_path_factory: pytest.TempPathFactory, catalogues: Path, module_patch: pytest.MonkeyPatch
) -> ModuleType:
    """A shop that asks of gifts, offers what goes with an order and tells of its codes."""
    module_patch.setenv("SAYSO_CATALOGUES", str(catalogues / "kitchen"))
    store = tmp_path_factory.mktemp("kitchen") / "shop.db"
    opened = lambda_door(f"sqlite:{store}", monkeypatch=module_patch)
    furnish(opened, world=WORLDS / "kitchen.json")
    return opened


@pytest.fixture
def cook(kitchen: ModuleType, request: pytest.FixtureRequest) -> Talk:
    """Somebody who never was here, talking to that shop."""
    name: str = request.node.name
    return Talk(send_through(kitchen), user=name, shop="Harbor Corner")


def heard(talk: Talk, *sentences: str) -> str:
    return [talk.say(sentence) for sentence in sentences][-1].speech


def test_a_question_speaks_two_options_and_understands_the_others(talk: Talk) -> None:
    assert heard(talk, "recommend a coffee") == "How do you make it: ground for drip or whole beans?"
    assert "mild or strong" in heard(talk, "pods")


def test_every_question_can_be_skipped_and_no_question_is_asked_twice(cook: Talk) -> None:
    said = [heard(cook, "recommend a gift"), *(heard(cook, "no") for _ in range(3))]
    assert len(set(said)) == 4
    assert said[3].startswith("I'd take Harbor wooden puzzle, $8.99, because most people take it.")


def test_what_was_said_with_the_wish_is_not_asked(talk: Talk) -> None:
    asked = heard(talk, "recommend a decaf coffee", "instant")
    assert "mild or strong" not in asked
    assert "how much may it cost" in asked
    assert "because you said instant, decaf, and up to ten dollars" in heard(talk, "under ten dollars")


def test_you_choose_ends_the_questions(cook: Talk) -> None:
    assert "I'd take Harbor" in heard(cook, "recommend a gift", "for a child", "you choose")


@pytest.mark.parametrize("answer", ["for a grown-up", "for a friend", "it's for a friend", "a friend"])
def test_whom_it_is_for_is_no_wish_to_refer_a_friend(cook: Talk, answer: str) -> None:
    assert heard(cook, "recommend a gift", answer).startswith("And where will it be used")
    assert "code for friends" in heard(cook, "refer a friend")


def test_answers_are_names_to_listen_for_while_their_question_is_open(cook: Talk) -> None:
    def sent() -> list[str]:
        assert cook.last is not None
        directives = cook.last.response["response"].get("directives", [])
        types = [type for one in directives for type in one.get("types", [])]
        return [value["name"]["value"] for type in types for value in type["values"]]

    cook.say("recommend a gift")
    assert sent()[:2] == ["a child", "a grown-up"]
    cook.say("for a child")
    assert sent()[:2] == ["indoors", "outdoors"]
    cook.say("you choose")
    assert "indoors" not in sent()
    assert "Harbor wooden puzzle" in " ".join(sent())


def test_a_question_in_between_is_answered_and_the_preference_asked_again(cook: Talk) -> None:
    assert heard(cook, "recommend a gift", "how much is delivery").endswith("a child or a grown-up?")
    assert "Who is it for" not in heard(cook, "add milk")


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (
            ("a child", "outdoors", "around fifteen"),
            "Harbor paper kite, $12.99, because you said a child, out",
        ),
        (("the second one", "indoors", "it doesn't matter"), "Harbor tea gift box"),
        (
            ("my daughter", "indoors", "the first one"),
            "Harbor wooden puzzle, $8.99, because you said a child",
        ),
    ],
)
def test_what_is_recommended_fits_the_answers_and_says_which(
    cook: Talk, answers: tuple[str, ...], said: str
) -> None:
    assert said in heard(cook, "recommend a gift", *answers)


def test_what_it_is_not_is_said_before_it_is_offered(cook: Talk) -> None:
    said = heard(cook, "recommend a gift", "a grown-up", "outdoors", "up to ten dollars")
    assert said.startswith("Nothing here is all of that; this one is not: up to ten dollars.")


def test_what_is_in_the_cart_already_is_not_offered_with_it(cook: Talk) -> None:
    heard(cook, "add penne", "add marinara sauce")
    assert "marinara" not in heard(cook, "what goes with penne")
    assert heard(cook, "check out").startswith("Your order from Harbor Corner")


def test_what_is_sold_out_is_not_offered_with_an_order(kitchen: ModuleType, cook: Talk) -> None:
    store = kitchen.app.store
    facts = store.visit(NOBODY).facts
    store.publish(facts, stock={"marinara": 0})
    try:
        assert "Before the total" not in heard(cook, "add two penne", "check out")
    finally:
        store.publish(store.visit(NOBODY).facts, stock={"marinara": 30})


def test_one_thing_is_offered_an_order_and_none_after_a_no(cook: Talk, kitchen: ModuleType) -> None:
    assert heard(cook, "add two penne", "check out").startswith("Before the total: Molina marinara sauce")
    assert heard(cook, "no").startswith("Your order from Harbor Corner")
    cook.new_session()
    assert heard(cook, "check out").startswith("Your order from Harbor Corner")
    assert heard(cook, "yes").startswith("Thank you.")
    cook.new_session()
    # The next order is another one.
    assert heard(cook, "add two penne", "check out").startswith("Before the total")


def test_an_offer_that_was_left_open_is_not_made_again_in_this_session(cook: Talk) -> None:
    assert "Before the total" in heard(cook, "add two penne", "check out")
    assert "Before the total" not in heard(cook, "what's in my cart", "check out")


def test_that_is_all_declines_the_offer_and_goes_on_to_the_till(cook: Talk) -> None:
    assert "Before the total" in heard(cook, "add two penne", "check out")
    assert heard(cook, "that's all").startswith("Your order from Harbor Corner")


def test_yes_adds_it_once_and_undo_takes_it_out(cook: Talk, kitchen: ModuleType) -> None:
    assert heard(cook, "add two penne", "check out", "yes").startswith("Added Molina marinara sauce")
    assert kept(kitchen, cook.session.user)["cart"] == {"penne": 2, "marinara": 1}
    heard(cook, "undo that")
    assert kept(kitchen, cook.session.user)["cart"] == {"penne": 2}


def test_a_shop_that_wants_no_cross_selling_offers_nothing(kitchen: ModuleType, cook: Talk) -> None:
    store = kitchen.app.store
    facts = store.visit(NOBODY).facts
    store.publish(replace(facts, recommend=Recommending()), stock={})
    try:
        said = heard(cook, "add two penne", "check out")
    finally:
        store.publish(replace(store.visit(NOBODY).facts, recommend=facts.recommend), stock={})
    assert said.startswith("Your order from Harbor Corner")
    assert "SAVE10" not in said


def test_a_code_that_counts_is_told_once_and_not_when_one_is_on_the_order(cook: Talk) -> None:
    heard(cook, "add a tea gift box")
    assert "SAVE10 would take off $2.50." in heard(cook, "check out")
    assert "SAVE10" not in heard(cook, "no", "check out")
    cook.new_session()
    assert "would take off" not in heard(cook, "use code x seven k two", "check out")


def test_what_others_bought_is_read_from_its_shelf_and_said_as_such(kitchen: ModuleType, cook: Talk) -> None:
    assert kitchen.app.store.document(KIND, shelf_of("spaghetti")) == '{"spaghetti":["parmesan"]}'
    said = heard(cook, "what do people buy with spaghetti")
    assert said.startswith("People who buy Molina spaghetti also take: Quill grated Parmesan")


def test_what_else_there_is_for_a_thing_goes_with_it_and_does_not_read_the_list_on(cook: Talk) -> None:
    heard(cook, "any deals today")
    said = heard(cook, "what else do you have for penne")
    assert said.startswith("With Molina penne goes: Molina marinara sauce")


def test_what_was_bought_before_leads_to_what_goes_with_it(kitchen: ModuleType) -> None:
    talk = Talk(send_through(kitchen), user=COOK, shop="Harbor Corner")
    assert heard(talk, "what do you recommend").startswith("You bought Molina spaghetti before")
    heard(talk, "add penne")
    assert heard(talk, "what do you recommend").startswith("With Molina penne in your cart goes")


def test_offers_for_me_are_of_what_i_buy_and_a_stranger_hears_them_all(
    kitchen: ModuleType, cook: Talk
) -> None:
    regular = Talk(send_through(kitchen), user="amzn1.ask.account.REGULAR", shop="Harbor Corner")
    assert heard(regular, "any deals for me").startswith("Of what you buy, there is on offer: Wharf")
    assert heard(cook, "any deals for me").startswith("I don't know yet what you like to buy. On offer now")


def test_a_guide_that_the_merchant_took_away_leaves_no_question_behind(
    kitchen: ModuleType, cook: Talk
) -> None:
    store = kitchen.app.store
    facts = store.visit(NOBODY).facts
    heard(cook, "recommend a gift")
    store.publish(replace(facts, recommend=Recommending()), stock={})
    try:
        said = heard(cook, "a child")
    finally:
        store.publish(replace(store.visit(NOBODY).facts, recommend=facts.recommend), stock={})
    assert "where will it be used" not in said


def test_what_was_offered_is_kept_with_the_cart_and_gone_with_the_shopper(
    kitchen: ModuleType, cook: Talk
) -> None:
    heard(cook, "add two penne", "check out", "no")
    key = shopper_key(cook.session.user, secret=kitchen.app.settings.shopper_secret)
    store = kitchen.app.store
    assert store.export(key)["cart"]["offered"] == "marinara"
    store.forget(key)
    assert store.export(key)["cart"] is None

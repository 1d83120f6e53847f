"""Product options in words: heard, asked for, changed, kept as usual, and told to the merchant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from types import ModuleType

import pytest

from skill.app import shopper_key
from skill.commerce.cart import Cart
from skill.merchants.told import order_told
from tests.conversations.replay import WORLDS
from tests.talk import Talk, furnish, kept, lambda_door, send_through

_people = count()


@pytest.fixture(scope="module")
def bar(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """A shop with a coffee bar; every test is another shopper's."""
    folder = tmp_path_factory.mktemp("bar")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAYSO_CATALOGUES", str(folder / "catalogues"))
        opened = lambda_door(f"sqlite:{folder / 'shop.db'}", monkeypatch=patch)
        furnish(opened, world=WORLDS / "coffee_bar.json")
        yield opened


@pytest.fixture
def guest(bar: ModuleType) -> Talk:
    return Talk(send_through(bar), user=f"amzn1.ask.account.GUEST{next(_people)}", shop="Harbor Corner")


def cart(door: ModuleType, guest: Talk) -> Cart:
    key = shopper_key(guest.session.user, secret=door.app.settings.shopper_secret)
    found: Cart | None = door.app.store.visit(key).cart
    return found or Cart(cid="none")


def lines(door: ModuleType, guest: Talk) -> dict[str, int]:
    return {line.sku: line.quantity for line in cart(door, guest).lines}


@pytest.mark.parametrize(
    ("said", "there"),
    [
        ("add a large latte with oat milk", {"latte?milk=oat&size=large": 1}),
        ("add two large oat milk lattes", {"latte?milk=oat&size=large": 2}),
        ("add a big latte with a double shot", {"latte?extras=shot&extras=shot&milk=whole&size=large": 1}),
        (
            "add a small latte with vanilla and two extra shots and soy milk",
            {"latte?extras=shot&extras=shot&extras=vanilla&milk=soy&size=small": 1},
        ),
        ("add a small americano and oat milk", {"americano?size=small": 1, "oat-carton": 1}),
        (
            "add a small americano and an extra shot and two butter croissants",
            {"americano?extras=shot&size=small": 1, "croissant": 2},
        ),
        (
            "add a small latte and a large cappuccino with soy milk",
            {"latte?milk=whole&size=small": 1, "cappuccino?milk=soy&size=large": 1},
        ),
        ("add a small latte without milk", {"latte?size=small": 1}),
        ("add oat milk", {"oat-carton": 1}),
        ("add a camping mug", {"mug": 1}),
    ],
)
def test_options_go_with_the_product_they_are_said_of(
    bar: ModuleType, guest: Talk, said: str, there: dict[str, int]
) -> None:
    guest.say(said)
    assert lines(bar, guest) == there


def test_what_is_needed_is_asked_for_one_by_one_and_the_rest_waits(bar: ModuleType, guest: Talk) -> None:
    asked = guest.say("add a latte, two butter croissants and an americano with an extra shot").speech
    assert "2 of butter croissant" in asked
    assert asked.endswith("Which size for the latte: small, medium, or large?")
    assert guest.say("the second one").speech.endswith(
        "Which size for the americano: small, medium, or large?"
    )
    guest.say("small please")
    assert lines(bar, guest) == {
        "croissant": 2,
        "latte?milk=whole&size=medium": 1,
        "americano?extras=shot&size=small": 1,
    }


def test_a_question_for_an_option_gives_way_to_another_wish(bar: ModuleType, guest: Talk) -> None:
    guest.say("add a latte")
    guest.say("add two butter croissants")
    assert lines(bar, guest) == {"croissant": 2}
    guest.say("add a latte")
    assert guest.say("never mind").speech.startswith("Okay")
    assert lines(bar, guest) == {"croissant": 2}


@pytest.mark.parametrize(
    ("said", "sku"),
    [
        ("make it small", "latte?extras=shot&milk=oat&size=small"),
        ("with soy milk instead", "latte?extras=shot&milk=soy&size=large"),
        ("without the extra shot", "latte?milk=oat&size=large"),
        ("take the extra shot off", "latte?milk=oat&size=large"),
        ("add another extra shot", "latte?extras=shot&extras=shot&milk=oat&size=large"),
        ("with vanilla please", "latte?extras=shot&extras=vanilla&milk=oat&size=large"),
        ("change the latte to whole milk", "latte?extras=shot&milk=whole&size=large"),
        ("no extra shot", "latte?milk=oat&size=large"),
        ("can I have it with soy milk", "latte?extras=shot&milk=soy&size=large"),
    ],
)
def test_options_are_changed_afterwards(bar: ModuleType, guest: Talk, said: str, sku: str) -> None:
    guest.say("add two large lattes with oat milk and an extra shot")
    assert guest.say(said).speech.startswith("Okay, 2 of ")
    assert lines(bar, guest) == {sku: 2}
    guest.say("undo that")
    assert lines(bar, guest) == {"latte?extras=shot&milk=oat&size=large": 2}


def test_a_change_that_is_sent_again_changes_nothing_more(bar: ModuleType, guest: Talk) -> None:
    guest.say("add a small latte")
    guest.say("add an extra shot")
    assert guest.last is not None
    send_through(bar)(guest.last.request)
    assert lines(bar, guest) == {"latte?extras=shot&milk=whole&size=small": 1}


def test_a_thing_of_the_cart_is_taken_out_by_its_name_and_not_its_option(
    bar: ModuleType, guest: Talk
) -> None:
    guest.say("add oat milk")
    guest.say("add a large latte")
    guest.say("remove the oat milk")
    assert lines(bar, guest) == {"latte?milk=whole&size=large": 1}
    guest.say("make it oat milk")
    guest.say("remove the oat milk")
    assert lines(bar, guest) == {"latte?size=large": 1}
    guest.say("remove the latte")
    assert lines(bar, guest) == {}


def test_more_than_there_may_be_is_said_and_as_much_as_there_may_be_offered(
    bar: ModuleType, guest: Talk
) -> None:
    asked = guest.say("add two small lattes with five extra shots").speech
    assert "3 extra shots" in asked
    guest.say("yes")
    assert lines(bar, guest) == {"latte?extras=shot&extras=shot&extras=shot&milk=whole&size=small": 2}
    assert "3 extra shots" in guest.say("add another extra shot").speech
    assert "size" in guest.say("remove the small").speech
    assert lines(bar, guest) == {"latte?extras=shot&extras=shot&extras=shot&milk=whole&size=small": 2}


def test_an_engraving_is_spelled_back_before_it_goes_in(bar: ModuleType, guest: Talk) -> None:
    asked = guest.say("add a camping mug engraved with ben and jo").speech
    assert "engraved with Ben and Jo" in asked
    assert "$19.50" in asked
    assert lines(bar, guest) == {}
    guest.say("no")
    guest.say("b e n n o")
    guest.say("yes")
    assert lines(bar, guest) == {"mug?engraving=Benno": 1}


def test_an_engraving_that_is_too_long_is_asked_for_anew(bar: ModuleType, guest: Talk) -> None:
    assert "12 letters" in guest.say("add a camping mug engraved with maximilian the great").speech
    assert guest.say("max").speech.startswith("Okay, camping mug engraved with Max")
    guest.say("yes")
    assert lines(bar, guest) == {"mug?engraving=Max": 1}


def test_the_usual_is_what_was_ordered_last_and_said_so(bar: ModuleType, guest: Talk) -> None:
    for said in ("add a large latte with oat milk", "check out", "yes"):
        guest.say(said)
    assert guest.say("add a latte").speech.startswith("Added your usual large latte with oat milk for $5.50.")
    guest.say("add a small latte")
    assert "size" in guest.say("add a plain latte").speech
    guest.say("medium")
    assert lines(bar, guest) == {
        "latte?milk=oat&size=large": 1,
        "latte?milk=oat&size=small": 1,
        "latte?milk=whole&size=medium": 1,
    }


def test_the_usual_is_kept_and_forgotten_when_the_shopper_says_so(bar: ModuleType, guest: Talk) -> None:
    guest.say("add a small cappuccino with soy milk")
    assert "small cappuccino with soy milk" in guest.say("make that my usual").speech
    guest.say("remove the cappuccino")
    guest.say("add a cappuccino")
    assert lines(bar, guest) == {"cappuccino?milk=soy&size=small": 1}
    guest.say("forget my usual cappuccino")
    assert guest.say("add a cappuccino").speech.startswith("Which size")
    assert cart(bar, guest).usual == {}


def test_what_may_be_chosen_is_told_with_what_it_costs(guest: Talk) -> None:
    guest.say("add a small latte")
    told = guest.say("what options are there").speech
    assert "size, milk, and extras" in told
    assert "oat milk for $0.60 more" in guest.say("what milk can I have").speech
    assert guest.say("how much is oat milk extra").speech.startswith("It is $0.60 more with oat milk.")


def test_the_merchant_is_told_its_own_sku_and_what_was_chosen(bar: ModuleType, guest: Talk) -> None:
    for said in ("add two large lattes with oat milk and two extra shots", "check out", "yes"):
        guest.say(said)
    key = shopper_key(guest.session.user, secret=bar.app.settings.shopper_secret)
    (line,) = order_told(bar.app.store.orders(key)[0])["lines"]
    assert (line["sku"], line["quantity"], line["price"]["amount"]) == ("latte", 2, 710)
    assert line["name"] == "large latte with oat milk and 2 extra shots"
    assert line["options"] == [
        {"group": "extras", "option": "shot", "quantity": 2},
        {"group": "milk", "option": "oat", "quantity": 1},
        {"group": "size", "option": "large", "quantity": 1},
    ]


def test_two_ways_of_one_product_are_sold_out_together(bar: ModuleType, guest: Talk) -> None:
    for said in ("add five camping mugs", "add a camping mug engraved with anna", "yes"):
        guest.say(said)
    assert lines(bar, guest) == {"mug": 5, "mug?engraving=Anna": 1}
    assert "only 6" in guest.say("add a camping mug engraved with tom").speech + guest.say("yes").speech
    assert sum(lines(bar, guest).values()) == 6


def test_what_takes_the_place_of_a_drink_is_made_like_it(bar: ModuleType, guest: Talk) -> None:
    guest.say("add a large latte with oat milk")
    guest.say("no I meant a cappuccino")
    assert lines(bar, guest) == {"cappuccino?milk=oat&size=large": 1}
    guest.say("no I said a small latte with soy milk")
    assert lines(bar, guest) == {"latte?milk=soy&size=small": 1}


def test_what_takes_the_place_of_something_without_options_is_asked_for(bar: ModuleType, guest: Talk) -> None:
    guest.say("add two butter croissants")
    assert guest.say("no I meant a latte").speech.startswith("Which size for the latte")
    guest.say("small")
    assert lines(bar, guest) == {"latte?milk=whole&size=small": 2}


def test_a_drink_joins_an_order_that_was_placed_once_its_size_is_known(bar: ModuleType, guest: Talk) -> None:
    for said in ("add a small latte", "check out", "yes"):
        guest.say(said)
    asked = guest.say("add two americanos and a butter croissant to my last order").speech
    assert asked.startswith("Which size")
    assert "2 of large americano and butter croissant" in guest.say("large").speech
    guest.say("yes")
    key = shopper_key(guest.session.user, secret=bar.app.settings.shopper_secret)
    ordered = {line.sku: line.quantity for line in bar.app.store.orders(key)[0].lines}
    assert ordered == {"latte?milk=whole&size=small": 1, "americano?size=large": 2, "croissant": 1}


def test_a_price_is_that_of_the_options_or_where_it_starts(guest: Talk) -> None:
    assert guest.say("how much is a latte").speech.startswith("latte starts at $3.90.")
    told = guest.say("how much is a large latte with oat milk").speech
    assert told.startswith("large latte with oat milk costs $5.50.")
    assert "latte for $3.90" in guest.say("find a latte with oat milk").speech


def test_a_question_that_somebody_meddled_with_is_no_harm(bar: ModuleType, guest: Talk) -> None:
    for frozen in ({"sku": "latte?size=huge"}, {"sku": 7, "count": "x"}, {"sku": "nothing"}, {}):
        guest.say("add a latte")
        asked = dict(guest.session.attributes["question"])
        asked["frozen"] = frozen
        attributes = {**guest.session.attributes, "question": asked}
        guest.session = replace(guest.session, attributes=attributes)
        assert guest.say("large").speech
    assert lines(bar, guest).keys() <= {"latte?milk=whole&size=large", "latte?size=large"}


def test_options_are_remembered_while_it_is_asked_which_thing_was_meant(door: ModuleType, talk: Talk) -> None:
    assert "Which one" in talk.say("add seedlow with a ribbon").speech
    talk.say("the first one")
    assert kept(door)["cart"] == {"flowers-mixed-seedlow-bouquet?wrapping=ribbon": 1}


def test_what_was_put_aside_before_it_was_chosen_is_asked_for_when_it_comes_back(
    bar: ModuleType, guest: Talk
) -> None:
    guest.say("find a latte")
    guest.say("save it for later")
    assert guest.say("put the latte back in the cart").speech.startswith("Which size for the latte")
    guest.say("small")
    assert lines(bar, guest) == {"latte?milk=whole&size=small": 1}


def test_what_is_remembered_is_told(bar: ModuleType, guest: Talk) -> None:
    assert "no usual" in guest.say("what's my usual").speech
    guest.say("add a small cappuccino with soy milk")
    guest.say("that's my usual")
    assert "small cappuccino with soy milk" in guest.say("what's my usual").speech


@pytest.mark.parametrize(
    ("said", "sku"),
    [("without the engraving", "mug"), ("engrave it with tom", "mug?engraving=Tom")],
)
def test_what_is_written_on_a_thing_is_changed_or_left_out(
    bar: ModuleType, guest: Talk, said: str, sku: str
) -> None:
    for before in ("add a camping mug engraved with anna", "yes", said):
        guest.say(before)
    assert lines(bar, guest) == {sku: 1}


def test_a_search_with_options_offers_just_that(bar: ModuleType, guest: Talk) -> None:
    assert (
        "small americano with vanilla syrup for $3.70"
        in guest.say("find a small americano with vanilla").speech
    )
    guest.say("yes")
    assert lines(bar, guest) == {"americano?extras=vanilla&size=small": 1}

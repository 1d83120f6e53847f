"""A placed order changed by voice: what it becomes is read out, agreed to, and written once."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest

from skill.app import shopper_key
from skill.commerce.order import Order, moved
from skill.devtools.scenario import load_scenario, read_scenario
from tests.conversations.replay import WORLDS
from tests.talk import NOW, Talk, lambda_door, send_through


@pytest.fixture
def harbor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A shop whose shoppers placed their orders ten minutes ago."""
    monkeypatch.setenv("SAYSO_CATALOGUES", str(tmp_path / "catalogues"))
    door = lambda_door(f"sqlite:{tmp_path / 'shop.db'}", monkeypatch=monkeypatch)
    settings = door.app.settings
    load_scenario(
        read_scenario(WORLDS / "amending.json"),
        store=door.app.store,
        folder=settings.catalogues / settings.shop,
        now=NOW,
        key=partial(shopper_key, secret=settings.secret),
    )
    return door


def talking(door: ModuleType, user: str = "AMEND") -> Talk:
    return Talk(send_through(door), user=f"amzn1.ask.account.{user}", shop="Harbor Corner")


def key(door: ModuleType, user: str = "AMEND") -> str:
    return shopper_key(f"amzn1.ask.account.{user}", secret=door.app.settings.shopper_secret)


def newest(door: ModuleType, user: str = "AMEND") -> Order:
    found: Order = door.app.store.orders(key(door, user))[0]
    return found


def lines(door: ModuleType, user: str = "AMEND") -> dict[str, int]:
    return {line.sku: line.quantity for line in newest(door, user).lines}


def cart(door: ModuleType, user: str = "AMEND") -> dict[str, int]:
    found = door.app.store.visit(key(door, user)).cart
    return {line.sku: line.quantity for line in found.lines} if found else {}


def left(door: ModuleType, sku: str) -> int | None:
    found: int | None = door.app.store.stock([sku])[sku]
    return found


def test_what_is_added_is_read_out_with_the_total_before_it_is_written(harbor: ModuleType) -> None:
    talk = talking(harbor)
    asked = talk.say("add two oat milk to my last order")
    assert "To order 71234 I would add 2 of Brindle oat milk." in asked.speech
    assert "the new total is $40.83, $7.98 more than before." in asked.speech
    assert lines(harbor) == {"eggs": 2, "coffee": 2}
    done = talk.say("yes")
    assert "Order 71234 is changed. The total is $40.83 now." in done.speech
    assert lines(harbor) == {"eggs": 2, "coffee": 2, "oat-milk": 2}
    assert newest(harbor).totals.total.minor == 4083
    assert left(harbor, "oat-milk") == 8


def test_the_yes_said_again_changes_nothing(harbor: ModuleType) -> None:
    talk = talking(harbor)
    talk.say("add two oat milk to my last order")
    done = talk.say("yes")
    before = newest(harbor)
    assert send_through(harbor)(done.request) == done.response
    assert newest(harbor) == before
    assert left(harbor, "oat-milk") == 8


def test_a_no_leaves_the_order_as_it_is(harbor: ModuleType) -> None:
    talk = talking(harbor)
    talk.say("add oat milk to the order I just placed")
    assert "stays as it is" in talk.say("no").speech
    assert lines(harbor) == {"eggs": 2, "coffee": 2}
    assert cart(harbor) == {}


def test_taking_off_costs_less_and_gives_stock_back(harbor: ModuleType) -> None:
    talk = talking(harbor)
    asked = talk.say("take the eggs off the order I just placed")
    assert "From order 71234 I would take 2 of Larkenrow brown eggs." in asked.speech
    assert "$9.58 less than before" in asked.speech
    talk.say("yes")
    assert lines(harbor) == {"coffee": 2}
    assert left(harbor, "eggs") == 22


def test_a_number_sets_the_line_that_was_named_or_asked_for(harbor: ModuleType) -> None:
    talk = talking(harbor)
    assert "Which one do you mean" in talk.say("make it three in my last order").speech
    assert "I would add Wharf ground coffee" in talk.say("the coffee").speech
    talk.say("yes")
    assert lines(harbor) == {"eggs": 2, "coffee": 3}
    talk.say("no")
    talk.say("change the eggs in my last order to one")
    talk.say("yes")
    assert lines(harbor) == {"eggs": 1, "coffee": 3}


def test_asked_what_shall_change_the_answer_is_of_the_order(harbor: ModuleType) -> None:
    talk = talking(harbor)
    assert "That is order 71234" in talk.say("change my order").speech
    assert "To order 71234 I would add" in talk.say("add oat milk").speech
    talk.say("yes")
    assert "From order 71234" in talk.say("take the coffee off").speech
    talk.say("yes")
    assert lines(harbor) == {"eggs": 2, "oat-milk": 1}
    assert cart(harbor) == {}


def test_my_order_is_the_cart_while_that_is_being_filled(harbor: ModuleType) -> None:
    talk = talking(harbor)
    talk.say("add butter")
    assert "Added" in talk.say("add oat milk to my order").speech
    assert cart(harbor) == {"butter": 1, "oat-milk": 1}
    assert lines(harbor) == {"eggs": 2, "coffee": 2}


def test_which_order_is_asked_when_the_cart_is_empty_and_one_was_just_placed(harbor: ModuleType) -> None:
    talk = talking(harbor)
    assert "Do you mean order 71234" in talk.say("add oat milk to my order").speech
    talk.say("yes")
    talk.say("yes")
    assert lines(harbor)["oat-milk"] == 1
    other = talking(harbor, "COUPON")
    other.say("add oat milk to my order")
    other.say("no")
    assert (cart(harbor, "COUPON"), lines(harbor, "COUPON")) == ({"oat-milk": 1}, {"coffee": 3})


def test_what_is_taken_out_of_an_empty_cart_is_the_order_it_became(harbor: ModuleType) -> None:
    talk = talking(harbor)
    assert "From order 71234 I would take 2 of Larkenrow brown eggs" in talk.say("remove the eggs").speech
    assert "empty" in talking(harbor, "PACKED").say("remove the eggs").speech


def test_an_order_being_packed_is_not_changed_and_the_shop_is_asked_instead(harbor: ModuleType) -> None:
    talk = talking(harbor, "PACKED")
    refused = talk.say("add oat milk to my last order")
    assert "Order 80001 can no longer be changed: it is being packed. Shall I ask the shop" in refused.speech
    talk.say("yes")
    (case,) = harbor.app.store.cases(key(harbor, "PACKED"))
    assert (case.kind, case.about, case.order) == ("person", "+ oat milk", "80001")
    assert lines(harbor, "PACKED") == {"eggs": 2}


def test_a_yes_that_comes_when_packing_has_begun_changes_nothing(harbor: ModuleType) -> None:
    talk = talking(harbor)
    talk.say("add oat milk to my last order")
    order = newest(harbor)
    assert harbor.app.store.change_order(order, changed=moved(order, "preparing", now=NOW))
    heard = talk.say("yes")
    assert "can no longer be changed" in heard.speech
    assert lines(harbor) == {"eggs": 2, "coffee": 2}


def test_a_yes_to_an_order_that_changed_meanwhile_is_asked_for_again(harbor: ModuleType) -> None:
    talk = talking(harbor)
    talk.say("add oat milk to my last order")
    order = newest(harbor)
    assert harbor.app.store.change_order(order, changed=moved(order, "accepted", now=NOW))
    heard = talk.say("yes")
    assert "Order 71234 has changed since." in heard.speech
    assert lines(harbor) == {"eggs": 2, "coffee": 2}
    talk.say("yes")
    assert lines(harbor) == {"eggs": 2, "coffee": 2, "oat-milk": 1}
    assert newest(harbor).status == "accepted"


def test_an_order_that_would_be_empty_is_cancelled_instead(harbor: ModuleType) -> None:
    talk = talking(harbor, "DEARER")
    asked = talk.say("take the coffee off my last order")
    assert "nothing is left of order 71500. Shall I cancel it?" in asked.speech
    talk.say("yes")
    assert newest(harbor, "DEARER").status == "cancelled"


def test_no_order_falls_below_the_smallest_there_is(harbor: ModuleType) -> None:
    talk = talking(harbor)
    heard = talk.say("take the coffee off my last order")
    assert "The smallest order here is $10.00, and order 71234 would come to $9.58." in heard.speech
    assert lines(harbor) == {"eggs": 2, "coffee": 2}


def test_a_coupon_that_no_longer_counts_is_said_and_the_total_is_without_it(harbor: ModuleType) -> None:
    talk = talking(harbor, "COUPON")
    asked = talk.say("take one coffee off my last order")
    assert "FIVE no longer counts then." in asked.speech
    assert "$23.27, $3.99 less than before" in asked.speech
    talk.say("yes")
    assert newest(harbor, "COUPON").coupon == ""


def test_a_coupon_that_still_counts_stays(harbor: ModuleType) -> None:
    talk = talking(harbor, "COUPON")
    talk.say("add oat milk to my last order")
    talk.say("yes")
    order = newest(harbor, "COUPON")
    assert (order.coupon, order.totals.discount.minor) == ("FIVE", 500)


def test_more_of_a_line_comes_at_the_price_of_now_which_is_said(harbor: ModuleType) -> None:
    talk = talking(harbor, "DEARER")
    asked = talk.say("make it three in my last order")
    assert "The price of Wharf ground coffee is $8.99 now, up from $7.99." in asked.speech
    talk.say("yes")
    assert newest(harbor, "DEARER").lines[0].price.minor == 899


def test_less_of_a_line_keeps_the_price_it_was_ordered_at(harbor: ModuleType) -> None:
    talk = talking(harbor, "DEARER")
    talk.say("add butter to my last order")
    talk.say("yes")
    talk.say("take one coffee off my last order")
    talk.say("yes")
    coffee = newest(harbor, "DEARER").lines[0]
    assert (coffee.quantity, coffee.price.minor) == (1, 799)


def test_only_what_there_is_can_be_added(harbor: ModuleType) -> None:
    talk = talking(harbor)
    asked = talk.say("add three butter to my last order")
    assert "Only one more Pier butter" in asked.speech
    talk.say("yes")
    assert lines(harbor)["butter"] == 1
    assert left(harbor, "butter") == 0


def test_what_sold_out_between_question_and_yes_is_said(harbor: ModuleType) -> None:
    talk, other = talking(harbor), talking(harbor, "DEARER")
    talk.say("add butter to my last order")
    other.say("add butter to my last order")
    other.say("yes")
    assert "Pier butter" in talk.say("yes").speech
    assert lines(harbor) == {"eggs": 2, "coffee": 2}
    assert left(harbor, "butter") == 0


def test_several_things_of_one_breath_are_one_change(harbor: ModuleType) -> None:
    talk = talking(harbor)
    asked = talk.say("add butter and oat milk to my last order")
    assert "Pier butter" in asked.speech
    assert "Brindle oat milk" in asked.speech
    talk.say("yes")
    assert lines(harbor) == {"eggs": 2, "coffee": 2, "butter": 1, "oat-milk": 1}
    assert newest(harbor).version == 1


def test_which_milk_is_asked_and_the_rest_of_the_breath_is_kept(harbor: ModuleType) -> None:
    talk = talking(harbor)
    talk.say("add milk and butter to my last order")
    talk.say("the almond milk")
    talk.say("yes")
    assert lines(harbor) == {"eggs": 2, "coffee": 2, "almond-milk": 1, "butter": 1}


def test_an_order_is_named_by_its_number(harbor: ModuleType) -> None:
    talk = talking(harbor)
    assert (
        "Order 60001 can no longer be changed: it was delivered" in talk.say("add eggs to order 60001").speech
    )
    assert "no such order" in talk.say("add eggs to order 99999").speech


def test_a_child_changes_no_order(harbor: ModuleType) -> None:
    talk = talking(harbor, "CODED")
    heard = talk.say("add oat milk to my last order", person="amzn1.ask.person.KIM")
    assert "ask a grown-up" in heard.speech
    talk.say("yes", person="amzn1.ask.person.KIM")
    assert lines(harbor, "CODED") == {"coffee": 2}


def test_a_child_cannot_say_the_yes_to_what_somebody_else_asked(harbor: ModuleType) -> None:
    talk = talking(harbor, "CODED")
    talk.say("add oat milk to my last order")
    assert "ask a grown-up" in talk.say("yes", person="amzn1.ask.person.KIM").speech
    assert lines(harbor, "CODED") == {"coffee": 2}


def test_a_total_that_rises_to_the_limit_asks_for_the_voice_code(harbor: ModuleType) -> None:
    talk = talking(harbor, "CODED")
    talk.say("add the grill to my last order")
    assert "code" in talk.say("yes").speech
    assert lines(harbor, "CODED") == {"coffee": 2}
    assert "2" in talk.say("1 1 1 1").speech
    assert lines(harbor, "CODED") == {"coffee": 2}
    talk.say("4 0 7 1")
    assert lines(harbor, "CODED") == {"coffee": 2, "grill": 1}


def test_a_change_far_above_every_order_before_is_named_in_the_question(harbor: ModuleType) -> None:
    asked = talking(harbor).say("add the grill to my last order")
    assert "far more than usual. Shall I really change the order?" in asked.speech


def test_taking_off_asks_for_no_code(harbor: ModuleType) -> None:
    talk = talking(harbor, "CODED")
    for said in (
        "add the grill to my last order",
        "yes",
        "4 0 7 1",
        "no",
        "take the coffee off my last order",
    ):
        talk.say(said)
    assert "is changed" in talk.say("yes").speech
    assert lines(harbor, "CODED") == {"grill": 1}


def test_an_order_not_paid_for_is_not_changed(harbor: ModuleType) -> None:
    order = newest(harbor)
    harbor.app.store.put_order(replace(order, status="pending"))
    assert "not paid for yet" in talking(harbor).say("add oat milk to my last order").speech


def test_the_shop_is_told_of_the_change_and_of_nothing_else(harbor: ModuleType) -> None:
    talk = talking(harbor)
    talk.say("add oat milk to my last order")
    assert [event.kind for event in harbor.app.store.events()] == []
    talk.say("yes")
    told = [(event.kind, event.about) for event in harbor.app.store.events()]
    assert told == [("order.amended", newest(harbor).id)]

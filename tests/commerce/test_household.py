"""Several people at one cart: who added what, what is news to whom, whose orders are whose."""

from __future__ import annotations

from dataclasses import replace

from skill.commerce.cart import Cart, Line, add, put, undo
from skill.commerce.household import SEVERAL, is_child, news, own_first, signed, told
from skill.commerce.merchant import Member, Shopper
from skill.commerce.money import Money
from tests.storage.stores import cart, order_of


def line(sku: str, quantity: int = 1) -> Line:
    return Line(sku=sku, quantity=quantity, name=sku, price=Money(100, "USD"))


def added(before: Cart, *lines: Line, by: str | None) -> Cart:
    return signed(before, add(before, *lines), by=by)


def whose(cart: Cart) -> dict[str, str | None]:
    return {line.sku: line.by for line in cart.lines}


def said(cart: Cart, person: str) -> list[tuple[str, dict[str, int]]]:
    fresh = news(cart, person=person)
    return [(each.by, {line.sku: line.quantity for line in each.lines}) for each in fresh]


def test_what_is_added_is_the_speakers_and_the_rest_stays_whose_it_was() -> None:
    both = added(added(cart(), line("milk"), by="maya"), line("tea"), by="ben")
    assert whose(both) == {"milk": "maya", "tea": "ben"}
    assert whose(added(both, line("rice"), by=None)) == {"milk": "maya", "tea": "ben", "rice": None}


def test_a_line_two_had_a_hand_in_is_nobodys_alone() -> None:
    hers = added(cart(), line("milk", 2), by="maya")
    assert whose(added(hers, line("milk"), by="maya")) == {"milk": "maya"}
    assert whose(added(hers, line("milk"), by="ben")) == {"milk": SEVERAL}
    assert whose(added(hers, line("milk"), by=None)) == {"milk": None}
    fewer = signed(hers, put(hers, line("milk", 1)), by="ben")
    assert whose(fewer) == {"milk": "maya"}


def test_what_undo_brings_back_is_still_whose_it_was() -> None:
    hers = added(cart(), line("milk", 2), by="maya")
    out = signed(hers, put(hers, line("milk", 0)), by="ben")
    result = undo(out)
    assert result is not None
    assert whose(signed(out, result[0], by="ben")) == {"milk": "maya"}


def test_news_is_what_recognised_others_put_in_and_is_told_once() -> None:
    kept = added(added(cart(), line("milk", 2), by="maya"), line("tea"), by="ben")
    kept = added(kept, line("rice"), by=None)
    assert said(kept, "ben") == [("maya", {"milk": 2})]
    kept = told(kept, person="ben")
    assert said(kept, "ben") == []
    kept = added(kept, line("milk"), by="maya")
    assert said(kept, "ben") == [("maya", {"milk": 1})]
    assert said(kept, "maya") == [("ben", {"tea": 1})]


def test_what_one_changed_oneself_is_no_news() -> None:
    hers = added(cart(), line("milk", 2), by="maya")
    both = added(hers, line("milk"), by="ben")
    assert said(both, "ben") == []
    assert said(both, "maya") == [(SEVERAL, {"milk": 1})]
    out = signed(told(hers, person="ben"), put(told(hers, person="ben"), line("milk", 0)), by="ben")
    assert said(added(out, line("milk"), by="maya"), "ben") == [("maya", {"milk": 1})]


def test_orders_are_heard_of_by_who_placed_them() -> None:
    mine, hers, anyones = (
        replace(order_of(cart(cid=name)), by=by) for name, by in (("a", "ben"), ("b", "maya"), ("c", None))
    )
    orders = (hers, anyones, mine)
    assert own_first(orders, person="ben") == (mine, anyones)
    assert own_first(orders, person="kim") == (anyones,)
    assert own_first(orders, person=None) == orders


def test_only_a_recognised_child_is_one() -> None:
    about = Shopper(members={"kim": Member(name="Kim", child=True), "ben": Member(name="Ben")})
    assert [is_child(about, person) for person in ("kim", "ben", "stranger", None)] == [True, *[False] * 3]

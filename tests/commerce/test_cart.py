"""The cart is a value: a change gives a new cart, and the last ones can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.commerce.cart import (
    MAX_LINES,
    MAX_QUANTITY,
    UNDO_STEPS,
    Cart,
    Line,
    add,
    choose,
    clear,
    forget_saved,
    put,
    save_for_later,
    take_back,
    undo,
)
from skill.errors import CartFull, QuantityNotAllowed, SkillError
from tests.commerce.goods import line, usd

EMPTY = Cart(cid="c1", seen=("r1", "r2"), version=3)
few_lines = st.builds(line, st.sampled_from("abcd"), st.integers(0, MAX_QUANTITY), price=st.integers(1, 999))
changes = st.one_of(
    st.lists(few_lines, min_size=1, max_size=3).map(lambda lines: lambda cart: put(cart, *lines)),
    few_lines.map(lambda one: lambda cart: add(cart, replace(one, quantity=1))),
    st.just(clear),
)


def test_a_line_keeps_its_place_when_its_quantity_is_set() -> None:
    cart = put(put(EMPTY, line("a"), line("b")), line("a", 5))
    assert [(kept.sku, kept.quantity) for kept in cart.lines] == [("a", 5), ("b", 1)]


def test_adding_counts_on_top_at_the_price_of_now() -> None:
    cart = add(add(EMPTY, line("a", 2, price=300)), line("a", 3, price=250))
    assert cart.lines == (line("a", 5, price=250),)


def test_quantity_zero_takes_a_line_out() -> None:
    assert put(put(EMPTY, line("a"), line("b")), line("a", 0)).lines == (line("b"),)


def test_a_cart_counts_its_pieces_and_their_price() -> None:
    cart = put(EMPTY, line("a", 2, price=150), line("b", 3, price=100))
    assert cart.pieces == 5
    assert cart.subtotal("USD") == usd(600)
    assert EMPTY.subtotal("EUR").currency == "EUR"


def test_a_line_is_found_by_its_sku() -> None:
    cart = put(EMPTY, line("a"))
    assert cart.line("a") == line("a")
    assert cart.line("b") is None


def test_lines_are_called_briefly_unless_two_would_be_called_the_same() -> None:
    half = line("half", name="Brindle oat milk, half gallon")
    quart = line("quart", name="Brindle oat milk, one quart")
    assert half.briefly([half, line("a")]) == "Brindle oat milk"
    assert half.briefly([half, quart]) == "Brindle oat milk half gallon"


@pytest.mark.parametrize(
    ("change", "error", "limit"),
    [
        (lambda cart: put(cart, line("a", MAX_QUANTITY + 1)), QuantityNotAllowed, MAX_QUANTITY),
        (lambda cart: put(cart, line("a", -1)), QuantityNotAllowed, MAX_QUANTITY),
        (lambda cart: put(cart, line("b"), line("a", 100)), QuantityNotAllowed, MAX_QUANTITY),
        (lambda cart: add(cart, line("a", MAX_QUANTITY)), QuantityNotAllowed, MAX_QUANTITY),
        (lambda cart: put(cart, *map(line, map(str, range(MAX_LINES)))), CartFull, MAX_LINES),
    ],
)
def test_a_change_beyond_a_limit_raises_and_names_the_limit(
    change: Callable[[Cart], Cart], error: type[SkillError], limit: int
) -> None:
    cart = put(EMPTY, line("a"))
    with pytest.raises(error) as raised:
        change(cart)
    assert raised.value.values == {"limit": limit}


def test_a_cart_holds_as_much_as_its_limits_allow() -> None:
    cart = put(EMPTY, *(line(str(number), MAX_QUANTITY) for number in range(MAX_LINES)))
    assert cart.pieces == MAX_LINES * MAX_QUANTITY


def test_nothing_done_leaves_nothing_to_undo() -> None:
    assert undo(EMPTY) is None
    assert undo(clear(EMPTY)) is None
    assert undo(put(EMPTY, line("a", 0))) is None


def test_undo_names_what_it_took_back() -> None:
    cart = put(put(EMPTY, line("a")), line("a", 4))
    undone = undo(cart)
    assert undone is not None
    assert undone[0].lines == (line("a"),)
    assert undone[1].before == (("a", line("a")),)


def test_one_change_of_one_line_twice_is_undone_as_one() -> None:
    undone = undo(put(EMPTY, line("a", 1), line("a", 2)))
    assert undone is not None
    assert undone[0].lines == ()


def test_only_the_last_changes_can_be_taken_back() -> None:
    cart = EMPTY
    for quantity in range(1, UNDO_STEPS + 3):
        cart = put(cart, line("a", quantity))
    taken_back = 0
    while undone := undo(cart):
        cart, taken_back = undone[0], taken_back + 1
    assert taken_back == UNDO_STEPS
    assert cart.lines == (line("a", 2),)


@given(st.lists(changes, max_size=8))
def test_undo_restores_every_line_after_any_sequence_of_changes(
    sequence: list[Callable[[Cart], Cart]],
) -> None:
    states = [EMPTY]
    for change in sequence:
        after = change(states[-1]) if states[-1].pieces < MAX_QUANTITY else clear(states[-1])
        if after.lines != states[-1].lines:
            states.append(after)
    cart = states[-1]
    for earlier in states[-2 : -2 - UNDO_STEPS : -1]:
        undone = undo(cart)
        assert undone is not None
        cart = undone[0]
        assert cart.lines == earlier.lines


@given(st.lists(changes, max_size=4))
def test_a_change_touches_neither_id_nor_version_nor_what_was_seen(
    sequence: list[Callable[[Cart], Cart]],
) -> None:
    cart = EMPTY
    for change in sequence:
        cart = change(cart) if cart.pieces < MAX_QUANTITY else clear(cart)
    assert (cart.cid, cart.version, cart.seen) == (EMPTY.cid, EMPTY.version, EMPTY.seen)
    assert len({kept.sku for kept in cart.lines}) == len(cart.lines)
    assert all(kept.quantity for kept in cart.lines)


def test_what_is_saved_leaves_the_cart_and_joins_what_was_saved_of_it() -> None:
    cart = save_for_later(put(EMPTY, line("a", 2), line("b")), line("a", 2))
    assert (cart.lines, cart.saved) == ((line("b"),), (line("a", 2),))
    again = save_for_later(put(cart, line("a", 3)), line("a", 3))
    assert (again.lines, again.saved) == ((line("b"),), (line("a", 5),))


def test_what_was_only_looked_at_is_wished_for_once() -> None:
    cart = save_for_later(save_for_later(EMPTY, line("a")), line("a"))
    assert cart.saved == (line("a"),)


def test_what_is_taken_back_counts_on_top_and_is_saved_no_more() -> None:
    cart = save_for_later(put(EMPTY, line("a", 2)), line("a", 2))
    back = take_back(put(cart, line("a")), line("a", 2, price=350))
    assert (back.lines, back.saved) == ((line("a", 3, price=350),), ())


def test_more_cannot_be_saved_than_a_cart_holds() -> None:
    with pytest.raises(CartFull):
        save_for_later(EMPTY, *(line(str(number)) for number in range(MAX_LINES + 1)))


@given(st.lists(few_lines.filter(lambda one: one.quantity > 0), min_size=1, max_size=4))
def test_undo_brings_back_what_was_saved_as_it_was(lines: list[Line]) -> None:
    before = put(EMPTY, line("a", 2), line("b"))
    for after in (save_for_later(before, *lines), forget_saved(save_for_later(before, line("b")))):
        while step := undo(after):
            after = step[0]
        assert (after.lines, after.saved) == ((), ())
    saved = save_for_later(before, *lines)
    undone = undo(saved)
    assert undone is not None
    assert (undone[0].lines, undone[0].saved) == (before.lines, before.saved)


def test_forgetting_one_thing_leaves_the_others_saved() -> None:
    cart = save_for_later(EMPTY, line("a"), line("b"))
    assert forget_saved(cart, "a").saved == (line("b"),)
    assert forget_saved(cart).saved == ()


def test_a_code_and_a_store_are_chosen_and_taken_back_step_by_step() -> None:
    empty = Cart(cid="c")
    coded = choose(empty, coupon="SAVE10")
    collected = choose(coded, pickup="harbor")
    assert (collected.coupon, collected.pickup) == ("SAVE10", "harbor")
    assert choose(collected, coupon="SAVE10", pickup="harbor") is collected
    delivered = choose(collected, pickup="")
    seen = []
    cart = delivered
    while result := undo(cart):
        cart = result[0]
        seen.append((cart.coupon, cart.pickup))
    assert seen == [("SAVE10", "harbor"), ("SAVE10", ""), ("", "")]

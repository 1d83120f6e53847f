"""What every store promises (`skill.shop.Stocking`), on SQLite, on moto and on ministack."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta, timezone

import pytest

from skill.commerce.cart import SEEN_REQUESTS, Cart, add, clear, put
from skill.commerce.merchant import Case, Member, Shopper
from skill.commerce.order import moved
from skill.errors import CatalogueNotLinked
from skill.shop import AlreadyPlaced, CartMoved, OutOfStock, Placed, Stocking
from tests.storage.stores import FACTS, NOW, Place, buy, cart, line, order_of, saved

ODD_TEXT = "Käse \"alt\" 'jung' 🧀 حليب كامل الدسم \\ {x} % \n\t 牛乳"


def test_a_visit_before_any_publication_says_so(store: Stocking) -> None:
    store.next_number()
    with pytest.raises(CatalogueNotLinked):
        store.visit("ann")


def test_a_visit_reads_facts_shopper_and_cart(store: Stocking) -> None:
    about = Shopper(linked=True, members={"P": Member(name="Zoë", child=True)}, code="sealed")
    store.publish(FACTS, stock={})
    store.put_shopper("ann", about=about)
    kept = saved(store, cart(line()))
    visit = store.visit("ann")
    assert (visit.facts, visit.shopper, visit.cart) == (FACTS, about, kept)


def test_what_is_kept_of_a_shopper_is_saved_by_version(store: Stocking) -> None:
    store.publish(FACTS, stock={})
    first = store.save_shopper(Shopper(code_misses=1), shopper="ann", request_id="r1")
    assert first == Shopper(code_misses=1, version=1, seen=("r1",))
    again = replace(first, code_misses=2)
    second = store.save_shopper(again, shopper="ann", request_id="r2")
    assert second == replace(again, version=2, seen=("r1", "r2"))
    assert store.visit("ann").shopper == second


def test_what_is_kept_of_a_shopper_is_not_overwritten_when_it_moved(store: Stocking) -> None:
    store.publish(FACTS, stock={})
    winner = store.save_shopper(Shopper(code_misses=1), shopper="ann", request_id="r1")
    assert store.save_shopper(Shopper(code_misses=1), shopper="ann", request_id="r2") is None
    assert store.save_shopper(Shopper(version=7), shopper="ann", request_id="r3") is None
    assert store.save_shopper(Shopper(version=7), shopper="ben", request_id="r3") is None
    assert store.visit("ann").shopper == winner
    assert store.visit("ben").shopper == Shopper()


def test_a_request_repeated_changes_nothing_of_a_shopper(store: Stocking) -> None:
    store.publish(FACTS, stock={})
    first = store.save_shopper(Shopper(code_misses=1), shopper="ann", request_id="r1")
    assert first is not None
    again = replace(first, code_misses=2)
    assert store.save_shopper(Shopper(code_misses=1), shopper="ann", request_id="r1") == first
    assert store.save_shopper(again, shopper="ann", request_id="r1") == first
    assert store.visit("ann").shopper == first


def test_a_shopper_put_as_it_is_can_be_saved_once(store: Stocking) -> None:
    store.publish(FACTS, stock={})
    store.put_shopper("ann", about=Shopper(linked=True))
    read = store.visit("ann").shopper
    saved = store.save_shopper(replace(read, code="x"), shopper="ann", request_id="r1")
    assert saved == Shopper(linked=True, code="x", version=1, seen=("r1",))
    assert store.save_shopper(replace(read, code="y"), shopper="ann", request_id="r2") is None


def test_a_stranger_has_no_cart_and_nothing_known(store: Stocking) -> None:
    store.publish(FACTS, stock={})
    visit = store.visit("stranger")
    assert (visit.shopper, visit.cart) == (Shopper(), None)
    assert store.orders("stranger") == ()
    assert store.cases("stranger") == ()
    assert store.order("stranger", id="nothing") is None


def test_saving_counts_versions_and_remembers_the_request(store: Stocking) -> None:
    first = saved(store, cart(line()))
    assert (first.version, first.seen) == (1, ("r1",))
    second = saved(store, add(first, line()), request_id="r2")
    assert (second.version, second.seen, second.pieces) == (2, ("r1", "r2"), 2)


def test_only_the_last_requests_are_remembered(store: Stocking) -> None:
    kept = cart(line())
    for count in range(12):
        kept = saved(store, kept, request_id=f"r{count}")
    assert kept.seen == tuple(f"r{count}" for count in range(12 - SEEN_REQUESTS, 12))


def test_a_cart_that_moved_meanwhile_is_not_overwritten(store: Stocking) -> None:
    store.publish(FACTS, stock={})
    read = saved(store, cart(line()))
    winner = saved(store, add(read, line("tea")), request_id="r2")
    assert store.save_cart(add(read, line("rice")), shopper="ann", request_id="r3") is None
    assert store.save_cart(cart(line("rice")), shopper="ann", request_id="r4") is None
    assert store.visit("ann").cart == winner


def test_a_cart_never_stored_cannot_have_a_version(store: Stocking) -> None:
    assert store.save_cart(replace(cart(), version=3), shopper="ann", request_id="r1") is None


def test_a_repeated_request_changes_nothing(store: Stocking) -> None:
    store.publish(FACTS, stock={})
    kept = saved(store, cart(line()))
    again_as_sent = store.save_cart(cart(line()), shopper="ann", request_id="r1")
    again_from_what_it_wrote = store.save_cart(add(kept, line()), shopper="ann", request_id="r1")
    assert again_as_sent == again_from_what_it_wrote == store.visit("ann").cart == kept


def test_a_repeat_after_later_changes_gives_the_cart_as_it_stands(store: Stocking) -> None:
    first = saved(store, cart(line()))
    second = saved(store, add(first, line()), request_id="r2")
    assert store.save_cart(cart(line()), shopper="ann", request_id="r1") == second


def test_undo_steps_and_odd_text_survive(store: Stocking) -> None:
    store.publish(replace(FACTS, name=ODD_TEXT), stock={f"sku {ODD_TEXT}": 3})
    odd = put(cart(), line("a", name=ODD_TEXT), line(f"sku {ODD_TEXT}", 2))
    kept = saved(store, clear(odd), shopper="ünï#cödé", request_id=ODD_TEXT)
    assert len(kept.changes) == 2
    visit = store.visit("ünï#cödé")
    assert (visit.cart, visit.facts.name) == (kept, ODD_TEXT)
    assert store.stock([f"sku {ODD_TEXT}"]) == {f"sku {ODD_TEXT}": 3}


def test_stock_tells_counted_uncounted_and_unknown_apart(store: Stocking) -> None:
    many = {f"sku-{n:03}": n for n in range(130)}
    store.publish(FACTS, stock={**many, "eggs": None})
    assert store.stock(iter(["sku-007", "sku-000", "eggs", "ghost", "sku-007"])) == {
        "sku-007": 7,
        "sku-000": 0,
        "eggs": None,
    }
    assert store.stock(many) == many
    assert store.stock([]) == {}


def test_placing_makes_the_order_takes_the_stock_renews_the_cart_and_tells(
    place: Place, store: Stocking
) -> None:
    store.publish(FACTS, stock={"milk": 5, "tea": 2})
    kept = saved(store, cart(line("milk", 3), line("tea", 2)))
    order = replace(order_of(kept), expected=date(2026, 11, 23))
    assert store.place(order, cart=kept, renewed=Cart(cid="cart-2", seen=("r9",))) == Placed(order)
    assert store.order("ann", id="cart-1") == order
    assert store.stock(["milk", "tea"]) == {"milk": 2, "tea": 0}
    assert store.visit("ann").cart == Cart(cid="cart-2", version=2, seen=("r9",))
    assert place.told() == [("order.placed", "cart-1")]


def test_a_cart_never_saved_can_be_placed(store: Stocking) -> None:
    store.publish(FACTS, stock={"milk": 5})
    fresh = cart(line())
    assert buy(store, fresh) == Placed(order_of(fresh))
    assert store.visit("ann").cart == Cart(cid="cart-1-next", version=1)


def test_placing_again_finds_the_first_order(place: Place, store: Stocking) -> None:
    store.publish(FACTS, stock={"milk": 5})
    kept = saved(store, cart(line("milk", 2)))
    first = order_of(kept)
    later = replace(first, number="00002", placed_at=NOW + timedelta(minutes=3))
    assert buy(store, kept) == Placed(first)
    assert buy(store, kept) == AlreadyPlaced(first)
    assert buy(store, kept, order=later) == AlreadyPlaced(first)
    renewed = store.visit("ann").cart
    assert renewed is not None
    assert buy(store, renewed, order=first) == AlreadyPlaced(first)
    assert store.stock(["milk"]) == {"milk": 3}
    assert len(place.told()) == 1


def test_placing_again_is_recognised_with_nothing_left_in_stock(store: Stocking) -> None:
    store.publish(FACTS, stock={"milk": 1})
    kept = saved(store, cart(line()))
    assert isinstance(buy(store, kept), Placed)
    assert isinstance(buy(store, kept), AlreadyPlaced)


def test_too_little_stock_writes_nothing_and_names_what_is_short(place: Place, store: Stocking) -> None:
    store.publish(FACTS, stock={"milk": 5, "tea": 2, "rice": 0})
    kept = saved(store, cart(line("milk", 3), line("tea", 3), line("rice")))
    assert buy(store, kept) == OutOfStock("tea", 2)
    assert store.stock(["milk", "tea", "rice"]) == {"milk": 5, "tea": 2, "rice": 0}
    assert store.visit("ann").cart == kept
    assert store.orders("ann") == ()
    assert place.told() == []
    smaller = saved(store, put(kept, line("tea", 2), line("rice", 0)), request_id="r2")
    assert isinstance(buy(store, smaller), Placed)


def test_stock_that_is_not_counted_neither_blocks_nor_moves(store: Stocking) -> None:
    store.publish(FACTS, stock={"milk": 5, "eggs": None, "salt": None})
    kept = saved(store, cart(line("eggs", 99), line("milk", 2), line("salt"), line("ghost", 4)))
    assert isinstance(buy(store, kept), Placed)
    assert store.stock(["milk", "eggs", "salt", "ghost"]) == {"milk": 3, "eggs": None, "salt": None}


def test_uncounted_lines_do_not_hide_a_short_one(store: Stocking) -> None:
    store.publish(FACTS, stock={"milk": 1, "eggs": None})
    assert buy(store, saved(store, cart(line("eggs"), line("milk", 2)))) == OutOfStock("milk", 1)


def test_two_lines_of_one_product_are_counted_together(store: Stocking) -> None:
    store.publish(FACTS, stock={"milk": 3})
    assert buy(store, cart(line("milk", 2), line("milk", 2))) == OutOfStock("milk", 3)
    assert isinstance(buy(store, cart(line("milk", 2), line("milk", 1))), Placed)
    assert store.stock(["milk"]) == {"milk": 0}


def test_a_cart_that_moved_is_not_placed(place: Place, store: Stocking) -> None:
    store.publish(FACTS, stock={"milk": 5})
    read = saved(store, cart(line()))
    saved(store, add(read, line()), request_id="r2")
    assert buy(store, read) == CartMoved()
    assert buy(store, replace(read, version=2, cid="another")) == CartMoved()
    assert buy(store, replace(read, version=0)) == CartMoved()
    assert buy(store, replace(read, lines=(line("milk", 9),))) == CartMoved()
    assert (store.stock(["milk"]), store.orders("ann"), place.told()) == ({"milk": 5}, (), [])


def test_numbers_are_never_given_twice(place: Place, store: Stocking) -> None:
    given = [store.next_number(), store.next_number(), place.open().next_number()]
    assert given == sorted(set(given))
    assert given[0] >= 1


def test_orders_come_newest_first_up_to_the_limit(store: Stocking) -> None:
    days = [order_of(cart(line(), cid=f"c{n:02}"), placed_at=NOW + timedelta(days=n)) for n in range(12)]
    # Imported later than it was placed, so its id says nothing about its time.
    old = order_of(cart(line(), cid="z-import"), placed_at=NOW - timedelta(days=400), status="delivered")
    # Half an hour after the newest, though its wall clock shows the day before.
    behind = timezone(-timedelta(hours=12))
    late = (NOW + timedelta(days=11, minutes=30)).astimezone(behind)
    days.append(order_of(cart(line(), cid="c12"), placed_at=late))
    for order in [*days[::2], old, *days[1::2]]:
        store.put_order(order)
    store.put_order(order_of(cart(line(), cid="c99"), shopper="ben"))
    newest = tuple(reversed(days))
    assert store.orders("ann", limit=3) == newest[:3]
    assert store.orders("ann") == newest[:10]
    assert store.orders("ann", limit=50) == (*newest, old)


def test_an_order_put_again_replaces_the_first(place: Place, store: Stocking) -> None:
    store.publish(FACTS, stock={"milk": 5})
    order = order_of(cart(line()))
    store.put_order(order)
    shipped = moved(order, "shipped", now=NOW + timedelta(hours=1))
    store.put_order(shipped)
    assert store.orders("ann") == (shipped,)
    assert (store.stock(["milk"]), place.told()) == ({"milk": 5}, [])


def test_cancelling_restocks_once_and_tells_the_merchant(place: Place, store: Stocking) -> None:
    store.publish(FACTS, stock={"milk": 5, "eggs": None})
    kept = saved(store, cart(line("milk", 4), line("eggs", 6), line("ghost")))
    order = order_of(kept)
    buy(store, kept)
    cancelled = moved(order, "cancelled", now=NOW + timedelta(minutes=5))
    assert store.cancel(order, cancelled=cancelled) is True
    assert store.cancel(order, cancelled=cancelled) is False
    assert place.open().cancel(order, cancelled=cancelled) is False
    assert store.order("ann", id=order.id) == replace(cancelled, version=1)
    assert store.stock(["milk", "eggs", "ghost"]) == {"milk": 5, "eggs": None}
    assert place.told() == [("order.cancelled", "cart-1"), ("order.placed", "cart-1")]


def test_an_order_on_its_way_is_not_cancelled(place: Place, store: Stocking) -> None:
    store.publish(FACTS, stock={"milk": 5})
    order = order_of(cart(line()))
    cancelled = moved(order, "cancelled", now=NOW)
    assert store.cancel(order, cancelled=cancelled) is False
    shipped = moved(order, "shipped", now=NOW)
    store.put_order(shipped)
    assert store.cancel(order, cancelled=cancelled) is False
    assert store.orders("ann") == (shipped,)
    assert (store.stock(["milk"]), place.told()) == ({"milk": 5}, [])


def test_a_case_is_kept_as_it_was_first_opened(store: Stocking) -> None:
    first = Case(id="case-1", reference="HB-4", about="a broken jar", opened_at=NOW)
    assert store.open_case(first, shopper="ann") == first
    assert store.open_case(replace(first, reference="HB-5", about=""), shopper="ann") == first
    assert store.cases("ann") == (first,)


def test_a_case_put_replaces_the_one_of_its_id(store: Stocking) -> None:
    first = Case(id="rating-1", reference="HB-4", about="", opened_at=NOW, kind="rating", stars=2)
    store.put_case(first, shopper="ann")
    store.put_case(replace(first, stars=5), shopper="ann")
    assert store.cases("ann") == (replace(first, stars=5),)


def test_cases_come_newest_first(store: Stocking) -> None:
    opened = [
        Case(id=name, reference=name, about="", opened_at=NOW + timedelta(hours=hours))
        for name, hours in (("b", 1), ("a", 3), ("c", 2))
    ]
    for case in opened:
        store.open_case(case, shopper="ann")
    assert [case.id for case in store.cases("ann")] == ["a", "c", "b"]


def test_forgetting_leaves_nothing_of_one_shopper_and_all_of_others(store: Stocking) -> None:
    store.publish(FACTS, stock={"milk": 40})
    for shopper in ("ann", "ben"):
        store.put_shopper(shopper, about=Shopper(linked=True))
        saved(store, cart(line()), shopper=shopper)
        store.open_case(Case(id="c", reference="1", about="", opened_at=NOW), shopper=shopper)
        for n in range(30):
            store.put_order(order_of(cart(line(), cid=f"o{n}"), shopper=shopper))
    before = store.visit("ann").cart
    assert before is not None
    store.forget("ann")
    store.forget("ann")
    assert (store.visit("ann").shopper, store.visit("ann").cart) == (Shopper(), None)
    assert (store.orders("ann"), store.cases("ann")) == ((), ())
    assert (store.visit("ben").shopper.linked, len(store.orders("ben", limit=99))) == (True, 30)
    # What was read before does not come back.
    assert store.save_cart(before, shopper="ann", request_id="r2") is None


def test_publishing_again_keeps_orders_carts_and_stock_not_mentioned(store: Stocking) -> None:
    store.publish(FACTS, stock={"milk": 5, "tea": 2, "eggs": 1})
    buy(store, saved(store, cart(line())))
    number = store.next_number()
    renewed = store.visit("ann").cart
    store.publish(replace(FACTS, catalogue="v2"), stock={"tea": 9, "eggs": None})
    visit = store.visit("ann")
    assert (visit.facts.catalogue, visit.cart, len(store.orders("ann"))) == ("v2", renewed, 1)
    assert store.stock(["milk", "tea", "eggs"]) == {"milk": 4, "tea": 9, "eggs": None}
    assert store.next_number() > number


def test_another_store_object_sees_what_the_first_wrote(place: Place, store: Stocking) -> None:
    other = place.open()
    store.publish(FACTS, stock={"milk": 5})
    kept = saved(store, cart(line()))
    assert other.visit("ann").cart == kept
    assert isinstance(buy(other, kept), Placed)
    assert buy(store, kept) == AlreadyPlaced(order_of(kept))
    assert place.open().stock(["milk"]) == {"milk": 4}

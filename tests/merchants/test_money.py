"""What a crash left open is settled, what waited too long is called off, and no money moves twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from skill.commerce.cart import Cart, Line
from skill.commerce.merchant import Facts
from skill.commerce.money import Money
from skill.commerce.order import Order, cost, moved
from skill.commerce.payment import Cards, Movement, charged
from skill.commerce.totals import Terms
from skill.devtools.cards import KIND, DevelopmentCards
from skill.merchants.money import TURN, settle_open
from skill.paying import Outcome, settle
from skill.shop import Placed, Stocking
from skill.storage.sqlite import open_sqlite
from tests.storage.stores import FACTS, NOW, SHOP, order_of, saved
from tests.test_paying import Bank

HOLD = timedelta(hours=2)
LATER = NOW + timedelta(minutes=10)
PRICE = 399


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Stocking:
    store = open_sqlite(str(tmp_path / "shop.db"), shop=SHOP, clock=clock)
    store.publish(FACTS, stock={"milk": 10})
    return store


def placed(store: Stocking, *, shopper: str = "ann", customer: str = "cus_1") -> Order:
    """A pending order of one carton, as a turn that stopped right after it left it."""
    milk = Line(sku="milk", quantity=1, name="Whole Milk", price=Money(PRICE, "USD"))
    cart = saved(store, Cart(cid=f"cart-{shopper}", lines=(milk,)), shopper=shopper)
    order = order_of(cart, shopper=shopper, status="pending")
    order = replace(order, payment=charged(order.id, cost(order), customer=customer))
    put = store.place(order, cart=cart, renewed=Cart(cid=f"{cart.cid}-next"))
    assert isinstance(put, Placed)
    return put.order


def kept(store: Stocking, order: Order) -> Order:
    found = store.placed_order(order.id)
    assert found is not None
    return found


def left(store: Stocking) -> int | None:
    return store.stock(["milk"])["milk"]


def test_an_order_whose_turn_died_before_the_charge_is_charged_and_placed(
    store: Stocking, clock: Clock
) -> None:
    order, bank = placed(store), Bank()
    clock.now = LATER
    [settled] = settle_open(store, payments=bank, now=clock, hold=HOLD)
    assert (settled.status, bank.net) == ("placed", PRICE)
    assert kept(store, order) == settled
    assert [event.kind for event in store.events()] == ["order.placed"]


class Crash(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("call", range(1, 8))
def test_a_crash_at_any_point_between_charge_and_record_is_repaired(
    store: Stocking, clock: Clock, call: int
) -> None:
    order, bank, calls = placed(store), Bank(), iter(range(1, 100))

    def here() -> None:
        if next(calls) == call:
            raise Crash

    class Dying:
        def placed_order(self, id: str) -> Order | None:
            return store.placed_order(id)

        def change_order(self, order: Order, *, changed: Order, tell: str = "") -> bool:
            here()
            done = store.change_order(order, changed=changed, tell=tell)
            here()
            return done

    bank.here = here
    with pytest.raises(Crash):
        settle(order, books=Dying(), payments=bank, now=clock)
    bank.here = lambda: None
    clock.now = LATER
    settle_open(store, payments=bank, now=clock, hold=HOLD)
    assert (kept(store, order).status, bank.net, len(bank.charges)) == ("placed", PRICE, 1)
    assert [event.kind for event in store.events()] == ["order.placed"]
    assert left(store) == 9


def test_a_turn_that_is_charging_just_now_is_left_alone(store: Stocking, clock: Clock) -> None:
    order = placed(store)
    clock.now = NOW + TURN / 2
    assert settle_open(store, payments=Bank(), now=clock, hold=HOLD) == ()
    assert kept(store, order) == order


def test_what_waited_too_long_is_called_off_and_its_stock_is_back(store: Stocking, clock: Clock) -> None:
    order, bank = placed(store), Bank(answer=lambda: "silent")
    assert left(store) == 9
    clock.now = NOW + HOLD
    settle_open(store, payments=bank, now=clock, hold=HOLD)
    assert (kept(store, order).status, left(store)) == ("cancelled", 10)
    assert [event.kind for event in store.events()] == ["order.expired"]
    assert settle_open(store, payments=Bank(), now=lambda: NOW + 2 * HOLD, hold=HOLD)[0].payment.open is None


def test_money_that_had_moved_for_an_order_called_off_goes_back(store: Stocking, clock: Clock) -> None:
    order, bank = placed(store), Bank(answer=iter(["yes", "lost"]).__next__)
    settle(order, books=store, payments=bank, now=clock)
    assert bank.net == PRICE
    bank.answer = lambda: "yes"
    clock.now = NOW + HOLD
    [settled] = settle_open(store, payments=bank, now=clock, hold=HOLD)
    assert (settled.status, settled.payment.refunded, bank.net) == ("cancelled", PRICE, 0)


def test_a_declined_order_waits_for_its_shopper_until_its_time_is_over(store: Stocking, clock: Clock) -> None:
    order, bank = placed(store), Bank(answer=iter(["yes", "no"]).__next__)
    settle(order, books=store, payments=bank, now=clock)
    bank.answer = lambda: "yes"
    clock.now = LATER
    assert settle_open(store, payments=bank, now=clock, hold=HOLD) == ()
    clock.now = NOW + HOLD
    settle_open(store, payments=bank, now=clock, hold=HOLD)
    assert (kept(store, order).status, bank.net) == ("cancelled", 0)
    assert [charge.state for charge in bank.charges.values()] == ["void"]


def test_a_refund_that_the_merchant_began_is_made(store: Stocking, clock: Clock) -> None:
    order, bank = placed(store), Bank()
    paid = settle(order, books=store, payments=bank, now=clock)
    for status in ("accepted", "preparing", "shipped", "delivered", "refunded"):
        assert store.change_order(paid, changed=moved(paid, status, now=NOW))
        paid = kept(store, order)
    clock.now = LATER
    settle_open(store, payments=bank, now=clock, hold=HOLD)
    assert (bank.net, kept(store, order).payment.open) == (0, None)


def test_orders_that_wait_for_their_shoppers_do_not_hide_the_others(store: Stocking, clock: Clock) -> None:
    store.publish(FACTS, stock={"milk": 1000})
    for count in range(130):
        order = placed(store, shopper=f"waits-{count}")
        settle(order, books=store, payments=Bank(answer=iter(["yes", "no"]).__next__), now=clock)
    clock.now = NOW + timedelta(minutes=5)
    last = placed(store, shopper="last")
    clock.now = LATER
    assert [order.id for order in settle_open(store, payments=Bank(), now=clock, hold=HOLD)] == [last.id]


def test_one_order_that_cannot_be_settled_keeps_no_other_from_its_money(
    store: Stocking, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = placed(store, shopper="ann"), placed(store, shopper="ben")

    class Broken(Bank):
        def charge(self, movement: Movement, *, order: Order) -> Outcome:
            if order.id == first.id:
                raise RuntimeError("a bug")
            return super().charge(movement, order=order)

    clock.now = LATER
    settle_open(store, payments=Broken(), now=clock, hold=HOLD)
    assert (kept(store, first).status, kept(store, second).status) == ("pending", "placed")
    assert "a bug" in caplog.text
    assert "ann" not in caplog.text.split("Traceback")[0]


def test_two_rounds_at_once_move_money_once(store: Stocking, clock: Clock) -> None:
    orders, cards = [placed(store, shopper=f"s{count}") for count in range(5)], DevelopmentCards(store)
    orders = [replace(order, payment=replace(order.payment, customer="approved")) for order in orders]
    for order in orders:
        store.put_order(order)
    clock.now = LATER
    round = partial(settle_open, store, payments=cards, now=clock, hold=HOLD)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: round(), range(3)))
    round()
    assert {kept(store, order).status for order in orders} == {"placed"}
    assert len(store.documents(KIND)) == 5
    assert sum(kept(store, order).payment.collected for order in orders) == 5 * PRICE


def test_without_a_provider_orders_are_called_off_and_money_waits(store: Stocking, clock: Clock) -> None:
    order = placed(store)
    clock.now = NOW + HOLD
    settle_open(store, payments=None, now=clock, hold=HOLD)
    assert kept(store, order).status == "cancelled"
    assert kept(store, order).payment.open is not None


def test_a_round_that_takes_long_ends_and_the_next_one_goes_on(store: Stocking, clock: Clock) -> None:
    for count in range(4):
        placed(store, shopper=f"slow-{count}")
    clock.now = LATER

    class Slow(Bank):
        def charge(self, movement: Movement, *, order: Order) -> Outcome:
            clock.now += timedelta(seconds=15)
            return super().charge(movement, order=order)

    slow = Slow()
    assert len(settle_open(store, payments=slow, now=clock, hold=HOLD)) < 4
    clock.now += TURN
    settle_open(store, payments=slow, now=clock, hold=HOLD)
    assert slow.net == 4 * PRICE


def test_a_shop_says_how_long_it_keeps_what_is_not_paid() -> None:
    facts = Facts(name="Kiosk", terms=Terms(currency="EUR"), catalogue="")
    assert facts.hold == timedelta(hours=2)
    assert replace(facts, cards=Cards(provider="stripe", hold_minutes=30)).hold == timedelta(minutes=30)

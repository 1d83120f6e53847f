"""Any sequence of calls does to a store what it does to a few dicts."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from skill.commerce.cart import SEEN_REQUESTS, Cart, add
from skill.commerce.order import Order, moved
from skill.shop import AlreadyPlaced, CartMoved, OutOfStock, Placed, Placing, Stocking
from tests.storage.stores import FACTS, NOW, Place, line, order_of

SKUS = ("milk", "tea", "eggs")
skus = st.sampled_from(SKUS)
requests = st.sampled_from([f"r{n}" for n in range(10)])
# Which of the values read so far a call is made with: mostly the newest, at times one long out of date.
ages = st.sampled_from([1, 1, 1, 2, 3, 5])


class Shopping(RuleBasedStateMachine):
    """One shopper in one shop; `carts` and `orders` hold whatever a turn may still believe in."""

    def __init__(self, store: Stocking, run: int) -> None:
        super().__init__()
        self.store = store
        self.run = run
        self.shopper = f"ann-{run}"
        self.ids = count()
        self.cart: Cart | None = None
        self.placed: dict[str, Order] = {}
        self.stock: dict[str, int | None] = dict.fromkeys(SKUS, 3)
        self.carts = [Cart(cid=self.new_id())]
        self.orders: list[Order] = []
        store.publish(FACTS, stock={self.sku(sku): 3 for sku in SKUS})

    def sku(self, name: str) -> str:
        return f"{name}-{self.run}"

    def new_id(self) -> str:
        return f"{self.run}-{next(self.ids):03}"

    @rule(sku=skus, quantity=st.integers(1, 2), request=requests, age=ages)
    def change_the_cart(self, sku: str, quantity: int, request: str, age: int) -> None:
        changed = add(self.carts[-age:][0], line(self.sku(sku), quantity))
        result = self.store.save_cart(changed, shopper=self.shopper, request_id=request)
        if self.cart and request in self.cart.seen:
            assert result == self.cart
        elif changed.version != (self.cart.version if self.cart else 0):
            assert result is None
        else:
            seen = (*changed.seen, request)[-SEEN_REQUESTS:]
            self.cart = replace(changed, version=changed.version + 1, seen=seen)
            assert result == self.cart
            self.carts.append(self.cart)

    @rule(age=ages)
    def place(self, age: int) -> None:
        cart, renewed = self.carts[-age:][0], Cart(cid=self.new_id())
        order = order_of(cart, shopper=self.shopper)
        expected = self.expected(order, cart)
        assert self.store.place(order, cart=cart, renewed=renewed) == expected
        if isinstance(expected, Placed):
            self.move_stock(order, -1)
            self.placed[order.id] = order
            self.orders.append(order)
            self.cart = replace(renewed, version=cart.version + 1)
            self.carts.append(self.cart)

    def expected(self, order: Order, cart: Cart) -> Placing:
        if order.id in self.placed:
            return AlreadyPlaced(self.placed[order.id])
        now = self.cart or replace(cart, version=0)
        if (cart.cid, cart.version) != (now.cid, now.version):
            return CartMoved()
        for wanted in order.lines:
            left = self.stock[wanted.sku.split("-")[0]]
            if left is not None and left < wanted.quantity:
                return OutOfStock(wanted.sku, left)
        return Placed(order)

    def move_stock(self, order: Order, sign: int) -> None:
        for piece in order.lines:
            name = piece.sku.split("-")[0]
            left = self.stock[name]
            if left is not None:
                self.stock[name] = left + sign * piece.quantity

    @rule(age=ages)
    def cancel(self, age: int) -> None:
        if not self.orders:
            return
        order = self.orders[-age:][0]
        kept = self.placed.get(order.id)
        cancelled = moved(order, "cancelled", now=NOW)
        done = self.store.cancel(order, cancelled=cancelled)
        assert done == (kept is not None and kept.status == "placed")
        if done:
            self.placed[order.id] = replace(cancelled, version=order.version + 1)
            self.move_stock(order, 1)

    @rule(sku=skus, n=st.none() | st.integers(0, 4))
    def publish(self, sku: str, n: int | None) -> None:
        self.store.publish(FACTS, stock={self.sku(sku): n})
        self.stock[sku] = n

    @rule()
    def forget(self) -> None:
        self.store.forget(self.shopper)
        self.cart, self.placed = None, {}
        self.carts.append(Cart(cid=self.new_id()))

    @invariant()
    def nothing_differs(self) -> None:
        assert self.store.visit(self.shopper).cart == self.cart
        assert self.store.stock(self.sku(sku) for sku in SKUS) == {
            self.sku(sku): left for sku, left in self.stock.items()
        }
        kept = {order.id: order for order in self.store.orders(self.shopper, limit=99)}
        assert kept == self.placed


# moto copies the whole table for each transaction: too slow for this, and the contract suite has it.
@pytest.mark.parametrize(("place", "examples"), [("sqlite", 60), ("ministack", 8)], indirect=["place"])
def test_a_store_does_what_the_model_does(place: Place, examples: int) -> None:
    opened, runs = place.open(), count()

    class InOnePlace(Shopping):
        def __init__(self) -> None:
            super().__init__(opened, next(runs))

    run_state_machine_as_test(
        InOnePlace,
        settings=settings(max_examples=examples, stateful_step_count=25, deadline=None, database=None),
    )

"""Any sequence of calls does to a store what it does to a few dicts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from skill.commerce.cart import SEEN_REQUESTS, Cart, add
from skill.commerce.event import STATES, Event
from skill.commerce.order import Order
from skill.commerce.payment import charged, with_movement
from skill.shop import (
    AlreadyPlaced,
    Amended,
    CartMoved,
    OrderMoved,
    OutOfStock,
    Placed,
    Placing,
    Stocking,
)
from skill.storage.event_items import is_unsettled
from tests.storage.stores import FACTS, NOW, Place, line, order_of

DAY = timedelta(days=1)
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
        # As they were once read: what a turn or the worker may still act upon.
        self.orders: list[Order] = []
        # By the version the order came to: an order forgotten and placed anew is told of under the same ids.
        self.told: set[tuple[str, str, int]] = set()
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
        elif (changed.cid, changed.version) != (
            (self.cart.cid, self.cart.version) if self.cart else (changed.cid, 0)
        ):
            assert result is None
        else:
            seen = (*changed.seen, request)[-SEEN_REQUESTS:]
            self.cart = replace(changed, version=changed.version + 1, seen=seen)
            assert result == self.cart
            self.carts.append(self.cart)

    @rule(age=ages, billed=st.booleans())
    def place(self, age: int, billed: bool) -> None:
        cart, renewed = self.carts[-age:][0], Cart(cid=self.new_id())
        order = order_of(cart, shopper=self.shopper)
        if not billed:
            payment = charged(order.id, order.totals.total.minor, customer="cus")
            order = replace(order, status="pending", payment=payment)
        expected = self.expected(order, cart)
        assert self.store.place(order, cart=cart, renewed=renewed) == expected
        if isinstance(expected, Placed):
            self.move_stock(order, -1)
            self.kept(order, "" if order.status == "pending" else "order.placed")
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

    def kept(self, order: Order, told: str) -> None:
        self.placed[order.id] = order
        self.orders.append(order)
        if told:
            self.told.add((told, order.id, order.version))

    def stands(self, order: Order) -> bool:
        return self.placed.get(order.id) == order

    @precondition(lambda self: self.orders)
    @rule(age=ages, tell=st.sampled_from(["", "order.lapsed"]))
    def cancel(self, age: int, tell: str) -> None:
        order = self.orders[-age:][0]
        if order.status == "cancelled":
            return
        cancelled = replace(order, status="cancelled", history=(*order.history, ("cancelled", NOW)))
        done = self.store.cancel(order, cancelled=cancelled, tell=tell)
        assert done == self.stands(order)
        if done:
            told = tell if order.status == "pending" else "order.cancelled"
            self.kept(replace(cancelled, version=order.version + 1), told)
            self.move_stock(order, 1)

    @precondition(lambda self: self.orders)
    @rule(age=ages, sku=skus, quantity=st.integers(0, 4))
    def amend(self, age: int, sku: str, quantity: int) -> None:
        order = self.orders[-age:][0]
        lines = {line.sku: line for line in order.lines} | {self.sku(sku): line(self.sku(sku), quantity)}
        amended = replace(order, lines=tuple(line for line in lines.values() if line.quantity))
        result = self.store.amend(order, amended=amended)
        if not self.stands(order):
            assert result == OrderMoved()
            return
        before = sum(line.quantity for line in order.lines if line.sku == self.sku(sku))
        left = self.stock[sku]
        if left is not None and left < quantity - before:
            assert result == OutOfStock(self.sku(sku), left)
            return
        after = replace(amended, version=order.version + 1)
        assert result == Amended(after)
        self.move_stock(order, 1)
        self.move_stock(after, -1)
        self.kept(after, "" if order.status == "pending" else "order.amended")

    @precondition(lambda self: self.orders)
    @rule(age=ages, note=st.sampled_from(["two boxes", "left at the door"]), tell=st.booleans())
    def note(self, age: int, note: str, tell: bool) -> None:
        order = self.orders[-age:][0]
        changed = replace(order, notes=(*order.notes, (NOW, note)))
        kind = "order.changed" if tell else ""
        done = self.store.change_order(order, changed=changed, tell=kind)
        assert done == self.stands(order)
        if done:
            self.kept(replace(changed, version=order.version + 1), kind)

    @precondition(lambda self: self.orders)
    @rule(age=ages)
    def pay(self, age: int) -> None:
        order = self.orders[-age:][0]
        if order.status != "pending" or not order.payment.movements:
            return
        done = replace(order.payment.movements[0], state="done", reference="ch")
        paid = replace(order, status="placed", payment=with_movement(order.payment, done))
        saved = self.store.change_order(order, changed=paid)
        assert saved == self.stands(order)
        if saved:
            self.kept(replace(paid, version=order.version + 1), "order.placed")

    @rule(age=ages, state=st.sampled_from(STATES))
    def tell(self, age: int, state: str) -> None:
        for event in self.events()[-age:]:
            changed = replace(event, state=state, tries=event.tries + 1)
            assert self.store.save_event(event, changed=changed)
            assert not self.store.save_event(event, changed=changed)

    def events(self) -> list[Event]:
        """Those of this run, of all that the place holds."""
        return [event for event in self.store.events(limit=9999) if event.about.startswith(f"{self.run}-")]

    @rule(sku=skus, n=st.none() | st.integers(0, 4))
    def publish(self, sku: str, n: int | None) -> None:
        self.store.publish(FACTS, stock={self.sku(sku): n})
        self.stock[sku] = n

    @rule()
    def forget(self) -> None:
        self.store.forget(self.shopper)
        self.cart, self.placed = None, {}
        self.orders.clear()
        self.carts.append(Cart(cid=self.new_id()))

    @invariant()
    def nothing_differs(self) -> None:
        assert self.store.visit(self.shopper).cart == self.cart
        assert self.store.stock(self.sku(sku) for sku in SKUS) == {
            self.sku(sku): left for sku, left in self.stock.items()
        }
        kept = {order.id: order for order in self.store.orders(self.shopper, limit=99)}
        assert kept == self.placed

    @rule()
    def look_around(self) -> None:
        """What the shop's side finds: too much to ask after every step."""
        kept = self.placed
        assert all(self.store.placed_order(id) == order for id, order in self.placed.items())
        events = self.events()
        assert sorted((event.kind, event.about) for event in events) == sorted(
            (kind, about) for kind, about, _ in self.told
        )
        due = {event.id for event in self.store.due_events(now=NOW, limit=9999)}
        dead = {event.id for event in self.store.dead_events(limit=9999)}
        for event in events:
            assert (event.id in due, event.id in dead) == (event.state == "waiting", event.state == "dead")
        unsettled = {order.id for order in self.store.unsettled(before=NOW + DAY, limit=9999)}
        assert unsettled & kept.keys() == {order.id for order in kept.values() if is_unsettled(order)}

    def teardown(self) -> None:
        self.look_around()


# moto copies the whole table for each transaction: too slow for this, and the contract suite has it.
@pytest.mark.parametrize(("place", "examples"), [("sqlite", 40), ("ministack", 4)], indirect=["place"])
def test_a_store_does_what_the_model_does(place: Place, examples: int) -> None:
    opened, runs = place.open(), count()

    class InOnePlace(Shopping):
        def __init__(self) -> None:
            super().__init__(opened, next(runs))

    run_state_machine_as_test(
        InOnePlace,
        settings=settings(max_examples=examples, stateful_step_count=25, deadline=None, database=None),
    )

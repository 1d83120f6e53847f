"""Cart, order, stock and payment against a plain model: whatever is done in whatever order, the store holds
what a few dicts hold, and the bank has what the orders cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from random import Random

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from skill.commerce.cart import SEEN_REQUESTS, Cart, Line, add
from skill.commerce.merchant import Facts
from skill.commerce.money import Money, total
from skill.commerce.order import NEXT, Order, moved
from skill.commerce.payment import Payment, charged
from skill.commerce.totals import Terms, Totals
from skill.paying import cost, settle, tried_again
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
from tests.bench.faults.bank import Bank
from tests.bench.faults.weather import Killed, Weather

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FACTS = Facts(name="Harbor Foods", terms=Terms(currency="USD"), catalogue="v1")
PRICES = {"milk": 399, "tea": 525, "eggs": 479}
SKUS = tuple(PRICES)
_skus = st.sampled_from(SKUS)
_requests = st.sampled_from([f"r{n}" for n in range(12)])
# Which of the values read so far a call is made with: mostly the newest, at times one long out of date.
_ages = st.sampled_from([1, 1, 1, 2, 3, 5])
_STEPS = 50


class Shopping(RuleBasedStateMachine):
    """One shopper in one shop. `carts` and `read` hold whatever a turn may still believe in; `orders` is what
    the store must hold. The bank is in bad weather, and everybody may die over it."""

    def __init__(self, store: Stocking, run: int) -> None:
        super().__init__()
        self.store, self.run, self.shopper = store, run, f"ann-{run}"
        self.ids = count()
        self.storm(0)
        self.cart: Cart | None = None
        self.carts = [Cart(cid=self.new_id())]
        self.orders: dict[str, Order] = {}
        self.read: list[Order] = []
        self.stock: dict[str, int | None] = dict.fromkeys(SKUS, 9)
        store.publish(FACTS, stock={self.sku(sku): 9 for sku in SKUS})

    @initialize(seed=st.integers(0, 2**20))
    def storm(self, seed: int) -> None:
        self.weather = Weather(seed, rate=0.25)
        self.weather.calm = False
        self.bank = Bank(self.weather, decline=0.2)

    @rule(sku=_skus, quantity=st.integers(1, 2), request=_requests, age=_ages)
    def change_the_cart(self, sku: str, quantity: int, request: str, age: int) -> None:
        changed = add(self.carts[-age:][0], self.line(sku, quantity))
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

    @rule(age=_ages, card=st.booleans())
    def place(self, age: int, card: bool) -> None:
        cart, renewed = self.carts[-age:][0], Cart(cid=self.new_id())
        if not cart.lines:
            return
        order = self.order_of(cart, card=card)
        expected = self.expected(order, cart)
        assert self.store.place(order, cart=cart, renewed=renewed) == expected
        if isinstance(expected, Placed):
            self.move_stock(order.lines, -1)
            self.orders[order.id] = order
            self.read.append(order)
            self.cart = replace(renewed, version=cart.version + 1)
            self.carts.append(self.cart)

    @precondition(lambda self: self.read)
    @rule(age=_ages)
    def pay(self, age: int) -> None:
        """Settle an order as somebody read it, perhaps long ago; they may die on the way."""
        with suppress(Killed):
            settle(self.read[-age:][0], books=self.store, payments=self.bank, now=lambda: NOW)
        self.look_again(self.read[-age:][0].id)

    @precondition(lambda self: self.read)
    @rule(age=_ages)
    def try_the_card_again(self, age: int) -> None:
        self.change(self.read[-age:][0], tried_again(self.read[-age:][0], customer="cus_1"))

    @precondition(lambda self: self.read)
    @rule(age=_ages, status=st.sampled_from(sorted(NEXT)))
    def report(self, age: int, status: str) -> None:
        order = self.read[-age:][0]
        if status in NEXT[order.status] and status not in ("cancelled", "placed"):
            self.change(order, moved(order, status, now=NOW))

    @precondition(lambda self: self.read)
    @rule(age=_ages)
    def note(self, age: int) -> None:
        order = self.read[-age:][0]
        self.change(order, replace(order, notes=(*order.notes, (NOW, f"note {next(self.ids)}"))))

    @precondition(lambda self: self.read)
    @rule(age=_ages)
    def cancel(self, age: int) -> None:
        order = self.read[-age:][0]
        if "cancelled" not in NEXT[order.status]:
            return
        cancelled = moved(order, "cancelled", now=NOW)
        done = self.store.cancel(order, cancelled=cancelled)
        assert done == self.is_current(order)
        if done:
            self.move_stock(order.lines, 1)
            self.keep(order, cancelled)

    @precondition(lambda self: self.read)
    @rule(age=_ages, sku=_skus, quantity=st.integers(0, 4))
    def amend(self, age: int, sku: str, quantity: int) -> None:
        order = self.read[-age:][0]
        lines = tuple(line for line in order.lines if line.sku != self.sku(sku))
        lines += (self.line(sku, quantity),) if quantity else ()
        if order.status not in ("placed", "accepted") or not lines:
            return
        amended = replace(order, lines=lines, totals=_totals(lines))
        result = self.store.amend(order, amended=amended)
        have = Counter({line.sku: line.quantity for line in order.lines})
        wanted = Counter({line.sku: line.quantity for line in lines})
        if not self.is_current(order):
            assert result == OrderMoved()
            return
        left = self.stock[sku]
        more = wanted[self.sku(sku)] - have[self.sku(sku)]
        if left is not None and 0 < more > left:
            assert result == OutOfStock(self.sku(sku), left)
            return
        self.move_stock(order.lines, 1)
        self.move_stock(lines, -1)
        self.keep(order, amended)
        assert result == Amended(self.orders[order.id])

    @rule(sku=_skus, pieces=st.none() | st.integers(0, 9))
    def publish(self, sku: str, pieces: int | None) -> None:
        self.store.publish(FACTS, stock={self.sku(sku): pieces})
        self.stock[sku] = pieces

    @invariant()
    def nothing_differs(self) -> None:
        assert self.store.visit(self.shopper).cart == self.cart
        assert self.store.stock(map(self.sku, SKUS)) == {self.sku(s): n for s, n in self.stock.items()}
        kept = {order.id: order for order in self.store.orders(self.shopper, limit=999)}
        assert kept == self.orders

    @invariant()
    def money_moved_as_it_was_kept(self) -> None:
        """Whatever moved was kept before as a movement of its order, and what is kept as done has moved."""
        moved_now = {key: taken for key, taken in self.bank.books.items() if not taken.void}
        kept = {m.key: (o.id, m) for o in self.orders.values() for m in o.payment.movements}
        for key, taken in moved_now.items():
            order, movement = kept[key]
            assert (taken.order, taken.minor) == (order, movement.minor)
        for key, (_, movement) in kept.items():
            assert movement.state != "done" or key in moved_now

    def teardown(self) -> None:
        """In calm weather everybody's money comes right."""
        self.weather.calm = True
        self.bank.catch_up()
        self.bank.decline = 0.0
        for order in self.orders.values():
            after = settle(order, books=self.store, payments=self.bank, now=lambda: NOW)
            assert after.payment.open is None
        for order in self.store.orders(self.shopper, limit=999):
            if order.payment.method == "card" and order.payment.refused is None:
                assert self.bank.paid(order.id) == cost(order) == order.payment.collected

    def change(self, order: Order, changed: Order) -> None:
        done = self.store.change_order(order, changed=changed)
        assert done == self.is_current(order)
        if done:
            self.keep(order, changed)

    def keep(self, order: Order, changed: Order) -> None:
        self.orders[order.id] = replace(changed, version=order.version + 1)
        self.read.append(self.orders[order.id])

    def look_again(self, id: str) -> None:
        """What `settle` made of an order: only its money and status may have moved."""
        kept, known = self.store.order(self.shopper, id=id), self.orders[id]
        assert kept is not None
        assert (
            replace(
                kept,
                status=known.status,
                history=known.history,
                payment=known.payment,
                version=known.version,
            )
            == known
        )
        assert (kept.status, known.status) in {(known.status,) * 2, ("placed", "pending")}
        self.orders[id] = kept
        self.read.append(kept)

    def is_current(self, order: Order) -> bool:
        return (order.status, order.version) == (self.orders[order.id].status, self.orders[order.id].version)

    def expected(self, order: Order, cart: Cart) -> Placing:
        if order.id in self.orders:
            return AlreadyPlaced(self.orders[order.id])
        now = self.cart or replace(cart, version=0)
        if (cart.cid, cart.version) != (now.cid, now.version):
            return CartMoved()
        for wanted in order.lines:
            left = self.stock[wanted.sku.split("-")[0]]
            if left is not None and left < wanted.quantity:
                return OutOfStock(wanted.sku, left)
        return Placed(order)

    def move_stock(self, lines: tuple[Line, ...], sign: int) -> None:
        for line in lines:
            name = line.sku.split("-")[0]
            left = self.stock[name]
            self.stock[name] = None if left is None else left + sign * line.quantity

    def order_of(self, cart: Cart, *, card: bool) -> Order:
        totals = _totals(cart.lines)
        status = "pending" if card else "placed"
        payment = charged(cart.cid, totals.total.minor, customer="cus_1") if card else Payment()
        return Order(
            id=cart.cid,
            number="31415",
            shopper=self.shopper,
            status=status,
            placed_at=NOW,
            lines=cart.lines,
            totals=totals,
            history=((status, NOW),),
            payment=payment,
        )

    def line(self, sku: str, quantity: int) -> Line:
        return Line(sku=self.sku(sku), quantity=quantity, name=sku.title(), price=Money(PRICES[sku], "USD"))

    def sku(self, name: str) -> str:
        return f"{name}-{self.run}"

    def new_id(self) -> str:
        return f"{self.run:06}-{next(self.ids):04}"


def run(
    store: Stocking, steps: int, *, seed: str, shrink: bool = True, done: Callable[[], None] = lambda: None
) -> int:
    """About so many steps, in runs of fifty; how many were taken. Raises AssertionError where the store and
    the model differ, with the shortest way there if it may `shrink`."""
    runs, taken = Random(seed).randrange(1000) * 1000, count()
    numbers = count(runs)

    class InOneStore(Shopping):
        def __init__(self) -> None:
            super().__init__(store, next(numbers))

        @invariant()
        def counted(self) -> None:
            next(taken)
            done()

    run_state_machine_as_test(
        InOneStore,
        settings=settings(
            max_examples=max(1, steps // _STEPS),
            stateful_step_count=_STEPS,
            deadline=None,
            database=None,
            phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
            derandomize=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return next(taken)


def _totals(lines: tuple[Line, ...]) -> Totals:
    goods, none = total((line.cost for line in lines), currency="USD"), Money(0, "USD")
    return Totals(goods, none, none, goods, none)

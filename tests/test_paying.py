"""An order's money comes right whatever happens on the way: any answer of the provider, a crash between any
two steps, several who settle it at once, a cancellation or another price at any moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skill.commerce.order import Order, cost, moved
from skill.commerce.payment import CARD, Movement, Payment, asked_again, charged, towards
from skill.commerce.totals import Totals
from skill.paying import Begun, Declined, Moved, Outcome, Unknown, Void, settle, tried_again
from tests.commerce.goods import NOW, line, usd

TOTAL = 1636
ANSWERS = ("yes", "no", "bank", "lost", "silent", "forget")


def priced(order: Order, minor: int) -> Order:
    return replace(order, totals=Totals(usd(minor), usd(0), usd(0), usd(minor), usd(0)))


def pending(minor: int = TOTAL, *, customer: str = "cus_1") -> Order:
    order = Order(
        id="o1",
        number="00001",
        shopper="s",
        status="pending",
        placed_at=NOW,
        lines=(line("milk"),),
        totals=Totals(usd(0), usd(0), usd(0), usd(0), usd(0)),
        history=(("pending", NOW),),
        payment=charged("o1", minor, customer=customer),
    )
    return priced(order, minor)


class Crash(BaseException):
    """The process is gone."""


@dataclass
class Kept:
    """One order and the rule of every store: what is written follows what was read."""

    order: Order
    writes: list[str] = field(default_factory=list)
    here: Callable[[], None] = lambda: None

    def placed_order(self, id: str) -> Order | None:
        self.here()
        return self.order

    def change_order(self, order: Order, *, changed: Order, tell: str = "") -> bool:
        self.here()
        if self.order.version != order.version:
            return False
        self.order = replace(changed, version=order.version + 1)
        told = f"order.{changed.status}" if changed.status != order.status else tell
        if told:
            self.writes.append(told)
        self.here()
        return True


@dataclass
class Charge:
    key: str
    minor: int
    state: str = "open"


@dataclass
class Bank:
    """A provider that begins charges under a name, forgets keys, loses answers and declines, as it is told
    by `answer`; what it did is in `charges` and `refunds`."""

    answer: Callable[[], str] = lambda: "yes"
    here: Callable[[], None] = lambda: None
    charges: dict[str, Charge] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    refunds: dict[str, tuple[str, int]] = field(default_factory=dict)

    @property
    def net(self) -> int:
        took = sum(charge.minor for charge in self.charges.values() if charge.state == "done")
        return took - sum(minor for _, minor in self.refunds.values())

    def charge(self, movement: Movement, *, order: Order) -> Outcome:
        self.here()
        asked = self.answer()
        if asked == "silent":
            return Unknown()
        if not movement.reference:
            if asked == "forget":
                self.keys.clear()
            known = self.keys.setdefault(movement.key, f"pi_{len(self.charges) + 1}")
            self.charges.setdefault(known, Charge(movement.key, movement.minor))
            return Unknown() if asked == "lost" else Begun(known)
        charge = self.charges[movement.reference]
        assert (charge.key, charge.minor) == (movement.key, movement.minor)
        if charge.state == "open" and asked in ("no", "bank"):
            return Declined("declined", movement.reference, action=asked == "bank")
        if charge.state == "open":
            charge.state = "done"
        self.here()
        if asked == "lost":
            return Unknown()
        return (
            Moved(movement.reference) if charge.state == "done" else Declined("refused", movement.reference)
        )

    def refund(self, movement: Movement, *, order: Order) -> Outcome:
        self.here()
        asked = self.answer()
        if asked == "silent":
            return Unknown()
        if asked == "no" and movement.key not in self.refunds:
            return Declined("refused")
        assert self.charges[movement.reference].state == "done"
        self.refunds.setdefault(movement.key, (movement.reference, -movement.minor))
        self.here()
        return Unknown() if asked == "lost" else Moved(f"re_{movement.key}")

    def withdraw(self, movement: Movement, *, order: Order) -> Outcome:
        self.here()
        asked = self.answer()
        if asked == "silent":
            return Unknown()
        if not movement.reference:
            return Void()
        charge = self.charges[movement.reference]
        if charge.state == "open":
            charge.state = "void"
        self.here()
        if asked == "lost":
            return Unknown()
        return Moved(movement.reference) if charge.state == "done" else Void(movement.reference)


def settled(kept: Kept, bank: Bank) -> Order:
    return settle(kept.order, books=kept, payments=bank, now=lambda: NOW)


def cancel(kept: Kept) -> None:
    if kept.order.status in ("pending", "placed"):
        changed = moved(kept.order, "cancelled", now=NOW)
        kept.order = replace(changed, version=kept.order.version + 1)


def amend(kept: Kept, minor: int) -> None:
    if kept.order.status == "placed":
        changed = priced(kept.order, minor)
        payment = towards(changed.payment, cost(changed), order=changed.id)
        kept.order = replace(changed, payment=payment, version=kept.order.version + 1)


def mend(kept: Kept) -> None:
    changed = tried_again(kept.order, customer="")
    if changed != kept.order:
        kept.order = replace(changed, version=kept.order.version + 1)


def brought_to_rest(kept: Kept, bank: Bank) -> Order:
    """What becomes of it once the card is good and nothing fails any more."""
    bank.answer, bank.here, kept.here = (lambda: "yes"), (lambda: None), (lambda: None)
    for _ in range(3):
        settled(kept, bank)
        mend(kept)
        kept.order = replace(kept.order, payment=asked_again(kept.order.payment))
    return settled(kept, bank)


def assert_right(kept: Kept, bank: Bank) -> None:
    order = kept.order
    assert order.payment.open is None
    assert order.status != "pending"
    assert order.payment.collected == cost(order) == bank.net
    done = [charge.key for charge in bank.charges.values() if charge.state == "done"]
    assert len(done) == len(set(done)), "a key moved money twice"
    for name, charge in bank.charges.items():
        back = sum(minor for of, minor in bank.refunds.values() if of == name)
        assert back <= charge.minor
        assert charge.state == "done" or back == 0


class Settler(threading.Thread):
    """Somebody who settles the order, stopping at every step until they are let on; who dies when told."""

    def __init__(self, kept: Kept, bank: Bank) -> None:
        super().__init__(daemon=True)
        self.kept, self.bank = kept, bank
        self.go, self.stopped = threading.Semaphore(0), threading.Semaphore(0)
        self.dies, self.over = False, False

    def here(self) -> None:
        self.stopped.release()
        self.go.acquire()
        if self.dies:
            raise Crash

    def run(self) -> None:
        self.go.acquire()
        try:
            settled(self.kept, self.bank)
        except Crash:
            pass
        finally:
            self.over = True
            self.stopped.release()

    def let_on(self) -> None:
        self.go.release()
        self.stopped.acquire()


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_whatever_happens_the_shop_has_in_the_end_what_the_order_costs(data: st.DataObject) -> None:
    kept, bank = Kept(pending()), Bank()
    running: list[Settler] = []

    def here() -> None:
        current = threading.current_thread()
        if isinstance(current, Settler):
            current.here()

    kept.here = bank.here = here
    try:
        for _ in range(data.draw(st.integers(1, 40), label="steps")):
            step = data.draw(
                st.sampled_from(("go", "go", "go", "go", "start", "die", "cancel", "amend", "mend")),
                label="step",
            )
            if step == "start" and len(running) < 3:
                running.append(Settler(kept, bank))
                running[-1].start()
            elif step in ("go", "die") and running:
                one = data.draw(st.sampled_from(running), label="who")
                answer = data.draw(st.sampled_from(ANSWERS), label="the provider")
                bank.answer = partial(str, answer)
                one.dies = step == "die"
                one.let_on()
                if one.over:
                    running.remove(one)
            elif step == "cancel":
                cancel(kept)
            elif step == "amend":
                amend(kept, data.draw(st.integers(1, 3000), label="price"))
            elif step == "mend":
                mend(kept)
    finally:
        for one in running:
            one.dies = True
            while not one.over:
                one.let_on()
    brought_to_rest(kept, bank)
    assert_right(kept, bank)


def test_a_paid_order_is_placed_and_its_merchant_told_once() -> None:
    kept, bank = Kept(pending()), Bank()
    assert settled(kept, bank).status == "placed"
    assert settled(kept, bank) == kept.order
    assert kept.writes == ["order.placed"]
    assert bank.net == TOTAL


def test_a_charge_is_on_record_before_money_moves() -> None:
    kept = Kept(pending())
    bank = Bank()
    recorded: list[str] = []

    class Watching(Bank):
        def charge(self, movement: Movement, *, order: Order) -> Outcome:
            recorded.append(kept.order.payment.movements[0].reference)
            return bank.charge(movement, order=order)

    settle(kept.order, books=kept, payments=Watching(), now=lambda: NOW)
    assert recorded == ["", "pi_1"]


def test_a_declined_order_stays_and_is_paid_when_it_is_tried_again() -> None:
    kept, bank = Kept(pending()), Bank(answer=iter(["yes", "no"]).__next__)
    declined = settled(kept, bank)
    assert (declined.status, declined.payment.refused is not None) == ("pending", True)
    assert kept.writes == ["order.payment_refused"]
    bank.answer = lambda: "yes"
    assert settled(kept, bank) == declined, "nobody asked for it"
    mend(kept)
    assert settled(kept, bank).status == "placed"
    assert len(bank.charges) == 1


def test_an_order_that_is_called_off_before_it_is_charged_is_never_charged() -> None:
    kept, bank = Kept(pending()), Bank()
    cancel(kept)
    settled(kept, bank)
    assert bank.charges == {}
    assert [m.state for m in kept.order.payment.movements] == ["void"]


def test_a_free_order_is_not_charged_though_nobody_took_its_charge_back() -> None:
    kept, bank = Kept(replace(pending(), status="cancelled")), Bank()
    settled(kept, bank)
    assert bank.charges == {}
    assert kept.order.payment.open is None


def test_money_that_moved_too_late_for_its_order_goes_back() -> None:
    kept, bank = Kept(pending()), Bank(answer=iter(["yes", "lost"]).__next__)
    settled(kept, bank)
    assert bank.net == TOTAL, "the answer was lost, the money was not"
    cancel(kept)
    bank.answer = lambda: "yes"
    settled(kept, bank)
    assert_right(kept, bank)
    assert (kept.order.payment.collected, kept.order.payment.refunded) == (0, TOTAL)
    assert kept.writes == ["order.refunded"]


def test_a_refund_that_is_refused_is_not_asked_for_without_end() -> None:
    kept, bank = Kept(pending()), Bank()
    settled(kept, bank)
    cancel(kept)
    bank.answer = lambda: "no"
    for _ in range(5):
        settled(kept, bank)
    assert [m.state for m in kept.order.payment.movements] == ["done", "declined"]
    assert kept.order.payment.owed == TOTAL
    bank.answer = lambda: "yes"
    kept.order = replace(kept.order, payment=asked_again(kept.order.payment))
    settled(kept, bank)
    assert_right(kept, bank)


def test_what_one_charge_refused_to_give_back_is_not_asked_of_it_again_nor_of_another() -> None:
    charges = (
        Movement(key="o1", minor=1000, state="done", reference="pi_1"),
        Movement(key="o1-2", minor=200, state="done", reference="pi_2"),
        Movement(key="o1-3", minor=-200, state="declined", reference="pi_2"),
    )
    payment = towards(Payment(method=CARD, movements=charges), 0, order="o1")
    assert [(m.minor, m.reference) for m in payment.movements[3:]] == [(-1000, "pi_1")]
    part = towards(Payment(method=CARD, movements=charges), 100, order="o1")
    assert [(m.minor, m.reference) for m in part.movements[3:]] == [(-900, "pi_1")]
    more = towards(Payment(method=CARD, movements=charges), 1100, order="o1")
    assert [(m.minor, m.state) for m in more.movements[2:]] == [(-200, "void"), (-100, "due")]


def test_what_costs_nothing_is_placed_without_a_charge() -> None:
    kept, bank = Kept(pending(0)), Bank()
    assert settled(kept, bank).status == "placed"
    assert bank.charges == {}


def test_a_billed_order_moves_no_money() -> None:
    order = replace(pending(), payment=Payment(), status="placed")
    assert settle(order, books=Kept(order), payments=Bank(), now=lambda: NOW) == order


@pytest.mark.parametrize("answer", ["silent", "lost"])
def test_without_an_answer_the_order_stays_pending(answer: str) -> None:
    kept, bank = Kept(pending()), Bank(answer=lambda: answer)
    order = settled(kept, bank)
    assert order.status == "pending"
    assert kept.writes == []
    assert order.payment.refused is None
    assert order.payment.open is not None, "it is asked for again"


@given(
    st.lists(st.tuples(st.integers(1, 2000), st.sampled_from(["done", "declined", "void"])), max_size=4),
    st.lists(st.integers(0, 4000), min_size=1, max_size=5),
)
def test_movements_made_due_reach_the_target_and_take_nothing_back_twice(
    charges: list[tuple[int, str]], targets: list[int]
) -> None:
    moves = tuple(
        Movement(key=f"k{at}", minor=minor, state=state, reference=f"pi_{at}")
        for at, (minor, state) in enumerate(charges)
    )
    payment = Payment(method=CARD, movements=moves)
    for target in targets:
        payment = towards(payment, target, order="o")
        while (movement := payment.open) is not None:
            state = "void" if movement.state == "unwanted" else "done"
            done = replace(movement, state=state, reference=movement.reference or movement.key)
            payment = replace(
                payment, movements=tuple(done if m.key == movement.key else m for m in payment.movements)
            )
            payment = towards(payment, target, order="o")
        if payment.refused is None:
            assert payment.collected == target
        assert len({m.key for m in payment.movements}) == len(payment.movements)
        for charge in (m for m in payment.movements if m.minor > 0):
            back = [m.minor for m in payment.movements if m.minor < 0 and m.reference == charge.reference]
            assert -sum(back) <= charge.minor

"""What an amended order costs more is charged before it is amended, what it costs less goes back: whatever
the bank says, and wherever it all stops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest

from skill.app import shopper_key
from skill.catalogue.search import CatalogueIndex
from skill.commerce.amending import amended, relined
from skill.commerce.cart import Cart
from skill.commerce.order import Order, moved
from skill.commerce.payment import CARD, Movement, Payment
from skill.devtools.scenario import load_scenario, read_scenario
from skill.dialogue import engine
from skill.dialogue.adding import line_of
from skill.dialogue.amending import Unpaid, amend
from skill.dialogue.billing import quoted
from skill.dialogue.conversation import Conversation, encode
from skill.dialogue.reply import Reply
from skill.dialogue.turn import Slot, Turn
from skill.intents import everything
from skill.paying import Declined, Moved, Outcome, Unknown, Void, settle
from skill.shop import Amended, OrderMoved, OutOfStock, Shop
from tests.conversations.replay import WORLDS
from tests.talk import NOW, lambda_door

USER = "amzn1.ask.account.AMEND"
Meanwhile = Callable[[], None]


@dataclass
class Bank:
    """A bank with one card: money moves once under a key. `card` is "good", "bad", "asks" or "silent" (it
    takes the money and its answer is lost); `meanwhile` happens while a charge is asked for."""

    card: str = "good"
    meanwhile: Meanwhile = lambda: None
    moved: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def taken(self) -> int:
        return sum(self.moved.values())

    def charge(self, movement: Movement, *, order: Order) -> Outcome:
        assert order.payment.open == movement
        self.asked.append(movement.key)
        self.meanwhile()
        if movement.key not in self.moved:
            if self.card == "bad":
                return Declined("declined")
            if self.card == "asks":
                return Declined("declined", action=True)
            self.moved[movement.key] = movement.minor
            if self.card == "silent":
                return Unknown()
        return Moved(f"ch_{movement.key}")

    def refund(self, movement: Movement, *, order: Order) -> Outcome:
        assert order.payment.open == movement
        self.moved.setdefault(movement.key, movement.minor)
        return Moved(movement.reference)

    def withdraw(self, movement: Movement, *, order: Order) -> Outcome:
        assert order.payment.open == movement
        return Moved(f"ch_{movement.key}") if movement.key in self.moved else Void()


@dataclass
class Till:
    """A shop with one paid order, and the bank behind it."""

    shop: Shop
    bank: Bank

    @property
    def order(self) -> Order:
        return self.shop.store.orders(self.shop.shopper)[0]

    def wanted(self, **counts: int) -> Order:
        """The order as it would be with so many pieces."""
        fresh = {product.sku: line_of(product, 1, self.shop) for product in self.shop.products(counts)}
        lines = relined(self.order, counts, fresh=fresh)
        return amended(self.order, lines=lines, totals=quoted(lines, self.shop), coupon="")

    def settled(self) -> Order:
        """What the worker makes of it."""
        return settle(self.order, books=self.shop.store, payments=self.bank, now=lambda: NOW)

    def lines(self) -> dict[str, int]:
        return {line.sku: line.quantity for line in self.order.lines}


@pytest.fixture
def till(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Till:
    monkeypatch.setenv("SAYSO_CATALOGUES", str(tmp_path / "catalogues"))
    door: ModuleType = lambda_door(f"sqlite:{tmp_path / 'shop.db'}", monkeypatch=monkeypatch)
    app = door.app
    folder = app.settings.catalogues / app.settings.shop
    key = partial(shopper_key, secret=app.settings.secret)
    load_scenario(read_scenario(WORLDS / "amending.json"), store=app.store, folder=folder, now=NOW, key=key)
    shopper = shopper_key(USER, secret=app.settings.shopper_secret)
    order = app.store.orders(shopper)[0]
    bank = Bank(moved={order.id: order.totals.total.minor})
    first = Movement(key=order.id, minor=order.totals.total.minor, state="done", reference=f"ch_{order.id}")
    app.store.put_order(replace(order, payment=Payment(method=CARD, movements=(first,))))
    visit = app.store.visit(shopper)
    shop = Shop(
        store=app.store,
        catalogue=CatalogueIndex(folder / visit.facts.catalogue),
        facts=visit.facts,
        about=visit.shopper,
        cart=Cart(cid="cart-1"),
        shopper=shopper,
        request_id="request-1",
        now=NOW,
        locale="en-US",
        linked=True,
        new_id=lambda: "cart-2",
        payments=bank,
    )
    return Till(shop, bank)


def test_what_it_costs_more_is_charged_once_and_then_it_is_amended(till: Till) -> None:
    changed = till.wanted(coffee=3)
    written = amend(till.order, changed=changed, shop=till.shop)
    assert isinstance(written, Amended)
    assert till.order == written.order
    assert till.lines() == {"eggs": 2, "coffee": 3}
    assert till.bank.taken == till.order.totals.total.minor == till.order.payment.collected
    assert till.settled() == till.order


@pytest.mark.parametrize(("card", "reason"), [("bad", "refused"), ("asks", "action")])
def test_a_refused_charge_leaves_the_order_as_it_was(till: Till, card: str, reason: str) -> None:
    before = till.order
    till.bank.card = card
    assert amend(before, changed=till.wanted(coffee=3), shop=till.shop) == Unpaid(reason)
    after = till.order
    assert (after.lines, after.totals, after.status) == (before.lines, before.totals, before.status)
    assert after.payment.open is None
    assert after.payment.refused is None
    assert till.bank.taken == before.totals.total.minor
    assert till.shop.store.stock(["coffee"]) == {"coffee": 40}


def test_after_a_refusal_a_better_card_is_charged(till: Till) -> None:
    till.bank.card = "bad"
    amend(till.order, changed=till.wanted(coffee=3), shop=till.shop)
    till.bank.card = "good"
    assert isinstance(amend(till.order, changed=till.wanted(coffee=3), shop=till.shop), Amended)
    assert till.bank.taken == till.order.totals.total.minor
    assert len(set(till.bank.asked)) == 2


def test_a_charge_whose_answer_is_lost_goes_back(till: Till) -> None:
    before = till.order
    till.bank.card = "silent"
    assert amend(before, changed=till.wanted(coffee=3), shop=till.shop) == Unpaid("unknown")
    till.settled()
    assert till.lines() == {"eggs": 2, "coffee": 2}
    assert till.bank.taken == before.totals.total.minor == till.order.payment.collected


def test_a_crash_before_the_amended_order_is_written_gives_the_money_back(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = till.order

    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    changed = till.wanted(coffee=3)
    with monkeypatch.context() as patch:
        patch.setattr(type(till.shop.store), "amend", crash)
        with pytest.raises(KeyboardInterrupt):
            amend(before, changed=changed, shop=till.shop)
    assert till.bank.taken > before.totals.total.minor
    assert till.order in till.shop.store.unsettled(before=NOW.replace(year=2100))  # type: ignore[attr-defined]
    till.settled()
    assert till.lines() == {"eggs": 2, "coffee": 2}
    assert till.bank.taken == before.totals.total.minor == till.order.payment.collected


def test_packing_that_begins_during_the_charge_stops_the_change_and_gives_back(till: Till) -> None:
    before = till.order

    def packed() -> None:
        order = till.order
        if order.status == "placed":
            assert till.shop.store.change_order(order, changed=moved(order, "preparing", now=NOW))

    till.bank.meanwhile = packed
    assert amend(before, changed=till.wanted(coffee=3), shop=till.shop) == OrderMoved()
    assert till.order.status == "preparing"
    assert till.lines() == {"eggs": 2, "coffee": 2}
    assert till.bank.taken == before.totals.total.minor == till.settled().payment.collected


def test_stock_that_is_gone_after_the_charge_gives_it_back(till: Till) -> None:
    before = till.order

    def sold() -> None:
        till.shop.store.publish(till.shop.facts, stock={"coffee": 0})  # type: ignore[attr-defined]

    till.bank.meanwhile = sold
    assert amend(before, changed=till.wanted(coffee=3), shop=till.shop) == OutOfStock("coffee", 0)
    assert till.bank.taken == before.totals.total.minor == till.order.payment.collected


def test_what_it_costs_less_goes_back_to_the_card(till: Till) -> None:
    before = till.order.totals.total.minor
    written = amend(till.order, changed=till.wanted(eggs=1), shop=till.shop)
    assert isinstance(written, Amended)
    assert till.bank.taken == before - 479 == till.order.payment.collected
    assert till.order.payment.open is None


def test_an_order_that_moved_is_not_charged(till: Till) -> None:
    stale = till.order
    changed = till.wanted(coffee=3)
    assert till.shop.store.change_order(stale, changed=moved(stale, "accepted", now=NOW))
    assert amend(stale, changed=changed, shop=till.shop) == OrderMoved()
    assert till.bank.asked == []


def test_without_a_bank_nothing_that_costs_more_is_amended(till: Till) -> None:
    nobody = replace(till.shop, payments=None)
    assert amend(till.order, changed=till.wanted(coffee=3), shop=nobody) == Unpaid("refused")
    assert till.lines() == {"eggs": 2, "coffee": 2}


def respond(till: Till, intent: str, conversation: Conversation, **slots: Slot) -> tuple[Reply, Conversation]:
    turn = Turn(
        request_id="request-1",
        intent=intent,
        now=NOW,
        locale="en-US",
        user=USER,
        slots=slots,
        attributes=encode(conversation),
    )
    return engine.respond(turn, shop=till.shop, intents=everything())


@pytest.mark.parametrize(
    ("card", "said"),
    [
        ("good", ["amend_order.changed", "amend_order.charged"]),
        ("bad", ["amend_order.unpaid_refused"]),
        ("asks", ["amend_order.unpaid_action"]),
        ("silent", ["amend_order.unpaid_unknown"]),
    ],
)
def test_what_came_of_the_charge_is_said(till: Till, card: str, said: list[str]) -> None:
    till.bank.card = card
    _, conversation = respond(
        till, "AddToOrder", Conversation(), product=Slot("oat milk"), quantity=Slot("2", (), 2)
    )
    reply, _ = respond(till, "Yes", conversation)
    assert [message.key for message in reply.say] == said
    assert ("oat-milk" in till.lines()) == (card == "good")


def test_money_that_goes_back_is_said(till: Till) -> None:
    _, conversation = respond(
        till, "TakeOffOrder", Conversation(), product=Slot("eggs"), quantity=Slot("1", (), 1)
    )
    reply, _ = respond(till, "Yes", conversation)
    assert [message.key for message in reply.say] == ["amend_order.changed", "amend_order.given_back"]


def test_the_yes_said_again_charges_once(till: Till) -> None:
    _, conversation = respond(till, "AddToOrder", Conversation(), product=Slot("oat milk"))
    first, _ = respond(till, "Yes", conversation)
    again, _ = respond(till, "Yes", conversation)
    assert again == first
    assert till.bank.taken == till.order.totals.total.minor

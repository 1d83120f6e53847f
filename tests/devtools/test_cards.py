"""Cards where no money is real keep books like real ones: once under a key, back at most what was paid."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from skill.commerce.order import Order
from skill.commerce.payment import Movement
from skill.devtools.cards import KIND, DevelopmentCards
from skill.paying import Declined, Moved, Outcome, Unknown, Void, settle
from skill.shop import Stocking
from skill.storage.sqlite import open_sqlite
from tests.commerce.goods import NOW
from tests.test_paying import TOTAL, Kept, cancel, mend, pending


@pytest.fixture
def store(tmp_path: Path) -> Stocking:
    return open_sqlite(str(tmp_path / "shop.db"), shop="harbor", clock=lambda: NOW)


def charge(store: Stocking, customer: str, *, tries: int = 1, card: str = "approved") -> Outcome:
    order = pending(customer=customer)
    movement = replace(order.payment.movements[0], tries=tries)
    return DevelopmentCards(store, card=card).charge(movement, order=order)


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("approved", Moved("o1")),
        ("declined", Declined("declined", "o1")),
        ("funds", Declined("funds", "o1")),
        ("expired", Declined("expired", "o1")),
        ("action", Declined("declined", "o1", action=True)),
        ("none", Declined("no_card")),
        ("unknown", Unknown()),
    ],
)
def test_a_charge_comes_to_what_its_customer_is_called(store: Stocking, words: str, outcome: Outcome) -> None:
    assert charge(store, words) == outcome
    assert charge(store, "", card=words) == outcome


def test_each_try_has_its_word_and_the_last_one_holds(store: Stocking) -> None:
    came = [charge(store, "funds,declined,expired", tries=tries) for tries in (1, 2, 3, 4)]
    assert [one.reason for one in came if isinstance(one, Declined)] == [
        "funds",
        "declined",
        "expired",
        "expired",
    ]


def test_what_is_paid_stays_paid_whoever_asks_again(store: Stocking) -> None:
    assert charge(store, "approved") == charge(store, "declined") == Moved("o1")
    assert len(store.documents(KIND)) == 1


def test_asked_by_several_at_once_it_moves_once(store: Stocking) -> None:
    with ThreadPoolExecutor(4) as pool:
        came = list(pool.map(lambda _: charge(store, "approved"), range(8)))
    assert Moved("o1") in came
    assert len(store.documents(KIND)) == 1


def test_a_charge_that_was_withdrawn_never_succeeds(store: Stocking) -> None:
    cards, order = DevelopmentCards(store), pending(customer="approved")
    movement = order.payment.movements[0]
    assert cards.withdraw(movement, order=order) == Void()
    assert cards.charge(movement, order=order) == Declined("refused", "o1")
    assert cards.withdraw(movement, order=order) == Void()


def test_no_more_goes_back_than_was_paid(store: Stocking) -> None:
    cards, order = DevelopmentCards(store), pending(customer="approved")
    cards.charge(order.payment.movements[0], order=order)
    part = Movement(key="o1-2", minor=-1000, reference="o1")
    assert cards.refund(part, order=order) == cards.refund(part, order=order) == Moved("o1")
    rest = Movement(key="o1-3", minor=-TOTAL, reference="o1")
    assert cards.refund(rest, order=order) == Declined("refused")
    assert cards.refund(replace(rest, reference="o2"), order=order) == Declined("refused")


def test_an_order_is_settled_with_them_from_its_first_try_to_its_refund(store: Stocking) -> None:
    kept = Kept(pending(customer="declined,approved"))

    def settled() -> Order:
        return settle(kept.order, books=kept, payments=DevelopmentCards(store), now=lambda: NOW)

    assert settled().status == "pending"
    mend(kept)
    assert settled().status == "placed"
    cancel(kept)
    assert settled().payment.refunded == TOTAL

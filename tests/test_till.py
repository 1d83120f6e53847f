"""What changes between the total and the yes is said before anything is ordered."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import time
from pathlib import Path
from types import ModuleType

import pytest

from skill.app import shopper_key
from skill.commerce.merchant import Facts
from skill.commerce.order import Order
from skill.commerce.window import WEEKDAYS, Span, windows
from tests.conversations.replay import WORLDS
from tests.talk import NOW, USER, Talk, furnish, kept, lambda_door, send_through, shop_name


def changed(door: ModuleType, change: Callable[[Facts], Facts]) -> None:
    """The merchant publishes other facts."""
    facts = door.app.store.visit("anybody").facts
    door.app.store.publish(change(facts), stock={})


def without_coupons(facts: Facts) -> Facts:
    return replace(facts, coupons=())


def run_out(facts: Facts) -> Facts:
    return replace(facts, coupons=tuple(replace(coupon, ends=NOW) for coupon in facts.coupons))


def without_stores(facts: Facts) -> Facts:
    return replace(facts, stores=())


def at_the_till(talk: Talk, *wishes: str) -> None:
    for said in ("add goat milk", "make it four", *wishes, "check out"):
        talk.say(said)


@pytest.mark.parametrize("gone", [run_out, without_coupons])
def test_a_coupon_that_ran_out_since_the_total_is_taken_off_and_said(
    door: ModuleType, talk: Talk, gone: Callable[[Facts], Facts]
) -> None:
    at_the_till(talk, "apply the code save ten")
    changed(door, gone)
    answer = talk.say("yes")
    assert kept(door)["orders"] == []
    assert "SAVE10 has run out" in answer.speech
    assert "coupon" not in kept(door)


def test_the_total_without_the_coupon_is_the_one_charged(door: ModuleType, talk: Talk) -> None:
    at_the_till(talk, "apply the code save ten")
    changed(door, run_out)
    read = talk.say("yes").speech
    placed = talk.say("yes").speech
    order = kept(door)["orders"][0]
    total = f"${order['total'] / 100:.2f}"
    assert total in read
    assert total in placed
    assert "coupon" not in order


def test_a_store_that_closed_since_the_total_is_said_even_at_the_same_price(
    door: ModuleType, talk: Talk
) -> None:
    changed(door, lambda facts: replace(facts, terms=replace(facts.terms, delivery_fee=0)))
    at_the_till(talk, "I'll pick it up")
    changed(door, without_stores)
    answer = talk.say("yes")
    assert kept(door)["orders"] == []
    assert "would be delivered" in answer.speech
    assert talk.say("yes").ended
    assert "pickup" not in kept(door)["orders"][0]


def test_a_coupon_counts_for_one_order_and_again_when_that_is_called_off(
    door: ModuleType, talk: Talk
) -> None:
    at_the_till(talk, "apply the code save ten")
    talk.say("yes")
    number = kept(door)["orders"][0]["number"]
    talk.say("add goat milk")
    assert number in talk.say("apply the code save ten").speech
    assert "coupon" not in kept(door)
    talk.say("cancel my order")
    talk.say("yes")
    talk.say("apply the code save ten")
    assert kept(door)["coupon"] == "SAVE10"


EVENING = Span(days=WEEKDAYS, starts=time(17), ends=time(19))
NOON = Span(days=WEEKDAYS, starts=time(12), ends=time(14))


@pytest.fixture
def bay(tmp_path: Path, catalogues: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A shop that delivers in windows and takes a deposit; its shopper has coffee and cola in the cart."""
    monkeypatch.setenv("SAYSO_CATALOGUES", str(catalogues / "bay"))
    opened = lambda_door(f"sqlite:{tmp_path / 'shop.db'}", monkeypatch=monkeypatch)
    furnish(opened, world=WORLDS / "windows.json")
    return opened


def talk_to(door: ModuleType, locale: str = "en-US") -> Talk:
    return Talk(send_through(door), locale=locale, shop=shop_name(door, locale))


def ordered(door: ModuleType) -> tuple[Order, ...]:
    found: tuple[Order, ...] = door.app.store.orders(
        shopper_key(USER, secret=door.app.settings.shopper_secret)
    )
    return found


def dearer_delivery(facts: Facts) -> Facts:
    return replace(facts, terms=replace(facts.terms, delivery_fee=699))


def free_delivery(facts: Facts) -> Facts:
    return replace(facts, terms=replace(facts.terms, delivery_fee=0))


def more_tax(facts: Facts) -> Facts:
    return replace(facts, terms=replace(facts.terms, tax_rates={"default": 1000, "Food": 0}))


def less_deposit(facts: Facts) -> Facts:
    return replace(facts, terms=replace(facts.terms, sku_deposits={"cola": 30}))


def only_at_noon(facts: Facts) -> Facts:
    return replace(facts, spans=(NOON,))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            dearer_delivery,
            "What the shop charges for delivery has changed. With $6.99 delivery and $0.75 tax, the total is "
            "$31.81. $0.60 of the total is deposit. The total is $2.12 more than the $29.69 I said.",
        ),
        (
            free_delivery,
            "What the shop charges for delivery has changed. Delivery is free; with $0.33 tax the total is "
            "$24.40. $0.60 of the total is deposit. The total is $5.29 less than the $29.69 I said.",
        ),
        (
            more_tax,
            "The tax has changed. With $4.99 delivery and $1.05 tax, the total is $30.11. $0.60 of the total "
            "is deposit. The total is $0.42 more than the $29.69 I said.",
        ),
        (
            less_deposit,
            "The deposit has changed. With $4.99 delivery and $0.63 tax, the total is $29.39. $0.30 of the "
            "total is deposit. The total is $0.30 less than the $29.69 I said.",
        ),
        (
            only_at_noon,
            "We can no longer come today between 5 PM and 7 PM. With $4.99 delivery and $0.63 tax, the total "
            "is $29.69. $0.60 of the total is deposit. It comes tomorrow between 12 PM and 2 PM.",
        ),
    ],
)
def test_what_the_merchant_changed_since_is_said_with_old_and_new_total_before_it_is_ordered(
    bay: ModuleType, change: Callable[[Facts], Facts], said: str
) -> None:
    talk = talk_to(bay)
    talk.say("check out")
    changed(bay, change)
    answer = talk.say("yes")
    assert answer.speech.startswith(said)
    assert ordered(bay) == ()
    total = talk.say("yes").speech
    (order,) = ordered(bay)
    assert f"${order.totals.total.minor / 100:.2f} in all" in total


def test_what_another_device_changed_is_said_with_the_difference(bay: ModuleType) -> None:
    talk, other = talk_to(bay), talk_to(bay)
    talk.say("check out")
    other.session = replace(other.session, id="session-9")
    other._count = 100
    other.say("add spring water")
    answer = talk.say("yes")
    assert answer.speech.startswith(
        "Your cart has changed since. Your order from Harbor Corner: 2 of Wharf ground coffee and 2 more."
    )
    assert "The total is $1.47 more than the $29.69 I said." in answer.speech
    assert ordered(bay) == ()
    talk.say("yes")
    assert ordered(bay)[0].totals.total.minor == 2969 + 147


@pytest.mark.parametrize(
    ("locale", "wishes", "said"),
    [
        ("de-DE", ("zur Kasse", "ja"), "Das sind 2,12 $ mehr als vorhin, da waren es 29,69 $."),
        ("ar-SA", ("كمل الطلب", "نعم"), "هذا يزيد 2.12 دولار على ما قلته سابقًا، وكان 29.69 دولار."),
    ],
)
def test_the_difference_is_said_in_every_language(
    bay: ModuleType, locale: str, wishes: tuple[str, str], said: str
) -> None:
    talk = talk_to(bay, locale)
    talk.say(wishes[0])
    changed(bay, dearer_delivery)
    assert said in talk.say(wishes[1]).speech.replace("\xa0", " ")
    assert ordered(bay) == ()


def test_a_window_that_was_chosen_and_closed_is_said_and_replaced(bay: ModuleType) -> None:
    talk = talk_to(bay)
    talk.say("check out")
    assert "tomorrow between 7 PM and 9 PM" in talk.say("tomorrow between seven and nine").speech
    changed(bay, lambda facts: replace(facts, spans=(EVENING,)))
    answer = talk.say("yes")
    assert answer.speech.startswith("We can no longer come tomorrow between 7 PM and 9 PM.")
    assert "It comes today between 5 PM and 7 PM." in answer.speech
    talk.say("yes")
    (order,) = ordered(bay)
    first = next(windows((EVENING,), now=bay.app.store.visit("anybody").facts.local(NOW)))
    assert order.window == first
    assert order.expected == first.starts.date()


def test_the_window_that_was_read_out_is_the_one_of_the_order(bay: ModuleType) -> None:
    talk = talk_to(bay)
    for said in ("check out", "tomorrow between five and seven", "yes"):
        talk.say(said)
    (order,) = ordered(bay)
    assert order.window is not None
    assert order.window.starts.isoformat() == "2026-11-22T17:00:00-05:00"
    assert order.expected is not None
    assert order.expected.isoformat() == "2026-11-22"
    assert order.totals.deposit is not None
    assert order.totals.deposit.minor == 60


def test_a_deposit_does_not_reach_the_smallest_order(bay: ModuleType) -> None:
    changed(bay, lambda facts: replace(facts, terms=replace(facts.terms, minimum_order=2_400)))
    assert talk_to(bay).say("check out").speech.startswith("The smallest order here is $24.00")


@pytest.mark.parametrize(
    ("currency", "read", "placed", "card"),
    [
        ("JPY", "With ¥499 delivery and ¥63 tax, the total is ¥2,969. ¥60", "¥2,969 in all", "Total: ¥2,969"),
        (
            "KWD",
            "With KWD 0.499 delivery and KWD 0.063 tax, the total is KWD 2.969. KWD 0.060",
            "KWD 2.969",
            "KWD 2.969",
        ),
    ],
)
def test_every_currency_is_said_and_written_by_its_own_decimals(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    currency: str,
    read: str,
    placed: str,
    card: str,
) -> None:
    world = json.loads((WORLDS / "windows.json").read_text("utf-8"))
    world["shop"]["currency"] = currency
    (tmp_path / "world.json").write_text(json.dumps(world), "utf-8")
    monkeypatch.setenv("SAYSO_CATALOGUES", str(tmp_path / "catalogues"))
    door = lambda_door(f"sqlite:{tmp_path / 'shop.db'}", monkeypatch=monkeypatch)
    furnish(door, world=tmp_path / "world.json")
    talk = talk_to(door)
    assert read in talk.say("check out").speech.replace("\xa0", " ")
    done = talk.say("yes")
    assert placed in done.speech.replace("\xa0", " ")
    assert card in done.response["response"]["card"]["content"].replace("\xa0", " ")
    assert ordered(door)[0].totals.total.minor == 2969

"""What is kept comes to an end: the clock turned on, on every store."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from skill.commerce.contact import Contact
from skill.commerce.merchant import Case, Privacy, Shopper
from skill.commerce.order import unattributed
from skill.merchants.retention import ID, KIND, WALKED, Forgotten, forget_due
from skill.shop import Placed, Stocking
from tests.storage.stores import FACTS, NOW, Place, buy, cart, line, order_of, saved

ANN, BEN = "ann4k7hashed", "ben9q2hashed"
After = Callable[..., Forgotten]
KEEPS = Privacy(carts_days=90, orders_days=3650, cases_days=365, events_days=30, shoppers_days=730)


@pytest.fixture
def shop(place: Place) -> Stocking:
    """A store that knows how long its shop keeps what."""
    store = place.open()
    store.publish(replace(FACTS, privacy=KEEPS), stock={})
    store.visit(ANN)
    return store


@pytest.fixture
def after(shop: Stocking, place: Place) -> After:
    """Forgets all that is due so many days later."""

    def forget(days: float, *, keeps: Privacy = KEEPS, limit: int = 50) -> Forgotten:
        now = NOW + timedelta(days=days)
        if place.client is not None:
            expire(place, now)
        return forgotten(shop, now, keeps=keeps, limit=limit)

    return forget


def expire(place: Place, now: datetime) -> None:
    """What DynamoDB does by itself, within some days: remove items whose `ttl` has passed."""
    for item in place.client.scan(TableName=place.table)["Items"]:
        if int(item.get("ttl", {"N": "99999999999"})["N"]) < now.timestamp():
            place.client.delete_item(TableName=place.table, Key={name: item[name] for name in ("PK", "SK")})


def forgotten(store: Stocking, now: datetime, *, keeps: Privacy, limit: int) -> Forgotten:
    swept = shoppers = removed = 0
    for _ in range(200):
        done = forget_due(store, facts=replace(FACTS, privacy=keeps), now=now, limit=limit)
        swept, shoppers, removed = swept + done.swept, shoppers + done.shoppers, removed + done.removed
        if not done.more:
            return Forgotten(swept, shoppers, removed)
    raise AssertionError("it never comes to an end")


def ordered(store: Stocking, shopper: str, *, placed_at: datetime = NOW, cid: str = "") -> str:
    full = saved(store, cart(line(), cid=cid or f"{shopper}-1"), shopper=shopper, request_id=cid)
    order = replace(order_of(full, shopper=shopper, placed_at=placed_at), contact=Contact(name="Ann Other"))
    assert isinstance(buy(store, full, order=order), Placed)
    return order.id


def alone(store: Stocking, shopper: str, *, placed_at: datetime, id: str) -> None:
    """An order of somebody of whom nothing else is kept."""
    order = order_of(cart(line(), cid=id), shopper=shopper, placed_at=placed_at)
    store.put_order(replace(order, contact=Contact(name="Ann Other")))


def has_cart(store: Stocking) -> bool:
    return store.visit(ANN).cart is not None


def has_case(store: Stocking) -> bool:
    return bool(store.cases(ANN))


def has_event(store: Stocking) -> bool:
    return bool(store.events())


def has_order(store: Stocking) -> bool:
    return store.placed_order("book") is not None


@pytest.mark.parametrize(
    ("there", "days"),
    [(has_cart, 90), (has_case, 365), (has_order, 3650)],
    ids=["a cart", "a case", "an order"],
)
def test_it_is_kept_for_its_days_and_no_longer(
    shop: Stocking, after: After, there: Callable[[Stocking], bool], days: int
) -> None:
    if there is has_cart:
        saved(shop, cart(line()), shopper=ANN)
    elif there is has_case:
        shop.open_case(Case(id="c", reference="1", about="a broken jar", opened_at=NOW), shopper=ANN)
    else:
        alone(shop, "gone-book", placed_at=NOW, id="book")
    after(days - 1)
    assert there(shop)
    assert after(days + 1).shoppers == 0
    assert not there(shop)
    assert after(days + 2) == Forgotten()


def test_an_event_goes_a_month_after_everybody_knows(shop: Stocking, after: After) -> None:
    ordered(shop, ANN)
    [event] = shop.events()
    after(29)
    assert has_event(shop)
    # Nobody knows of it yet: it is not forgotten untold.
    after(60)
    assert has_event(shop)
    assert shop.save_event(event, changed=replace(event, state="done", told=("mail",)))
    after(91)
    assert not has_event(shop)


def test_who_never_came_back_is_forgotten_and_the_books_keep_the_order(shop: Stocking, after: After) -> None:
    order = ordered(shop, ANN)
    shop.put_shopper(ANN, about=Shopper(account="ann-7", contact=Contact(name="Ann Other")))
    after(729)
    assert [kept.id for kept in shop.orders(ANN)] == [order]
    # To the month, in DynamoDB.
    assert after(731 + 31).shoppers == 1
    assert (shop.visit(ANN).shopper, shop.visit(ANN).cart, shop.orders(ANN)) == (Shopper(), None, ())
    kept = shop.placed_order(order)
    assert kept is not None
    assert (kept, kept.contact) == (unattributed(kept), None)


def test_who_left_nothing_but_an_order_is_forgotten_too(shop: Stocking, after: After) -> None:
    """Their cart went long before: no list but that of the orders leads to them."""
    order = ordered(shop, ANN)
    after(100)
    assert not has_cart(shop)
    assert [kept.id for kept in shop.orders(ANN)] == [order]
    assert after(800).shoppers == 1
    assert shop.orders(ANN) == ()
    assert shop.placed_order(order) is not None


def test_who_ordered_since_keeps_what_is_old(shop: Stocking, after: After) -> None:
    for n, years in enumerate((5, 3, 1)):
        alone(shop, ANN, placed_at=NOW - timedelta(days=365 * years), id=f"order-{n}")
    assert after(0) == Forgotten()
    assert len(shop.orders(ANN)) == 3
    assert after(366).shoppers == 1
    assert shop.orders(ANN) == ()


def test_who_looked_in_since_is_met_again_by_the_next_walk(shop: Stocking, after: After) -> None:
    alone(shop, ANN, placed_at=NOW - timedelta(days=729), id="order-1")
    saved(shop, cart(line()), shopper=ANN)
    assert after(2).shoppers == 0
    assert shop.orders(ANN)
    # The cart has gone by then, and with it the only hint that they were here since.
    after(91)
    after(92 + WALKED.days)
    assert shop.orders(ANN) == ()


def test_a_large_shop_is_walked_over_in_pieces(shop: Stocking, after: After) -> None:
    for n in range(23):
        alone(shop, f"shopper{n % 9}", placed_at=NOW - timedelta(days=800 + n), id=f"order-{n:02}")
    alone(shop, BEN, placed_at=NOW, id="late")
    first = forget_due(shop, facts=replace(FACTS, privacy=KEEPS), now=NOW, limit=5)
    assert first.shoppers <= 5
    assert first.more
    assert after(0.001, limit=5).shoppers + first.shoppers == 9
    assert all(shop.orders(f"shopper{n}") == () for n in range(9))
    assert [kept.id for kept in shop.orders(BEN)] == ["late"]


def test_once_a_day_is_often_enough(shop: Stocking, after: After) -> None:
    after(1000)
    shop.open_case(Case(id="c", reference="1", about="a broken jar", opened_at=NOW), shopper=ANN)
    assert after(1000.9) == Forgotten()
    assert has_case(shop)
    after(1001.1)
    assert not has_case(shop)


def test_an_erasure_of_a_moment_ago_is_finished_at_once(shop: Stocking, after: After) -> None:
    after(0)
    saved(shop, cart(line()), shopper=ANN)
    shop.erase(ANN, until=NOW)
    # A turn that had read before writes now.
    shop.put_shopper(ANN, about=Shopper(account="ann-7"))
    assert after(1 / 24).swept == 1
    assert shop.visit(ANN).shopper == Shopper()


def test_two_that_run_at_once_forget_the_same(shop: Stocking) -> None:
    alone(shop, ANN, placed_at=NOW - timedelta(days=800), id="order-1")
    facts = replace(FACTS, privacy=KEEPS)

    class Beside:
        """The store, in which somebody else does it all first, just before the progress is noted."""

        def __getattr__(self, name: str) -> object:
            if name == "put_document":
                forget_due(shop, facts=facts, now=NOW)
            return getattr(shop, name)

    forget_due(Beside(), facts=facts, now=NOW)  # type: ignore[arg-type]
    assert shop.orders(ANN) == ()
    assert "next" in json.loads(shop.document(KIND, ID) or "")

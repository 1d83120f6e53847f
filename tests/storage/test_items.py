"""Stored documents give back what was put in."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.commerce.alert import Alert
from skill.commerce.cart import Cart, Change, Line
from skill.commerce.contact import Coordinates
from skill.commerce.coupon import Coupon
from skill.commerce.event import STATES, Event
from skill.commerce.hours import Hours
from skill.commerce.merchant import Branch, Case, Facts, Faq, Linking, Member, Privacy, Shopper
from skill.commerce.money import Money
from skill.commerce.order import NEXT, Order
from skill.commerce.payment import Cards, charged, with_movement
from skill.commerce.totals import Terms, Totals
from skill.commerce.window import WEEKDAYS, Span
from skill.storage import case_items, event_items, items, shop_items
from tests.storage.stores import FACTS, NOW, cart, line, order_of

texts = st.text(max_size=12)
counts = st.integers(0, 99)
amounts = st.integers(-(10**12), 10**12)
moments = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - Hypothesis adds the timezone
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45)), timezone(-timedelta(hours=8))]),
)
times = st.times(timezones=st.none())
money = st.builds(Money, amounts, st.sampled_from(["USD", "JPY", "KWD"]))
lines = st.builds(Line, sku=texts, quantity=counts, name=texts, price=money, by=st.none() | st.just("P"))
several_lines = st.lists(lines, max_size=4).map(tuple)
changes = st.builds(
    Change,
    st.lists(st.tuples(texts, st.none() | lines), max_size=3).map(tuple),
    saved=st.none() | several_lines,
    way=st.none() | st.tuples(texts, texts, texts),
)
carts = st.builds(
    Cart,
    cid=texts,
    lines=several_lines,
    version=counts,
    changes=st.lists(changes, max_size=3).map(tuple),
    seen=st.lists(texts, max_size=8).map(tuple),
    saved=several_lines,
    coupon=texts,
    pickup=texts,
    substitutes=st.none() | st.booleans(),
    known=st.dictionaries(texts, st.dictionaries(texts, counts, max_size=3), max_size=2),
)
totals = st.builds(Totals, money, money, money, money, money, st.none() | money, st.none() | money)
orders = st.builds(
    Order,
    id=texts,
    number=texts,
    shopper=texts,
    status=st.sampled_from(sorted(NEXT)),
    placed_at=moments,
    lines=several_lines,
    totals=totals,
    expected=st.none() | st.dates(),
    history=st.lists(st.tuples(texts, moments), max_size=3).map(tuple),
    substitutes=st.none() | st.booleans(),
    coupon=texts,
    pickup=texts,
    ready_at=st.none() | moments,
    by=st.none() | st.text(min_size=1),
    account=texts,
)
terms = st.builds(
    Terms,
    currency=st.just("USD"),
    tax_inclusive=st.booleans(),
    tax_rates=st.dictionaries(texts, counts, max_size=3),
    delivery_fee=counts,
    free_delivery_from=st.none() | counts,
    minimum_order=counts,
    deposits=st.dictionaries(texts, counts, max_size=2),
    sku_deposits=st.dictionaries(texts, counts, max_size=2),
    deposit_taxed=st.booleans(),
    total_step=counts,
)
hours = st.builds(Hours, st.dictionaries(st.sampled_from(WEEKDAYS), st.tuples(times, times)))
faqs = st.builds(
    Faq, texts, st.lists(texts, max_size=3).map(tuple), st.dictionaries(texts, texts, max_size=3)
)
words = st.dictionaries(texts, texts, max_size=3)
coupons = st.builds(
    Coupon,
    code=texts,
    percent=counts,
    amount=counts,
    minimum=counts,
    starts=st.none() | moments,
    ends=st.none() | moments,
    first=st.booleans(),
    once=st.booleans(),
    public=st.booleans(),
    names=words,
    heard=st.dictionaries(texts, st.lists(texts, max_size=2).map(tuple), max_size=2),
)
branches = st.builds(
    Branch,
    id=texts,
    names=words,
    addresses=words,
    ready_minutes=counts,
    hours=st.none() | hours,
    place=st.none() | st.builds(Coordinates, st.floats(-90, 90), st.floats(-180, 180)),
    postcodes=st.lists(texts, max_size=2).map(tuple),
)
linkings = st.builds(
    Linking,
    issuer=texts,
    audience=texts,
    jwks=texts,
    algorithms=st.lists(texts, max_size=3).map(tuple),
    introspection=texts,
    client_id=texts,
    secret_env=texts,
    scopes=st.lists(texts, max_size=2).map(tuple),
)
cards = st.builds(
    Cards,
    provider=texts,
    secret_env=texts,
    hold_minutes=counts,
    card=texts,
)
facts = st.builds(
    Facts,
    name=texts,
    terms=terms,
    catalogue=texts,
    locale=texts,
    timezone=texts,
    hours=st.none() | hours,
    faqs=st.lists(faqs, max_size=3).map(tuple),
    delivery_days=counts,
    coupons=st.lists(coupons, max_size=2).map(tuple),
    stores=st.lists(branches, max_size=2).map(tuple),
    linking=st.none() | linkings,
    cards=st.none() | cards,
    privacy=st.builds(Privacy, carts_days=counts, orders_days=counts, shoppers_days=counts),
    spans=st.lists(
        st.builds(
            Span,
            days=st.lists(st.sampled_from(WEEKDAYS), max_size=2).map(tuple),
            starts=times,
            ends=times,
            closes=counts,
        ),
        max_size=2,
    ).map(tuple),
)
alerts = st.builds(Alert, kind=texts, asked_at=moments, sku=texts, price=st.none() | amounts, told=texts)
shoppers = st.builds(
    Shopper,
    linked=st.none() | st.booleans(),
    members=st.dictionaries(texts, st.builds(Member, name=texts, child=st.booleans()), max_size=3),
    code=texts,
    next_code=texts,
    code_misses=counts,
    code_offered=st.booleans(),
    version=counts,
    seen=st.lists(texts, max_size=3).map(tuple),
    substitutes=st.none() | st.booleans(),
    alerts=st.lists(alerts, max_size=3).map(tuple),
    account=texts,
    code_at=st.none() | moments,
)
cases = st.builds(
    Case,
    id=texts,
    reference=texts,
    about=texts,
    opened_at=moments,
    status=texts,
    kind=texts,
    order=texts,
    due=st.none() | moments,
    stars=st.none() | st.integers(1, 5),
    notes=st.lists(st.tuples(moments, texts), max_size=2).map(tuple),
)


def stored(item: items.Item) -> items.Item:
    return items.from_text(items.to_text(item))


@given(lines)
def test_a_line_comes_back(line: Line) -> None:
    assert items.load_line(stored(items.dump_line(line))) == line


@given(changes)
def test_a_change_comes_back(change: Change) -> None:
    assert items.load_change(stored(items.dump_change(change))) == change


@given(carts)
def test_a_cart_comes_back(cart: Cart) -> None:
    assert items.load_cart(stored(items.dump_cart(cart))) == cart


@given(totals)
def test_totals_come_back(totals: Totals) -> None:
    assert items.load_totals(stored(items.dump_totals(totals))) == totals


@given(orders)
def test_an_order_comes_back(order: Order) -> None:
    assert items.load_order(stored(items.dump_order(order))) == order


@given(facts)
def test_facts_come_back(facts: Facts) -> None:
    assert shop_items.load_facts(stored(shop_items.dump_facts(facts))) == facts


@given(shoppers)
def test_a_shopper_comes_back(shopper: Shopper) -> None:
    assert items.load_shopper(stored(items.dump_shopper(shopper))) == shopper


@given(cases)
def test_a_case_comes_back(case: Case) -> None:
    assert case_items.load_case(stored(case_items.dump_case(case))) == case


def test_a_document_is_readable_by_a_person() -> None:
    text = items.to_text(items.dump_line(line(name="حليب 🥛")))
    assert text == '{"v":1,"sku":"milk","quantity":1,"name":"حليب 🥛","price":[399,"USD"]}'


def test_fields_an_older_document_lacks_take_their_defaults() -> None:
    assert (
        shop_items.load_facts({"name": "Harbor Foods", "terms": {"currency": "USD"}, "catalogue": "v1"})
        == FACTS
    )
    assert items.load_shopper({}) == Shopper()


def test_an_order_of_before_coupons_had_nothing_taken_off() -> None:
    order = order_of(cart(line()))
    item = items.dump_order(order)
    del item["totals"]["discount"], item["coupon"], item["pickup"], item["ready_at"]
    assert items.load_order(item) == order


def test_a_document_of_a_later_version_is_refused() -> None:
    with pytest.raises(ValueError, match="version 2"):
        items.from_text(json.dumps({"v": 2, "sku": "milk"}))


def test_an_event_has_an_id_that_sorts_by_time_and_differs_by_what_happened() -> None:
    event = event_items.made("order.placed", "cart-1", of="", at=NOW)
    assert (event.kind, event.about, event.at, event.due, event.state) == (
        "order.placed",
        "cart-1",
        NOW,
        NOW,
        "waiting",
    )
    assert len(event.id) == 26
    assert event_items.made("order.placed", "cart-1", of="", at=NOW) == event
    later = event_items.made("order.placed", "cart-1", of="", at=NOW + timedelta(milliseconds=1))
    others = [
        event_items.made(kind, about, of=of, at=NOW)
        for kind, about, of in (
            ("order.placed", "cart-2", ""),
            ("order.changed", "cart-1", "1"),
            ("order.changed", "cart-1", "2"),
        )
    ]
    assert event.id < later.id
    assert len({event.id, *(other.id for other in others)}) == 4
    assert event_items.shard(later.id) == event_items.shard(event.id) == event_items.shard_of("cart-1")
    # The time half, as every ULID reader decodes it.
    milliseconds = 0
    for character in event.id[:10]:
        milliseconds = milliseconds * 32 + "0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(character)
    assert datetime.fromtimestamp(milliseconds / 1000, UTC) == NOW


@given(
    st.builds(
        Event,
        id=texts,
        kind=texts,
        about=texts,
        at=moments,
        due=moments,
        state=st.sampled_from(STATES),
        told=st.lists(texts, max_size=3).map(tuple),
        tries=counts,
        error=texts,
    )
)
def test_an_event_comes_back(event: Event) -> None:
    assert event_items.load_event(stored(event_items.dump_event(event))) == event


def test_an_orders_money_is_unsettled_while_anything_is_to_be_done_about_it() -> None:
    billed = order_of(cart(line()))
    due = replace(billed, payment=charged("cart-1", 399, customer="c"))
    paid = with_movement(due.payment, replace(due.payment.movements[0], state="done", reference="ch"))
    sold = replace(billed, payment=paid)
    assert not event_items.is_unsettled(billed)
    assert not event_items.is_unsettled(sold)
    assert event_items.is_unsettled(replace(billed, status="pending"))
    assert event_items.is_unsettled(due)
    # To be given back, though nobody has made the refund due yet.
    assert event_items.is_unsettled(replace(sold, status="cancelled"))

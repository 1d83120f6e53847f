"""Orders over the API: listed, found, and taken from status to status once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

from skill.commerce.contact import Address, Contact
from skill.commerce.order import NEXT, Order
from skill.commerce.window import Window
from tests.api.conftest import Merchant
from tests.talk import NOW

TRACKING = {"carrier": "UPS", "number": "1Z999AA1", "url": "https://example.com/1Z999AA1"}


def order_of(merchant: Merchant) -> Order:
    order = merchant.app.store.placed_order(merchant.order)
    assert order is not None
    return order


def events(merchant: Merchant) -> list[str]:
    return sorted(event.kind for event in merchant.app.store.events() if event.kind.startswith("order."))


def report(merchant: Merchant, status: str, **more: Any) -> Any:
    return merchant.ask("POST", f"/orders/{merchant.order}/status", {"status": status, **more})


def test_an_order_tells_what_was_promised_and_where_it_can_go(harbor: Merchant) -> None:
    told = harbor.ask("GET", f"/orders/{harbor.order}")
    assert told.status == 200
    assert told.json["placed_at"] == "2026-11-21T15:00:00Z"
    assert told.json["lines"] == [
        {
            "sku": "harbor-milk",
            "name": "harbor oat milk",
            "options": [],
            "quantity": 2,
            "price": {"amount": 399, "currency": "USD"},
            "fulfilled": 0,
        }
    ]
    assert told.json["totals"]["total"] == {"amount": 798, "currency": "USD"}
    assert told.json["history"] == [{"status": "placed", "since": "2026-11-21T15:00:00Z"}]
    assert set(told.json["allowed"]) == NEXT["placed"]
    assert "ann" not in told.text
    assert harbor.ask("GET", f"/orders/{harbor.number}").json == told.json
    assert harbor.ask("GET", "/orders/99999").status == 404


def test_orders_are_listed_newest_first_by_status_and_time_in_pages(harbor: Merchant) -> None:
    order = order_of(harbor)
    for n in range(5):
        harbor.app.store.put_order(
            replace(
                order,
                id=f"old-{n}",
                placed_at=NOW - timedelta(days=n + 1),
                status="shipped" if n % 2 else "delivered",
            )
        )

    def pages(query: str) -> list[str]:
        ids, after = [], ""
        while after is not None:
            page = harbor.ask("GET", f"/orders?limit=2{query}&after={after}").json
            ids += [told["id"] for told in page["orders"]]
            after = page["next"]
        return ids

    assert pages("") == ["harbor-cart", *(f"old-{n}" for n in range(5))]
    assert pages("&status=shipped") == ["old-1", "old-3"]
    assert pages("&placed_after=2026-11-19T15:00:00Z") == ["harbor-cart", "old-0", "old-1"]
    assert pages("&placed_after=2026-11-19T16:00:00%2B01:00&status=delivered") == ["old-0"]
    for query in ("status=lost", "after=nonsense", "after=MjAyNi0xMS0xOX54", "placed_after=yesterday"):
        assert harbor.ask("GET", f"/orders?{query}").status == 422


def test_a_status_is_reported_with_tracking_and_note_and_repeating_it_changes_nothing(
    harbor: Merchant,
) -> None:
    first = report(harbor, "shipped", tracking=TRACKING, note="two boxes")
    assert first.status == 200
    assert first.json["tracking"] == TRACKING
    assert first.json["notes"] == [{"note": "two boxes", "at": "2026-11-21T15:00:00Z"}]
    assert [entry["status"] for entry in first.json["history"]] == ["placed", "shipped"]
    again = report(harbor, "shipped", tracking=TRACKING, note="two boxes")
    assert (again.status, again.json) == (200, first.json)
    assert report(harbor, "shipped").json == first.json
    assert events(harbor) == ["order.placed", "order.shipped"]
    corrected = report(harbor, "shipped", tracking={**TRACKING, "number": "1Z999AA2"})
    assert corrected.json["tracking"]["number"] == "1Z999AA2"
    assert corrected.json["history"] == first.json["history"]


def test_a_change_that_is_not_allowed_names_those_that_are(harbor: Merchant) -> None:
    report(harbor, "shipped")
    answer = report(harbor, "preparing")
    assert answer.status == 409
    assert set(answer.json["allowed"]) == NEXT["shipped"]
    assert "out_for_delivery" in answer.json["remedy"]
    assert order_of(harbor).status == "shipped"
    for status in ("delivered", "refunded"):
        assert report(harbor, status).status == 200
    assert report(harbor, "shipped").json["allowed"] == []
    lost = report(harbor, "lost")
    assert (lost.status, lost.json["place"]) == (400, "status")
    assert {"shipped", "OUT_FOR_DELIVERY", "OrderInTransit"} <= set(lost.json["allowed"])
    assert harbor.ask("POST", "/orders/nothing/status", {"status": "shipped"}).status == 404


def test_cancelling_gives_the_pieces_back_once_however_often_it_is_sent(harbor: Merchant) -> None:
    assert harbor.app.store.stock(["harbor-milk"]) == {"harbor-milk": 7}
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: report(harbor, "cancelled", note="sold out"), range(6)))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert harbor.app.store.stock(["harbor-milk"]) == {"harbor-milk": 9}
    assert events(harbor) == ["order.cancelled", "order.placed"]


def test_of_two_changes_at_once_that_exclude_each_other_one_is_made(harbor: Merchant) -> None:
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda status: report(harbor, status), ("cancelled", "shipped")))
    assert sorted(answer.status for answer in answers) == [200, 409]
    left = harbor.app.store.stock(["harbor-milk"])["harbor-milk"]
    assert (order_of(harbor).status, left) in {("cancelled", 9), ("shipped", 7)}


def test_a_status_may_be_reported_in_the_words_of_other_systems(harbor: Merchant) -> None:
    for word, dialect, status in (
        ("confirmed", "acp", "accepted"),
        ("LABEL_PRINTED", "", "preparing"),
        ("on hold", "shopify", "preparing"),
        ("https://schema.org/OrderInTransit", "", "shipped"),
        ("Complete", "commercetools", "delivered"),
    ):
        told = report(harbor, word, dialect=dialect)
        assert (told.status, told.json["status"]) == (200, status)
    assert report(harbor, "shipped", dialect="klingon").status == 422


def test_a_word_that_means_different_things_needs_its_dialect(harbor: Merchant) -> None:
    unclear = report(harbor, "CONFIRMED")
    assert (unclear.status, unclear.json["place"]) == (400, "status")
    assert set(unclear.json["allowed"]) == {"shopify", "commercetools", "acp"}
    assert "preparing in shopify" in unclear.json["detail"]
    assert order_of(harbor).status == "placed"
    assert report(harbor, "CONFIRMED", dialect="shopify").json["status"] == "preparing"


def test_what_changes_no_status_is_noted_and_told(harbor: Merchant) -> None:
    told = report(harbor, "DELAYED", note="the road is closed")
    assert (told.json["status"], told.json["notes"][0]["note"]) == ("placed", "the road is closed")
    assert events(harbor) == ["order.changed", "order.placed"]


def test_pieces_that_left_are_kept_by_line_until_all_have(harbor: Merchant) -> None:
    part = report(harbor, "shipped", lines=[{"sku": harbor.sku, "quantity": 1}])
    assert (part.json["status"], part.json["lines"][0]["fulfilled"]) == ("partly_shipped", 1)
    assert report(harbor, "PARTIALLY_SHIPPED", lines=[{"sku": harbor.sku, "quantity": 1}]).json == part.json
    for lines in ([{"sku": harbor.sku, "quantity": 3}], [{"sku": "nothing", "quantity": 1}]):
        refused = report(harbor, "shipped", lines=lines)
        assert (refused.status, refused.json["place"]) == (422, "lines")
    whole = report(harbor, "partly_shipped", lines=[{"sku": harbor.sku, "quantity": 2}])
    assert (whole.json["status"], whole.json["lines"][0]["fulfilled"]) == ("shipped", 0)
    assert events(harbor) == ["order.partly_shipped", "order.placed", "order.shipped"]
    assert whole.json["version"] == order_of(harbor).version == part.json["version"] + 1


def test_what_is_handed_over_at_a_store_is_delivered(harbor: Merchant) -> None:
    order = order_of(harbor)
    harbor.app.store.put_order(replace(order, pickup="north", status="ready_for_pickup"))
    assert report(harbor, "FULFILLED", dialect="shopify").json["status"] == "delivered"


def test_an_order_tells_who_gets_it_where_and_when(harbor: Merchant) -> None:
    window = Window(NOW + timedelta(days=1), NOW + timedelta(days=1, hours=2))
    address = Address(lines=("1 Quay",), city="Harbor", region="", code="12345", country="US")
    contact = Contact(name="Ann", email="ann@example.com", address=address)
    harbor.app.store.put_order(replace(order_of(harbor), window=window, contact=contact))
    told = harbor.ask("GET", f"/orders/{harbor.order}").json
    assert told["window"] == {"starts": "2026-11-22T15:00:00Z", "ends": "2026-11-22T17:00:00Z"}
    assert told["contact"]["address"] == {
        "lines": ["1 Quay"],
        "city": "Harbor",
        "region": "",
        "code": "12345",
        "country": "US",
    }
    assert told["payment"] == {
        "method": "invoice",
        "collected": {"amount": 0, "currency": "USD"},
        "refused": None,
    }

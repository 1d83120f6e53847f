"""Orders over the API: listed, found, and taken from status to status once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

from skill.commerce.order import NEXT, Order
from tests.api.conftest import Merchant
from tests.talk import NOW

TRACKING = {"carrier": "UPS", "number": "1Z999AA1", "url": "https://example.com/1Z999AA1"}


def order_of(merchant: Merchant) -> Order:
    order = merchant.app.store.placed_order(merchant.order)
    assert order is not None
    return order


def events(merchant: Merchant) -> list[str]:
    return sorted(event.kind for event in merchant.app.store.events())


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
            "quantity": 2,
            "price": {"amount": 399, "currency": "USD"},
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
    assert report(harbor, "placed").json["allowed"] == []
    assert report(harbor, "lost").status == 422
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

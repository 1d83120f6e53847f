"""Requests that are none: too large, too deep, of another type, to nowhere; and imports of whole feeds."""

from __future__ import annotations

import http.client
from typing import Any

import pytest

from skill.api.route import MOST_JSON
from skill.api.web import MOUNT
from tests.api.conftest import Merchant

FEED = (
    "id\ttitle\tprice\tlink\timage_link\tavailability\tdescription\n"
    "tea\tMint tea\t2.49 USD\thttps://example.com/tea\thttps://example.com/tea.jpg\tin stock\tTea.\n"
    "bad\tNo price\t\thttps://example.com/bad\thttps://example.com/b.jpg\tin stock\tBad.\n"
)


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (b"", "application/json", 400),
        (b"{", "application/json", 400),
        (b'"\xff"', "application/json", 400),
        (b'["\\ud800"]', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"a":' * 100_000, "application/json", 400),
        (b"[" + b"9" * 100_000 + b"]", "application/json", 400),
        (b"null", "application/json", 422),
        (b"{}", "application/json", 422),
        (b'[{"sku": "\\u0000", "left": 1}]', "application/json", 422),
        (b'[{"sku": "a", "left": 1e3}]', "application/json", 422),
        (b'[{"sku": "a", "left": true}]', "application/json", 422),
        (b"[]", "text/plain", 415),
        (b"[]", "", 415),
    ],
)
def test_a_body_that_cannot_be_used_is_refused(
    harbor: Merchant, body: bytes, media_type: str, status: int
) -> None:
    answer = harbor.ask("PATCH", "/stock", body, Content_Type=media_type)
    assert answer.status == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["remedy"]


def announced(merchant: Merchant, method: str, path: str, length: int) -> http.client.HTTPResponse:
    """The answer to a request that announces a body and sends none."""
    connection = http.client.HTTPConnection(merchant.url.removeprefix("http://"), timeout=10)
    connection.putrequest(method, MOUNT + path)
    headers = {
        "Authorization": f"Bearer {merchant.key}",
        "Content-Type": "application/json",
        "Content-Length": str(length),
    }
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def test_a_body_that_is_too_large_is_refused_unread(harbor: Merchant) -> None:
    assert announced(harbor, "PATCH", "/stock", MOST_JSON + 1).status == 413
    assert announced(harbor, "POST", "/imports", 64 * 1024 * 1024 + 1).status == 413


def test_a_body_above_what_the_skill_takes_is_taken_here(harbor: Merchant) -> None:
    rows = [{"sku": f"{'x' * 90}{n}", "left": 1} for n in range(1000)]
    answer = harbor.ask("PATCH", "/stock", rows)
    assert (answer.status, answer.json["refused"]) == (207, 1000)


def test_addresses_and_methods_there_are_not_are_told_apart(harbor: Merchant) -> None:
    assert harbor.ask("GET", "/nowhere").status == 404
    assert harbor.ask("GET", "/products/").status == 404
    answer = harbor.ask("DELETE", "/stock")
    assert (answer.status, answer.headers["Allow"]) == (405, "PATCH")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert harbor.ask("OPTIONS", "/shop").status == 405
    for path in ("/products/..%2F..%2Fshop", "/products/%00", "/faqs/" + "x" * 200, "/products/" + "x" * 200):
        body: Any = {"questions": ["a"], "answer": "b"}
        if path.startswith("/products"):
            body = {"sku": "a", "title": "A", "price": {"amount": 1, "currency": "USD"}}
        assert harbor.ask("PUT", path, body).status == 422
        assert harbor.ask("DELETE", path).status == 404


def test_an_answer_is_kept_by_nobody_on_the_way(harbor: Merchant) -> None:
    for path in ("/shop", "/nowhere"):
        headers = harbor.ask("GET", path).headers
        assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("no-store", "nosniff")


def test_a_feed_sent_as_it_is_goes_live_and_its_report_is_kept(harbor: Merchant) -> None:
    sent = harbor.ask(
        "POST", "/imports?dialect=google&currency=USD&yes=true", FEED.encode(), Content_Type="text/plain"
    )
    assert sent.status == 200
    assert sent.json["products"] == 1
    assert any("row 2" in problem["message"] for problem in sent.json["problems"])
    assert [product["sku"] for product in harbor.ask("GET", "/products").json["products"]] == ["tea"]
    assert harbor.ask("GET", "/imports").json == {"imports": [sent.json]}
    path = f"/imports/{sent.json['id']}"
    assert harbor.ask("GET", path).json == sent.json
    page = harbor.ask("GET", path, Accept="text/html,application/xhtml+xml;q=0.9,*/*;q=0.8")
    assert page.headers["Content-Type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "Row 2" in page.text
    assert harbor.ask("GET", path, Accept="*/*").json == sent.json


@pytest.mark.parametrize(
    ("feed", "query"),
    [
        (b"", ""),
        (b"id\ttitle\n", ""),
        (b"\xff\xfe\x00", ""),
        (FEED.replace("2.49 USD", "2.49 EUR").encode(), ""),
        (FEED.encode(), "?dialect=unknown"),
        (FEED.encode(), "?currency=EUR"),
        (FEED.encode(), "?dry_run=perhaps"),
    ],
)
def test_a_feed_that_cannot_be_used_changes_nothing(harbor: Merchant, feed: bytes, query: str) -> None:
    version = harbor.app.store.visit("x").facts.catalogue
    answer = harbor.ask("POST", f"/imports{query}", feed, Content_Type="text/plain")
    assert answer.status == 422
    assert answer.json["remedy"]
    assert harbor.app.store.visit("x").facts.catalogue == version
    told = harbor.ask("GET", "/imports").json["imports"]
    assert [report["version"] for report in told] in ([], [""])

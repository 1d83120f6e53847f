"""What a shop's programs report by signed messages, in place of a key."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from standardwebhooks import Webhook

from skill.api.web import all_routes, register
from skill.app import build
from skill.merchants.webhooks import secret_of
from tests.api.conftest import Merchant, ask, settings_of
from tests.talk import NOW


def message(merchant: Merchant, status: str, **more: Any) -> dict[str, Any]:
    return {"type": "order.status", "data": {"order": merchant.order, "status": status, **more}}


def hear(
    merchant: Merchant,
    sent: Any,
    *,
    id: str = "msg_1",
    at: datetime = NOW,
    secret: str = "",
    path: str = "/hooks/orders",
    **changed: str,
) -> Any:
    """Send a message as the official library signs it; `changed` are headers that differ from it."""
    body = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    headers = {
        "webhook_id": id,
        "webhook_timestamp": str(int(at.timestamp())),
        "webhook_signature": Webhook(secret or merchant.secret).sign(id, at.astimezone(UTC), body.decode()),
    }
    return ask(merchant.url, "POST", path, body, **{**headers, **changed})


def status_of(merchant: Merchant) -> str:
    order = merchant.app.store.placed_order(merchant.order)
    assert order is not None
    return order.status


def test_a_status_comes_back_by_a_signed_message_without_a_key(harbor: Merchant) -> None:
    tracking = {"carrier": "UPS", "number": "1Z9"}
    told = hear(harbor, {**message(harbor, "IN_TRANSIT", tracking=tracking, note="soon"), "timestamp": "now"})
    assert told.status == 200
    assert told.json == harbor.ask("GET", f"/orders/{harbor.order}").json
    assert (told.json["status"], told.json["notes"][0]["note"]) == ("shipped", "soon")


def test_an_order_is_named_by_its_number_too_and_its_pieces_told(harbor: Merchant) -> None:
    sent = message(harbor, "partly_shipped", lines=[{"sku": harbor.sku, "quantity": 1}])
    sent["data"]["order"] = harbor.number
    assert hear(harbor, sent).json["lines"][0]["fulfilled"] == 1


def test_a_message_heard_before_changes_nothing_even_when_things_moved_on(harbor: Merchant) -> None:
    assert hear(harbor, message(harbor, "accepted"), id="msg_a").status == 200
    assert hear(harbor, message(harbor, "preparing"), id="msg_b").status == 200
    again = hear(harbor, message(harbor, "accepted"), id="msg_a", at=NOW + timedelta(seconds=200))
    assert (again.status, again.json["status"]) == (200, "preparing")
    assert hear(harbor, message(harbor, "accepted"), id="msg_c").status == 409


def test_messages_at_once_are_all_remembered(harbor: Merchant) -> None:
    sent = message(harbor, "DELAYED", note="wait")
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: hear(harbor, sent, id=f"msg_{n % 3}"), range(12)))
    assert {answer.status for answer in answers} <= {200, 409}
    assert all(hear(harbor, sent, id=f"msg_{n}").status == 200 for n in range(3))
    kept = harbor.app.store.document("hook", harbor.webhook)
    assert kept is not None
    assert len(json.loads(kept)) == 3


def test_what_is_not_signed_well_is_refused_before_it_is_read(harbor: Merchant, hill: Merchant) -> None:
    sent = message(harbor, "shipped")
    for refused in (
        hear(harbor, sent, secret=secret_of(bytes(32))),
        hear(harbor, sent, secret=hill.secret),
        hear(harbor, sent, at=NOW - timedelta(seconds=301)),
        hear(harbor, sent, at=NOW + timedelta(seconds=301)),
        hear(harbor, sent, webhook_id="another"),
        hear(harbor, sent, webhook_signature="v1,AAAA"),
        hear(harbor, b"no json", webhook_signature="v1,AAAA"),
        hear(harbor, sent, path="/hooks/orders/nowhere"),
        hear(hill, sent),
        harbor.ask("POST", "/hooks/orders", sent),
    ):
        assert refused.status == 401
        assert refused.headers["WWW-Authenticate"].startswith("StandardWebhooks")
        assert refused.json["remedy"]
    assert status_of(harbor) == "placed"


def test_one_of_several_shops_is_named_in_the_address_and_meets_no_other(
    harbor: Merchant, hill: Merchant
) -> None:
    assert hear(hill, message(hill, "shipped"), path="/hooks/orders/hill").json["status"] == "shipped"
    assert hear(hill, message(harbor, "shipped"), id="b", path="/hooks/orders/hill").status == 404
    assert hear(hill, message(harbor, "shipped"), path="/hooks/orders/harbor").status == 401
    assert status_of(harbor) == "placed"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"{}", 422),
        (b"[]", 422),
        (b'{"type": "order.status", "data": {"order": "nothing", "status": "shipped"}}', 404),
        (b'{"type": "order.status", "data": {"order": "harbor-cart", "status": "eaten"}}', 400),
        (b'{"type": "order.status", "data": {"order": "harbor-cart", "status": "refunded"}}', 409),
        (b'{"type": "order.eaten", "data": {"order": "harbor-cart", "status": "shipped"}}', 422),
        (b'{"type": "order.status", "data": {"order": "harbor-cart", "status": "shipped", "x": 1}}', 422),
    ],
)
def test_a_signed_message_that_cannot_be_used_is_told_why(harbor: Merchant, body: bytes, status: int) -> None:
    told = hear(harbor, body)
    assert told.status == status
    assert told.json["remedy"]
    assert status_of(harbor) == "placed"


def test_a_shop_without_webhooks_hears_nobody(tmp_path: Path) -> None:
    app = build(settings_of(tmp_path, "alone"))
    web = Flask(__name__)
    register(web, shop_of=lambda _: None, named=lambda _: app)
    answer = web.test_client().post("/merchant/v1/hooks/orders", json={})
    assert answer.status_code == 401


def test_only_what_is_signed_needs_no_key() -> None:
    assert {route.path for route in all_routes() if route.signed} == {"/hooks/orders", "/hooks/orders/{shop}"}

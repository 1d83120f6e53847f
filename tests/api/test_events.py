"""What happens, pulled and listened for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from skill.api.order_forms import CaseForm, OrderForm
from skill.api.web import register
from skill.merchants import webhooks
from skill.merchants.telling import tell_due
from skill.merchants.told import case_told, order_told
from skill.web.post import post
from tests.api.conftest import Merchant
from tests.merchants.receiver import receiving
from tests.talk import NOW

ADDRESS = "https://shop.example/hook"


def test_webhooks_are_added_listed_and_removed_and_their_secret_is_told_once(harbor: Merchant) -> None:
    added = harbor.ask("POST", "/webhooks", {"url": ADDRESS, "events": ["order.placed", "case"]})
    assert added.status == 201
    assert added.json["secret"].startswith("whsec_")
    listed = harbor.ask("GET", "/webhooks")
    assert {one["url"] for one in listed.json["webhooks"]} == {"https://harbor.example/hook", ADDRESS}
    assert "whsec_" not in listed.text
    kept = webhooks.endpoint(harbor.app.store, added.json["id"])
    assert kept is not None
    assert (kept.secret, kept.events) == (added.json["secret"], ("order.placed", "case"))
    assert harbor.ask("POST", "/webhooks", {"url": ADDRESS}).status == 409
    assert harbor.ask("DELETE", f"/webhooks/{added.json['id']}").status == 204
    assert harbor.ask("DELETE", f"/webhooks/{added.json['id']}").status == 404


@pytest.mark.parametrize(
    "sent",
    [
        {"url": "http://shop.example/hook"},
        {"url": "https://ann:secret@shop.example/hook"},
        {"url": "ftp://shop.example"},
        {"url": "hook"},
        {"url": ADDRESS, "events": ["order.eaten"]},
        {"url": ADDRESS, "secret": "mine"},
    ],
)
def test_a_webhook_that_cannot_be_is_refused(harbor: Merchant, sent: Any) -> None:
    refused = harbor.ask("POST", "/webhooks", sent)
    assert (refused.status, bool(refused.json["remedy"])) == (422, True)


def test_a_shop_has_ten_webhooks_at_most(harbor: Merchant) -> None:
    answers = [harbor.ask("POST", "/webhooks", {"url": f"{ADDRESS}/{n}"}).status for n in range(10)]
    assert answers == [201] * 9 + [409]


def later(merchant: Merchant, seconds: float) -> Any:
    """The events, as the API tells them so much later."""
    app = replace(merchant.app, clock=lambda: NOW + timedelta(seconds=seconds))
    web = Flask(__name__)
    register(web, shop_of=lambda _: app)
    client = web.test_client()
    headers = {"Authorization": f"Bearer {merchant.key}"}
    return lambda query="": client.get(f"/merchant/v1/events{query}", headers=headers).json


def test_events_are_read_on_from_where_one_was_and_each_once(harbor: Merchant) -> None:
    for status in ("accepted", "preparing", "shipped"):
        harbor.ask("POST", f"/orders/{harbor.order}/status", {"status": status})
    harbor.ask("POST", f"/cases/{harbor.case}/status", {"status": "answered"})
    read, after, pages = later(harbor, 60), "", []
    while True:
        page = read(f"?limit=2&after={after}")
        pages.append(len(page["events"]))
        after = page["next"]
        if not page["events"]:
            break
    assert pages == [2, 2, 2, 0]
    told = read()["events"]
    assert sorted(event["type"] for event in told) == [
        "case.changed",
        "case.opened",
        "order.accepted",
        "order.placed",
        "order.preparing",
        "order.shipped",
    ]
    assert {event["data"]["status"] for event in told} == {"shipped", "answered"}
    assert read(f"?after={after}") == {"events": [], "next": after}
    assert read("?after=nonsense")["status"] == 422


def test_what_may_still_be_overtaken_is_not_told_yet(harbor: Merchant) -> None:
    assert later(harbor, 1)() == {"events": [], "next": ""}
    assert len(later(harbor, 60)()["events"]) == 2


def test_a_webhook_carries_what_the_api_shows_to_the_letter(harbor: Merchant) -> None:
    store = harbor.app.store
    known = webhooks.endpoints(store)[0]
    with receiving() as receiver:
        webhooks.add(store, replace(known, id="we_local", url=f"{receiver.url}/hook"))
        webhooks.remove(store, known.id)
        channels = webhooks.webhooks(
            store, post=lambda url, **sent: post(url, allow_local=True, **sent), now=lambda: NOW
        )
        tell_due(store, channels=channels, now=lambda: NOW, chance=lambda: 0.0)
        heard = {body["type"]: body["data"] for _, body in receiver.heard["/hook"]}
    assert heard["order.placed"] == harbor.ask("GET", f"/orders/{harbor.order}").json
    assert heard["case.opened"] == harbor.ask("GET", f"/cases/{harbor.case}").json


def test_what_is_told_is_what_the_document_says(harbor: Merchant) -> None:
    order, found = harbor.app.store.placed_order(harbor.order), harbor.app.store.shop_case(harbor.case)
    assert order is not None
    assert found is not None
    assert order_told(order).keys() == OrderForm.model_fields.keys()
    assert case_told(found[1]).keys() == CaseForm.model_fields.keys()
    OrderForm.model_validate(order_told(order))
    CaseForm.model_validate(case_told(found[1]))

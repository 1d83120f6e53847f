"""Cases over the API: listed, found, answered and closed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.api.conftest import Merchant


def report(merchant: Merchant, status: str, **more: Any) -> Any:
    return merchant.ask("POST", f"/cases/{merchant.case}/status", {"status": status, **more})


def events(merchant: Merchant) -> list[str]:
    return sorted(event.kind for event in merchant.app.store.events() if event.kind.startswith("case."))


def test_a_case_tells_what_the_shopper_said_and_is_found_by_its_reference(harbor: Merchant) -> None:
    told = harbor.ask("GET", f"/cases/{harbor.case}")
    assert told.status == 200
    assert (told.json["about"], told.json["status"]) == ("harbor tea is cold", "open")
    assert "ann" not in told.text
    assert harbor.ask("GET", f"/cases/{harbor.reference}").json == told.json
    assert harbor.ask("GET", "/cases").json == {"cases": [told.json]}
    assert harbor.ask("GET", "/cases?status=closed").json == {"cases": []}
    assert harbor.ask("GET", "/cases?status=lost").status == 422
    assert harbor.ask("GET", "/cases/nothing").status == 404


def test_an_answer_is_kept_and_told_once_however_often_it_is_sent(harbor: Merchant) -> None:
    first = report(harbor, "answered", note="we are sorry")
    assert (first.status, first.json["status"]) == (200, "answered")
    assert first.json["notes"] == [{"note": "we are sorry", "at": "2026-11-21T15:00:00Z"}]
    assert report(harbor, "answered", note="we are sorry").json == first.json
    assert events(harbor) == ["case.changed", "case.opened"]
    assert report(harbor, "closed").json["status"] == "closed"
    assert [case.status for case in harbor.app.store.cases("ann")] == ["closed"]


def test_a_closed_case_is_opened_again_before_it_is_answered(harbor: Merchant) -> None:
    report(harbor, "closed")
    refused = report(harbor, "answered")
    assert (refused.status, refused.json["allowed"]) == (409, ["open"])
    assert refused.json["detail"] == "A case that is closed cannot become answered."
    assert report(harbor, "open").status == 200


def test_a_case_is_found_by_its_id_among_others_of_its_reference(harbor: Merchant) -> None:
    store = harbor.app.store
    _, case = store.shop_case(harbor.case) or ("", None)
    assert case is not None
    store.open_case(replace(case, id="newer", about="and wet"), shopper="bob")
    assert harbor.ask("GET", f"/cases/{harbor.case}").json["about"] == "harbor tea is cold"
    assert len(harbor.ask("GET", "/cases").json["cases"]) == 2

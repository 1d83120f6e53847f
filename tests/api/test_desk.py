"""The desk over the API: how long shoppers wait is reported, and an answer waits for its shopper."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from skill.commerce.desk import Step, Summary
from skill.commerce.merchant import COPY, Case
from skill.shop import NOBODY
from tests.api.conftest import Merchant
from tests.talk import NOW


def waits(merchant: Merchant, *, after: timedelta = timedelta()) -> int | None:
    return merchant.app.store.visit(NOBODY).facts.desk.wait(now=NOW + after)


def test_the_waiting_time_that_is_reported_counts_until_it_is_old(harbor: Merchant) -> None:
    assert waits(harbor) is None
    told = harbor.ask("PUT", "/desk", {"minutes": 4, "valid_minutes": 30})
    assert (told.status, told.json) == (200, {"minutes": 4, "valid_minutes": 30})
    assert waits(harbor) == 4
    assert waits(harbor, after=timedelta(minutes=30)) is None
    # The shop file put anew does not undo it.
    shop = harbor.ask("GET", "/shop").json
    assert harbor.ask("PUT", "/shop", shop).status == 200
    assert waits(harbor) == 4
    assert harbor.ask("PUT", "/desk", {"minutes": None}).status == 200
    assert waits(harbor) is None
    assert harbor.ask("PUT", "/desk", {"minutes": -1}).status == 422


def test_an_answer_waits_until_the_shopper_opens_the_shop(harbor: Merchant) -> None:
    harbor.ask("POST", f"/cases/{harbor.case}/status", {"status": "answered", "note": "we are sorry"})
    store = harbor.app.store
    about = store.visit("ann").shopper
    assert about.personal.answered == harbor.case
    assert "we are sorry" in str(store.export("ann"))
    # Told again, after it was heard, it is nothing new.
    store.put_shopper("ann", about=replace(about, personal=replace(about.personal, answered="")))
    harbor.ask("POST", f"/cases/{harbor.case}/status", {"status": "answered", "note": "we are sorry"})
    assert store.visit("ann").shopper.personal.answered == ""


def test_a_case_tells_the_conversation_before_it_and_a_copy_is_no_case(harbor: Merchant) -> None:
    step = Step(intent="OpeningHours", said=(["opening_hours.unknown"], ["gone.away"]), words={"day": "x"})
    summary = Summary(locale="en-US", steps=(step,), cart=((2, "Oat milk"),))
    case = Case(id="c-9", reference="9", about="general", opened_at=NOW, summary=summary)
    harbor.app.store.open_case(case, shopper="ann")
    harbor.app.store.open_case(replace(case, id="c-8", kind=COPY), shopper="ann")
    told = harbor.ask("GET", "/cases/c-9").json["summary"]
    assert told == {
        "locale": "en-US",
        "turns": [
            {
                "intent": "OpeningHours",
                "answered": "I do not know the opening hours, sorry.",
                "missed": False,
            }
        ],
        "cart": [{"quantity": 2, "name": "Oat milk"}],
    }
    assert "c-8" not in harbor.ask("GET", "/cases").text
    assert "c-8" not in harbor.ask("GET", "/events").text

"""The shop's numbers over the API, and what shoppers said in vain."""

from __future__ import annotations

from dataclasses import replace

from skill.api.numbers import NumbersForm
from skill.counting import Sentence
from tests.api.conftest import Merchant
from tests.talk import NOW

DAY = NOW.date()


def test_the_numbers_are_told_as_the_document_says(harbor: Merchant) -> None:
    harbor.app.store.count({"turns": 4, "adds": 1, "cart": 350}, id="a", day=DAY)
    told = harbor.ask("GET", "/numbers?days=3")
    assert told.status == 200
    read = NumbersForm.model_validate(told.json, strict=False)
    assert read.totals.model_dump(by_alias=True) == told.json["totals"]
    assert (read.totals.sessions, read.totals.value_left, read.totals.orders_placed) == (1, 350, 1)
    assert [day.date for day in read.days] == ["2026-11-19", "2026-11-20", "2026-11-21"]
    assert told.json["funnel"][0] == {"stage": "sessions", "count": 1}
    assert harbor.ask("GET", "/numbers?days=0").status == 422


def test_what_was_said_in_vain_is_told_and_forgotten(harbor: Merchant) -> None:
    said = Sentence(text="do you gift wrap", kind="question", locale="en-US", at=NOW)
    for shopper in ("ann", "bob"):
        harbor.app.store.keep_sentence(said, shopper=shopper, days=30)
    harbor.app.store.keep_sentence(replace(said, text="stamps"), shopper="ann", days=30)
    told = harbor.ask("GET", "/unanswered").json["unanswered"]
    assert [(one["text"], one["shoppers"]) for one in told] == [("do you gift wrap", 2), ("stamps", 1)]
    assert "ann" not in str(told)
    assert harbor.ask("DELETE", "/unanswered?text=do%20you%20gift%20wrap").status == 204
    assert [one["text"] for one in harbor.ask("GET", "/unanswered").json["unanswered"]] == ["stamps"]
    assert harbor.ask("DELETE", "/unanswered").status == 204
    assert harbor.ask("GET", "/unanswered").json == {"unanswered": []}

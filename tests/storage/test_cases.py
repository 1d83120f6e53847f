"""Cases, on every store: the shopper's, and found by the shop, which is told of each."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from skill.commerce.merchant import Case
from skill.shop import Stocking
from skill.storage import dynamodb_cases
from tests.storage.stores import NOW, Place

CASE = Case(id="case-1", reference="HB-4", about="a broken jar", opened_at=NOW)


def test_a_case_is_told_when_it_is_opened_and_when_it_changes(place: Place, store: Stocking) -> None:
    for _ in range(2):
        store.open_case(CASE, shopper="ann")
        store.put_case(CASE, shopper="ann")
    assert place.told() == [("case.opened", "case-1")]
    closed = replace(CASE, status="closed")
    for _ in range(2):
        store.put_case(closed, shopper="ann")
    assert place.told() == [("case.changed", "case-1"), ("case.opened", "case-1")]
    store.put_case(replace(CASE, id="case-2", kind="rating"), shopper="ann")
    assert place.told()[1:] == [("case.opened", "case-1"), ("case.opened", "case-2")]


def test_the_shop_finds_a_case_by_its_id_and_by_its_reference(store: Stocking) -> None:
    store.open_case(CASE, shopper="ann")
    later = replace(CASE, id="case-2", opened_at=NOW + timedelta(hours=1))
    store.open_case(later, shopper="ben")
    assert store.shop_case("case-1") == ("ann", CASE)
    assert store.shop_case("case-2") == store.shop_case("HB-4") == ("ben", later)
    assert (store.shop_case("case-3"), store.shop_case("HB-5")) == (None, None)
    closed = replace(later, status="closed")
    store.put_case(closed, shopper="ben")
    assert store.shop_case("HB-4") == ("ben", closed)


def test_a_case_of_one_id_with_two_shoppers_is_the_newer(store: Stocking) -> None:
    store.open_case(replace(CASE, opened_at=NOW + timedelta(hours=1)), shopper="ann")
    store.open_case(CASE, shopper="ben")
    found = store.shop_case("case-1")
    assert found is not None
    assert found[0] == "ann"
    assert [shopper for shopper, _ in store.shop_cases()] == ["ann", "ben"]


def test_the_shops_cases_come_newest_first_and_by_status(
    store: Stocking, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n, hours in enumerate((2, 5, 1, 4, 3)):
        case = replace(CASE, id=f"case-{n}", reference=f"HB-{n}", opened_at=NOW + timedelta(hours=hours))
        store.open_case(case, shopper=f"shopper-{n % 2}")
        if n % 2:
            store.put_case(replace(case, status="closed"), shopper="shopper-1")
    assert [case.id for _, case in store.shop_cases()] == ["case-1", "case-3", "case-4", "case-0", "case-2"]
    assert [case.id for _, case in store.shop_cases(limit=2)] == ["case-1", "case-3"]
    assert [case.id for _, case in store.shop_cases(status="open")] == ["case-4", "case-0", "case-2"]
    assert [case.id for _, case in store.shop_cases(status="open", limit=1)] == ["case-4"]
    assert store.shop_cases(status="answered") == ()
    assert dict(store.shop_cases()).keys() == {"shopper-0", "shopper-1"}
    monkeypatch.setattr(dynamodb_cases, "MOST_CASES", 3)
    assert [case.id for _, case in store.shop_cases(status="open", limit=1)] == ["case-4"]


@pytest.mark.parametrize("place", ["sqlite", "ministack"], indirect=True)
def test_a_case_opened_eight_times_at_once_is_one_case(place: Place, store: Stocking) -> None:
    def open_it(n: int) -> Case:
        return place.open().open_case(replace(CASE, reference=f"HB-{n}"), shopper="ann")

    with ThreadPoolExecutor(8) as pool:
        kept = set(pool.map(open_it, range(8)))
    assert len(kept) == 1
    assert store.cases("ann") == tuple(kept)
    assert place.told() == [("case.opened", "case-1")]

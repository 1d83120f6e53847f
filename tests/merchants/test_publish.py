"""A feed goes live in one write, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from skill.catalogue.search import CatalogueIndex
from skill.commerce.merchant import Facts
from skill.commerce.totals import Terms
from skill.errors import CatalogueNotLinked, FeedRejected
from skill.merchants.publish import Report, publish_feed
from skill.shop import Stocking
from skill.storage.sqlite import open_sqlite

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
FACTS = Facts(name="Kiosk", terms=Terms(currency="USD"), catalogue="")
HEADER = "id\ttitle\tprice\tsell_on_google_quantity\n"


@pytest.fixture
def store(tmp_path: Path) -> Stocking:
    return open_sqlite(str(tmp_path / "shop.db"), shop="kiosk", clock=lambda: NOW)


def publish(store: Stocking, folder: Path, *rows: str) -> Report:
    return publish_feed([HEADER, *rows], facts=FACTS, store=store, folder=folder / "versions", now=NOW)


def live(store: Stocking, folder: Path) -> set[str]:
    version = store.visit("anybody").facts.catalogue
    return set(CatalogueIndex(folder / "versions" / version).get(["a", "b", "c"]))


def test_a_feed_goes_live_with_its_stock(store: Stocking, tmp_path: Path) -> None:
    report = publish(store, tmp_path, "a\tA\t1 USD\t7\n", "b\tB\t2 USD\t\n")
    assert (report.products, report.problems) == (2, ())
    assert store.visit("anybody").facts.catalogue == report.version
    assert live(store, tmp_path) == {"a", "b"}
    assert store.stock(["a", "b", "c"]) == {"a": 7, "b": None}


def test_bad_rows_are_reported_and_the_rest_goes_live(store: Stocking, tmp_path: Path) -> None:
    report = publish(store, tmp_path, "a\tA\t1 USD\t\n", "b\tB\tfree\t\n", "c\tC\t2 EUR\t\n")
    assert live(store, tmp_path) == {"a"}
    assert [str(problem).split(":")[0] for problem in report.problems] == ["row 2, price", "row 3, price"]
    assert "is in EUR; the shop sells in USD" in str(report.problems[1])


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (("b\tB\tfree\t\n",), "row 1, price: write an amount"),
        (("b\tB\t1 EUR\t\n",), "row 1, price: is in EUR"),
        ((), "the feed has no rows"),
    ],
)
def test_when_every_row_is_bad_what_was_live_stays_live(
    store: Stocking, tmp_path: Path, rows: tuple[str, ...], told: str
) -> None:
    first = publish(store, tmp_path, "a\tA\t1 USD\t7\n")
    with pytest.raises(FeedRejected) as raised:
        publish(store, tmp_path, *rows)
    assert told in raised.value.rows[0]
    assert store.visit("anybody").facts.catalogue == first.version
    assert live(store, tmp_path) == {"a"}
    assert store.stock(["a"]) == {"a": 7}
    assert [folder.name for folder in (tmp_path / "versions").iterdir()] == [first.version]


def test_a_file_that_is_no_feed_makes_no_shop(store: Stocking, tmp_path: Path) -> None:
    with pytest.raises(FeedRejected) as raised:
        publish_feed(["{}"], facts=FACTS, store=store, folder=tmp_path / "versions", now=NOW)
    assert raised.value.rows == (
        "row 0, header: columns missing: id, title, price; the first line must name them",
    )
    with pytest.raises(CatalogueNotLinked):
        store.visit("anybody")


def test_a_version_is_never_built_over_another_even_while_the_clock_stands_still(
    store: Stocking, tmp_path: Path
) -> None:
    first = publish(store, tmp_path, "a\tA\t1 USD\t\n")
    second = publish(store, tmp_path, "b\tB\t1 USD\t\n")
    assert first.version != second.version
    assert live(store, tmp_path) == {"b"}
    assert set(CatalogueIndex(tmp_path / "versions" / first.version).get(["a", "b"])) == {"a"}

"""A feed goes live in one write, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from skill.catalogue.search import CatalogueIndex
from skill.commerce.merchant import Facts
from skill.commerce.totals import Terms
from skill.errors import CatalogueNotLinked, FeedRejected
from skill.merchants.publish import Report, publish_changes, publish_feed
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
        (("b\tB\tfree\t\n",), "row 1, price: has no price with a currency; write an amount"),
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
    assert raised.value.rows == ("header: columns missing: id, title, price; the first line must name them",)
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


def change(store: Stocking, folder: Path, *rows: str, gone: tuple[str, ...] = ()) -> Report:
    facts = store.visit("anybody").facts
    lines = [HEADER, *rows]
    return publish_changes(lines, gone=gone, facts=facts, store=store, folder=folder / "versions", now=NOW)


def test_changes_leave_the_rest_and_its_stock_as_it_was(store: Stocking, tmp_path: Path) -> None:
    publish(store, tmp_path, "a\tA\t1 USD\t7\n", "b\tB\t2 USD\t3\n")
    report = change(store, tmp_path, "b\tB two\t2 USD\t5\n", "c\tC\t3 USD\t1\n", "d\tD\tfree\t\n")
    assert report.products == 3
    assert [str(problem).split(":")[0] for problem in report.problems] == ["row 3, price"]
    assert live(store, tmp_path) == {"a", "b", "c"}
    assert store.stock(["a", "b", "c"]) == {"a": 7, "b": 5, "c": 1}


def test_what_is_taken_out_is_gone(store: Stocking, tmp_path: Path) -> None:
    publish(store, tmp_path, "a\tA\t1 USD\t7\n", "b\tB\t2 USD\t3\n")
    change(store, tmp_path, gone=("a", "nobody"))
    assert live(store, tmp_path) == {"b"}


@pytest.mark.parametrize(
    ("rows", "gone", "told"),
    [
        ((), (), "no row is usable"),
        (("a\tA\tfree\t\n",), (), "row 1, price"),
        ((), ("a",), "nothing would be left"),
    ],
)
def test_changes_that_change_nothing_or_leave_nothing_are_refused(
    store: Stocking, tmp_path: Path, rows: tuple[str, ...], gone: tuple[str, ...], told: str
) -> None:
    before = publish(store, tmp_path, "a\tA\t1 USD\t7\n")
    with pytest.raises(FeedRejected) as refused:
        change(store, tmp_path, *rows, gone=gone)
    assert any(told in row for row in refused.value.rows)
    assert store.visit("anybody").facts.catalogue == before.version
    assert live(store, tmp_path) == {"a"}


def test_the_languages_of_a_feed_are_those_it_has_names_in(store: Stocking, tmp_path: Path) -> None:
    lines = ["id\ttitle\tprice\tspoken_title_de\tspoken_title_xx\n", "a\tOat milk\t1 USD\tHafermilch\tfoo\n"]
    report = publish_feed(lines, facts=FACTS, store=store, folder=tmp_path / "versions", now=NOW)
    shelves = CatalogueIndex(tmp_path / "versions" / report.version)
    assert shelves.manifest.languages == ("en", "de")


def test_how_names_are_heard_stays_until_the_list_changes(store: Stocking, tmp_path: Path) -> None:
    folder = tmp_path / "versions"
    rows = [HEADER, "a\tChobani yogurt\t1 USD\t\n"]
    heard = {"Chobani": ["show bonny"]}
    publish_feed(rows, facts=FACTS, store=store, folder=folder, now=NOW, heard=heard)
    kept = publish_feed(rows, facts=FACTS, store=store, folder=folder, now=NOW)
    assert CatalogueIndex(folder / kept.version).manifest.spoken == heard
    changed = publish_feed(rows, facts=FACTS, store=store, folder=folder, now=NOW, heard={})
    assert CatalogueIndex(folder / changed.version).manifest.spoken == {}

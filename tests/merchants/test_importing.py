"""A feed becomes a shop, or a report that says why not; linked by its address, it keeps the shop fresh."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from skill.catalogue.search import CatalogueIndex
from skill.commerce.merchant import Facts
from skill.commerce.product import Product
from skill.commerce.totals import Terms
from skill.errors import CatalogueNotLinked
from skill.merchants import linked
from skill.merchants.importing import KEPT, Source, import_feed, report_of, reports
from skill.merchants.lease import Lease
from skill.merchants.linked import link, refresh_linked, unlink
from skill.merchants.publish import Place, Wanted
from skill.merchants.report import ImportReport, as_json, from_json
from skill.merchants.sources import Source as Linked
from skill.shop import NOBODY
from skill.storage.sqlite import open_sqlite
from skill.web.fetch import fetch
from tests.merchants.test_publish import FACTS, NOW

HEADER = "id\ttitle\tprice\tavailability\tbrand\tproduct_type\tdescription\n"
WORDS = ("red", "blue", "green", "white", "brown", "black")
ROWS = [
    f"{sku}\t{word} tent\t{price} USD\tin stock\t\tSports > Tents\tA tent.\n"
    for price, (sku, word) in enumerate(zip("abcdef", WORDS, strict=True), start=1)
]


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def place(tmp_path: Path) -> Place:
    clock = Clock()
    store = open_sqlite(str(tmp_path / "shop.db"), shop="kiosk", clock=clock)
    return Place(store=store, folder=tmp_path / "versions", clock=clock)


def bring(place: Place, *rows: str, wanted: Wanted | None = None, name: str = "feed.tsv") -> ImportReport:
    source = Source(stream=io.BytesIO("".join(rows).encode()), name=name)
    return import_feed(source, place=place, wanted=wanted or Wanted(facts=FACTS))[1]


def live(place: Place) -> dict[str, Product]:
    shelves = CatalogueIndex(place.folder / place.store.visit(NOBODY).facts.catalogue)
    return shelves.get("abcdef")


def test_a_feed_goes_live_and_its_report_says_what_came_of_it(place: Place) -> None:
    bad, draft = "x\tRye\tfree\tin stock\t\t\t\n", "y\tRye\t2 EUR\tin stock\t\t\t\n"
    report = bring(place, HEADER, *ROWS, bad, draft)
    assert (report.rows, report.products, report.new, report.lost, report.left_out) == (8, 6, 6, 2, 0)
    assert (report.dialect, report.form, report.source, report.live) == ("google", "tsv", "feed.tsv", True)
    assert set(live(place)) == set("abcdef")
    assert report.version == place.store.visit(NOBODY).facts.catalogue
    assert {"no_amount", "other_currency"} <= set(report.counts)
    ((id, kept),) = reports(place.store)
    assert kept == report == report_of(place.store, id)
    assert from_json(json.loads(json.dumps(as_json(report)))) == report


def test_the_second_time_only_what_differs_is_told_as_changed(place: Place) -> None:
    bring(place, HEADER, *ROWS)
    report = bring(place, HEADER, *ROWS[:-1], ROWS[-1].replace("6 USD", "7 USD"))
    assert (report.new, report.changed, report.unchanged, report.gone) == (0, 1, 5, 0)


def test_a_feed_that_is_cut_short_changes_nothing(place: Place) -> None:
    first = bring(place, HEADER, *ROWS)
    feed = [{"id": sku, "title": "Rye", "price": "1 USD"} for sku in "abcdef"]
    report = bring(place, json.dumps(feed)[:-30])
    assert not report.live
    assert [problem.row for problem in report.problems if problem.error] == [0]
    assert place.store.visit(NOBODY).facts.catalogue == first.version


def test_a_feed_that_lacks_too_much_says_how_to_insist(place: Place) -> None:
    bring(place, HEADER, *ROWS)
    report = bring(place, HEADER, *ROWS[:2])
    assert not report.live
    assert report.counts == {"too_much_gone": 1}
    assert "lacks 4 of the 6 products" in str(report.problems[0])
    assert set(live(place)) == set("abcdef")
    assert bring(place, HEADER, *ROWS[:2], wanted=Wanted(yes=True)).gone == 4
    assert set(live(place)) == {"a", "b"}


@pytest.mark.parametrize("feed", ["", "\n", HEADER, "<html></html>", "{}", "a,b\n1,2\n", "\x00\x01"])
def test_what_is_no_feed_is_told_and_nothing_goes_live(place: Place, feed: str) -> None:
    report = bring(place, feed)
    assert not report.live
    assert report.problems
    assert report.problems[0].mend
    with pytest.raises(CatalogueNotLinked):
        place.store.visit(NOBODY)
    assert reports(place.store)[0][1] == report


def test_a_dry_run_tells_the_same_and_keeps_nothing(place: Place) -> None:
    report = bring(place, HEADER, *ROWS, wanted=Wanted(facts=FACTS, dry_run=True))
    assert (report.dry_run, report.live, report.new, report.version) == (True, False, 6, "")
    assert reports(place.store) == ()


def test_a_product_whose_title_cannot_be_said_gets_a_name_that_can(place: Place) -> None:
    row = "a\tCRUMB RYE BREAD 500g **BEST PRICE!!**\t1 USD\tin stock\tCrumb\tFood > Bread\tBread.\n"
    named = "b\tRYE BREAD!!!\t1 USD\tin stock\t\tFood > Bread\tBread.\tCrumb rye\n"
    report = bring(place, HEADER.replace("\n", "\tspoken_title\n"), row, named)
    said = {sku: product.name("en-US") for sku, product in live(place).items()}
    assert said["a"].lower() == "crumb rye bread, 500 grams"
    assert said["b"] == "Crumb rye"
    assert any(problem.spoken == said["a"] for problem in report.problems)
    # The merchant's own words are still found.
    shelves = CatalogueIndex(place.folder / report.version)
    assert shelves.get(["a"])["a"].title.startswith("CRUMB")


def test_names_that_sound_alike_are_told_across_the_feed(place: Place) -> None:
    rows = [
        f"{sku}\t{title}\t1 USD\tin stock\t\tFood > Baking\tFor cakes.\n"
        for sku, title in (("a", "Almond flour"), ("b", "Almond flower"))
    ]
    assert "sounds_alike" in bring(place, HEADER, *rows).counts


def test_plain_amounts_are_in_the_currency_of_the_shop(place: Place) -> None:
    shopify = "Handle,Title,Variant SKU,Variant Price\nrye,Rye bread,a,3.50\n"
    yen = Facts(name="Kiosk", terms=Terms(currency="JPY", minor_digits=0), catalogue="", locale="en-US")
    report = bring(place, shopify.replace("3.50", "350"), wanted=Wanted(facts=yen))
    assert report.dialect == "shopify"
    assert (live(place)["a"].price.minor, live(place)["a"].price.currency) == (350, "JPY")


def test_the_last_reports_are_kept(place: Place) -> None:
    for number in range(KEPT + 3):
        bring(place, HEADER, *ROWS, name=f"feed {number}")
    kept = [report.source for _, report in reports(place.store)]
    assert kept == [f"feed {number}" for number in range(KEPT + 2, 2, -1)]


@dataclass
class Feed:
    """A merchant's server: what it answers, and what it was asked."""

    body: str = ""
    status: int = 200
    asked: list[str] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def feed() -> Iterator[Feed]:
    served = Feed(body=HEADER + "".join(ROWS))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            etag = f'"{hash(served.body)}"'
            served.asked.append(self.headers.get("If-None-Match") or "")
            if served.status == 200 and self.headers.get("If-None-Match") == etag:
                self.send_response(304)
                self.end_headers()
                return
            self.send_response(served.status)
            self.send_header("ETag", etag)
            self.end_headers()
            self.wfile.write(served.body.encode())

        def log_message(self, *_: object) -> None:
            """Nothing of it is wanted."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    served.url = f"http://127.0.0.1:{server.server_port}/feed.tsv?token=secret"
    yield served
    server.shutdown()
    thread.join()
    server.server_close()


def outcomes(place: Place, *, every: bool = False) -> list[str]:
    return [one.outcome for one in refresh_linked(place, fetch=partial(fetch, allow_local=True), every=every)]


def test_a_linked_feed_is_imported_when_due_and_costs_nothing_while_it_is_the_same(
    place: Place, feed: Feed
) -> None:
    bring(place, HEADER, ROWS[0])
    link(place.store, Linked(url=feed.url, every=3600))
    assert outcomes(place) == ["changed"]
    assert set(live(place)) == set("abcdef")
    assert outcomes(place) == []
    clock = place.clock
    assert isinstance(clock, Clock)
    clock.now += timedelta(hours=2)
    version = place.store.visit(NOBODY).facts.catalogue
    assert outcomes(place) == ["unchanged"]
    assert feed.asked[-1]
    assert place.store.visit(NOBODY).facts.catalogue == version
    feed.body = feed.body.replace("6 USD", "7 USD")
    clock.now += timedelta(hours=2)
    assert outcomes(place) == ["changed"]
    assert live(place)["f"].price.minor == 700
    assert all("secret" not in report.source for _, report in reports(place.store))


def test_a_linked_feed_that_fails_is_told_and_tried_again(place: Place, feed: Feed) -> None:
    bring(place, HEADER, *ROWS)
    link(place.store, Linked(url=feed.url))
    feed.body = HEADER + ROWS[0]
    assert outcomes(place) == ["failed"]
    (source,) = linked.linked(place.store)
    assert "lacks 5 of the 6" in source.problem
    assert set(live(place)) == set("abcdef")
    feed.status = 404
    assert outcomes(place, every=True) == ["failed"]
    feed.status, feed.body = 200, HEADER + "".join(ROWS[:5])
    assert outcomes(place, every=True) == ["changed"]
    assert set(live(place)) == set("abcde")


def test_what_is_linked_anew_keeps_what_is_known_and_what_is_unlinked_is_left_alone(
    place: Place, feed: Feed
) -> None:
    bring(place, HEADER, *ROWS)
    link(place.store, Linked(url=feed.url))
    assert outcomes(place) == ["changed"]
    again = link(place.store, Linked(url=feed.url, every=600, dialect="google"))
    assert (again.every, again.dialect) == (600, "google")
    assert outcomes(place) == ["unchanged"]
    assert unlink(place.store, feed.url)
    assert not unlink(place.store, feed.url)
    assert outcomes(place, every=True) == []


def test_one_process_makes_the_rounds(place: Place) -> None:
    lease, now = Lease(place.store), datetime(2026, 11, 22, tzinfo=UTC)
    later = now + timedelta(minutes=30)
    assert lease.take("one", now=now, until=later)
    assert not lease.take("two", now=now, until=later)
    assert lease.take("one", now=now, until=later)
    assert lease.take("two", now=later, until=later + timedelta(minutes=30))
    assert not lease.take("one", now=later, until=later + timedelta(minutes=30))


def test_of_two_shops_in_one_store_neither_sees_the_other(place: Place, tmp_path: Path, feed: Feed) -> None:
    other = replace(
        place,
        store=open_sqlite(str(tmp_path / "shop.db"), shop="dairy", clock=place.clock),
        folder=tmp_path / "dairy",
    )
    bring(place, HEADER, *ROWS)
    link(place.store, Linked(url=feed.url))
    assert reports(other.store) == ()
    assert linked.linked(other.store) == ()
    with pytest.raises(CatalogueNotLinked):
        bring(other, HEADER, *ROWS, wanted=Wanted())

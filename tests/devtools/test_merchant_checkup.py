"""The voice check of what is live: the import's findings, but of every product, counted and in order."""

from __future__ import annotations

import time
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from skill.app import App
from skill.catalogue.problem import kinds
from skill.catalogue.search import CatalogueIndex
from skill.deployment import place_of
from skill.devtools import checkup
from skill.devtools.checkup import Checkups, kinds_json, looked_at, of_product
from skill.merchants.importing import Source, import_feed
from skill.merchants.publish import Wanted
from skill.merchants.report import ImportReport
from skill.merchants.shop_file import read_shop
from tests.devtools.merchant_shops import DULL, FACTS, empty_shop, feed, sample


def live(app: App) -> CatalogueIndex:
    return CatalogueIndex(app.settings.folder / app.ready().catalogue)


def taken_in(app: App, folder: Path, rows: str = DULL) -> ImportReport:
    """The report of a feed made live."""
    (folder / "shop.toml").write_text(FACTS, "utf-8")
    source = Source(stream=BytesIO(feed(rows=rows)), name="goods.tsv")
    wanted = Wanted(facts=read_shop(folder / "shop.toml"), yes=True)
    return import_feed(source, place=place_of(app), wanted=wanted)[1]


def test_it_finds_what_the_import_found(tmp_path: Path) -> None:
    app = empty_shop(tmp_path)
    report = taken_in(app, tmp_path)
    found = looked_at(live(app))
    voiced = {code: count for code, count in report.counts.items() if kinds()[code].level == "voice"}
    assert voiced
    assert dict(found.counts) == voiced
    assert {(one.sku, problem.code) for one in found.found for problem in one.problems} == {
        (problem.sku, problem.code) for problem in report.problems if problem.level == "voice"
    }
    assert (found.products, found.sound) == (5, 5 - len(found.found))


def test_a_finding_names_what_the_feed_says_and_what_the_shop_says(tmp_path: Path) -> None:
    app = empty_shop(tmp_path)
    taken_in(app, tmp_path)
    found = {one.sku: one for one in looked_at(live(app)).found}
    assert (found["a2"].title, found["a2"].said) == ("ACME TOASTER DELUXE", "Acme Toaster Deluxe")
    assert [one.code for one in found["a2"].problems] == ["name_in_capitals"]
    assert "name_with_codes" in {one.code for one in found["a1"].problems}


def test_those_asked_for_most_come_first_and_no_more_are_kept_than_can_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = sample(tmp_path)
    shelf = live(app)
    # Names of the merchant's own are fine; in a language it gives none in, all lack one.
    manifest = replace(shelf.manifest, languages=("en", "it"))
    monkeypatch.setattr(shelf, "manifest", manifest)
    monkeypatch.setattr(checkup, "MOST", 10)
    found = looked_at(shelf)
    assert found.counts["not_named_in"] == 326
    assert [one.popularity for one in found.found] == sorted(
        (one.popularity for one in found.found), reverse=True
    )
    assert (len(found.found), found.sound) == (10, 0)
    assert len(found.of("not_named_in")) == 10
    assert found.of("sounds_alike") == []


def test_a_shop_that_sounds_well_has_nothing_to_mend(tmp_path: Path) -> None:
    app = sample(tmp_path)
    found = looked_at(live(app))
    assert (found.products, found.sound, dict(found.counts)) == (326, 326, {})
    assert kinds_json(found.counts) == []


def test_a_name_the_merchant_gave_is_judged_itself(tmp_path: Path) -> None:
    app = sample(tmp_path)
    product = live(app).popular(limit=1)[0]
    loud = replace(product, names={**product.names, "en": "BUY NOW ***BANANAS***"})
    assert {one.code for one in of_product(loud, language="en")} > {"name_in_capitals"}
    assert {one.field for one in of_product(loud, language="en")} >= {"spoken_title"}
    assert of_product(product, language="en") == ()


def test_a_version_is_looked_at_once_and_a_new_one_anew(tmp_path: Path) -> None:
    app = empty_shop(tmp_path)
    taken_in(app, tmp_path)
    checkups, first = Checkups(), live(app)
    looking = checkups.of(first)
    assert waited(checkups, first) is looking.result
    assert checkups.of(first) is looking
    taken_in(app, tmp_path, rows=DULL.replace("ACME TOASTER DELUXE", "Acme toaster deluxe"))
    second = waited(checkups, live(app))
    assert "name_in_capitals" not in second.counts


def test_what_only_others_show_is_told_of_a_product_too_once_all_were_looked_at(tmp_path: Path) -> None:
    app = empty_shop(tmp_path)
    taken_in(app, tmp_path)
    checkups, shelf = Checkups(), live(app)
    sieve, board = (shelf.get([sku])[sku] for sku in ("a4", "a5"))
    assert checkups.problems(sieve, shelf) == ()
    waited(checkups, shelf)
    assert [one.code for one in checkups.problems(sieve, shelf)] == ["sounds_alike"]
    assert checkups.problems(board, shelf) == ()


def test_a_check_that_breaks_off_is_told_once_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = sample(tmp_path)
    checkups, shelf = Checkups(), live(app)
    with monkeypatch.context() as broken:
        broken.setattr(shelf, "records", lambda: 1 / 0)
        looking = checkups.of(shelf)
        while not looking.failed:
            time.sleep(0.01)
        assert checkups.of(shelf) is looking
    assert waited(checkups, shelf).products == 326


def waited(checkups: Checkups, shelf: CatalogueIndex) -> checkup.Checkup:
    ends = time.monotonic() + 60
    while (result := checkups.of(shelf).result) is None:
        assert time.monotonic() < ends
        time.sleep(0.01)
    return result

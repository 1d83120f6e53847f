"""The report as a page, in a real browser: whole, readable on a phone, in the dark and by a screen reader."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from skill.catalogue.problem import Problem
from skill.merchants.report import ImportReport, collect
from skill.merchants.report_page import as_html

EMPTY = ImportReport(
    when=datetime(2026, 11, 22, 9, 41, tzinfo=UTC),
    source="feed <1>.tsv",
    dialect="google",
    form="tsv",
    version="v1",
    rows=400,
    products=390,
    new=12,
    gone=3,
    seconds=1.25,
)
CODED = [
    Problem(
        row,
        "title",
        "name_with_codes",
        {"name": f"<b>Mouse</b> WMX-{row}", "codes": f"WMX-{row}"},
        f"s-{row}",
        "Mouse",
    )
    for row in range(1, 31)
]
PRICED = [Problem(row, "price", "sale_date_unknown", {"text": "3/4/26"}, f"s-{row}") for row in (40, 41)]
ARABIC = Problem(
    1,
    "title",
    "name_with_codes",
    {"name": "مكنسة الدار #A12-33", "codes": "#A12-33"},
    "s-1",
    "مكنسة الدار",
)


def opened(chromium: Any, report: ImportReport, folder: Path, **options: Any) -> Any:
    """The page as a file, which may ask nobody for anything."""
    file = folder / "report.html"
    file.write_text(as_html(report, shop="Saffron & Wagon"), "utf-8")
    page = chromium.new_page(**options)
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    page.goto(file.as_uri())
    assert asked == [file.as_uri()]
    return page


@pytest.fixture
def report() -> ImportReport:
    return collect([*CODED, *PRICED], EMPTY)


def test_it_asks_no_other_host_and_runs_no_script(report: ImportReport) -> None:
    page = as_html(report)
    assert "<script" not in page
    assert "http://" not in page.replace("http-equiv", "")
    assert "https://" not in page


def test_what_a_feed_holds_is_text(report: ImportReport) -> None:
    page = as_html(report, shop="<i>Shop</i>")
    assert "&lt;b&gt;Mouse&lt;/b&gt;" in page
    assert "<b>Mouse</b>" not in page
    assert "<i>Shop</i>" not in page


def test_it_tells_the_outcome_the_shares_and_each_kind(
    chromium: Any, report: ImportReport, tmp_path: Path
) -> None:
    page = opened(chromium, report, tmp_path)
    assert page.title() == "Import of feed <1>.tsv – Saffron & Wagon"
    assert page.locator("h1").inner_text() == "All 400 rows are for sale."
    assert page.locator("[role=img]").get_attribute("aria-label") == (
        "Of 400 rows: 368 sold, nothing to say; 32 sold, with something to mend; 0 lost"
    )
    fine, doubt = (page.locator(f".bar .{name}").bounding_box()["width"] for name in ("fine", "doubt"))
    assert 9 < fine / doubt < 14
    assert page.locator(".level h2").all_inner_texts() == ["Rows with a doubt", "How it sounds"]
    assert page.locator(".kind h3").all_inner_texts() == [
        "3/4/26 is no date that can be told for sure, so the sale price was left out",
        "The name holds a code",
    ]
    page.close()


def test_now_and_says_stand_side_by_side_and_the_other_rows_open(
    chromium: Any, report: ImportReport, tmp_path: Path
) -> None:
    page = opened(chromium, report, tmp_path, viewport={"width": 1280, "height": 900})
    first = page.locator(".voice .rows li").first
    now, says = (first.locator("dd").nth(at).bounding_box() for at in (0, 1))
    assert now["y"] == says["y"]
    assert now["x"] < says["x"]
    assert page.locator(".voice .rows li:visible").count() == 5
    page.get_by_text("25 more rows").click()
    assert page.locator(".voice .rows li:visible").count() == 30
    page.locator(".warning.level > summary").click()
    assert page.locator(".warning .kind:visible").count() == 0
    page.close()


def test_arabic_names_are_read_from_the_right(chromium: Any, tmp_path: Path) -> None:
    page = opened(chromium, collect([ARABIC], replace(EMPTY, language="ar")), tmp_path)
    names = page.locator("bdi")
    assert {(name.get_attribute("lang"), name.get_attribute("dir")) for name in names.all()} == {
        ("ar", "rtl")
    }
    now, says = (page.locator(".pair dd").nth(at).bounding_box() for at in (0, 1))
    assert says["x"] < now["x"]
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(chromium: Any, report: ImportReport, tmp_path: Path, scheme: str) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python"
    )
    page = opened(chromium, report, tmp_path, color_scheme=scheme, bypass_csp=True)
    page.get_by_text("25 more rows").click()
    assert [finding["id"] for finding in axe.Axe().run(page).response["violations"]] == []
    page.close()


def test_it_fits_a_phone(chromium: Any, report: ImportReport, tmp_path: Path) -> None:
    page = opened(chromium, report, tmp_path, viewport={"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.close()


def test_on_paper_nothing_stays_folded(chromium: Any, report: ImportReport, tmp_path: Path) -> None:
    page = opened(chromium, report, tmp_path)
    page.emulate_media(media="print")
    assert page.locator(".voice .rows li").last.evaluate("row => row.getBoundingClientRect().height") > 0
    page.close()


def test_a_feed_without_findings_says_so_and_one_without_rows_draws_nothing(
    chromium: Any, tmp_path: Path
) -> None:
    page = opened(chromium, EMPTY, tmp_path)
    assert page.locator(".none").inner_text().startswith("Nothing to mend")
    page.close()
    nothing = opened(chromium, replace(EMPTY, rows=0, products=0, version=""), tmp_path)
    assert nothing.locator("h1").inner_text() == "Nothing went live. What was live before still is."
    assert nothing.locator(".bar").count() == 0
    nothing.close()

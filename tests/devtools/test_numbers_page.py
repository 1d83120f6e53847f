"""The page of the shop's numbers in a real browser: sums, plots with their tables, and what is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.devtools.driven import serious
from tests.devtools.merchant_shops import sample, served
from tests.devtools.numbers_shop import SAID, furnish_numbers

sync_api = pytest.importorskip("playwright.sync_api", reason="pip install playwright")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a shop with four weeks behind it."""
    app = sample(tmp_path_factory.mktemp("numbers-page"))
    furnish_numbers(app.store, now=app.clock())
    with served(app) as address:
        yield address


def opened(browser: Any, address: str, *, wide: int = 1280, **settings: Any) -> tuple[Any, list[str]]:
    """The page, and the list that its troubles will be in."""
    page = browser.new_page(
        viewport={"width": wide, "height": 860}, reduced_motion="reduce", bypass_csp=True, **settings
    )
    troubles: list[str] = []
    page.on("console", lambda told: troubles.append(told.text) if told.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda sent: None if sent.url.startswith(address) else troubles.append(sent.url))
    page.goto(f"{address}/merchant/numbers?days=7")
    page.locator(".vain li").first.wait_for()
    return page, troubles


def test_sums_plots_and_tables_tell_the_same(chromium: Any, shop: str) -> None:
    page, troubles = opened(chromium, shop)
    told = page.evaluate("fetch('/merchant/numbers/told?days=7').then((answer) => answer.json())")
    assert len(told["days"]) == 7
    sums = page.locator(".sums dd").all_inner_texts()
    assert sums[0].splitlines()[0] == f"{told['totals']['sessions']:,}"
    page.locator("summary").first.click()
    rows = page.locator("figure").first.locator("tbody tr")
    assert rows.count() == 7
    today = rows.first.locator("td").all_inner_texts()
    assert today[0] == str(told["days"][-1]["sessions"])
    drawn = page.locator("figure").first.locator("rect").count()
    stages = ("sessions", "to_search", "to_add", "to_checkout", "to_order")
    assert drawn == sum(1 for day in told["days"] for stage in stages if day[stage])
    assert page.locator(".verdict").all_inner_texts() == ["Better", "Too few to tell"]
    assert troubles == []
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_a_phone(chromium: Any, shop: str, scheme: str) -> None:
    page, troubles = opened(chromium, shop, wide=390, color_scheme=scheme)
    for summary in page.locator("summary").all():
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert serious(page) == []
    assert troubles == []
    page.close()


def test_a_sentence_is_forgotten_where_it_is_read(chromium: Any, shop: str) -> None:
    page, _ = opened(chromium, shop)
    first = next(iter(SAID))
    page.get_by_role("button", name=f"Forget “{first}”").click()
    sync_api.expect(page.locator(".vain li")).to_have_count(len(SAID) - 1)
    assert first not in page.locator(".vain").inner_text()
    page.close()

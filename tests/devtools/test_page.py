"""The conversation page in a real browser: a whole errand by keyboard, and what must never happen on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.devtools import screenshots
from tests.devtools.screenshots import Missing, sample_shop

sync_api = pytest.importorskip("playwright.sync_api", reason="pip install playwright")
PATIENCE_MS = 10_000


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the sample shop, served."""
    with sample_shop(tmp_path_factory.mktemp("page")) as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    try:
        with screenshots.chromium() as browser:
            yield browser
    except Missing as missing:
        pytest.skip(str(missing))


@pytest.fixture
def page(chromium: Any, shop: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The page, opened by a shopper of the test's own; no console error and no foreign request allowed."""
    opened = chromium.new_page(viewport={"width": 1280, "height": 800})
    opened.set_default_timeout(PATIENCE_MS)
    troubles: list[str] = []
    opened.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("request", lambda sent: None if sent.url.startswith(shop) else troubles.append(sent.url))
    opened.goto(shop)
    expect(opened, "#log .alexa").to_have_count(1)
    yield opened
    expected = request.node.get_closest_marker("console_errors")
    assert expected or troubles == []
    opened.close()


def expect(page: Any, selector: str) -> Any:
    return sync_api.expect(page.locator(selector))


def say(page: Any, text: str) -> str:
    """Type a sentence, press Enter, and wait for what Alexa answers."""
    before = page.locator("#log .alexa").count()
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page, "#log .alexa").to_have_count(before + 1)
    answer: str = page.locator("#log .alexa .bubble").last.inner_text()
    return answer


def test_opening_the_page_opens_the_shop(page: Any) -> None:
    assert "Saffron Wagon" in page.title()
    assert "Saffron Wagon" in page.locator("#log .alexa .bubble").first.inner_text()


def test_a_whole_errand_by_keyboard_alone(page: Any) -> None:
    page.fill("#user", "keyboard")
    page.press("#user", "Enter")
    page.locator("#words").focus()
    expect(page, "#log .alexa").to_have_count(2)
    say(page, "find oat milk")
    assert "Added" in say(page, "the second one")
    say(page, "make it three")
    assert "Shall I" in say(page, "check out")
    placed = say(page, "yes")
    number = re.search(r"Order (\d{5})", placed)
    assert number, placed
    expect(page, "#orders").to_contain_text(number[1])
    expect(page, "#log .card").to_contain_text("Total")
    expect(page, "#log .divider").to_contain_text(["Session ended"])


def test_a_chip_says_what_it_shows(page: Any) -> None:
    page.locator("#chips .chip").first.click()
    expect(page, "#log .alexa").to_have_count(2)
    expect(page, "#log .you .bubble").to_have_count(1)


def shopper(page: Any, user: str, locale: str = "en-US") -> None:
    """Come in as somebody new, in a language."""
    if locale != "en-US":
        page.select_option("#locale", locale)
        expect(page, "#log .alexa").to_have_count(2)
    before = page.locator("#log .alexa").count()
    page.fill("#user", user)
    page.press("#user", "Enter")
    expect(page, "#log .alexa").to_have_count(before + 1)
    page.locator("#words").focus()


def test_a_list_is_drawn_and_touching_it_fills_the_cart(page: Any) -> None:
    shopper(page, "touching")
    say(page, "find oat milk")
    expect(page, "#glass button").to_have_count(4)
    expect(page, "#glass").to_contain_text("Usually $4.49")
    page.locator("#glass button").first.click()
    expect(page, "#glass").to_contain_text("Your cart")
    expect(page, "#log .divider").to_contain_text(["Touched: Brindle oat milk"])
    page.get_by_role("button", name="One more: Brindle oat milk").click()
    expect(page, "#cart").to_contain_text("2 ×")
    expect(page, "#glass").to_contain_text("$7.98")


def test_the_screen_works_by_keyboard(page: Any) -> None:
    shopper(page, "by-keyboard")
    say(page, "find oat milk")
    page.locator("#glass button").nth(1).focus()
    page.keyboard.press("Enter")
    expect(page, "#cart").to_contain_text("Oatwick")
    more = page.get_by_role("button", name="One more: Oatwick oat milk")
    more.press("Space")
    expect(page, "#cart").to_contain_text("2 ×")
    sync_api.expect(more).to_be_focused()


def test_an_order_is_placed_by_touch_alone(page: Any) -> None:
    shopper(page, "touch-alone")
    say(page, "find oat milk")
    page.locator("#glass button").first.click()
    for count in (2, 3):
        page.get_by_role("button", name="One more").click()
        expect(page, "#cart").to_contain_text(f"{count} ×")
    page.locator("#glass").get_by_role("button", name="Check out").click()
    page.locator("#glass").get_by_role("button", name="Place order").click()
    expect(page, "#glass").to_contain_text("Placed")
    expect(page, "#orders").to_contain_text("3 items")


def test_arabic_is_drawn_from_right_to_left(page: Any) -> None:
    shopper(page, "from-the-right", locale="ar-SA")
    expect(page, "#glass .apl").to_have_attribute("dir", "rtl")
    expect(page, "#glass .apl").to_have_attribute("lang", "ar-SA")
    expect(page, ".talk").to_have_attribute("dir", "rtl")
    name = page.locator("#glass button .Text").first.bounding_box()
    price = page.locator("#glass button .Text").filter(has_text="$").first.bounding_box()
    assert price["x"] < name["x"]


@pytest.mark.parametrize("shape", ["small", "large", "round", "tv"])
def test_every_device_shows_the_whole_width(page: Any, shape: str) -> None:
    page.select_option("#shape", shape)
    page.locator("#words").focus()
    say(page, "find oat milk")
    glass = page.locator("#glass").bounding_box()
    for drawn in page.locator("#glass .Text").all():
        box = drawn.bounding_box()
        assert glass["x"] <= box["x"]
        assert box["x"] + box["width"] <= glass["x"] + glass["width"] + 1


def test_a_device_without_a_screen_gets_nothing_to_draw(page: Any) -> None:
    expect(page, "#glass .apl").to_have_count(1)
    page.locator("#screen").uncheck(force=True)
    expect(page, "#log .alexa").to_have_count(2)
    expect(page, "#device").to_be_hidden()
    page.locator("#words").focus()
    say(page, "find oat milk")
    assert "RenderDocument" not in page.locator("#response").text_content()


def test_typed_markup_is_text(page: Any) -> None:
    typed = "<img src=x onerror=alert(1)>"
    say(page, typed)
    assert page.locator("#log .you .bubble").last.inner_text() == typed
    assert page.locator("#log img").count() == 0


@pytest.mark.console_errors
def test_a_server_that_stumbles_is_told_and_the_words_are_kept(page: Any) -> None:
    page.route("**/simulator/say", lambda route: route.fulfill(status=500, body="no"))
    page.keyboard.type("find oat milk")
    page.keyboard.press("Enter")
    expect(page, "#problem").to_contain_text("stumbled")
    expect(page, "#words").to_have_value("find oat milk")


def test_it_fits_a_phone(chromium: Any, shop: str) -> None:
    phone = chromium.new_page(viewport={"width": 360, "height": 740})
    phone.goto(shop)
    expect(phone, "#log .alexa").to_have_count(1)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    phone.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(chromium: Any, shop: str, scheme: str) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python"
    )
    page = chromium.new_page(color_scheme=scheme, bypass_csp=True)
    page.goto(shop)
    expect(page, "#log .alexa").to_have_count(1)
    say(page, "find oat milk")
    found = axe.Axe().run(page).response["violations"]
    assert [finding["id"] for finding in found if finding["impact"] in ("serious", "critical")] == []
    page.close()


def test_the_screenshots_script_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.devtools.screenshots.CHROMIUM", Path("/nowhere/chromium"))
    with pytest.raises(Missing, match="chromium"), screenshots.chromium():
        pass

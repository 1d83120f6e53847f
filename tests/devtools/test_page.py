"""The conversation page in a real browser: errands by keyboard and by touch, and what must never happen."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest

from tests.devtools import screenshots
from tests.devtools.driven import answer, expect, opened, order_number, say
from tests.devtools.screenshots import TALK, Missing

sync_api = pytest.importorskip("playwright.sync_api", reason="pip install playwright")


def test_opening_the_page_opens_the_shop(page: Any) -> None:
    assert "Saffron Wagon" in page.title()
    assert "Saffron Wagon" in page.locator("#log .alexa .bubble").first.inner_text()


@pytest.mark.parametrize("locale", TALK)
def test_a_whole_errand_by_keyboard_alone(page: Any, locale: str) -> None:
    page.locator("#user").press("Control+a")
    page.keyboard.type(f"keyboard-{locale}")
    page.keyboard.press("Enter")
    answer(page, 1)
    if locale != "en-US":
        # Past the voice and the way to add one, to the language; its first letters choose it.
        for _ in range(3):
            page.keyboard.press("Tab")
        page.keyboard.type(locale)
        answer(page, 2)
    page.keyboard.press("Escape")
    *talk, yes = TALK[locale]
    for sentence in talk:
        say(page, sentence)
    expect(page, "#cart").to_contain_text("3 ×")
    number = order_number(say(page, yes))
    expect(page, "#orders").to_contain_text(number)
    expect(page, "#log .card").to_contain_text(number)
    expect(page, "#log .divider").to_contain_text([f"Shopper keyboard-{locale}", "Session ended"])


def test_a_chip_says_what_it_shows(page: Any) -> None:
    page.locator("#chips .chip").first.click()
    answer(page, 1)
    expect(page, "#log .you .bubble").to_have_count(1)


def test_a_list_is_drawn_and_touching_it_fills_the_cart(page: Any) -> None:
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
    say(page, "find oat milk")
    page.keyboard.press("Alt+g")
    sync_api.expect(page.locator("#glass button").first).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page, "#cart").to_contain_text("Oatwick")
    more = page.get_by_role("button", name="One more: Oatwick oat milk")
    more.press("Space")
    expect(page, "#cart").to_contain_text("2 ×")
    sync_api.expect(more).to_be_focused()


@pytest.mark.parametrize(
    ("locale", "wish"),
    [("en-US", "find oat milk"), ("de-DE", "such Hafermilch"), ("ar-SA", "ابحث عن حليب شوفان")],
)
def test_an_order_is_placed_by_touch_alone(chromium: Any, shop: str, locale: str, wish: str) -> None:
    how: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with opened(chromium, shop, user=f"touch-{locale}", locale=locale, **how) as page:
        say(page, wish)
        glass = page.locator("#glass")
        glass.locator("button").first.tap()
        # Of a line's buttons the last takes one more.
        for count in (2, 3):
            glass.get_by_text("+", exact=True).tap()
            sync_api.expect(page.locator("#pieces")).to_have_text(str(count))
        glass.get_by_role("button").last.tap()
        answer(page, 5)
        glass.get_by_role("button").nth(-2).tap()
        expect(page, "#log .card").to_have_count(1)
        page.locator("#open-panel").tap()
        expect(page, "#orders li").to_have_count(1)
        expect(page, "#orders").to_contain_text("3 items")


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
    page.select_option("#shape", "none")
    answer(page, 1)
    expect(page, "#device").to_be_hidden()
    page.locator("#words").focus()
    with page.expect_response("**/simulator/say") as sent:
        say(page, "find oat milk")
    assert "RenderDocument" not in sent.value.text()
    page.select_option("#shape", "round")
    answer(page, 3)
    expect(page, "#glass .apl").to_have_count(1)


def test_typed_markup_is_text(page: Any) -> None:
    typed = "<img src=x onerror=alert(1)>"
    say(page, typed)
    assert page.locator("#log .you .bubble").last.inner_text() == typed
    assert page.locator("#log img").count() == 0


def test_what_is_said_during_a_turn_is_said_after_it(page: Any) -> None:
    held: list[Any] = []
    page.route("**/simulator/say", lambda route: held.append(route))
    for sentence in ("find oat milk", "the second one"):
        page.keyboard.type(sentence)
        page.keyboard.press("Enter")
    expect(page, "#log .waits").to_have_text(re.compile("the second one$"))
    expect(page, "#words").to_have_value("")
    page.locator("#renew").click()
    for before in (1, 2, 3):
        while len(held) < before:
            page.wait_for_timeout(20)
        held[before - 1].continue_()
        expect(page, "#log .alexa").to_have_count(before + 1)
    said = page.locator("#log .bubble").all_inner_texts()
    assert [said[1], said[3]] == ["find oat milk", "the second one"]
    assert "Added" in said[4]
    assert "Saffron Wagon" in said[5]
    expect(page, "#log .waits").to_have_count(0)


def test_the_shop_hears_that_a_session_is_over_when_another_begins_and_when_the_page_is_left(
    page: Any, shop: str
) -> None:
    def over() -> int:
        told = page.request.get(f"{shop}/merchant/numbers/told?days=7").json()
        return int(told["totals"].get("sessions", 0))

    def until(count: int) -> None:
        ends = time.monotonic() + 20
        while over() < count and time.monotonic() < ends:
            page.wait_for_timeout(50)
        assert over() >= count

    before = over()
    say(page, "find oat milk")
    page.locator("#renew").click()
    expect(page, "#log .alexa").to_have_count(3)
    until(before + 1)
    say(page, "find oat milk")
    page.goto("about:blank")
    until(before + 2)


@pytest.mark.console_errors
def test_a_server_that_stumbles_is_told_and_the_words_are_kept(page: Any) -> None:
    page.route("**/simulator/say", lambda route: route.fulfill(status=500, body="no"))
    page.keyboard.type("find oat milk")
    page.keyboard.press("Enter")
    expect(page, "#problem").to_contain_text("stumbled")
    expect(page, "#words").to_have_value("find oat milk")


def test_the_page_comes_back_as_it_was_left(page: Any) -> None:
    page.select_option("#shape", "tv")
    page.select_option("#locale", "de-DE")
    answer(page, 1)
    page.reload()
    expect(page, "#log .alexa").to_have_count(1)
    expect(page, "#shape").to_have_value("tv")
    expect(page, "#locale").to_have_value("de-DE")
    assert "Willkommen" in page.locator("#log .alexa .bubble").inner_text()


def test_the_screenshots_script_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.devtools.screenshots.CHROMIUM", Path("/nowhere/chromium"))
    with pytest.raises(Missing, match="chromium"), screenshots.chromium():
        pass

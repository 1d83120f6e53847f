"""The conversation page for everybody: assistive technology, small and wide windows, light and dark, and both
directions of writing."""

from __future__ import annotations

from typing import Any

import pytest

from skill.devtools.matchers import matcher_of
from skill.speech.locale import locales
from tests.devtools.driven import answer, expect, opened, say, serious, tab
from tests.devtools.screenshots import SIZES
from tests.talk import NOW

sync_api = pytest.importorskip("playwright.sync_api", reason="pip install playwright")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_serious(chromium: Any, shop: str, size: str, scheme: str) -> None:
    width, height = SIZES[size]
    how: dict[str, Any] = {
        "viewport": {"width": width, "height": height},
        "color_scheme": scheme,
        "bypass_csp": True,
    }
    with opened(chromium, shop, user=f"axe-{size}-{scheme}", **how) as page:
        say(page, "find oat milk")
        say(page, "the second one")
        assert serious(page) == []
        if size == "phone":
            page.locator("#open-panel").click()
        for name in ("shopping", "turn", "json", *(["setup"] if size == "phone" else [])):
            tab(page, name)
            assert serious(page) == []
        for dialog in ("keys", "keep", "voice"):
            page.evaluate(f"document.getElementById('{dialog}-dialog').showModal()")
            assert serious(page) == []
            page.keyboard.press("Escape")


@pytest.mark.parametrize("width", [320, 360, 700, 900, 1100, 1280, 1920])
def test_nothing_is_wider_than_the_window(chromium: Any, shop: str, width: int) -> None:
    with opened(chromium, shop, user=f"wide-{width}", viewport={"width": width, "height": 740}) as page:
        say(page, "find oat milk")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if page.locator("#open-panel").is_visible():
            page.locator("#open-panel").click()
        for name in ("shopping", "turn", "json"):
            tab(page, name)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            panel = page.locator("#panel").bounding_box()
            assert panel["x"] + panel["width"] <= width


def test_the_last_answer_is_in_view(page: Any) -> None:
    for sentence in ("find oat milk", "the second one", "make it three", "check out", "yes", "add milk"):
        say(page, sentence)
    last = page.locator("#log .alexa .bubble").last
    sync_api.expect(last).to_be_in_viewport(ratio=1)


def test_a_phone_has_its_choices_in_the_panel(chromium: Any, shop: str) -> None:
    with opened(chromium, shop, user="choices", viewport={"width": 390, "height": 844}) as page:
        expect(page, "#setup").to_be_hidden()
        page.locator("#open-panel").click()
        tab(page, "setup")
        page.select_option("#locale", "de-DE")
        page.keyboard.press("Escape")
        answer(page, 1)
        sync_api.expect(page.locator("#words")).to_be_focused()
        assert "Willkommen" in page.locator("#log .alexa .bubble").last.inner_text()


def test_a_window_made_wide_shows_the_choices_over_the_conversation(chromium: Any, shop: str) -> None:
    with opened(chromium, shop, user="turned", viewport={"width": 390, "height": 844}) as page:
        page.locator("#open-panel").click()
        tab(page, "setup")
        page.set_viewport_size({"width": 1280, "height": 800})
        expect(page, "main > #setup").to_be_visible()
        expect(page, "#shopping").to_be_visible()
        expect(page, "#tab-setup").to_be_hidden()


def test_arabic_is_drawn_from_right_to_left(chromium: Any, shop: str) -> None:
    with opened(chromium, shop, user="from-the-right", locale="ar-SA") as page:
        say(page, "ابحث عن حليب شوفان")
        expect(page, "#glass .apl").to_have_attribute("dir", "rtl")
        expect(page, "#glass .apl").to_have_attribute("lang", "ar-SA")
        expect(page, ".talk").to_have_attribute("dir", "rtl")
        name = page.locator("#glass button .Text").first.bounding_box()
        price = page.locator("#glass button .Text").filter(has_text="$").first.bounding_box()
        assert price["x"] < name["x"]
        mine = page.locator(".you .bubble").first.bounding_box()
        hers = page.locator(".alexa .bubble").first.bounding_box()
        assert mine["x"] < hers["x"]
        field, send = page.locator("#words").bounding_box(), page.locator("#send").bounding_box()
        assert send["x"] < field["x"]


def test_tabs_are_walked_with_the_arrows(page: Any) -> None:
    page.locator("#tab-shopping").focus()
    for key, name in (
        ("ArrowRight", "turn"),
        ("End", "json"),
        ("ArrowRight", "shopping"),
        ("ArrowLeft", "json"),
    ):
        page.keyboard.press(key)
        expect(page, f"#tab-{name}").to_be_focused()
        expect(page, f"#{name}").to_be_visible()
    assert page.locator("[role=tab][tabindex='0']").count() == 1


def test_the_keys_are_told_by_a_question_mark(page: Any) -> None:
    page.keyboard.press("?")
    expect(page, "#keys-dialog").to_be_visible()
    expect(page, "#keys-dialog").to_contain_text("say nothing")
    page.keyboard.press("Escape")
    expect(page, "#keys-dialog").to_be_hidden()
    page.keyboard.type("what is this?")
    expect(page, "#words").to_have_value("what is this?")
    expect(page, "#keys-dialog").to_be_hidden()


def test_earlier_sentences_come_back_by_the_arrow_keys(page: Any) -> None:
    say(page, "find oat milk")
    say(page, "help")
    for key, words in (("ArrowUp", "help"), ("ArrowUp", "find oat milk"), ("ArrowUp", "find oat milk")):
        page.keyboard.press(key)
        expect(page, "#words").to_have_value(words)
    page.keyboard.press("ArrowDown")
    expect(page, "#words").to_have_value("help")
    page.keyboard.press("Enter")
    answer(page, 3)


def test_every_sentence_the_page_offers_is_understood(page: Any) -> None:
    phrases = page.evaluate("import('/static/phrases.js').then(({ PHRASES }) => PHRASES)")
    assert {locale[:2] for locale in locales()} == phrases.keys()
    for locale in locales():
        matcher = matcher_of(locale)
        offered = dict(phrases[locale[:2]])
        del offered["say"], offered["open"]
        sentences: list[str] = []
        for one in offered.values():
            sentences += [one] if isinstance(one, str) else one.values() if isinstance(one, dict) else one
        lost = [one for one in sentences if matcher.match(one, today=NOW.date()) is None]
        assert lost == [], locale

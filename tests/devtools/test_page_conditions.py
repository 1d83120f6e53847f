"""The conditions of a turn, chosen on the page: who speaks, when, and what goes wrong; and silence, as a
device has it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.devtools.driven import answer, expect, opened, order_number, say, tab
from tests.devtools.screenshots import sample_shop

sync_api = pytest.importorskip("playwright.sync_api", reason="pip install playwright")

ORDER = ("find oat milk", "the second one", "make it three", "check out")


def test_words_alexa_does_not_know_reach_the_shop_as_such(page: Any) -> None:
    page.select_option("#fault", "no_match")
    page.locator("#words").focus()
    say(page, "find oat milk")
    expect(page, ".meta[aria-pressed=true]").to_contain_text("Fallback")
    expect(page, "#fault").to_have_value("")
    say(page, "find oat milk")
    expect(page, ".meta[aria-pressed=true]").to_contain_text("FindProduct")


def test_a_number_not_understood_waits_for_a_turn_with_a_number(page: Any) -> None:
    page.select_option("#fault", "unheard_number")
    page.locator("#words").focus()
    say(page, "find goat milk")
    expect(page, "#log .note").to_contain_text("the next one will")
    expect(page, "#armed").to_be_visible()
    say(page, "add four goat milks")
    expect(page, "#armed").to_be_hidden()
    shown = tab(page, "turn")
    sync_api.expect(shown.locator(".slots")).to_contain_text(re.compile(r"quantity\s+\?"))


def test_an_armed_fault_is_taken_back(page: Any) -> None:
    page.select_option("#fault", "no_match")
    page.locator("#armed").click()
    expect(page, "#armed").to_be_hidden()
    say(page, "find oat milk")
    expect(page, ".meta[aria-pressed=true]").to_contain_text("FindProduct")


def test_an_answer_that_comes_too_late_leaves_the_order_placed(page: Any) -> None:
    for sentence in ORDER:
        say(page, sentence)
    page.select_option("#fault", "time_out")
    page.locator("#words").focus()
    said = say(page, "yes")
    assert not re.search(r"\d{5}", said)
    expect(page, "#log .note").to_contain_text("too late")
    expect(page, "#log .card").to_have_count(0)
    expect(page, "#log .divider").to_contain_text(["Session ended"])
    expect(page, "#orders li").to_have_count(1)
    shown = tab(page, "json")
    shown.get_by_role("button", name="Then").click()
    sync_api.expect(shown).to_contain_text("SessionEndedRequest")


def test_a_request_that_comes_twice_orders_once(page: Any) -> None:
    for sentence in ORDER:
        say(page, sentence)
    page.select_option("#fault", "twice")
    page.locator("#words").focus()
    number = order_number(say(page, "yes"))
    expect(page, "#log .note").to_contain_text("both answers are the same")
    expect(page, "#orders li").to_have_count(1)
    expect(page, "#orders").to_contain_text(number)


def test_a_child_fills_the_cart_and_cannot_order(page: Any) -> None:
    for name, child in (("Ada", False), ("Ben", True)):
        page.locator("#add-voice").click()
        page.locator("#voice-name").fill(name)
        page.locator("#voice-child").set_checked(child)
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page, "#person option:checked").to_have_text(f"{name} (child)" if child else name)
    page.locator("#words").focus()
    for sentence in ORDER[:-1]:
        say(page, sentence)
    expect(page, "#cart").to_contain_text("put in by Ben")
    say(page, "check out")
    say(page, "yes")
    expect(page, "#orders").to_contain_text("None yet")
    page.select_option("#person", label="Ada")
    page.locator("#words").focus()
    say(page, "check out")
    order_number(say(page, "yes"))
    expect(page, "#orders li").to_have_count(1)


def test_the_clock_jumps_and_goes_back(alone: Any) -> None:
    expect(alone, "#real-time").to_be_disabled()
    today = alone.locator("#now").inner_text()
    alone.get_by_role("button", name="One day ahead").click()
    expect(alone, "#log .divider").to_contain_text(["One day later"])
    sync_api.expect(alone.locator("#now")).not_to_have_text(today)
    alone.get_by_role("button", name="Back to the real time").click()
    expect(alone, "#real-time").to_be_disabled()
    assert alone.locator("#now").inner_text().rsplit(",", 1)[0] == today.rsplit(",", 1)[0]


def test_what_is_due_meanwhile_has_happened_after_a_jump(alone: Any) -> None:
    for sentence in (*ORDER, "yes"):
        say(alone, sentence)
    expect(alone, "#orders").to_contain_text("placed")
    alone.get_by_role("button", name="One week ahead").click()
    expect(alone, "#log .divider").to_contain_text(["Session ended", "One week later"])
    alone.locator("#words").focus()
    say(alone, "open saffron wagon")
    with alone.expect_response("**/simulator/say") as sent:
        say(alone, "where is my order")
    assert sent.value.json()["clock"]["ahead"] == 604800


def test_letters_that_left_are_read_on_the_page(chromium: Any, tmp_path: Path) -> None:
    with (
        sample_shop(tmp_path, linking=True) as shop,
        opened(chromium, shop, user="letters") as page,
    ):
        page.get_by_role("button", name="Link account").click()
        page.get_by_label("Your name at the shop").fill("Ann")
        page.get_by_role("button", name="Sign in").click()
        expect(page, "#account").to_have_text("An account is linked.")
        expect(page, "#log:not([aria-busy])").to_have_count(1)
        for sentence in ORDER:
            say(page, sentence)
        number = order_number(say(page, "yes"))
        page.get_by_role("button", name="One hour ahead").click()
        letter = page.locator("#messages .letter").filter(has_text=number)
        letter.locator("summary").click()
        sync_api.expect(letter.locator("pre")).to_contain_text("oat milk")
        sync_api.expect(letter).to_contain_text("mail to shopper-")


def test_silence_brings_the_reprompt_and_then_the_end(page: Any) -> None:
    said = say(page, "find oat milk")
    page.keyboard.press("Shift+Enter")
    again = answer(page, 2)
    assert again
    assert said.endswith(again)
    expect(page, "#log .nothing").to_have_count(1)
    page.locator("#silence").click()
    expect(page, "#log .divider").to_contain_text(["Nothing was said: session ended"])
    shown = tab(page, "json")
    shown.get_by_role("button", name="Request", exact=True).click()
    sync_api.expect(shown).to_contain_text("EXCEEDED_MAX_REPROMPTS")


def test_a_patient_page_waits_as_a_device_does(chromium: Any, shop: str) -> None:
    with opened(chromium, shop, user="patient", ticking=False) as page:
        page.locator("#patient").check(force=True)
        page.locator("#words").focus()
        say(page, "find oat milk")
        page.clock.run_for(7_000)
        expect(page, "#log .nothing").to_have_count(0)
        page.clock.run_for(1_500)
        answer(page, 2)
        page.clock.run_for(7_000)
        page.keyboard.type("the")
        page.clock.run_for(20_000)
        expect(page, "#log .nothing").to_have_count(1)
        page.keyboard.type(" first one")
        page.keyboard.press("Enter")
        assert "Added" in answer(page, 3)
        for silences in (2, 3):
            page.clock.run_for(8_500)
            expect(page, "#log .nothing").to_have_count(silences)
            expect(page, "#log:not([aria-busy])").to_have_count(1)
        expect(page, "#log .divider").to_contain_text(["Nothing was said: session ended"])
        page.clock.run_for(30_000)
        expect(page, "#log .nothing").to_have_count(3)


def test_what_the_shop_waits_for_and_means_stands_beside_the_conversation(page: Any) -> None:
    say(page, "find oat milk")
    shown = tab(page, "turn")
    sync_api.expect(shown).to_contain_text("product for AddToCart")
    sync_api.expect(shown.locator(".numbered").first.locator("li")).to_have_count(3)
    sync_api.expect(shown).to_contain_text("The last list: 6 for “oat milk”")
    sync_api.expect(shown).to_contain_text("Round trips")
    page.locator("#words").focus()
    say(page, "the second one")
    sync_api.expect(shown).to_contain_text("Oatwick oat milk, half gallon")


def test_a_slot_shows_what_it_resolved_to(page: Any) -> None:
    say(page, "add oat milk")
    slot = tab(page, "turn").locator(".slots li").filter(has_text="product")
    sync_api.expect(slot.locator(".badge").first).to_have_text(re.compile("match|several"))
    sync_api.expect(slot.locator(".value").first).to_contain_text("oat milk")


def test_a_shopper_lets_the_shop_know_who_they_are(page: Any) -> None:
    page.select_option("#contact", "no")
    expect(page, "#log .divider").to_contain_text(["refused"])
    page.locator("#words").focus()
    for sentence in ORDER:
        say(page, sentence)
    expect(page, "#log .card").to_contain_text(["May the shop know who you are?"])
    page.locator("#log .card").get_by_role("button", name="Allow").click()
    expect(page, "#contact").to_have_value("yes")
    page.reload()
    expect(page, "#log .alexa").to_have_count(1)
    expect(page, "#contact").to_have_value("yes")
    expect(page, "#contact-hint").to_contain_text("@home.example")
    say(page, "check out")
    order_number(say(page, "yes"))

"""What stands beside the conversation: the turn looked at, its JSON, and the recording that is made of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from skill.devtools.recording_form import recording
from tests.devtools.driven import answer, expect, say, tab

sync_api = pytest.importorskip("playwright.sync_api", reason="pip install playwright")


def test_the_request_and_the_response_open_level_by_level(page: Any) -> None:
    say(page, "find oat milk")
    shown = tab(page, "json")
    sync_api.expect(shown).to_contain_text("sessionAttributes")
    sync_api.expect(shown).not_to_contain_text("mainTemplate")
    shown.get_by_role("button", name="Open all").click()
    sync_api.expect(shown).to_contain_text("mainTemplate")
    shown.get_by_role("button", name="Request", exact=True).click()
    sync_api.expect(shown).to_contain_text("IntentRequest")
    sync_api.expect(shown).not_to_contain_text("mainTemplate")


def test_what_is_copied_is_the_whole_json(page: Any) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    with page.expect_response("**/simulator/say") as sent:
        say(page, "find oat milk")
    shown = tab(page, "json")
    shown.get_by_role("button", name="Copy").click()
    sync_api.expect(shown.get_by_role("button", name="Copied")).to_be_visible()
    copied = json.loads(page.evaluate("navigator.clipboard.readText()"))
    assert copied == sent.value.json()["response"]


def test_an_earlier_turn_can_be_looked_at(page: Any) -> None:
    say(page, "find oat milk")
    say(page, "the second one")
    shown = tab(page, "turn")
    sync_api.expect(shown).to_contain_text("NameProduct")
    page.keyboard.press("Alt+ArrowUp")
    sync_api.expect(shown).to_contain_text("FindProduct")
    sync_api.expect(shown).to_contain_text("oat milk")
    expect(page, ".meta[aria-pressed=true]").to_contain_text("FindProduct")
    page.locator(".meta").first.click()
    sync_api.expect(shown).to_contain_text("LaunchRequest")
    say_again = say_from(page, "help")
    assert say_again
    expect(page, ".meta[aria-pressed=true]").to_contain_text("Help")


def say_from(page: Any, text: str) -> str:
    """Say something from anywhere on the page."""
    page.keyboard.press("Escape")
    return say(page, text)


def test_a_conversation_is_saved_as_a_recording(page: Any, tmp_path: Path) -> None:
    heard = [say(page, text) for text in ("find oat milk", "the second one", "make it three")]
    page.locator("#keep").click()
    expect(page, "#keep-dialog").to_contain_text("4 turns")
    page.keyboard.type("Three cartons of oat milk!")
    with page.expect_download() as saved:
        page.keyboard.press("Enter")
    assert saved.value.suggested_filename == "three_cartons_of_oat_milk.json"
    saved.value.save_as(tmp_path / "kept.json")
    made = json.loads((tmp_path / "kept.json").read_text("utf-8"))
    turns = recording(made, called="kept").turns
    assert made["wants"] == "Three cartons of oat milk!"
    assert [turn.say for turn in turns] == ["!launch", "find oat milk", "the second one", "make it three"]
    assert [turn.hears for turn in turns[1:]] == heard
    assert made["at_the_end"]["cart"] == {"milk-oat-oatwick-half-gal": 3}


def test_another_shopper_begins_another_recording(page: Any, tmp_path: Path) -> None:
    say(page, "add a dozen eggs")
    page.fill("#user", "another-one")
    page.press("#user", "Enter")
    answer(page, 2)
    page.locator("#keep").click()
    expect(page, "#keep-dialog").to_contain_text("1 turn")
    page.keyboard.press("Escape")
    expect(page, "#keep-dialog").to_be_hidden()

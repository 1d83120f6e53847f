"""Linking on the conversation page, in a real browser: from the card to the order, and all the way back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from skill.app import App, shopper_key
from skill.commerce.merchant import Shopper
from tests.devtools import driven
from tests.devtools.driven import expect, opened
from tests.linking.test_identity import linked_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, App]]:
    with linked_shop(tmp_path_factory.mktemp("page")) as opened:
        yield opened


@pytest.fixture
def user(request: pytest.FixtureRequest) -> str:
    """A shopper of the test's own."""
    return str(request.node.name)


@pytest.fixture
def page(chromium: Any, shop: tuple[str, App], user: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The page, opened by that shopper; no console error and no foreign request allowed."""
    errors = request.node.get_closest_marker("console_errors")
    with opened(chromium, shop[0], user=user, complains=bool(errors)) as page:
        yield page


def say(page: Any, text: str) -> str:
    page.locator("#words").focus()
    return driven.say(page, text)


def kept(shop: tuple[str, App], user: str) -> Shopper:
    return shop[1].store.visit(shopper_key(user, secret=shop[1].settings.secret)).shopper


def test_from_the_card_over_the_sign_in_to_the_order_and_back_to_nothing(
    page: Any, shop: tuple[str, App], user: str
) -> None:
    expect(page, "#account").to_have_text("No account is linked.")
    for wish in ("add sourdough bread", "add clover honey"):
        say(page, wish)
    assert "link your account" in say(page, "check out")
    page.locator(".card").get_by_role("button", name="Link account").press("Enter")
    expect(page, "h1").to_have_text("Who are you?")
    # A loaded machine shows the field before it has the focus.
    expect(page, "#name").to_be_focused()
    page.keyboard.type("Ann")
    page.keyboard.press("Enter")
    expect(page, "#account").to_have_text("An account is linked.")
    expect(page, "#log .divider").to_have_text(["Account linked"])
    assert page.url == f"{shop[0]}/?user={user}"
    expect(page, "#cart").to_contain_text("ourdough")
    assert "Shall I" in say(page, "check out")
    assert "is placed" in say(page, "yes")
    [order] = shop[1].store.orders(shopper_key(user, secret=shop[1].settings.secret))
    assert (order.account, kept(shop, user).account) == ("Ann", "Ann")
    # What the page shows of a request holds no token.
    page.get_by_role("tab", name="JSON").click()
    page.get_by_role("button", name="Request", exact=True).click()
    page.get_by_role("button", name="Open all").click()
    expect(page, "#json").to_contain_text("supportedInterfaces")
    assert "accessToken" not in page.locator("#json").text_content()
    page.get_by_role("tab", name="Cart").click()

    page.get_by_role("button", name="Unlink account").click()
    expect(page, "#account").to_have_text("No account is linked.")
    expect(page, "#log .divider").to_contain_text(["Account unlinked"])
    page.locator("#log:not([aria-busy])").wait_for()
    assert kept(shop, user).account == ""
    say(page, "add clover honey")
    assert "link your account" in say(page, "check out")
    expect(page, "#orders").to_contain_text("placed")

    page.get_by_role("button", name="Disable skill").click()
    expect(page, "#orders").to_contain_text("None yet.")
    expect(page, "#cart").to_contain_text("Nothing in it yet.")
    assert kept(shop, user) == Shopper()
    # Its merchant still has it.
    assert shop[1].store.order(f"gone-{order.id}", id=order.id)


def test_a_shopper_links_from_the_panel_and_another_is_not_linked(page: Any) -> None:
    page.get_by_role("button", name="Link account").click()
    page.get_by_label("Your name at the shop").fill("Ben")
    page.get_by_role("button", name="Sign in").click()
    expect(page, "#account").to_have_text("An account is linked.")
    page.fill("#user", "somebody-else")
    page.press("#user", "Enter")
    expect(page, "#account").to_have_text("No account is linked.")


def test_a_way_back_that_failed_is_told(page: Any, shop: tuple[str, App]) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.get_by_role("button", name="Link account").click()
    expect(page, "h1").to_have_text("Who are you?")
    asked = next(url for url in sent if "/authorize?" in url)
    state = asked.partition("state=")[2].partition("&")[0]
    page.goto(f"{shop[0]}/simulator/linked?state={state}&error=access_denied")
    expect(page, "#problem").to_contain_text("was not linked")
    expect(page, "#account").to_have_text("No account is linked.")


@pytest.mark.console_errors
def test_a_provider_that_cannot_be_found_is_told(page: Any) -> None:
    body = json.dumps({"error": "the shop's identity provider cannot be found"})
    page.route("**/simulator/link", lambda route: route.fulfill(status=502, body=body))
    page.get_by_role("button", name="Link account").click()
    expect(page, "#problem").to_contain_text("cannot be found")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_the_sign_in(chromium: Any, shop: tuple[str, App], scheme: str) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python"
    )
    page = chromium.new_page(color_scheme=scheme, bypass_csp=True, viewport={"width": 360, "height": 740})
    page.goto(f"{shop[0]}/?user=axe")
    expect(page, "#log .alexa").to_have_count(1)
    page.locator("#open-panel").click()
    page.get_by_role("button", name="Link account").click()
    expect(page, "h1").to_have_text("Who are you?")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    found = axe.Axe().run(page).response["violations"]
    assert [finding["id"] for finding in found if finding["impact"] in ("serious", "critical")] == []
    page.close()

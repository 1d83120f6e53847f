"""What tests do with the conversation page: open it, say something, look at it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import pytest

# A busy machine takes its time; what fails takes it too.
PATIENCE_MS = 20_000


@contextmanager
def opened(
    browser: Any,
    shop: str,
    *,
    user: str,
    complains: bool = False,
    locale: str = "en-US",
    ticking: bool = True,
    **how: Any,
) -> Iterator[Any]:
    """The page, with the shop opened by this shopper. It must not write errors to the console (unless it
    `complains`), nor ask another host for anything. Not `ticking`: its timers run by `page.clock` alone.
    `how`: what the browser's new page takes."""
    page = browser.new_page(**({"viewport": {"width": 1280, "height": 800}} | how))
    page.set_default_timeout(PATIENCE_MS)
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda sent: None if sent.url.startswith(own(shop)) else troubles.append(sent.url))
    if not ticking:
        page.clock.install()
    page.goto(f"{shop}/?{urlencode({'user': user, 'locale': locale})}")
    expect(page, "#log .alexa").to_have_count(1)
    yield page
    assert complains or troubles == []
    page.close()


def own(shop: str) -> tuple[str, ...]:
    """What a request of the page may start with; a download is made of the page's own bytes."""
    return shop, f"blob:{shop}"


def expect(page: Any, selector: str) -> Any:
    """Playwright's assertion on what the selector finds; it waits until it holds."""
    from playwright.sync_api import expect as expected

    expected.set_options(timeout=PATIENCE_MS)
    return expected(page.locator(selector))


def say(page: Any, text: str) -> str:
    """Type a sentence, press Enter, and wait for what Alexa answers."""
    before = page.locator("#log .alexa").count()
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    return answer(page, before)


def answer(page: Any, before: int) -> str:
    """What Alexa says next, when she has spoken `before` times; all of it is drawn."""
    expect(page, "#log .alexa").to_have_count(before + 1)
    expect(page, "#log:not([aria-busy])").to_have_count(1)
    text: str = page.locator("#log .alexa .bubble").last.inner_text()
    return text


def tab(page: Any, name: str) -> Any:
    """Bring a tab of the panel to the front; what it shows."""
    page.locator(f"#tab-{name}").click()
    return page.locator(f"#{name}")


def serious(page: Any) -> list[str]:
    """What axe has to say that is serious or worse: the rule, and where."""
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python"
    )
    found = axe.Axe().run(page).response["violations"]
    return [
        f"{finding['id']}: {node['target']}"
        for finding in found
        if finding["impact"] in ("serious", "critical")
        for node in finding["nodes"]
    ]


def order_number(text: str) -> str:
    """The number of the order that was placed, from what was said of it."""
    number = re.search(r"\d{5}", text)
    assert number, text
    return number[0]

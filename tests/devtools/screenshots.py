"""Pictures of the conversation page, for people who judge its looks.

    python -m tests.devtools.screenshots OUTDIR

Also answers for what a test of the page needs: a shop that is open, and a browser."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

from werkzeug.serving import make_server

import skill
from skill.app import build
from skill.server import create_app
from skill.settings import Settings
from tests.talk import publish_sample

CHROMIUM = Path("/usr/bin/chromium")
SAMPLE = Path(skill.__file__).parent / "devtools" / "sample"
SIZES = {"desktop": (1280, 800), "phone": (390, 844)}
TALK = ("find oat milk", "the second one", "make it three", "check out")
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-sync",
    "--disable-component-update",
    "--no-first-run",
)


class Missing(Exception):
    """What the browser needs is not installed; the text names the remedy."""


@contextmanager
def sample_shop(folder: Path) -> Iterator[str]:
    """The address of a real server with the sample shop, its state under `folder`."""
    settings = Settings(
        store=f"sqlite:{folder / 'shop.db'}", catalogues=folder / "catalogues", assume_linked=True
    )
    app = build(settings)
    publish_sample(app)
    server = make_server("127.0.0.1", 0, create_app(app, verify=None), threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def chromium() -> Iterator[Any]:
    """A real, headless browser. Raises Missing."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise Missing("playwright is not installed: pip install playwright") from error
    if not CHROMIUM.exists():
        raise Missing(f"there is no {CHROMIUM}: apt-get install -y chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(_QUIET))
        try:
            yield browser
        finally:
            browser.close()


def converse(page: Any, *sentences: str) -> None:
    """Type each sentence and wait for its answer."""
    answers = page.locator(".turn.alexa")
    for sentence in sentences:
        heard = answers.count()
        page.keyboard.type(sentence)
        page.keyboard.press("Enter")
        answers.nth(heard).wait_for()
        # The field is empty and nothing is under way.
        page.locator("#log:not([aria-busy])").wait_for()


def photograph(browser: Any, address: str, *, out: Path) -> list[Path]:
    """The page opened, in the middle of a sale and after it, on every size, light and dark."""
    taken = []
    for scheme in ("light", "dark"):
        for size, (width, height) in SIZES.items():
            page = browser.new_page(
                viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
            )
            page.goto(f"{address}/?user={size}-{scheme}")
            page.locator(".turn.alexa").wait_for()

            def shot(moment: str, page: Any = page, name: str = f"{size}-{scheme}") -> None:
                taken.append(out / f"{name}-{moment}.png")
                page.screenshot(path=taken[-1])

            shot("1-opened")
            converse(page, *TALK)
            shot("2-asked")
            converse(page, "yes")
            shot("3-ordered")
            if size == "phone":
                page.locator("#open-panel").click()
                shot("4-panel")
            page.close()
    return taken


def main(out: Path) -> None:
    """Save the pictures in `out`."""
    out.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        sample_shop(Path(folder)) as address,
        chromium() as browser,
    ):
        for path in photograph(browser, address, out=out):
            print(path)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.devtools.screenshots OUTDIR")
    try:
        main(Path(sys.argv[1]))
    except Missing as missing:
        sys.exit(str(missing))

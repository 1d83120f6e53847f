"""Pictures of the conversation page, for people who judge its looks.

    python -m tests.devtools.screenshots OUTDIR

Also answers for what a test of the page needs: a shop that is open, and a browser."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import skill
from skill.developing import development
from skill.server import create_app, own_identity
from skill.settings import Settings
from tests.programs import free_port
from tests.serving import serving
from tests.talk import publish_sample

CHROMIUM = Path("/usr/bin/chromium")
SAMPLE = Path(skill.__file__).parent / "devtools" / "sample"
SIZES = {"desktop": (1280, 800), "phone": (390, 844)}
# What is said, to the yes that places the order.
TALK = {
    "en-US": ("find oat milk", "the second one", "make it three", "check out", "yes"),
    "de-DE": ("such Hafermilch", "das zweite", "mach drei draus", "zur Kasse", "ja"),
    "ar-SA": ("ابحث عن حليب شوفان", "الأول", "خليها ثلاث", "كمل الطلب", "نعم"),
}
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
def sample_shop(folder: Path, *, linking: bool = False) -> Iterator[str]:
    """The address of a real server with the sample shop, its state under `folder`. `linking`: accounts are
    linked, with the identity provider served beside the page."""
    settings = Settings(
        store=f"sqlite:{folder / 'shop.db'}", catalogues=folder / "catalogues", assume_linked=True
    )
    port = free_port() if linking else 0
    identity = own_identity("127.0.0.1", port, unsigned=True) if linking else None
    app = development(settings, identity=identity).main
    publish_sample(app)
    with serving(create_app(app, verify=None), port=port) as address:
        yield address


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
    """The page opened, in the middle of a sale and after it, what it tells of a turn, and its choices: on
    every size, light and dark, in two directions of writing."""
    taken: list[Path] = []
    for locale, (*talk, yes) in TALK.items():
        for scheme in ("light", "dark"):
            for size, (width, height) in SIZES.items():
                page = browser.new_page(
                    viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
                )
                name = f"{locale}-{size}-{scheme}"
                page.goto(f"{address}/?user={name}&locale={locale}")
                page.locator(".turn.alexa").wait_for()

                def shot(moment: str, page: Any = page, name: str = name) -> None:
                    taken.append(out / f"{name}-{moment}.png")
                    page.screenshot(path=taken[-1])

                shot("1-opened")
                converse(page, talk[0])
                shot("2-found")
                tab(page, "turn")
                shot("3-turn")
                tab(page, "json")
                shot("4-json")
                if size == "phone":
                    tab(page, "setup")
                    shot("5-setup")
                    page.keyboard.press("Escape")
                page.locator("#words").focus()
                converse(page, *talk[1:])
                tab(page, "turn")
                shot("6-asked")
                close(page)
                converse(page, yes)
                tab(page, "shopping")
                shot("7-ordered")
                close(page)
                shot("8-talk")
                page.close()
    return taken


def tab(page: Any, name: str) -> None:
    """Bring one of the panel's tabs to the front, on a phone too."""
    if page.locator("#open-panel").is_visible() and not page.locator("#panel").is_visible():
        page.locator("#open-panel").click()
    page.locator(f"#tab-{name}").click()


def close(page: Any) -> None:
    """Back to the conversation."""
    if page.locator(".panel-open").count():
        page.keyboard.press("Escape")
    page.locator("#words").focus()


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

"""The pictures in the pages, taken of the sample shop in a real browser: python -m tests.docs.screens, or
make screenshots."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from skill.devtools.matchers import matcher_of
from tests.devtools.screenshots import Missing, chromium, sample_shop
from tests.talk import ROOT

FOLDER = ROOT / "docs" / "assets" / "screens"
_DESKTOP, _PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
# Each picture: how large, in which colours and locale, after which sentences.
PICTURES: dict[str, tuple[dict[str, int], str, str, tuple[str, ...]]] = {
    "desktop.png": (_DESKTOP, "light", "en-US", ("find oat milk", "the second one")),
    "phone-ar.png": (_PHONE, "dark", "ar-SA", ("ابحث عن حليب شوفان",)),
}
PATIENCE_MS = 15_000


def take(folder: Path) -> list[Path]:
    """Put every picture into `folder`. Raises Missing where there is no browser."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as state, sample_shop(Path(state)) as address, chromium() as browser:
        for name, (size, scheme, locale, said) in PICTURES.items():
            # Nobody is to think that every first turn takes as long as this.
            matcher_of(locale)
            page = browser.new_page(viewport=size, color_scheme=scheme, reduced_motion="reduce")
            page.set_default_timeout(PATIENCE_MS)
            page.goto(f"{address}/?user=amzn1.ask.account.{name.partition('.')[0].upper()}&locale={locale}")
            answers = page.locator("#log .alexa")
            answers.first.wait_for()
            _choose(page, locale)
            for sentence in said:
                heard = answers.count()
                page.keyboard.type(sentence)
                page.keyboard.press("Enter")
                answers.nth(heard).wait_for()
                page.locator("#log:not([aria-busy=true])").wait_for()
            page.screenshot(path=folder / name)
            page.close()
    return [folder / name for name in PICTURES]


def _choose(page: Any, locale: str) -> None:
    """Talk in this locale, and type what is said."""
    choice = page.locator("#locale")
    if choice.input_value() != locale:
        choice.select_option(locale)
        page.locator(f"html[lang^={locale[:2]}], #log .alexa").last.wait_for()
    page.locator("#words, #text").first.focus()


if __name__ == "__main__":
    try:
        print(*take(FOLDER), sep="\n")
    except Missing as missing:
        sys.exit(str(missing))

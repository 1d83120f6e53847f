"""Draws the sample shop's icons from its SVG: `python -m tests.certify.icons`."""

from __future__ import annotations

from pathlib import Path

from skill.alexa.manifest import ICONS
from skill.alexa.package import FOLDER, IMAGES
from tests.devtools.screenshots import SAMPLE, chromium
from tests.talk import ROOT


def draw(folder: Path) -> None:
    """Write each icon into `folder`. Raises Missing without a browser."""
    drawing = (SAMPLE / "icon.svg").read_text("utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for name, side in ICONS.items():
            page = browser.new_page(viewport={"width": side, "height": side})
            page.set_content(
                f"<style>body {{margin: 0}} svg {{display: block; width: {side}px}}</style>{drawing}"
            )
            page.screenshot(path=str(folder / f"{name}.png"), omit_background=True)
            page.close()


if __name__ == "__main__":
    draw(ROOT / FOLDER / IMAGES)

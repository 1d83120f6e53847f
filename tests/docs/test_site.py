"""The documentation as a site: whole, with nothing from another host, and to be read from files."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.bench import NotReady
from tests.docs.pages import PAGES
from tests.docs.screens import FOLDER, PICTURES
from tests.docs.site import build
from tests.talk import ROOT

# What a page of the site may load: by element, the attribute that names it.
_LOADS = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src", "video": "src"}
_LINK = re.compile(r"\]\((?!https?:|#|<)([^)#\s]+)(?:#([\w-]+))?\)")
_HEADING = re.compile(r"^#+ +(.+?)\s*$", re.MULTILINE)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built strictly: a link or an anchor that leads nowhere fails here."""
    folder = tmp_path_factory.mktemp("site")
    try:
        build(folder)
    except NotReady as missing:
        pytest.skip(str(missing))
    return folder


class Loads(HTMLParser):
    """The addresses a page loads from."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        told = given.get(_LOADS.get(tag, ""))
        if told and given.get("rel") not in ("canonical", "next", "prev"):
            self.found.append(told)


def test_every_page_of_ours_is_on_it(site: Path) -> None:
    for page in PAGES:
        name = {"README": "index", "CONTRIBUTING": "contributing"}.get(page.stem, page.stem)
        assert (site / f"{name}.html").exists(), page.name
    assert (site / "reference" / "commands.html").exists()


def test_nothing_is_loaded_from_another_host(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 20
    for page in pages:
        loads = Loads()
        loads.feed(page.read_text("utf-8"))
        assert [address for address in loads.found if re.match(r"(https?:)?//", address)] == [], page.name
    for sheet in site.rglob("*.css"):
        assert re.findall(r"(?:url\(|@import )[\"']?(?:https?:)?//", sheet.read_text("utf-8")) == [], (
            sheet.name
        )


def test_it_can_be_searched_without_a_server(site: Path) -> None:
    assert "var __index" in (site / "search" / "search_index.js").read_text("utf-8")
    assert 'src="assets/iframe-worker.js"' in (site / "index.html").read_text("utf-8")


def test_every_picture_of_a_page_is_one_the_script_takes() -> None:
    named = {
        name for page in PAGES for name in re.findall(r"assets/screens/([\w.-]+)", page.read_text("utf-8"))
    }
    assert named == set(PICTURES) == {path.name for path in FOLDER.iterdir()}


def anchors(page: Path) -> set[str]:
    return {
        re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower()).strip().replace(" ", "-")
        for heading in _HEADING.findall(page.read_text("utf-8"))
    }


@pytest.mark.parametrize("page", [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")])
def test_a_link_of_the_repository_leads_to_a_file_and_its_heading(page: Path) -> None:
    links = _LINK.findall(page.read_text("utf-8"))
    assert links
    for file, anchor in links:
        target = ROOT / file
        assert target.exists(), f"{page.name}: {file}"
        assert not anchor or anchor in anchors(target), f"{page.name}: {file}#{anchor}"

"""Errors say where to read on, and what is named there is there to be read."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from skill import manual
from skill.catalogue.problem import kinds
from skill.cli import main
from tests.docs.reference import commands
from tests.docs.test_site import anchors
from tests.talk import ROOT

FEED = b"id,title,price\nA,Oat milk,none\nB,Rye bread,4.00 USD\n"


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SAYSO_STORE", f"sqlite:{tmp_path / 'shop.db'}")
    monkeypatch.setenv("COLUMNS", "200")
    for name in ("SAYSO_CATALOGUES", "SAYSO_DOCS", "SAYSO_NOW", "SAYSO_SHOP", "SAYSO_SKILL_ID"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "shop.toml").write_text('name = "Corner Larder"\ncurrency = "USD"\n')
    (tmp_path / "feed.csv").write_bytes(FEED)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def is_there(place: str) -> bool:
    """Whether a page has the heading, as the site and the repository name it."""
    name, _, heading = place.partition("#")
    page = ROOT / name
    return page.exists() and (not heading or heading in anchors(page))


@pytest.mark.parametrize("topic", manual.TOPICS)
def test_every_topic_leads_to_a_heading(topic: str) -> None:
    assert is_there(manual.page(topic)), manual.page(topic)


def test_every_problem_of_a_feed_leads_to_a_heading() -> None:
    assert len(kinds()) > 50
    assert [code for code in kinds() if not is_there(manual.feed_problem(code))] == []


def test_every_command_is_about_something() -> None:
    ours = [path.split()[1:] for path, found in commands() if not isinstance(found, click.Group)]
    told = {" ".join(words): manual.topic_of("", command=words) for words in ours}
    # These talk to the shop.
    talking = {name for name, topic in told.items() if topic == "talking"}
    assert talking == {"chat", "sample", "say", "state"}
    assert set(told.values()) <= manual.TOPICS.keys()


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (["catalogue", "import", "nowhere.csv", "--shop", "shop.toml"], "docs/catalogue.md#feeds"),
        (["catalogue", "unlink", "https://shop.example/feed"], "docs/catalogue.md#kept-fresh"),
        (["webhook", "test", "wh_none"], "docs/orders.md#told-to-the-merchant"),
        (["scenario", "load", "shop.toml"], "docs/reference/scenario.md"),
        (["catalogue", "import", "feed.csv", "--shop", "feed.csv"], "docs/reference/shop-file.md"),
    ],
)
def test_what_cannot_be_used_ends_in_where_to_read_on(words: list[str], place: str) -> None:
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 2
    assert done.stderr.splitlines()[-1] == f"  read on: {place}"


def test_a_bad_setting_leads_to_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAYSO_STORE", "postgres:shop")
    told = CliRunner().invoke(main, ["state"]).stderr
    assert told.endswith("read on: docs/reference/settings.md\n")


def test_a_published_documentation_is_named_by_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAYSO_DOCS", "https://docs.shop.example/")
    told = CliRunner().invoke(main, ["webhook", "test", "wh_none"]).stderr
    assert told.endswith("https://docs.shop.example/orders.html#told-to-the-merchant\n")


def test_an_import_tells_of_each_problem_where_to_read_on(store: Path) -> None:
    told = CliRunner().invoke(main, ["catalogue", "import", "feed.csv", "--shop", "shop.toml"]).output
    CliRunner().invoke(main, ["catalogue", "report", "--page", "report.html"])
    page = (store / "report.html").read_text("utf-8")
    named = {code for code in kinds() if manual.feed_problem(code) in told}
    assert named
    assert named == {code for code in kinds() if f">{manual.feed_problem(code)}<" in page}

"""Feeds from the command line: tried, imported, told, linked by their address, and gone back from."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from skill.cli import main
from skill.merchants import linked
from skill.storage.sqlite import open_sqlite
from tests.talk import NOW, ROOT

SHOP = 'name = "Corner Larder"\ncurrency = "USD"\n'
COLUMNS = (
    *("Handle", "Title", "Body (HTML)", "Vendor", "Type", "Published", "Option1 Name", "Option1 Value"),
    *("Variant SKU", "Variant Inventory Qty", "Variant Price", "Variant Compare At Price", "Status"),
)
SHOPIFY = f"""{",".join(COLUMNS)}
oat-milk,Brindle oat milk,<p>Creamy <b>oat</b></p>,Brindle,Milk,TRUE,Size,64 fl oz,OAT-64,12,3.99,4.49,active
oat-milk,,,,,,,32 fl oz,OAT-32,7,2.79,,
rye,Crumb rye bread,<div>Sour</div>,Crumb,Bread,TRUE,Title,Default Title,RYE,5,5.50,,active
tea,Leaf mint tea,,Leaf,Tea,TRUE,Title,Default Title,TEA,9,not a price,,active
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty store, a shop file and a feed of three products, one of them without a price."""
    monkeypatch.setenv("SAYSO_STORE", f"sqlite:{tmp_path / 'shop.db'}")
    for name in ("SAYSO_CATALOGUES", "SAYSO_NOW", "SAYSO_SHOP", "SAYSO_SKILL_ID"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "shop.toml").write_text(SHOP)
    (tmp_path / "feed.csv").write_text(SHOPIFY)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def sayso(*arguments: str, input: bytes | None = None) -> Result:
    return CliRunner().invoke(main, arguments, input=input)


def imported(*arguments: str) -> dict[str, Any]:
    """The report of an import of the feed."""
    result = sayso("catalogue", "import", "feed.csv", "--shop", "shop.toml", "--json", *arguments)
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def test_a_feed_of_a_shop_system_becomes_a_shop_that_talks() -> None:
    result = sayso("catalogue", "import", "feed.csv", "--shop", "shop.toml")
    assert result.exit_code == 0, result.output
    assert "3 of 4 rows are for sale, 1 lost." in result.output
    assert "'not a price' is no amount" in result.output
    answer = sayso("say", "find oat milk").output
    assert "$3.99" in answer
    assert "$2.79" in answer


def test_a_rehearsal_changes_nothing() -> None:
    assert imported("--dry-run")["dry_run"] is True
    assert sayso("catalogue", "versions").exit_code == 2
    assert imported()["new"] == 3
    again = imported("--dry-run")
    assert (again["new"], again["unchanged"]) == (0, 3)


def test_a_feed_comes_packed_or_from_standard_input_as_well(here: Path) -> None:
    (here / "feed.csv").write_bytes(gzip.compress(SHOPIFY.encode()))
    assert imported()["products"] == 3
    result = sayso("catalogue", "import", "-", "--json", input=SHOPIFY.encode("utf-16"))
    told = json.loads(result.stdout)
    assert (told["source"], told["unchanged"]) == ("standard input", 3)


def test_a_feed_in_an_old_character_set_is_read_when_it_is_named(here: Path) -> None:
    (here / "feed.csv").write_bytes(SHOPIFY.replace("Crumb rye", "Crème rye").encode("latin-1"))
    assert imported("--encoding", "latin-1")["new"] == 3
    assert "Crème rye" in sayso("catalogue", "search", "rye bread").output


def test_half_a_feed_asks_before_it_empties_the_shop(here: Path) -> None:
    first = imported()
    (here / "feed.csv").write_text("\n".join(SHOPIFY.splitlines()[:2]))
    result = sayso("catalogue", "import", "feed.csv")
    assert result.exit_code == 2
    assert "lacks 2 of the 3 products" in result.output
    assert "--yes" in result.output
    assert first["version"] in sayso("catalogue", "versions").output
    assert sayso("catalogue", "import", "feed.csv", "--yes").exit_code == 0


def test_a_version_comes_back(here: Path) -> None:
    first = imported()
    (here / "feed.csv").write_text(SHOPIFY.replace("3.99", "4.29"))
    second = imported()
    assert sayso("catalogue", "rollback").output == f"version {first['version']} is live again\n"
    assert "$3.99" in sayso("say", "find oat milk").output
    assert sayso("catalogue", "rollback", second["version"]).exit_code == 0
    assert "$4.29" in sayso("say", "find oat milk").output
    nothing = sayso("catalogue", "rollback", "20200101T000000000000")
    assert nothing.exit_code == 2
    assert "none of the versions kept" in nothing.output


def test_reports_are_kept_and_told_again_as_text_json_and_a_page(here: Path) -> None:
    told = imported()
    assert "feed.csv" in sayso("catalogue", "report", "--list").output
    assert json.loads(sayso("catalogue", "report", "--json").stdout) == told
    assert sayso("catalogue", "report", "--page", "report.html").exit_code == 0
    page = (here / "report.html").read_text()
    assert "Corner Larder" in page
    assert "3 of 4 rows are for sale" in page
    assert sayso("catalogue", "report", "nothing").exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["import", "missing.csv", "--shop", "shop.toml"], "missing.csv: cannot be read"),
        (["import", "feed.csv"], "name its shop file with --shop"),
        (["import", "feed.csv", "--shop", "feed.csv"], "is not TOML"),
        (["import", "ftp://example.com/feed.csv", "--shop", "shop.toml"], "cannot be read"),
        (["import", "https://10.0.0.1/feed.csv", "--shop", "shop.toml"], "10.0.0.1"),
        (["import", "shop.toml", "--shop", "shop.toml"], "names products"),
        (["update", "feed.csv"], "no shop yet"),
        (["rollback"], "no catalogue is linked"),
        (["report"], "there is no such report"),
        (["unlink", "https://example.com/feed"], "is not linked"),
        (["link", "https://example.com/feed"], "no shop yet"),
    ],
)
def test_what_cannot_be_is_told_with_the_remedy_and_leaves_nothing(arguments: list[str], told: str) -> None:
    result = sayso("catalogue", *arguments)
    assert result.exit_code == 2, result.output
    assert told in result.output.replace("\n", " ")
    assert sayso("catalogue", "versions").exit_code == 2


@pytest.fixture
def served(here: Path) -> Iterator[str]:
    """The folder's feed at an address."""

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments, directory=str(here))

        def log_message(self, *_: object) -> None:
            """Nothing of it is wanted."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/feed.csv"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_feed_is_imported_from_its_address(served: str) -> None:
    result = sayso("catalogue", "import", served, "--shop", "shop.toml")
    assert result.exit_code == 0, result.output
    assert "3 of 4 rows" in result.output


def test_a_linked_feed_is_looked_at_again(here: Path, served: str) -> None:
    imported()
    (here / "feed.csv").write_text(SHOPIFY.replace("3.99", "4.29"))
    linked = sayso("catalogue", "link", served, "--every", "30m")
    assert linked.output.splitlines() == [
        f"{served} is linked, and looked at every 30m",
        f"{served}: changed",
    ]
    assert "$4.29" in sayso("say", "find oat milk").output
    assert sayso("catalogue", "refresh").output == ""
    assert sayso("catalogue", "refresh", "--all").output == f"{served}: changed\n"
    assert "30m" in sayso("catalogue", "refresh", "--list").output
    (here / "feed.csv").unlink()
    failed = sayso("catalogue", "refresh", "--all")
    assert failed.exit_code == 2
    assert "404" in failed.output
    assert sayso("catalogue", "unlink", served).exit_code == 0
    assert sayso("catalogue", "refresh", "--list").output == "nothing is linked\n"


def test_a_running_shop_keeps_itself_fresh(here: Path, served: str) -> None:
    imported()
    (here / "feed.csv").write_text(SHOPIFY.replace("3.99", "4.29"))
    sayso("catalogue", "link", served)
    (here / "feed.csv").write_text(SHOPIFY.replace("3.99", "5.19"))
    # A server tells the time of a change to the second.
    os.utime(here / "feed.csv", (time.time() + 5, time.time() + 5))
    # As if its interval had passed.
    store = open_sqlite(str(here / "shop.db"), shop="shop", clock=lambda: NOW)
    (source,) = linked.linked(store)
    linked.link(store, source)
    shop = subprocess.Popen(
        [sys.executable, "-m", "skill", "serve", "--unsigned", "--port", "0"],
        cwd=here,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
    )
    try:
        ends = time.monotonic() + 30
        while "$5.19" not in sayso("catalogue", "search", "oat milk").output:
            assert time.monotonic() < ends
            time.sleep(0.2)
    finally:
        shop.terminate()
        shop.wait(timeout=20)


def test_each_merchant_of_a_deployment_has_a_shop_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    skill = "amzn1.ask.skill.00000000-0000-0000-0000-000000000001"
    assert "any is the shop shop" in sayso("merchant", "list").output
    assert sayso("merchant", "add", skill, "--shop", "bakery").exit_code == 0
    assert sayso("merchant", "add", skill, "--shop", "dairy").exit_code == 2
    assert sayso("merchant", "add", "my skill", "--shop", "dairy").exit_code == 2
    assert sayso("merchant", "add", skill, "--shop", "../dairy").exit_code == 2
    assert sayso("merchant", "list").output.split() == ["skill", "shop", skill, "bakery"]
    imported()
    monkeypatch.setenv("SAYSO_SHOP", "bakery")
    assert sayso("catalogue", "versions").exit_code == 2
    assert imported()["new"] == 3
    assert sayso("merchant", "remove", skill).exit_code == 0
    assert sayso("merchant", "remove", skill).exit_code == 2

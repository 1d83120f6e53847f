"""The shop file from the command line: looked over line by line, made live, and described for editors."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from skill.cli import main
from skill.cli.common import open_app
from skill.cli.shop import watched
from skill.errors import BadInput
from skill.merchants.problems import line_of
from skill.merchants.shop_file import schema
from skill.shop import NOBODY
from tests.talk import ROOT, SAMPLE

SHOP = 'name = "Corner Larder"\ncurrency = "USD"\n\n[delivery]\nfee = 499\n'


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty store, and a shop file."""
    monkeypatch.setenv("SAYSO_STORE", f"sqlite:{tmp_path / 'shop.db'}")
    for name in ("SAYSO_CATALOGUES", "SAYSO_NOW", "SAYSO_SHOP", "SAYSO_SKILL_ID"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "shop.toml").write_text(SHOP)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def sayso(*arguments: str) -> Result:
    return CliRunner().invoke(main, ("shop", *arguments))


def fee() -> int:
    """What delivery costs in the live shop."""
    return open_app().store.visit(NOBODY).facts.terms.delivery_fee


def test_each_fault_is_told_with_its_line_and_remedy(here: Path) -> None:
    (here / "shop.toml").write_text(
        'name = "Larder"\n# What it is paid in.\ncurrency = 5\n\n[delivery]\nfre_from = 3\n'
        '\n[[faq]]\nid = "a"\nquestions = [\n  "one",\n  2,\n]\nanswer = ["both"]\n'
    )
    result = sayso("check", "shop.toml", "--json")
    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert {(one["line"], one["place"], one["what"]) for one in told} == {
        (3, "currency", 'must be text in quotes, as in "text"'),
        (6, "delivery.fre_from", "is not known here; 'free_from' is"),
        (10, "faq.0.questions.1", 'must be text in quotes, as in "text"'),
        (
            14,
            "faq.0.answer",
            'must be text in quotes, as in "text", or must be a table, a value for each name',
        ),
    }
    assert "free_from" in sayso("check", "shop.toml").stdout


def test_a_file_without_a_fault_passes_and_one_that_is_none_is_said() -> None:
    result = sayso("check", "shop.toml")
    assert (result.exit_code, result.stdout) == (0, "shop.toml: nothing is wrong with it\n")
    assert sayso("check", "none.toml").exit_code == 2


def test_a_file_goes_live_and_what_changed_is_told(here: Path) -> None:
    assert sayso("apply", "shop.toml").exit_code == 0
    assert fee() == 499
    (here / "shop.toml").write_text(SHOP.replace("499", "299"))
    assert (
        sayso("apply", "shop.toml").stdout == "Corner Larder: live; changed: delivery, tax or deposit terms\n"
    )
    assert fee() == 299
    assert sayso("apply", "shop.toml").stdout == "Corner Larder: all as it was\n"


def test_what_the_catalogue_was_built_with_takes_an_import(here: Path) -> None:
    feed = "id\ttitle\tprice\tavailability\nA\tOat milk\t3.99 USD\tin stock\n"
    (here / "feed.tsv").write_text(feed)
    imported = CliRunner().invoke(main, ("catalogue", "import", "feed.tsv", "--shop", "shop.toml"))
    assert imported.exit_code == 0, imported.output
    for other in ('[heard_as]\n"Oat" = ["oath"]\n', ""):
        text = SHOP + other if other else SHOP.replace("USD", "EUR")
        (here / "shop.toml").write_text(text)
        refused = sayso("apply", "shop.toml")
        assert refused.exit_code == 2
        assert "import the catalogue again" in refused.output
    (here / "shop.toml").write_text(SHOP.replace("499", "99"))
    assert sayso("apply", "shop.toml").exit_code == 0
    assert fee() == 99


def test_a_watched_file_goes_live_whenever_it_is_saved(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = here / "shop.toml"
    saves = iter(("fee = 1", "fee = ", "fee = 2"))
    seen: list[str] = []

    def apply() -> str:
        seen.append(file.read_text())
        if file.read_text() == "fee = ":
            raise BadInput("shop.toml:1: fee")
        return "live"

    def pause(seconds: float) -> None:
        assert seconds < 2
        if (text := next(saves, None)) is None:
            raise KeyboardInterrupt
        file.write_text(text)

    watched(file, apply=apply, pause=pause)
    assert seen == [SHOP, "fee = 1", "fee = ", "fee = 2"]
    out, err = capsys.readouterr()
    assert (out.splitlines().count("live"), "shop.toml:1: fee" in err) == (3, True)


def test_the_published_schema_is_the_one_in_use() -> None:
    published = (ROOT / "docs" / "shop.schema.json").read_text("utf-8")
    assert json.loads(published) == json.loads(sayso("schema").stdout) == schema(), (
        "write it anew: sayso shop schema > docs/shop.schema.json"
    )


def test_an_editor_finds_the_schema_and_nothing_wrong_with_the_sample() -> None:
    text = (SAMPLE / "shop.toml").read_text("utf-8")
    first = text.partition("\n")[0]
    assert (SAMPLE / first.removeprefix("#:schema ")).resolve() == ROOT / "docs" / "shop.schema.json"
    validator = Draft202012Validator(schema())
    # Editors hand dates over as text.
    raw = json.loads(json.dumps(tomllib.loads(text), default=str))
    assert list(validator.iter_errors(raw)) == []
    assert list(validator.iter_errors({**raw, "delivery": {"fre_from": 3}}))


VALUES = st.sampled_from(
    ["1", '"text"', "[1, 2]", "[\n  1,\n  # more\n  2,\n]", '"""\nlong\n\ntext"""', "{a = 1}"]
)
LINES = st.lists(st.tuples(st.sampled_from(["", "# told\n", "\n"]), VALUES), min_size=1, max_size=5)


@given(top=LINES, tables=st.lists(LINES, max_size=3))
def test_the_line_of_a_place_is_the_one_that_states_it(top: Any, tables: Any) -> None:
    text, known = "", {}
    for table, entries in enumerate((top, *tables)):
        if table:
            text += "[[list]]\n"
        for place, (before, value) in enumerate(entries):
            text += before
            path = ("list", table - 1, f"v{place}") if table else (f"v{place}",)
            known[path] = text.count("\n") + 1
            text += f"v{place} = {value}\n"
    assert {path: line_of(text, path) for path in known} == known
    assert line_of(text, ("nothing", "there")) is None

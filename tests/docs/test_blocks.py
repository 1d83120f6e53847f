"""Every other block of the pages: read by whoever reads such a file, or played as it is told."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from skill.devtools.recording_form import Recording
from skill.devtools.scenario import load_scenario, read_scenario
from skill.merchants.shop_file import ShopFile
from skill.operations import emf
from skill.server import create_app
from tests.docs.desk import Desk
from tests.docs.pages import PAGES, Block, all_blocks, blocks
from tests.docs.reference import variables
from tests.talk import ROOT, Talk, send_through

# Languages that another test reads, each on its page.
ELSEWHERE = {
    "yaml": ("operate.md", "tests/test_operate_page.py"),
    "nginx": ("operate.md", "tests/test_operate_page.py"),
    "sql": ("operate.md", "tests/test_operate_page.py"),
}
HERE = {"sh", "toml", "json", "python", "text", "caddy", "ini", "logs-insights"}
# Files of the guide are written and used: tests/docs/test_first_intent.py.
GUIDE = "CONTRIBUTING.md"
_SAID = re.compile(r"^(You|Alexa): +", re.MULTILINE)


def pages_of(*languages: str) -> Callable[..., Any]:
    found = [block for block in all_blocks(*languages) if block.page.name != GUIDE]
    return pytest.mark.parametrize("block", found, ids=str)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_block_is_left_unread(page: Path) -> None:
    for block in blocks(page):
        if block.language in ELSEWHERE:
            assert ELSEWHERE[block.language][0] == page.name, f"{block}: nobody reads {block.language} here"
            assert (ROOT / ELSEWHERE[block.language][1]).exists()
        else:
            assert block.language in HERE, f"{block}: nobody reads {block.language!r}; name its language"


@pages_of("toml")
def test_a_table_is_one_its_reader_takes(block: Block) -> None:
    written = tomllib.loads(block.text)
    if block.title.startswith("skill/locales/"):
        assert set(written) <= {"utterances", "prompts", "locales"}, block
        return
    # A part of a shop file stands on the smallest one there is; stores need what the page leaves out.
    whole = {"name": "Corner Larder", "currency": "USD", **written}
    for store in whole.get("store", ()):
        store.setdefault("name", "the store")
        store.setdefault("address", "1 Main Street")
    ShopFile.model_validate(whole).facts()


@pages_of("json")
def test_a_world_or_a_recording_is_taken(block: Block, desk: Desk) -> None:
    raw = json.loads(block.text)
    if "turns" in raw:
        Recording.model_validate(raw)
        return
    assert "products" in raw, f"{block}: neither a world nor a recording"
    file = desk.folder / "world.json"
    file.write_text(block.text, "utf-8")
    app = desk.app()
    load_scenario(
        read_scenario(file),
        store=app.store,
        folder=app.settings.folder,
        now=app.clock(),
        key=lambda user: user,
    )


@pages_of("python")
def test_a_program_runs(block: Block) -> None:
    exec(compile(block.text, str(block), "exec"), {"__name__": "page"})


@pages_of("text")
def test_what_is_told_is_what_is_said(block: Block, door: ModuleType) -> None:
    if "You:" in block.text:
        _talked(block, Talk(send_through(door)))
    else:
        _drawn(block)


def _talked(block: Block, talk: Talk) -> None:
    told = " ".join(block.text.split())
    parts = re.split(r"(You|Alexa): ", told)[1:]
    for who, said in zip(parts[::2], parts[1::2], strict=True):
        if who == "You":
            turned = talk.say(said.strip())
        else:
            assert turned.speech == said.strip(), f"{block}: {turned.text!r}"


def _drawn(block: Block) -> None:
    """The picture of the README: every place it names is there."""
    places = re.findall(r"\b([a-z]+/[a-z_]+)\b", block.text)
    assert places, f"{block}: neither a conversation nor a picture"
    for place in places:
        found = ROOT / "skill" / place
        assert found.is_dir() or found.with_suffix(".py").exists(), f"{block}: there is no skill/{place}"


@pages_of("caddy")
def test_a_proxy_leads_to_what_is_served(block: Block, desk: Desk) -> None:
    rules = create_app(desk.app(), verify=None).url_map.iter_rules()
    served = {rule.rule for rule in rules}
    paths = re.findall(r"reverse_proxy (/\S+) 127", block.text)
    assert block.text.count("{") == block.text.count("}") > 0
    assert paths
    for path in paths:
        assert any(rule.startswith(path.removesuffix("*")) for rule in served), path


@pages_of("ini")
def test_an_environment_file_sets_what_is_read(block: Block) -> None:
    if "[" in block.text:
        # systemd's unit: tests/test_operate_page.py.
        assert "[Service]" in block.text
        return
    for line in block.text.splitlines():
        name, _, value = line.partition("=")
        assert (name in variables(), bool(value)) == (True, True), f"{block}: {line}"


@pages_of("logs-insights")
def test_a_query_asks_for_what_a_turn_tells(block: Block) -> None:
    asked = {
        *re.findall(r"(?:filter|and) (\w+)", block.text),
        *re.findall(r"\bby ([\w, ]+)", block.text.replace("bin(", "")),
        *re.findall(r"(?:pct|sum)\((\w+)", block.text),
    }
    source = Path(emf.__file__).read_text("utf-8") + (ROOT / "skill" / "operations" / "turn.py").read_text(
        "utf-8"
    )
    source += (ROOT / "skill" / "operations" / "metrics.py").read_text("utf-8")
    names = {name.strip() for names in asked for name in names.split(",")} - {"1h"}
    assert {"event", "outcome", "Latency", "ReadUnits"} <= names
    assert {name for name in names if not re.search(rf"\b{name}\b", source)} == set()
